import { isLocked } from '../commitments/CommitmentField.js'
import { QUOTA_BYTES } from '../commitments/commit.js'
import { commitmentReveals, commitmentSpaces, commitments } from '../state/commitmentTables.js'
import type { LedgerState } from '../state/LedgerState.js'
import { isKnownRound } from '../timelocks/pulses.js'

/**
 * Whoever committed used some of the quota and no more than there is; a commitment whose field could be opened is ready, so that a block looks at it; and reveals
 * have an order. All of subnets that there are. PERF: every commitment.
 */
export function brokenCommitments(state: LedgerState): string[] {
  const { block } = state.chain
  const broken: string[] = []
  for (const [[netuid, hotkey], record] of state.range(commitments)) {
    const { fields, isReady, block: committedAt } = record
    const isDue = fields.some((field) => isLocked(field) && isKnownRound(state, field.revealRound))
    const isSound = committedAt <= block && (isReady || !isDue) && (!isReady || fields.some(isLocked))
    if (!isSound || state.get(commitmentSpaces, netuid, hotkey) === undefined) {
      broken.push(`the commitment of ${hotkey} on subnet ${netuid} cannot be`)
    }
  }
  for (const [[netuid, hotkey], { usedBytes }] of state.range(commitmentSpaces)) {
    if (usedBytes > 0 && usedBytes <= QUOTA_BYTES && state.findSubnet(netuid) !== undefined) continue
    broken.push(`${hotkey} used ${usedBytes} bytes of its quota on subnet ${netuid}`)
  }
  for (const [[netuid, hotkey], reveals] of state.range(commitmentReveals)) {
    const isSound = reveals.length > 0 && reveals.every((one, at) => isAfter(one, reveals[at - 1], block))
    if (isSound && state.get(commitmentSpaces, netuid, hotkey) !== undefined) continue
    broken.push(`the reveals of ${hotkey} on subnet ${netuid} cannot be`)
  }
  return broken
}

interface At {
  readonly block: number
}

function isAfter({ block }: At, before: At | undefined, head: number): boolean {
  return block <= head && block >= (before?.block ?? 0)
}
