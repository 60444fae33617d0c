import { type CanonicalValue, decodeCanonical, encodeCanonical } from '../../codec/index.js'
import { RoundRecordError, type RunResult } from '../../mechanism/index.js'
import type { PlainForm } from './Doorway.js'

/** How a run is written: what a program returned as bytes, since it may nest as deep as a value can. It is read with its keys in the order in which a run gives them. */
export const runForm: PlainForm<RunResult<CanonicalValue>> = {
  write: (ran) => (ran.status === 'ok' ? { ...ran, value: encodeCanonical(ran.value) } : { ...ran }),
  read(written) {
    const ran = written as unknown as RunResult<CanonicalValue> | null
    if (ran?.status === 'unavailable' || ran?.status === 'notScored')
      return { status: ran.status, why: ran.why, used: ran.used }
    if (ran?.status === 'failed')
      return { status: ran.status, why: ran.why, steps: ran.steps, used: ran.used }
    if (ran?.status !== 'ok' || !(ran.value instanceof Uint8Array))
      throw new RoundRecordError({ why: 'what a run gave is malformed' })
    return { status: ran.status, value: decodeCanonical(ran.value), steps: ran.steps, used: ran.used }
  },
}
