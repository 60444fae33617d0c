import type { PlainValue } from '../PlainValue.js'

/** What a program did that ends a call, the same on every machine. */
export type JsFailure =
  /** The steps were used up. */
  | 'steps'
  /** The memory was used up. */
  | 'memory'
  /** Calls were nested too deep. */
  | 'stack'
  /** It threw, or it is no program: the detail says what. */
  | 'threw'
  /** It exports no function of the name. */
  | 'noFunction'
  /** Its promise can never be settled. */
  | 'unsettled'
  /** What it returned is no plain value, or larger than allowed. */
  | 'badValue'
  /** It broke the engine inside the sandbox. */
  | 'crashed'

/** What kept a call from being judged, which is nothing the program is to blame for. */
export type JsUnscored =
  /** The machine took longer than `wallMs`. */
  | 'wallTime'
  /** The thread ended: the machine had no memory for it, or was told to end it. */
  | 'crashed'
  /** A function that was handed in gave what is no plain value. */
  | 'function'

/**
 * How a call went. `steps` are those used from the program's first line on. An `ok` or a `failed` call is so on every machine; one that is
 * `notScored` says nothing of the program, and must not cost its author anything.
 */
export type JsOutcome =
  | { readonly kind: 'ok'; readonly value: PlainValue; readonly steps: number }
  | { readonly kind: 'failed'; readonly reason: JsFailure; readonly detail: string; readonly steps: number }
  | { readonly kind: 'notScored'; readonly reason: JsUnscored; readonly detail: string }
