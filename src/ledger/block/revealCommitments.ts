import { asHotkey } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { type CommitmentReveal, MOST_REVEALS } from '../commitments/revealsColumn.js'
import { commitmentReveals, commitments } from '../state/commitmentTables.js'
import type { FieldReveals } from '../timelocks/planFieldReveals.js'

/**
 * Opens locked fields of commitments: of each hotkey the last texts are kept, what cannot be opened is gone, and a commitment without fields ends.
 *
 * @param planned - what {@link revealTimelocked} found at the begin of the block.
 * @source spec: `spec/chain.md` 9.4
 * PERF: each commitment that is opened.
 */
export function revealCommitments(context: BlockContext, planned: readonly FieldReveals[]): void {
  for (const one of planned) revealFields(context, one)
}

function revealFields(context: BlockContext, { netuid, hotkey, opened, isReady }: FieldReveals): void {
  const { state, block, timelocks, emit } = context
  const texts: CommitmentReveal[] = []
  for (const field of opened) {
    const text = timelocks.textOf(field)
    if (text !== null) texts.push({ block, text })
    emit(text === null ? 'CommitmentRevealFailed' : 'CommitmentRevealed', netuid, {
      hotkey: asHotkey(state.addressOf(hotkey)),
      revealRound: field.round,
    })
  }
  if (texts.length > 0) {
    const kept = [...state.getOrBlank(commitmentReveals, netuid, hotkey), ...texts]
    state.set(commitmentReveals, [netuid, hotkey], kept.slice(-MOST_REVEALS))
  }
  const places = new Set(opened.map(({ place }) => place))
  const before = state.required(commitments, netuid, hotkey)
  const fields = before.fields.filter((_, place) => !places.has(place))
  if (fields.length === 0) state.delete(commitments, netuid, hotkey)
  else if (places.size > 0 || before.isReady !== isReady) {
    state.set(commitments, [netuid, hotkey], { ...before, fields, isReady })
  }
}
