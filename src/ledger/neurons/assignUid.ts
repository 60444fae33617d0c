import { asHotkey, type Netuid, type Uid } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { uidToReplace } from '../rules/uidToReplace.js'
import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { neurons, SERVED_TABLES, uids, weights } from '../state/tables.js'
import { clearUid, MAIN_MECHANISM, withEntry } from './columns.js'
import { clearBondsRow } from './matrices.js'
import { replacement } from './replacement.js'

/** Where a newcomer goes: a new uid, or that of a neuron which has to leave. */
export type UidPlace = { readonly kind: 'append' | 'replace'; readonly uid: Uid }

/** The place for one more neuron; `null` when the subnet is full and nobody may be replaced. PERF: O(n) when full. */
export function findUidPlace(
  { state, block }: Pick<BlockContext, 'state' | 'block'>,
  netuid: Netuid,
): UidPlace | null {
  const { maxAllowedUids, minNonImmuneUids } = state.hyperparameters(netuid)
  const n = state.n(netuid)
  if (n < maxAllowedUids) return { kind: 'append', uid: n }
  const { candidates, ...rule } = replacement(state, netuid, block)
  const uid = uidToReplace(candidates, { ...rule, minNonImmuneUids })
  return uid === null ? null : { kind: 'replace', uid }
}

/**
 * Gives a hotkey its uid. Whoever had it loses membership, axon, weights and bonds; others' weights on the uid
 * become 0, and their bonds to it are masked by the next epoch. Stake stays where it is. The owner hotkey of the subnet is not driven out:
 * where its turn comes, nothing happens, and the newcomer has no uid.
 *
 * @source spec: `spec/chain.md` 5.3
 */
export function assignUid(
  context: BlockContext,
  netuid: Netuid,
  { kind, uid }: UidPlace,
  hotkey: AccountId,
): void {
  const { state, block } = context
  if (kind === 'replace') {
    if (isOwnerHotkey(state, netuid, uid)) return
    removeNeuron(context, netuid, uid)
  }
  const before = state.getOrBlank(neurons, netuid)
  const n = Math.max(before.hotkey.length, uid + 1)
  state.set(neurons, [netuid], {
    hotkey: kind === 'append' ? [...before.hotkey, hotkey] : before.hotkey.with(uid, hotkey),
    registeredAtBlock: withEntry(before.registeredAtBlock, n, uid, block),
  })
  clearUid(state, netuid, uid, { n, block })
  state.set(uids, [netuid, hotkey], uid)
}

/** Whether a uid is that of the subnet's owner hotkey. */
export function isOwnerHotkey(state: LedgerState, netuid: Netuid, uid: Uid): boolean {
  return state.hotkeys(netuid)[uid] === state.subnet(netuid).ownerHotkey
}

function removeNeuron(context: BlockContext, netuid: Netuid, uid: Uid): void {
  const { state } = context
  const hotkey = state.hotkeys(netuid)[uid] as AccountId
  state.delete(uids, netuid, hotkey)
  for (const table of SERVED_TABLES) state.delete(table, netuid, uid)
  const { mechanismCount } = state.hyperparameters(netuid)
  for (let mechanism = MAIN_MECHANISM; mechanism < mechanismCount; mechanism++) {
    state.delete(weights, netuid, mechanism, uid)
    clearBondsRow(state, netuid, mechanism, uid)
  }
  for (const [key, row] of state.range(weights, netuid)) {
    const at = row.uids.indexOf(uid)
    if (at >= 0) state.set(weights, key, { uids: row.uids, values: row.values.with(at, 0) })
  }
  context.emit('NeuronReplaced', netuid, { uid, hotkey: asHotkey(state.addressOf(hotkey)) })
}
