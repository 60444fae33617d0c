import type { SparseRows } from '../../consensus/index.js'
import { assert } from '../../errors/index.js'
import type { Netuid } from '../../units/index.js'
import { hotkeyAlpha } from '../money/stake.js'
import { storedBonds, storedWeights } from '../neurons/bonds.js'
import { bytesOfF64, bytesOfU16, bytesOfU32, bytesOfU64 } from '../state/columns.js'
import type { LedgerState } from '../state/LedgerState.js'
import type { AccountId } from '../state/records.js'
import { epochTable, hotkeyTable } from '../state/tables.js'
import type { MetagraphView } from '../types.js'

/** A subnet's neurons as they travel. PERF: O(n + weights + bonds). */
export function metagraphView(state: LedgerState, netuid: Netuid): MetagraphView {
  const subnet = state.subnet(netuid)
  const { lastEpochBlock, epochIndex } = state.clock(netuid)
  const neurons = state.neurons(netuid)
  const columns = state.store.get(epochTable, String(netuid))
  assert(columns !== undefined, `subnet ${netuid} has no columns`)
  const ownerUid = state.uidOf(netuid, subnet.ownerHotkey) ?? null
  return {
    netuid,
    block: state.chain.block,
    n: subnet.n,
    ownerUid,
    tempoBlocks: subnet.hyperparameters.tempoBlocks,
    lastEpochBlock,
    epochIndex,
    hotkey: neurons.map(({ hotkey }) => state.addressOf(hotkey)),
    coldkey: neurons.map(({ hotkey }) => state.addressOf(ownerFor(state, hotkey))),
    axon: neurons.map(({ axon }) => (axon === null ? null : ([axon.ip, axon.port] as const))),
    registeredAtBlock: bytesOfF64(Float64Array.from(neurons, (neuron) => neuron.registeredAtBlock)),
    lastUpdate: bytesOfF64(Float64Array.from(neurons, (neuron) => neuron.lastUpdate)),
    active: columns.active.slice(),
    validatorPermit: columns.validatorPermit.slice(),
    stakeRao: bytesOfU64(BigUint64Array.from(neurons, ({ hotkey }) => hotkeyAlpha(state, netuid, hotkey))),
    stakeWeightU16: bytesOfU16(columns.stakeWeightU16),
    consensusU16: bytesOfU16(columns.consensusU16),
    incentiveU16: bytesOfU16(columns.incentiveU16),
    dividendsU16: bytesOfU16(columns.dividendsU16),
    validatorTrustU16: bytesOfU16(columns.validatorTrustU16),
    emissionRao: bytesOfU64(columns.emissionRao),
    weights: bytesOfRows(storedWeights(state, netuid)),
    bonds: bytesOfRows(storedBonds(state, netuid)),
  }
}

function bytesOfRows({ rowStart, column, value }: SparseRows): readonly [Uint8Array, Uint8Array, Uint8Array] {
  return [bytesOfU32(rowStart), bytesOfU16(column), bytesOfU16(value)]
}

function ownerFor(state: LedgerState, hotkey: AccountId): AccountId {
  const record = state.store.get(hotkeyTable, hotkey)
  assert(record !== undefined, 'a neuron without an owner')
  return record.owner
}
