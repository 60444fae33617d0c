/**
 * Where this library says what a person should know. A pino logger fits; so does anything with these four methods.
 *
 * Each takes what a program can read and a sentence for a person, in this order. They must not throw.
 *
 * @example
 * ```ts
 * import type { Logger } from 'subnetkit/log'
 *
 * const lines: string[] = []
 * const write = (_fields: object, message: string): void => void lines.push(message)
 * const logger: Logger = { debug: write, info: write, warn: write, error: write }
 * ```
 */
export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** How much is said, from everything to nothing. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

export const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent']

/** Says nothing. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} }
