import { blocksUntilNextEpoch } from '../../emission/index.js'
import type { Netuid } from '../../units/index.js'
import { type BlockContext, refuse } from '../BlockContext.js'
import {
  BOUND_REFUSALS,
  type HyperparameterName,
  hyperparameterNamed,
  type OwnerRule,
} from '../rules/hyperparameters.js'
import { scheduleOf } from '../state/schedule.js'
import { clocks, hyperparameters, ownerChanges } from '../state/tables.js'
import { defineCall } from './defineCall.js'
import { u16Field } from './fields.js'
import { HYPERPARAMETER_EVENTS, nameField, type Value, valueField } from './hyperparameterFields.js'

/**
 * Changes a hyperparameter of a subnet. Its owner signs it. Setting the tempo starts its cycle anew.
 *
 * @source spec: `spec/chain.md` 1.2, 6.7
 */
export const setHyperparameter = defineCall({
  fields: { netuid: u16Field, name: nameField, value: valueField },
  events: HYPERPARAMETER_EVENTS,
  refuses: [
    'BadOrigin',
    'TxRateLimitExceeded',
    'AdminActionProhibitedDuringWeightsWindow',
    ...BOUND_REFUSALS,
  ],
  apply(context, signer, { netuid, name, value }) {
    const { state, config, block } = context
    const subnet = state.findSubnet(netuid)
    const rule = hyperparameterNamed(name)?.owner ?? null
    // Root's own items, and subnets of others: in the reference both fail on the origin.
    if (subnet === undefined || subnet.owner !== signer || rule === null) {
      return refuse('BadOrigin', 'Only the owner of a subnet may change it, and not everything.')
    }
    if (isTooSoon(context, netuid, name, rule)) {
      return refuse('TxRateLimitExceeded', `${name} was changed a short while ago.`)
    }
    if (isFrozen(context, netuid)) {
      return refuse('AdminActionProhibitedDuringWeightsWindow', 'An epoch is about to run.')
    }
    const current = state.hyperparameters(netuid)
    if (typeof value !== typeof current[name]) return refuse('InvalidValue', `${name} has another type.`)
    const error = rule.refuses(value, { current, config, n: state.n(netuid) })
    if (error !== null) return refuse(error, `${String(value)} is out of bounds for ${name}.`)
    state.set(hyperparameters, [netuid], { ...current, [name]: value })
    const { changedAtBlock } = state.getOrBlank(ownerChanges, netuid)
    state.set(ownerChanges, [netuid], { changedAtBlock: { ...changedAtBlock, [rule.clock ?? name]: block } })
    if (name === 'tempoBlocks') state.setRow(clocks, netuid, { lastEpochBlock: block })
    context.emit('HyperparameterSet', netuid, { name, value })
    return null
  },
})

/** The first change is free. */
function isTooSoon(
  { state, config, block }: BlockContext,
  netuid: Netuid,
  name: HyperparameterName,
  rule: OwnerRule<Value>,
): boolean {
  const changedAt = state.getOrBlank(ownerChanges, netuid).changedAtBlock[rule.clock ?? name]
  const limit = rule.limit?.(config) ?? { per: 'tempos', count: config.ownerHyperparamRateLimitTempos }
  if (changedAt === undefined || limit.per === 'never limited') return false
  const blocks = limit.count * (limit.per === 'tempos' ? state.hyperparameters(netuid).tempoBlocks : 1)
  return block - changedAt < blocks
}

/** Shortly before an epoch nothing may change, so that nobody is surprised by it. */
function isFrozen({ state, config, block }: BlockContext, netuid: Netuid): boolean {
  const schedule = scheduleOf(state, netuid)
  const remaining = blocksUntilNextEpoch(schedule, block)
  if (remaining === null || config.adminFreezeWindowBlocks === 0) return false
  return schedule.pendingEpochAtBlock > block || remaining < config.adminFreezeWindowBlocks
}
