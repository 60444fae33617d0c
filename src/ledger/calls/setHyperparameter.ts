import type { Netuid } from '../../units/index.js'
import { type BlockContext, refuse } from '../BlockContext.js'
import { hyperparameterNamed, REFERENCE_HYPERPARAMETERS } from '../rules/hyperparameters.js'
import { isRoot } from '../rules/isRoot.js'
import type { SetBy } from '../rules/settingRule.js'
import { SETTING_REFUSALS, type SettingFacts, whyNotSet } from '../rules/whyNotSet.js'
import { type AccountId, ROOT } from '../state/account.js'
import { noteOwnerChange, ownerChangedAt } from '../state/ownerChange.js'
import { scheduleOf } from '../state/schedule.js'
import { clocks, hyperparameters } from '../state/tables.js'
import { defineCall } from './defineCall.js'
import { u16Field } from './fields.js'
import { HYPERPARAMETER_EVENTS, nameField, valueField } from './hyperparameterFields.js'

/**
 * Changes a hyperparameter of a subnet. Its owner signs it, or root, who may set more. Setting the tempo starts its cycle anew.
 *
 * @source spec: `spec/chain.md` 1.2, 6.7
 */
export const setHyperparameter = defineCall({
  fields: { netuid: u16Field, name: nameField, value: valueField },
  events: HYPERPARAMETER_EVENTS,
  refuses: SETTING_REFUSALS,
  apply(context, signer, { netuid, name, value }) {
    const { state, config, block } = context
    const by = setterOf(context, netuid, signer)
    if (by === null) return refuse('BadOrigin', 'Only the owner of a subnet and root may change it.')
    const rule = hyperparameterNamed(name)?.rule
    const clock = rule?.clock ?? name
    const refused = whyNotSet(name, value, factsOf(context, netuid, by, clock))
    if (refused !== null) return refused
    state.set(hyperparameters, [netuid], { ...state.hyperparameters(netuid), [name]: value })
    const isLimited = rule?.limit?.(config).per !== 'never limited'
    if (by === 'owner' && isLimited) noteOwnerChange(state, netuid, clock, block)
    if (name === 'tempoBlocks') state.setRow(clocks, netuid, { lastEpochBlock: block })
    context.emit('HyperparameterSet', netuid, { name, value })
    return null
  },
})

function setterOf(context: BlockContext, netuid: Netuid, signer: AccountId): SetBy | null {
  if (isRoot(context, signer)) return 'root'
  return context.state.findSubnet(netuid)?.owner === signer ? 'owner' : null
}

function factsOf(
  { state, config, block }: BlockContext,
  netuid: Netuid,
  by: SetBy,
  clock: string,
): SettingFacts {
  if (state.findSubnet(netuid) === undefined) return { ...NO_SUBNET, by, config, block }
  return {
    by,
    config,
    block,
    exists: true,
    isRootSubnet: netuid === ROOT,
    n: state.n(netuid),
    current: state.hyperparameters(netuid),
    schedule: scheduleOf(state, netuid),
    changedAtBlock: ownerChangedAt(state, netuid, clock),
  }
}

/** What the reference reads of a subnet that is not there: defaults, and an epoch that has been due since block 360. */
const NO_SUBNET = {
  exists: false,
  isRootSubnet: false,
  n: 0,
  current: REFERENCE_HYPERPARAMETERS,
  schedule: {
    tempoBlocks: REFERENCE_HYPERPARAMETERS.tempoBlocks,
    lastEpochBlock: 0,
    pendingEpochAtBlock: 0,
    blocksSinceLastStep: 0,
  },
  changedAtBlock: undefined,
}
