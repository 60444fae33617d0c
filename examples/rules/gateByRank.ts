import { type EmittingSubnets, referencePolicy } from 'subnetkit/emission'
import type { RuleSet } from 'subnetkit/ledger'

/**
 * The reference's rules with one more: only the subnets with the highest price averages get any of a block's TAO, as many as there are places.
 * Among equals the one that is longer there goes first, by its number. The others mint alpha all the same.
 */
export function gateByRank(places: number): RuleSet {
  return {
    name: `spec425-gate-${places}`,
    policy: () => ({
      name: `reference, the first ${places}`,
      split: (emissionBits, subnets) => referencePolicy.split(emissionBits, gated(subnets, places)),
    }),
  }
}

/** The same subnets, those behind the gate with their emission off. Columns are read when they are asked for, so each is named. */
function gated(subnets: EmittingSubnets, places: number): EmittingSubnets {
  const { movingPriceBits, emissionEnabled } = subnets
  const averageOf = (at: number): bigint => movingPriceBits[at] ?? 0n
  const inOrder = [...emissionEnabled.keys()]
    .filter((at) => emissionEnabled[at])
    .sort((a, b) => (averageOf(a) === averageOf(b) ? a - b : averageOf(a) > averageOf(b) ? -1 : 1))
  const through = new Set(inOrder.slice(0, places))
  return {
    netuid: subnets.netuid,
    reserves: subnets.reserves,
    alphaOut: subnets.alphaOut,
    priceBits: subnets.priceBits,
    movingPriceBits,
    minerBurnedBits: subnets.minerBurnedBits,
    rootProportionBits: subnets.rootProportionBits,
    emissionEnabled: emissionEnabled.map((_, at) => through.has(at)),
  }
}
