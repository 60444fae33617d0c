/** Settings of one run of the forecast network. */
export interface StartOptions {
  readonly seed: string
  readonly epochs: number
  readonly blockMs: number
  readonly port: number
}

export const DEFAULTS: StartOptions
export const HELP: string
export class OptionError extends Error {}
export function parseOptions(args: readonly string[]): StartOptions | null
