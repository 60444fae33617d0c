import { BaseError, printable } from '../../errors/index.js'

/** A round made by `roundOf` was asked for something from outside that it was not given. */
export class NotGivenError extends BaseError {
  override readonly name = 'NotGivenError'
  readonly code = 'NotGiven'
  /** The door of the round: `ask`, `stream`, `live`, `artefacts`. */
  readonly door: string
  /** Of the synapse or the source; the kind of the artefacts. */
  readonly what: string

  constructor({ door, what, remedy }: { door: string; what: string; remedy: string }) {
    super(`The round was given nothing for ${door} of ${printable(what, 64)}.`, {
      hints: [remedy],
      docsPath: 'errors#not-given',
    })
    this.door = door
    this.what = what
  }
}
