import type { BlockContext } from '../BlockContext.js'
import { noteUpdate } from '../neurons/columns.js'
import {
  checkSetWeights,
  checkWeights,
  type OpenWeightsRefusal,
  type SetWeightsCall,
  type SetWeightsFacts,
  type WeightsRefusal,
} from '../rules/checkSetWeights.js'
import { maxUpscaledWeights } from '../rules/maxUpscaledWeights.js'
import { fullRow, isFullRow } from '../state/fullRows.js'
import { weights } from '../state/tables.js'

/**
 * Stores what a hotkey says of the others in place of what it said before, if the row keeps the rules. Where weights are hidden first, it counts as
 * said when it was committed.
 *
 * @param facts - of the hotkey, the subnet and the mechanism.
 * @returns why the row is refused, and then nothing is changed.
 * @source spec: `spec/chain.md` 8.1
 */
export function storeWeights(
  context: BlockContext,
  facts: SetWeightsFacts,
  row: SetWeightsCall,
): WeightsRefusal | null {
  const refused = checkWeights(facts, row)
  if (refused === null) keepRow(context, facts, row)
  return refused
}

/** The same of weights that nobody hid, where the subnet does not ask to hide them. */
export function storeOpenWeights(
  context: BlockContext,
  facts: SetWeightsFacts,
  row: SetWeightsCall,
): OpenWeightsRefusal | null {
  const refused = checkSetWeights(facts, row)
  if (refused === null) keepRow(context, facts, row)
  return refused
}

function keepRow({ state, block, emit }: BlockContext, facts: SetWeightsFacts, row: SetWeightsCall): void {
  const { netuid, mechanism, hotkey } = facts
  const uid = facts.uid as number
  const uids = isFullRow(row.uids) ? fullRow(row.uids.length) : row.uids
  const values = maxUpscaledWeights(row.values)
  state.set(weights, [netuid, mechanism, uid], { uids, values })
  if (!facts.commitRevealEnabled) noteUpdate(state, netuid, mechanism, uid, block)
  emit('WeightsSet', netuid, { mechanism, uid, hotkey, count: row.uids.length })
}
