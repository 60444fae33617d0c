import { blake2b256 } from '../../crypto/index.js'
import { secretDoors } from './doors.js'
import type { RoundEntry, RoundRecord } from './RoundRecord.js'
import { checkRecord } from './roundCodec.js'

/**
 * A record in which digests stand for what `secret` gave and what customers asked, to be shown to others: it can be read and written, and not
 * replayed. What miners answered stays in it.
 *
 * @throws InvalidArgumentError for what is no record.
 *
 * @example
 * ```ts
 * import { encodeRound, type RoundRecord, withoutSecrets } from 'subnetkit/mechanism'
 *
 * export const toShow = (record: RoundRecord): Uint8Array => encodeRound(withoutSecrets(record))
 * ```
 */
export function withoutSecrets(record: RoundRecord): RoundRecord {
  checkRecord(record)
  return { ...record, entries: record.entries.map(hidden) }
}

function hidden(entry: RoundEntry): RoundEntry {
  const { door, answer } = entry
  if (!secretDoors.has(door) || answer.how !== 'gave') return entry
  return { ...entry, answer: { how: 'hidden', digest: blake2b256(answer.bytes) } }
}
