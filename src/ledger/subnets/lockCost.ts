import { blockEmissionRao } from '../../emission/index.js'
import type { BlockNumber, Rao } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { subnetLockCostRao } from '../rules/subnetLockCost.js'

/** What registering a subnet costs at a block, if no other comes before. */
export function lockCostRao(
  { state, config }: Pick<BlockContext, 'state' | 'config'>,
  block: BlockNumber,
): Rao {
  const { lastLockRao, lastLockBlock, totalIssuanceRao } = state.chain
  return subnetLockCostRao(
    {
      lastLockRao: lastLockBlock === 0 ? config.networkMinLockRao : lastLockRao,
      lastLockBlock,
      minLockRao: config.networkMinLockRao,
      lockReductionIntervalBlocks: config.lockReductionIntervalBlocks,
    },
    block,
    blockEmissionRao(totalIssuanceRao),
  )
}
