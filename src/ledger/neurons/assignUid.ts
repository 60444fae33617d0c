import type { Netuid, Uid } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { uidToReplace } from '../rules/uidToReplace.js'
import { type AccountId, type EpochColumns, memberId, neuronId } from '../state/records.js'
import { epochTable, neuronTable, uidTable, weightsTable } from '../state/tables.js'
import { clearBondsRow } from './bonds.js'
import { ownerOf } from './hotkeys.js'

/** Where a newcomer goes: a new uid, or that of a neuron which has to leave. */
export type UidPlace = { readonly kind: 'append' | 'replace'; readonly uid: Uid }

/** The place for one more neuron; `null` when the subnet is full and nobody may be replaced. PERF: O(n) when full. */
export function findUidPlace(context: BlockContext, netuid: Netuid): UidPlace | null {
  const { state, block } = context
  const { n, owner, ownerHotkey, hyperparameters } = state.subnet(netuid)
  if (hyperparameters.maxAllowedUids === 0) return null
  if (n < hyperparameters.maxAllowedUids) return { kind: 'append', uid: n }
  const { emissionRao } = epochColumns(context, netuid)
  const candidates = state.neurons(netuid).map(({ hotkey, registeredAtBlock }, uid) => ({
    uid,
    registeredAtBlock,
    emissionAlpha: emissionRao[uid]!,
    isSubnetOwners: ownerOf(state, hotkey) === owner,
  }))
  const uid = uidToReplace(candidates, {
    block,
    immunityPeriodBlocks: hyperparameters.immunityPeriodBlocks,
    minNonImmuneUids: hyperparameters.minNonImmuneUids,
    ownerImmuneUidsLimit: hyperparameters.ownerImmuneUidsLimit,
    ownerHotkeyUid: state.uidOf(netuid, ownerHotkey) ?? null,
  })
  return uid === null ? null : { kind: 'replace', uid }
}

/**
 * Gives a hotkey its uid. Whoever had it loses membership, axon, weights and bonds; others' weights on the uid
 * become 0, and their bonds to it are masked by the next epoch. Stake stays where it is.
 */
export function assignUid(
  context: BlockContext,
  netuid: Netuid,
  { kind, uid }: UidPlace,
  hotkey: AccountId,
): void {
  const { state, block } = context
  if (kind === 'replace') removeNeuron(context, netuid, uid)
  else state.setSubnet(netuid, { n: uid + 1 })
  resizeEpochColumns(context, netuid, uid)
  state.store.set(neuronTable, neuronId(netuid, uid), {
    hotkey,
    registeredAtBlock: block,
    lastUpdate: block,
    axon: null,
  })
  state.store.set(uidTable, memberId(netuid, hotkey), uid)
}

/** The subnet's columns; empty ones before the first neuron. */
export function epochColumns(context: BlockContext, netuid: Netuid): EpochColumns {
  return context.state.store.get(epochTable, String(netuid)) ?? blankColumns(0)
}

function removeNeuron(context: BlockContext, netuid: Netuid, uid: Uid): void {
  const { state } = context
  const { store } = state
  const { hotkey } = state.neuron(netuid, uid)
  store.delete(uidTable, memberId(netuid, hotkey))
  store.delete(weightsTable, neuronId(netuid, uid))
  clearBondsRow(state, netuid, uid)
  for (let other = 0; other < state.subnet(netuid).n; other++) {
    const row = store.get(weightsTable, neuronId(netuid, other))
    const at = row === undefined ? -1 : row.uids.indexOf(uid)
    if (row === undefined || at < 0) continue
    const values = row.values.slice()
    values[at] = 0
    store.set(weightsTable, neuronId(netuid, other), { uids: row.uids, values })
  }
  context.emit('NeuronReplaced', netuid, { uid, hotkey: state.addressOf(hotkey) })
}

/** Copies the columns with room for `uid`, its entries blank: nothing earned, active, no permit. */
function resizeEpochColumns(context: BlockContext, netuid: Netuid, uid: Uid): void {
  const before = epochColumns(context, netuid)
  const n = Math.max(before.active.length, uid + 1)
  const after = blankColumns(n)
  for (const name of Object.keys(after) as (keyof EpochColumns)[]) {
    const column = after[name]
    column.set(before[name] as never)
    if (column instanceof BigUint64Array) column[uid] = 0n
    else column[uid] = name === 'active' ? 1 : 0
  }
  context.state.store.set(epochTable, String(netuid), after)
}

function blankColumns(n: number): EpochColumns {
  return {
    active: new Uint8Array(n),
    validatorPermit: new Uint8Array(n),
    stakeWeightU16: new Uint16Array(n),
    consensusU16: new Uint16Array(n),
    incentiveU16: new Uint16Array(n),
    dividendsU16: new Uint16Array(n),
    validatorTrustU16: new Uint16Array(n),
    emissionRao: new BigUint64Array(n),
  }
}
