import { RoundRecordError, type SoldCall } from '../../mechanism/index.js'
import { packValue, unpackValue } from '../../synapse/index.js'
import type { PlainForm } from './Doorway.js'

type Rows = readonly SoldCall<unknown, never>[]

/** How the calls of customers are written: as a message, since answers are what their schemas made of them. */
export const soldForm: PlainForm<Rows> = {
  write: (rows) => packValue(rows),
  read(written) {
    if (!(written instanceof Uint8Array)) throw malformed()
    try {
      return unpackValue(written) as Rows
    } catch (cause) {
      throw malformed(cause)
    }
  },
}

function malformed(cause?: unknown): RoundRecordError {
  return new RoundRecordError({ why: 'what customers asked is malformed', cause })
}
