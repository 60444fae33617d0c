import type { JsFailure } from './outcome.js'

/** Ends a call from inside the thread: what is thrown unwinds the engine, which is thrown away. */
export class Ended extends Error {
  readonly reason: JsFailure
  readonly detail: string

  constructor(reason: JsFailure, detail: string) {
    super(`${reason}: ${detail}`)
    this.reason = reason
    this.detail = detail
  }
}
