import { InvalidArgumentError } from '../errors/index.js'
import type { Metagraph } from '../metagraph/index.js'
import type { Alpha, Hotkey } from '../units/index.js'

/**
 * Whether a miner serves a caller: it must hold a slot of the subnet, and a validator permit or at least
 * `minStakeAlpha` staked to it, in units of 10^-9 of the subnet's alpha. Strangers and mere miners are turned away.
 *
 * @throws InvalidArgumentError naming the argument that is wrong.
 *
 * @example
 * ```ts
 * import type { MinerOptions } from 'subnetkit/neuron'
 * import { admitsCaller } from 'subnetkit/neuron'
 *
 * const blacklist: MinerOptions<string, string>['blacklist'] = (caller, metagraph) => !admitsCaller(metagraph, caller, 10n ** 12n)
 * ```
 */
export function admitsCaller(metagraph: Metagraph, caller: Hotkey, minStakeAlpha: Alpha): boolean {
  // PERF: by hand, since a miner asks it for every call.
  if (typeof metagraph?.uidOf !== 'function') throw wrong('metagraph', metagraph, 'Pass a Metagraph.')
  if (typeof caller !== 'string') throw wrong('caller', caller, 'Pass the hotkey of who calls.')
  if (typeof minStakeAlpha !== 'bigint' || minStakeAlpha < 0n) {
    throw wrong('minStakeAlpha', minStakeAlpha, 'Pass units of 10^-9 alpha as a bigint from 0n.')
  }
  const uid = metagraph.uidOf(caller)
  if (uid === undefined) return false
  const { validatorPermit, stakeAlpha } = metagraph.columns
  return validatorPermit[uid] === 1 || (stakeAlpha[uid] ?? 0n) >= minStakeAlpha
}

function wrong(field: string, value: unknown, remedy: string): InvalidArgumentError {
  return new InvalidArgumentError({ field, value, remedy })
}
