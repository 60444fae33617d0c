import { RoundRecordError } from '../../mechanism/index.js'
import type { PlainForm } from './Doorway.js'

/** How what a secret stream begins from is written. */
export const secretForm: PlainForm<Uint8Array> = {
  write: (seed) => seed,
  read(written) {
    if (written instanceof Uint8Array && written.length === 32) return written
    throw new RoundRecordError({ why: 'what a secret stream begins from is malformed' })
  },
}
