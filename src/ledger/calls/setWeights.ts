import { asHotkey, type Netuid } from '../../units/index.js'
import type { BlockContext, RefusalOf } from '../BlockContext.js'
import { stakeWeightRao } from '../children/stakeWeight.js'
import { holds } from '../events.js'
import { MAIN_MECHANISM } from '../neurons/columns.js'
import {
  checkSetWeights,
  type SetWeightsFacts,
  WEIGHTS_REFUSALS,
  whyTooFast,
  whyTooLittleStake,
} from '../rules/checkSetWeights.js'
import { maxUpscaledWeights } from '../rules/maxUpscaledWeights.js'
import type { AccountId } from '../state/account.js'
import { epochs, lastUpdates, weights } from '../state/tables.js'
import { defineCall } from './defineCall.js'
import { u16Field, u16ListField, wholeField } from './fields.js'

const GUARD_REFUSALS = ['NotEnoughStakeToSetWeights', 'SettingWeightsTooFast'] as const

/**
 * Stores what a validator says of the others. Its registered hotkey signs it.
 *
 * @source spec: `spec/chain.md` 8.1
 */
export const setWeights = defineCall({
  fields: {
    netuid: u16Field,
    uids: u16ListField,
    values: u16ListField,
    versionKey: wholeField(Number.MAX_SAFE_INTEGER),
  },
  events: { WeightsSet: { uid: holds.uid, hotkey: holds.hotkey, count: holds.count } },
  refuses: [...GUARD_REFUSALS, ...WEIGHTS_REFUSALS],
  apply(context, signer, { netuid, ...call }) {
    const facts = factsFor(context, netuid, signer)
    const stopped = context.isGuarded ? guard(facts) : null
    if (stopped !== null) return stopped
    const refused = checkSetWeights(facts, call)
    if (refused !== null) return refused
    const { state, block } = context
    const uid = facts.uid!
    state.set(weights, [netuid, MAIN_MECHANISM, uid], {
      uids: call.uids,
      values: maxUpscaledWeights(call.values),
    })
    state.setCell(lastUpdates, [netuid, MAIN_MECHANISM], 'block', uid, block)
    context.emit('WeightsSet', netuid, {
      uid,
      hotkey: asHotkey(state.addressOf(signer)),
      count: call.uids.length,
    })
    return null
  },
})

/**
 * The reference chain's guards come before the call itself, in the pool and again in the block. Where weights are hidden first, nobody is told that
 * plain ones came too soon.
 */
function guard(facts: SetWeightsFacts): RefusalOf<(typeof GUARD_REFUSALS)[number]> | null {
  const poor = whyTooLittleStake(facts)
  if (poor !== null) return poor
  return facts.commitRevealEnabled || facts.uid === null ? null : whyTooFast(facts)
}

function factsFor(context: BlockContext, netuid: Netuid, signer: AccountId): SetWeightsFacts {
  const { state, config, block } = context
  const subnet = state.findSubnet(netuid)
  const uid = subnet === undefined ? undefined : state.uidOf(netuid, signer)
  const hyperparameters = subnet === undefined ? config.hyperparameters : state.hyperparameters(netuid)
  return {
    commitRevealEnabled: hyperparameters.commitRevealEnabled,
    weightsVersionKey: hyperparameters.weightsVersionKey,
    weightsSetRateLimitBlocks: hyperparameters.weightsSetRateLimitBlocks,
    minAllowedWeights: hyperparameters.minAllowedWeights,
    netuid,
    hotkey: asHotkey(state.addressOf(signer)),
    block,
    isRoot: netuid === 0,
    subnetExists: subnet !== undefined,
    n: state.n(netuid),
    uid: uid ?? null,
    isOwnerUid: uid !== undefined && subnet?.ownerHotkey === signer,
    hasEnoughStake:
      config.stakeThresholdRao === 0n ||
      stakeWeightRao(state, config, netuid, signer) >= config.stakeThresholdRao,
    stakeThresholdRao: config.stakeThresholdRao,
    hasPermit: uid !== undefined && state.get(epochs, netuid)?.validatorPermit[uid] === 1,
    lastUpdate: uid === undefined ? 0 : (state.get(lastUpdates, netuid, MAIN_MECHANISM)?.block[uid] ?? 0),
  }
}
