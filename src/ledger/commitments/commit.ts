import { asHotkey, type Netuid } from '../../units/index.js'
import { type BlockContext, type RefusalOf, refuse } from '../BlockContext.js'
import { clearBondsTowards } from '../neurons/matrices.js'
import type { AccountId } from '../state/account.js'
import { commitmentSpaces, commitments } from '../state/commitmentTables.js'
import type { LedgerState } from '../state/LedgerState.js'
import { clocks } from '../state/tables.js'
import { isKnownRound } from '../timelocks/pulses.js'
import { type CommitmentField, isLocked } from './CommitmentField.js'

/** What a hotkey may commit on a subnet between two epochs, in bytes. */
export const QUOTA_BYTES = 3_100
/** What each commitment counts as at least. */
const LEAST_BYTES = 100

/**
 * Replaces what a registered hotkey committed to on a subnet. Refused, bonds may be gone: the caller undoes it.
 *
 * @source spec: `spec/chain.md` 9.4
 * PERF: a look-up; where bonds are reset, the bonds of the subnet.
 */
export function commit(
  { state, block }: BlockContext,
  netuid: Netuid,
  signer: AccountId,
  fields: readonly CommitmentField[],
): RefusalOf<'AccountNotAllowedCommit' | 'SpaceLimitExceeded'> | null {
  const uid = state.findSubnet(netuid) === undefined ? undefined : state.uidOf(netuid, signer)
  const hotkey = asHotkey(state.addressOf(signer))
  if (uid === undefined) return refuse('AccountNotAllowedCommit', { netuid, hotkey })
  if (fields.some(({ kind }) => kind === 'ResetBondsFlag')) resetBonds(state, netuid, uid)
  const usedBytes = usedBytesOf(state, netuid, signer)
  const sum = fields.reduce((bytes, { data }) => bytes + data.length, 0)
  const costBytes = Math.max(LEAST_BYTES, sum)
  if (usedBytes + costBytes > QUOTA_BYTES) {
    return refuse('SpaceLimitExceeded', { netuid, costBytes, usedBytes, quotaBytes: QUOTA_BYTES })
  }
  const epochIndex = state.cell(clocks, netuid, 'epochIndex')
  state.set(commitmentSpaces, [netuid, signer], { epochIndex, usedBytes: usedBytes + costBytes })
  const isReady = fields.some((field) => isLocked(field) && isKnownRound(state, field.revealRound))
  state.set(commitments, [netuid, signer], { fields, block, isReady })
  return null
}

/** What a hotkey has committed on a subnet since its last epoch, in bytes. */
export function usedBytesOf(state: LedgerState, netuid: Netuid, hotkey: AccountId): number {
  const space = state.get(commitmentSpaces, netuid, hotkey)
  if (space === undefined || state.findSubnet(netuid) === undefined) return 0
  return space.epochIndex === state.cell(clocks, netuid, 'epochIndex') ? space.usedBytes : 0
}

function resetBonds(state: LedgerState, netuid: Netuid, uid: number): void {
  const { bondsResetEnabled, mechanismCount } = state.hyperparameters(netuid)
  if (!bondsResetEnabled) return
  for (let mechanism = 0; mechanism < mechanismCount; mechanism++) {
    clearBondsTowards(state, netuid, mechanism, uid)
  }
}
