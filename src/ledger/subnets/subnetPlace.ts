import type { BlockNumber, Netuid } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { movingPriceOf } from '../money/trades.js'
import { laterBlock } from '../rules/laterBlock.js'
import { subnetToPrune } from '../rules/subnetToPrune.js'

/** Where the next subnet comes, and which one ends for it. */
export interface SubnetPlace {
  readonly netuid: Netuid
  /** `null` below the limit. */
  readonly pruned: Netuid | null
}

/** What is known of a block in which a subnet is to be founded. */
type Founding = Pick<BlockContext, 'state' | 'config' | 'block'>

/**
 * The place of one more subnet; `null` at the limit while all are immune.
 *
 * @source spec: `spec/chain.md` 6.2
 * PERF: a step per subnet.
 */
export function subnetPlace({ state, config, block }: Founding): SubnetPlace | null {
  const netuids = state.netuids()
  if (netuids.length < config.subnetLimit) return { netuid: lowestFree(netuids), pruned: null }
  const pruned = subnetToPrune(
    netuids.map((netuid) => ({
      netuid,
      movingPriceBits: movingPriceOf(state, netuid),
      registeredAtBlock: state.subnet(netuid).registeredAtBlock,
    })),
    { block, immunityBlocks: config.networkImmunityBlocks },
  )
  return pruned === null ? null : { netuid: pruned, pruned }
}

/** The block from which on the oldest subnet may make room. */
export function firstMortalBlock({ state, config }: Pick<Founding, 'state' | 'config'>): BlockNumber {
  const oldest = Math.min(...state.netuids().map((netuid) => state.subnet(netuid).registeredAtBlock))
  return laterBlock(oldest, config.networkImmunityBlocks)
}

/** The first block after the last founding in which another is let in; 0 before the first. */
export function nextFoundingBlock({ state, config }: Pick<Founding, 'state' | 'config'>): BlockNumber {
  const { lastSubnetBlock } = state.chain
  return lastSubnetBlock === 0 ? 0 : laterBlock(lastSubnetBlock, config.networkRateLimitBlocks)
}

/** Netuids start at 1: 0 is root. */
function lowestFree(netuids: readonly Netuid[]): Netuid {
  let netuid = 1
  for (const taken of netuids) if (taken === netuid) netuid++
  return netuid
}
