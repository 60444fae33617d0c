import { join } from 'node:path'
import type { RoundRecord } from '../mechanism/index.js'
import { roundFolder, type ValidatorOptions } from '../neuron/index.js'
import type { LocalNetworkOptions } from './specs.js'

/** Of one validator under one mechanism. */
const MAX_BYTES = 1_000_000_000

type Recording = Pick<LocalNetworkOptions<never, never, never>, 'roundsFolder' | 'onRound'>

/** Who is given the records of a validator of a network: its folder, and who listens. */
export function recordedBy(
  { roundsFolder, onRound }: Recording,
  name: string,
  mechanismId = 0,
): Pick<ValidatorOptions<never, never, never>, 'onRound'> {
  if (roundsFolder === undefined && onRound === undefined) return {}
  const folder = mechanismId === 0 ? name : `${name}.${mechanismId}`
  const keep =
    roundsFolder === undefined
      ? undefined
      : roundFolder({ path: join(roundsFolder, folder), maxBytes: MAX_BYTES })
  return {
    async onRound(record: RoundRecord) {
      // One that fails does not keep the record from the other.
      await Promise.all([keep?.(record), (async () => await onRound?.(record, name))()])
    },
  }
}
