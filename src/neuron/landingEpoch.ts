import type { SubnetView } from '../ledger/index.js'
import type { BlockNumber } from '../units/index.js'

/**
 * The epoch that a call belongs to which lands in a block from the head on: a block's epoch runs before its calls, and where it had to wait for the next
 * block, the calls belong to the one after it all the same.
 *
 * @source spec: `spec/chain.md` 8.2
 */
export function landingEpoch(
  { epochIndex, nextEpochBlock }: Pick<SubnetView, 'epochIndex' | 'nextEpochBlock'>,
  landing: BlockNumber,
): number {
  return nextEpochBlock !== null && landing >= nextEpochBlock ? epochIndex + 1 : epochIndex
}
