import type { BlockNumber, Netuid } from '../../units/index.js'
import type { ProtectionRule, ReplacementCandidate } from '../rules/uidToReplace.js'
import type { LedgerState } from '../state/LedgerState.js'
import { epochs, neurons } from '../state/tables.js'
import { ownerOf } from './hotkeys.js'

/** What decides which neurons of a subnet may be driven out now. PERF: a look-up per neuron. */
export function replacement(
  state: LedgerState,
  netuid: Netuid,
  block: BlockNumber,
): ProtectionRule & { readonly candidates: readonly ReplacementCandidate[] } {
  const { owner, ownerHotkey } = state.subnet(netuid)
  const { immunityPeriodBlocks, ownerImmuneUidsLimit } = state.hyperparameters(netuid)
  const { emissionAlpha } = state.required(epochs, netuid)
  const { hotkey, registeredAtBlock } = state.required(neurons, netuid)
  return {
    block,
    immunityPeriodBlocks,
    ownerImmuneUidsLimit,
    ownerHotkeyUid: state.uidOf(netuid, ownerHotkey) ?? null,
    candidates: hotkey.map((key, uid) => ({
      uid,
      registeredAtBlock: registeredAtBlock[uid] ?? 0,
      emissionAlpha: emissionAlpha[uid] ?? 0n,
      isSubnetOwners: ownerOf(state, key) === owner,
    })),
  }
}
