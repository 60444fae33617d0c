import { BaseError, portableError, wordsOfThrown } from '../errors/index.js'

/** A part of a mechanism that subnetkit calls. */
export type MechanismMethod = 'initialState' | 'createTask' | 'play' | 'score' | 'weights' | 'forget' | 'pins'

/** What a mechanism did wrong; the same words for the same fault, without the values of one occurrence. */
export type MechanismFault =
  | 'threw'
  /** It has not ended for a long time. */
  | 'overdue'
  /** It gave something of another form than it should. */
  | 'wrong form'
  /** A task that does not fit the synapse's schema, or cannot travel. */
  | 'invalid task'
  /** A request of `play` that does not fit the synapse's schema, or cannot travel. */
  | 'invalid request'
  /** More of something than a round may have. */
  | 'beyond limit'
  /** A door of the round used where it may not be, or a promise left behind. */
  | 'misuse'
  /** A state that cannot be stored. */
  | 'invalid state'
  /** Scores or weights of some hotkeys that cannot be used. */
  | 'invalid values'

/**
 * A method of a mechanism threw, or gave what cannot be used. `cause` is what it threw, as an error.
 *
 * @example
 * ```ts
 * import type { ValidatorEvent } from 'subnetkit/neuron'
 * import { MechanismError } from 'subnetkit/mechanism'
 *
 * function onEvent(event: ValidatorEvent): void {
 *   if (event.type === 'roundFailed' && event.error instanceof MechanismError) event.error.method // 'score'
 * }
 * ```
 */
export class MechanismError extends BaseError {
  override readonly name = 'MechanismError'
  readonly code = 'Mechanism'
  readonly method: MechanismMethod
  readonly fault: MechanismFault
  /** What happened, to follow the method's name: `returned 7`. */
  readonly what: string

  constructor(details: {
    method: MechanismMethod
    fault: MechanismFault
    /** What happened, to follow the method's name: `returned ...`. */
    what: string
    remedy: string
    cause?: unknown
  }) {
    super(`The mechanism's ${details.method} ${details.what}.`, {
      hints: [details.remedy],
      docsPath: 'errors#mechanism',
      cause: details.cause,
    })
    this.method = details.method
    this.fault = details.fault
    this.what = details.what
  }

  /** The error of a method that threw. */
  static threw(method: MechanismMethod, cause: unknown): MechanismError {
    return new MechanismError({
      method,
      fault: 'threw',
      what: `threw ${wordsOfThrown(cause).replace(/\.$/, '')}`,
      remedy: 'Mend it: the cause says where it was thrown.',
      // An error that cannot be read or cloned would stop the event that tells of it.
      cause: portableError(cause),
    })
  }
}
