import type { CliIo } from '../../../src/cli/io.js'

/** A terminal in memory. */
export interface MemoryIo extends CliIo {
  readonly output: () => string
  readonly errors: () => string
  readonly stop: () => void
  /** Resolves once standard output holds the text. */
  readonly shown: (text: string) => Promise<void>
}

export function memoryIo(input: { text?: string; secrets?: readonly string[] } = {}): MemoryIo {
  const controller = new AbortController()
  const secrets = [...(input.secrets ?? [])]
  const waiting = new Set<() => void>()
  let output = ''
  let errors = ''
  return {
    readInput: async () => new TextEncoder().encode(input.text ?? ''),
    askSecret: async () => secrets.shift() ?? '',
    out(text) {
      output += text
      for (const look of waiting) look()
    },
    err(text) {
      errors += text
    },
    catchSignals: () => controller.signal,
    isErrorTerminal: false,
    env: {},
    output: () => output,
    errors: () => errors,
    stop: () => controller.abort(),
    shown: (text) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!output.includes(text)) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
  }
}
