import type { Netuid } from '../../units/index.js'
import { type BlockContext, refuse } from '../BlockContext.js'
import { hotkeyAlpha } from '../money/stake.js'
import { epochColumns } from '../neurons/assignUid.js'
import { checkSetWeights, isSettingTooFast, type SetWeightsFacts } from '../rules/checkSetWeights.js'
import { maxUpscaledWeights } from '../rules/maxUpscaledWeights.js'
import { type AccountId, neuronId } from '../state/records.js'
import { weightsTable } from '../state/tables.js'
import type { Refusal } from '../types.js'
import { defineCall } from './defineCall.js'
import { u16Field, u16ListField, wholeField } from './fields.js'

/**
 * Stores what a validator says of the others.
 *
 * @source spec: `spec/chain.md` 8.1
 */
export const setWeights = defineCall({
  name: 'setWeights',
  fields: {
    netuid: u16Field,
    uids: u16ListField,
    values: u16ListField,
    versionKey: wholeField(Number.MAX_SAFE_INTEGER),
  },
  apply(context, signer, { netuid, ...call }) {
    const facts = factsFor(context, netuid, signer)
    const stopped = guard(facts)
    if (stopped !== null) return stopped
    const error = checkSetWeights(facts, call)
    if (error !== null) return refuse(error, 'The weights do not keep the rules of the subnet.')
    const { state, block } = context
    const uid = facts.uid!
    state.store.set(weightsTable, neuronId(netuid, uid), {
      uids: Uint16Array.from(call.uids),
      values: Uint16Array.from(maxUpscaledWeights(call.values)),
    })
    state.setNeuron(netuid, uid, { lastUpdate: block })
    context.emit('WeightsSet', netuid, { uid, hotkey: state.addressOf(signer), count: call.uids.length })
    return null
  },
})

/** The reference chain's guards come before the call itself, in the pool and again in the block. */
function guard(facts: SetWeightsFacts): Refusal | null {
  if (!facts.hasEnoughStake && !facts.isOwnerUid) {
    return refuse('NotEnoughStakeToSetWeights', 'The hotkey has less than the stake threshold.')
  }
  if (facts.uid !== null && isSettingTooFast(facts)) {
    return refuse(
      'SettingWeightsTooFast',
      `The next weights are welcome at block ${facts.lastUpdate + facts.weightsSetRateLimitBlocks}.`,
    )
  }
  return null
}

function factsFor(context: BlockContext, netuid: Netuid, signer: AccountId): SetWeightsFacts {
  const { state, config, block } = context
  const subnet = state.findSubnet(netuid)
  const uid = subnet === undefined ? undefined : state.uidOf(netuid, signer)
  const hyperparameters = subnet?.hyperparameters ?? config.hyperparameters
  return {
    ...hyperparameters,
    block,
    isRoot: netuid === 0,
    subnetExists: subnet !== undefined,
    n: subnet?.n ?? 0,
    uid: uid ?? null,
    isOwnerUid: uid !== undefined && subnet?.ownerHotkey === signer,
    hasEnoughStake: hotkeyAlpha(state, netuid, signer) >= config.stakeThresholdRao,
    hasPermit: uid !== undefined && epochColumns(context, netuid).validatorPermit[uid] === 1,
    lastUpdate: uid === undefined ? 0 : state.neuron(netuid, uid).lastUpdate,
  }
}
