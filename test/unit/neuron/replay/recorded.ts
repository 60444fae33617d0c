import type { RoundRecord } from '../../../../src/mechanism/index.js'
import { decodeRound, encodeRound } from '../../../../src/mechanism/index.js'
import { type Played, played } from '../play/Rehearsal.js'

/** Plays a mechanism and gives what its validator recorded, as a file would hold it. */
export async function recorded(
  mechanism: Played,
  miners: Parameters<typeof played>[1],
  options: NonNullable<Parameters<typeof played>[2]> = {},
) {
  const records: RoundRecord[] = []
  const onRound = (record: RoundRecord): void => void records.push(decodeRound(encodeRound(record)))
  const run = await played(mechanism, miners, {
    ...options,
    validator: { ...options.validator, onRound } as never,
  })
  return { ...run, records, record: records[0] as RoundRecord }
}
