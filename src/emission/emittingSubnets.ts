import type { EmittingSubnets } from './EmissionPolicy.js'
import type { Reserves, SubnetPool } from './pools/SubnetPool.js'

/** Reads what a chain keeps of the subnet in a slot, whatever it keeps it in: one reader per column. */
export type SubnetFacts<R extends Reserves = Reserves> = {
  readonly [Column in Exclude<keyof EmittingSubnets<R>, 'priceBits'>]: (
    slot: number,
  ) => EmittingSubnets<R>[Column][number]
}

/**
 * The emitting subnets of a block as columns that are read when somebody looks at them, once each: a policy that
 * shares equally reads none of them.
 *
 * @param slots - where the subnets that emit are, ascending by netuid.
 *
 * @example
 * ```ts
 * import { emittingSubnets, fixedPricePool, PRICE_ONE_BITS } from 'subnetkit/emission'
 *
 * const taoRao = new BigUint64Array([7n, 0n, 9n])
 * const subnets = emittingSubnets([0, 2], fixedPricePool, {
 *   netuid: (slot) => slot + 1,
 *   reserves: (slot) => ({ taoRao: taoRao[slot] ?? 0n, alphaIn: 0n }),
 *   alphaOut: (slot) => taoRao[slot] ?? 0n,
 *   movingPriceBits: () => PRICE_ONE_BITS,
 *   minerBurnedBits: () => 0n,
 *   rootProportionBits: () => 0n,
 *   emissionEnabled: () => true,
 * })
 * subnets.netuid // [1, 3]
 * ```
 */
export function emittingSubnets<R extends Reserves>(
  slots: readonly number[],
  pool: SubnetPool<R>,
  facts: SubnetFacts<R>,
): EmittingSubnets<R> {
  return new ReadOnDemand(slots, pool, facts)
}

/** A class, since an object literal with getters takes microseconds to make. */
class ReadOnDemand<R extends Reserves> implements EmittingSubnets<R> {
  readonly #slots: readonly number[]
  readonly #pool: SubnetPool<R>
  readonly #facts: SubnetFacts<R>
  #netuid: EmittingSubnets<R>['netuid'] | undefined
  #reserves: EmittingSubnets<R>['reserves'] | undefined
  #alphaOut: EmittingSubnets<R>['alphaOut'] | undefined
  #priceBits: EmittingSubnets<R>['priceBits'] | undefined
  #movingPriceBits: EmittingSubnets<R>['movingPriceBits'] | undefined
  #minerBurnedBits: EmittingSubnets<R>['minerBurnedBits'] | undefined
  #rootProportionBits: EmittingSubnets<R>['rootProportionBits'] | undefined
  #emissionEnabled: EmittingSubnets<R>['emissionEnabled'] | undefined

  constructor(slots: readonly number[], pool: SubnetPool<R>, facts: SubnetFacts<R>) {
    this.#slots = slots
    this.#pool = pool
    this.#facts = facts
  }

  get netuid(): EmittingSubnets<R>['netuid'] {
    this.#netuid ??= this.#column('netuid')
    return this.#netuid
  }

  get reserves(): EmittingSubnets<R>['reserves'] {
    this.#reserves ??= Object.freeze(this.#slots.map((slot) => Object.freeze(this.#facts.reserves(slot))))
    return this.#reserves
  }

  get alphaOut(): EmittingSubnets<R>['alphaOut'] {
    this.#alphaOut ??= this.#column('alphaOut')
    return this.#alphaOut
  }

  get priceBits(): EmittingSubnets<R>['priceBits'] {
    this.#priceBits ??= Object.freeze(this.reserves.map((held) => this.#pool.price(held)))
    return this.#priceBits
  }

  get movingPriceBits(): EmittingSubnets<R>['movingPriceBits'] {
    this.#movingPriceBits ??= this.#column('movingPriceBits')
    return this.#movingPriceBits
  }

  get minerBurnedBits(): EmittingSubnets<R>['minerBurnedBits'] {
    this.#minerBurnedBits ??= this.#column('minerBurnedBits')
    return this.#minerBurnedBits
  }

  get rootProportionBits(): EmittingSubnets<R>['rootProportionBits'] {
    this.#rootProportionBits ??= this.#column('rootProportionBits')
    return this.#rootProportionBits
  }

  get emissionEnabled(): EmittingSubnets<R>['emissionEnabled'] {
    this.#emissionEnabled ??= this.#column('emissionEnabled')
    return this.#emissionEnabled
  }

  /** Frozen: a policy is the user's, and what it is shown is what pools plan with. */
  #column<C extends keyof SubnetFacts<R>>(column: C): EmittingSubnets<R>[C] {
    const read = this.#facts[column] as (slot: number) => EmittingSubnets<R>[C][number]
    return Object.freeze(this.#slots.map(read)) as EmittingSubnets<R>[C]
  }
}
