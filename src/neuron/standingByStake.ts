import { alpha, check, func, optional, shape } from '../checks/index.js'
import type { Metagraph } from '../metagraph/index.js'
import { type Alpha, type Hotkey, RAO_PER_TAO } from '../units/index.js'
import { admitsCaller } from './admitsCaller.js'

/** What a caller's stake is taken from. */
export interface StandingByStakeOptions {
  /** The latest metagraph that is known, at once; `undefined` while there is none, and everyone is a stranger. */
  readonly metagraph: () => Metagraph | undefined
  /** Stake from which a caller without a validator permit counts, alpha of the subnet. Default 1,000. */
  readonly minStakeAlpha?: Alpha
}

const optionsShape = shape<StandingByStakeOptions>({ metagraph: func, minStakeAlpha: optional(alpha()) })

/**
 * What callers count for by their stake, for `AxonOptions.standing`: 1 and the stake in whole alpha for who holds a validator permit or at least
 * `minStakeAlpha`; 0 for everyone else, strangers and mere miners alike. A `Miner` does this by itself.
 *
 * @throws InvalidArgumentError naming the option that is wrong.
 *
 * @example
 * ```ts
 * import { Axon } from 'subnetkit/axon'
 * import type { Signer } from 'subnetkit/crypto'
 * import type { Metagraph } from 'subnetkit/metagraph'
 * import { standingByStake } from 'subnetkit/neuron'
 *
 * function axonFor(signer: Signer, latest: () => Metagraph | undefined): Axon {
 *   return new Axon({ signer, standing: standingByStake({ metagraph: latest }) })
 * }
 * ```
 */
export function standingByStake(options: StandingByStakeOptions): (caller: Hotkey) => number {
  check('options', optionsShape, options)
  const { metagraph: latest, minStakeAlpha = 1_000n * RAO_PER_TAO } = options
  return (caller) => {
    const metagraph = latest()
    if (metagraph === undefined || !admitsCaller(metagraph, caller, minStakeAlpha)) return 0
    const stakeAlpha = metagraph.columns.stakeAlpha[metagraph.uidOf(caller) ?? -1] ?? 0n
    return 1 + Number(stakeAlpha / RAO_PER_TAO)
  }
}
