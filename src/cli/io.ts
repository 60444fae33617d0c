/** What a command reads from and writes to: the process in real life, memory in tests. */
export interface CliIo {
  /**
   * Whole standard input, read to its end.
   *
   * @throws UsageError when it is longer than so many bytes.
   */
  readInput(maxBytes: number): Promise<Uint8Array>
  /** Asks for one line without showing what is typed; from a pipe, reads the next line of it. */
  askSecret(question: string): Promise<string>
  /**
   * Writes to standard output as is; it has arrived when this returns.
   *
   * @throws OutputError when it could not be written.
   */
  out(text: string): void
  /** Writes to standard error as is. */
  err(text: string): void
  /**
   * For a command that has to clean up: from now on a signal (Ctrl-C) aborts what is returned instead of ending the process, and
   * the next one ends it hard. Commands that do not call this are ended by the first signal, whatever they are doing.
   */
  catchSignals(): AbortSignal
  /** Whether a person sees what goes to standard error as it is drawn. */
  readonly isErrorTerminal: boolean
  readonly env: Readonly<Record<string, string | undefined>>
}
