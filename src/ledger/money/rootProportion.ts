import { rootProportionBits } from '../../emission/index.js'
import { saturatedU64 } from '../../math/index.js'
import type { Netuid } from '../../units/index.js'
import type { ChainConfig } from '../config.js'
import { ROOT } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { reserves } from '../state/tables.js'
import { waitingAlpha } from './reservoirs.js'

/** Root's part of a subnet's validator dividends as its pool stands now, times 2^32. */
export function rootProportionOf(state: LedgerState, { taoWeightU64 }: ChainConfig, netuid: Netuid): bigint {
  return rootProportionBits({
    rootTaoRao: state.cell(reserves, ROOT, 'subnetTaoRao'),
    alphaIn: state.cell(reserves, netuid, 'alphaIn'),
    alphaOut: saturatedU64(state.cell(reserves, netuid, 'alphaOut') + waitingAlpha(state, netuid)),
    taoWeightU64,
  })
}
