/** What a command reads from and writes to: the process in real life, memory in tests. */
export interface CliIo {
  /** Whole standard input, read to its end. */
  readInput(): Promise<Uint8Array>
  /** Asks for one line without showing what is typed; from a pipe, reads the next line of it. */
  askSecret(question: string): Promise<string>
  /** Writes to standard output as is. */
  out(text: string): void
  /** Writes to standard error as is. */
  err(text: string): void
  /** Aborted when the user wants the command to end (Ctrl-C). */
  readonly signal: AbortSignal
  readonly env: Readonly<Record<string, string | undefined>>
}
