import type { Netuid } from '../../units/index.js'
import type { ChainConfig } from '../config.js'
import { hotkeyAlpha } from '../money/stake.js'
import { lastUpdatesOf, MAIN_MECHANISM, padded } from '../neurons/columns.js'
import { copiedRows, storedBonds, storedWeights } from '../neurons/matrices.js'
import type { LedgerState } from '../state/LedgerState.js'
import { axons, clocks, epochs, incentives, neurons } from '../state/tables.js'
import type { MetagraphView } from '../types.js'

/**
 * A subnet's neurons in columns of their own: copies, so that nobody writes into the state. Weights, bonds, incentives and last updates are those
 * of one mechanism, all else is the subnet's. PERF: O(n + weights + bonds), however many stake to its neurons or lend to them.
 */
export function metagraphView(
  state: LedgerState,
  config: ChainConfig,
  netuid: Netuid,
  mechanism = MAIN_MECHANISM,
): MetagraphView {
  const { lastEpochBlock, epochIndex } = state.row(clocks, netuid)
  const { hotkey, hotkeyAddress, coldkeyAddress } = state.members(netuid, config.defaultTakeU16)
  const n = hotkey.length
  const decided = state.required(epochs, netuid)
  return {
    netuid,
    block: state.chain.block,
    n,
    ownerUid: state.uidOf(netuid, state.subnet(netuid).ownerHotkey) ?? null,
    tempoBlocks: state.hyperparameters(netuid).tempoBlocks,
    lastEpochBlock,
    epochIndex,
    hotkey: hotkeyAddress.slice(),
    coldkey: coldkeyAddress.slice(),
    axon: axonsOf(state, netuid, n),
    registeredAtBlock: state.required(neurons, netuid).registeredAtBlock.slice(),
    lastUpdate: lastUpdatesOf(state, netuid, mechanism, n),
    active: decided.active.slice(),
    validatorPermit: decided.validatorPermit.slice(),
    stakeAlpha: BigUint64Array.from(hotkey, (key) => hotkeyAlpha(state, netuid, key)),
    stakeWeightU16: decided.stakeWeightU16.slice(),
    consensusU16: decided.consensusU16.slice(),
    incentiveU16: padded(state.getOrBlank(incentives, netuid, mechanism).incentiveU16, n),
    dividendsU16: decided.dividendsU16.slice(),
    validatorTrustU16: decided.validatorTrustU16.slice(),
    emissionAlpha: decided.emissionAlpha.slice(),
    weights: storedWeights(state, netuid, mechanism),
    bonds: copiedRows(storedBonds(state, netuid, mechanism)),
  }
}

function axonsOf(state: LedgerState, netuid: Netuid, n: number): MetagraphView['axon'] {
  const served = new Array<MetagraphView['axon'][number]>(n).fill(null)
  for (const [[, uid], { ip, port }] of state.range(axons, netuid)) served[uid] = { host: ip, port }
  return served
}
