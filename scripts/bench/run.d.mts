export function runProgram(
  program: string,
  options: {
    cwd: string
    args: readonly string[]
    limitMs: number
    signal: AbortSignal
    onRow: (row: Record<string, unknown>) => void
  },
): Promise<number | string>
