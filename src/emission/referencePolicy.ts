import { assertFlag, assertKnown } from './checks.js'
import type { EmissionPolicy } from './EmissionPolicy.js'
import { type PriceShareOptions, priceSharesBits, switchedShares } from './priceShares.js'
import { multiply } from './u64f64.js'

/**
 * Shares a block's TAO by moving price, less what miners' pay was burned, among the subnets whose emission is
 * enabled: how the reference chain does it. A subnet that burned all of it gets nothing, unless all did.
 *
 * @example
 * ```ts
 * import { EmissionScheduler, fixedPricePool, PRICE_ONE_BITS, referencePolicy } from 'subnetkit/emission'
 *
 * const scheduler = new EmissionScheduler({ policy: referencePolicy, pool: fixedPricePool })
 * const reserves = { taoRao: 1_000n, alphaIn: 1_000n }
 * const { subnets } = scheduler.splitBlock(400n, {
 *   netuid: [1, 2],
 *   reserves: [reserves, reserves],
 *   movingPriceBits: [PRICE_ONE_BITS, PRICE_ONE_BITS / 3n],
 * })
 * subnets.map(({ taoInRao, excessRao }) => taoInRao + excessRao) // about three to one
 * ```
 *
 * @source subtensor `pallets/subtensor/src/coinbase/subnet_emissions.rs`
 */
export const referencePolicy: EmissionPolicy = policyBy('reference', { weighsRootProportion: false })

/**
 * {@link referencePolicy} with rules that only some versions of the reference have.
 *
 * @throws InvalidArgumentError for what is no option.
 *
 * @example
 * ```ts
 * import { referencePolicyWith } from 'subnetkit/emission'
 *
 * // A subnet's share counts root's proportion of it, so an old subnet gets less.
 * referencePolicyWith({ weighsRootProportion: true }).name // 'reference, by root proportion'
 * ```
 */
export function referencePolicyWith(options: PriceShareOptions): EmissionPolicy {
  assertKnown(options, 'options', ['weighsRootProportion'])
  assertFlag(options.weighsRootProportion, 'options.weighsRootProportion')
  return options.weighsRootProportion ? policyBy('reference, by root proportion', options) : referencePolicy
}

function policyBy(name: string, options: PriceShareOptions): EmissionPolicy {
  return {
    name,
    split(emissionBits, subnets) {
      const shares = priceSharesBits(subnets, options)
      return switchedShares(shares, subnets.emissionEnabled).map((share) => multiply(emissionBits, share))
    },
  }
}
