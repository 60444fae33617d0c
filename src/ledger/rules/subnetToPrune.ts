import type { BlockNumber, Netuid } from '../../units/index.js'

/** What decides whether a subnet makes room for a new one. */
export interface PruneCandidate {
  readonly netuid: Netuid
  /** Raw U64F64. */
  readonly movingPriceBits: bigint
  readonly registeredAtBlock: BlockNumber
}

/**
 * The subnet that is dissolved for a new one at the limit: of those past their immunity the one with the lowest
 * moving price, among equals the one registered first, then the one named first.
 *
 * @param subnets - all but root, ascending by netuid; whether they emit does not matter.
 * @returns `null` when all are immune.
 * @source subtensor `pallets/subtensor/src/coinbase/root.rs`, `get_network_to_prune`
 */
export function subnetToPrune(
  subnets: readonly PruneCandidate[],
  { block, immunityBlocks }: { readonly block: BlockNumber; readonly immunityBlocks: number },
): Netuid | null {
  const mortal = subnets.filter(({ registeredAtBlock }) => block >= registeredAtBlock + immunityBlocks)
  return mortal.length === 0
    ? null
    : mortal.reduce((worst, subnet) => (isWorse(subnet, worst) ? subnet : worst)).netuid
}

function isWorse(a: PruneCandidate, b: PruneCandidate): boolean {
  if (a.movingPriceBits !== b.movingPriceBits) return a.movingPriceBits < b.movingPriceBits
  return a.registeredAtBlock < b.registeredAtBlock
}
