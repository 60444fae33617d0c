import { type CanonicalValue, decodeCanonical, encodeCanonical } from '../../codec/index.js'
import { type LiveValue, RoundRecordError } from '../../mechanism/index.js'
import type { Form } from './Doorway.js'

/** How what a source gave is written: its value as bytes, since it may nest as deep as a value can. */
export function liveForm<Value>(): Form<LiveValue<Value>> {
  return {
    write: ({ value, from, readAtMs }) => [
      encodeCanonical(value as unknown as CanonicalValue),
      from,
      readAtMs,
    ],
    read(written) {
      const [value, from, readAtMs] = (Array.isArray(written) ? written : []) as CanonicalValue[]
      if (!(value instanceof Uint8Array) || typeof from !== 'string' || typeof readAtMs !== 'number')
        throw new RoundRecordError({ why: 'what a source gave is malformed' })
      return { value: decodeCanonical(value) as unknown as Value, from, readAtMs }
    },
  }
}
