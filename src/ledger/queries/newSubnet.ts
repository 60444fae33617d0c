import type { BlockNumber, Netuid, Rao } from '../../units/index.js'
import { lockCostRao } from '../subnets/lockCost.js'
import { firstMortalBlock, nextFoundingBlock, subnetPlace } from '../subnets/subnetPlace.js'
import { defineQuery } from './defineQuery.js'

/** What founding a subnet would come to in the next block. */
export interface NewSubnetView {
  /** What the next block asks for it. The founder locks it: it becomes the subnet's pool. */
  readonly lockRao: Rao
  /** The number it would get; `null` where there are as many as there may be, and all are immune. */
  readonly netuid: Netuid | null
  /** The subnet that would end for it; `null` for none. */
  readonly prunedNetuid: Netuid | null
  /** First block in which one can be registered: the next, unless the last one was too recent or all are immune until then. */
  readonly fromBlock: BlockNumber
}

/** What a new subnet costs now, and which one would end for it. PERF: a step per subnet. */
export const newSubnet = defineQuery({}, ({ state, config }): NewSubnetView => {
  const block = state.chain.block + 1
  const founding = { state, config, block }
  const place = subnetPlace(founding)
  return {
    lockRao: lockCostRao(founding, block),
    netuid: place?.netuid ?? null,
    prunedNetuid: place?.pruned ?? null,
    fromBlock: Math.max(
      block,
      config.networkRegistrationStartBlock,
      nextFoundingBlock(founding),
      place === null ? firstMortalBlock(founding) : 0,
    ),
  }
})
