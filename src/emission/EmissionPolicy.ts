import type { Alpha, Netuid } from '../units/index.js'
import type { Reserves } from './pools/SubnetPool.js'

/**
 * The subnets that emit in a block: columns of one entry per subnet, ascending by netuid. Prices are raw U64F64,
 * proportions raw U96F32.
 *
 * @typeParam R - what the chain's pool needs of a subnet.
 */
export interface EmittingSubnets<R extends Reserves = Reserves> {
  readonly netuid: readonly Netuid[]
  /** TAO and alpha in the pool. */
  readonly reserves: readonly R[]
  /** Alpha outside the pool. */
  readonly alphaOut: readonly Alpha[]
  /** Spot price of alpha in TAO. */
  readonly priceBits: readonly bigint[]
  /** Its moving average. */
  readonly movingPriceBits: readonly bigint[]
  /** Share of the last epoch's miner pay that was withheld from the owner's own hotkeys. */
  readonly minerBurnedBits: readonly bigint[]
  /** Weighted TAO on root against that and all alpha of the subnet. */
  readonly rootProportionBits: readonly bigint[]
  /** Whether the subnet may get TAO; one that may not still mints alpha. */
  readonly emissionEnabled: readonly boolean[]
}

/**
 * Shares a block's TAO among the subnets that emit, and decides nothing else: what goes into a pool, what buys
 * alpha and how much alpha is minted is up to each subnet's pool.
 *
 * @example
 * ```ts
 * import type { EmissionPolicy } from 'subnetkit/emission'
 *
 * const byPrice: EmissionPolicy = {
 *   name: 'by price',
 *   split(emissionBits, { priceBits }) {
 *     const sum = priceBits.reduce((total, price) => total + price, 0n)
 *     return priceBits.map((price) => (sum === 0n ? 0n : (emissionBits * price) / sum))
 *   },
 * }
 * ```
 */
export interface EmissionPolicy {
  /** Snapshots and stores keep it: a chain that was left under one policy is not taken up under another by chance. */
  readonly name: string
  /**
   * Answers the same whenever it is asked the same: besides each block, a ledger asks it for `emissionShares` and `explainPayouts`.
   *
   * @param emissionBits - TAO to share: rao, raw U96F32.
   * @param subnets - frozen, in a ledger.
   * @returns TAO of each subnet, in the order and the number format given: parts of a rao count where a pool turns
   *   them into alpha. They sum to at most `emissionBits`; what is not handed out is recycled.
   */
  split(emissionBits: bigint, subnets: EmittingSubnets): readonly bigint[]
}
