import { printable } from './printable.js'

/** Longest message: what comes from outside may be of any length. */
const MESSAGE_LIMIT = 16_384

/** What an error carries besides its sentence. */
export interface BaseErrorOptions {
  /** What the reader can do about it, one sentence each. */
  readonly hints?: readonly string[]
  /** Anchor in the project's documentation, such as `errors#shape`. */
  readonly docsPath?: string
  /** The error underneath, kept for logs and never sent to a peer. */
  readonly cause?: unknown
}

/**
 * Root of every error this library throws on purpose.
 *
 * A subclass declares a literal `name` (minifiers keep it) and a stable `code` to switch on;
 * further facts are typed fields. `message` holds the sentence and the hints, `shortMessage`
 * the sentence alone; in both, characters that would move a terminal's cursor or hide are escaped,
 * since names and content of files and peers get into them.
 *
 * @example
 * ```ts
 * import { BaseError } from 'subnetkit'
 *
 * try {
 *   throw new (class extends BaseError {
 *     override readonly name = 'TooColdError'
 *     readonly code = 'TooCold'
 *   })('It is too cold.', { hints: ['Wear a coat.'] })
 * } catch (error) {
 *   if (error instanceof BaseError) error.code // 'TooCold'
 * }
 * ```
 */
export abstract class BaseError extends Error {
  abstract readonly code: string
  readonly shortMessage: string
  readonly hints: readonly string[]
  readonly docsPath: string | undefined

  constructor(shortMessage: string, options: BaseErrorOptions = {}) {
    const hints = options.hints ?? []
    super(
      printable([shortMessage, ...hints].join(' '), MESSAGE_LIMIT),
      options.cause === undefined ? undefined : { cause: options.cause },
    )
    this.shortMessage = printable(shortMessage, MESSAGE_LIMIT)
    this.hints = hints
    this.docsPath = options.docsPath
  }

  /** The first error in the chain of causes, this one included, for which `matches` holds. */
  find(matches: (error: unknown) => boolean): unknown {
    let error: unknown = this
    // A chain of causes may be cyclic; 32 links is deeper than any honest one.
    for (let depth = 0; depth < 32 && error !== undefined; depth++) {
      if (matches(error)) return error
      error = error instanceof Error ? error.cause : undefined
    }
    return undefined
  }
}
