import { blockEmissionRao } from '../../emission/index.js'
import type { Rao } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { subnetLockCostRao } from '../rules/subnetLockCost.js'

/** What registering a subnet costs now. */
export function lockCostRao({ state, config, block }: BlockContext): Rao {
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
