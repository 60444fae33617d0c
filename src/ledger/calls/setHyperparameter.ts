import { custom } from '../../checks/index.js'
import type { CanonicalValue } from '../../codec/index.js'
import { blocksUntilNextEpoch } from '../../emission/index.js'
import type { Netuid } from '../../units/index.js'
import { type BlockContext, refuse } from '../BlockContext.js'
import { OWNER_RULES, type OwnerRule } from '../rules/ownerHyperparameters.js'
import { scheduleOf } from '../state/schedule.js'
import type { HyperparameterName } from '../types.js'
import { defineCall } from './defineCall.js'
import { type Field, textField, u16Field } from './fields.js'

type Value = number | bigint | boolean

/** Most digits of a big number: 3 as U64F64 has 20. */
const MAX_DIGITS = 40

/** A number or switch as it is, a big number as decimal text: multipliers have more than 64 bits. */
const valueField: Field<Value, Value> = {
  check: custom(
    'Pass a number, a bigint of at least 0n, true or false.',
    (value) =>
      typeof value === 'boolean' ||
      (typeof value === 'number'
        ? Number.isFinite(value)
        : typeof value === 'bigint' && value >= 0n && value < 10n ** BigInt(MAX_DIGITS)),
  ),
  encode: (value) => (typeof value === 'bigint' ? value.toString() : value),
  decode(value: CanonicalValue) {
    if (typeof value === 'number' || typeof value === 'boolean') return value
    if (typeof value !== 'string' || value.length > MAX_DIGITS) return undefined
    return /^(0|[1-9]\d*)$/.test(value) ? BigInt(value) : undefined
  },
}

/**
 * Changes a hyperparameter of the signer's own subnet. Setting the tempo starts its cycle anew.
 *
 * @source spec: `spec/chain.md` 1.2, 6.7
 */
export const setHyperparameter = defineCall({
  name: 'setHyperparameter',
  fields: { netuid: u16Field, name: textField<HyperparameterName>(64), value: valueField },
  apply(context, signer, { netuid, name, value }) {
    const { state, config, block } = context
    const subnet = state.findSubnet(netuid)
    const rule = Object.hasOwn(OWNER_RULES, name) ? (OWNER_RULES[name] as OwnerRule<Value>) : undefined
    // Root's own items, and subnets of others: in the reference both fail on the origin.
    if (subnet === undefined || subnet.owner !== signer || rule === undefined) {
      return refuse('BadOrigin', 'Only the owner of a subnet may change it, and not everything.')
    }
    if (isTooSoon(context, netuid, rule)) {
      return refuse('TxRateLimitExceeded', `${name} was changed a short while ago.`)
    }
    if (isFrozen(context, netuid)) {
      return refuse('AdminActionProhibitedDuringWeightsWindow', 'An epoch is about to run.')
    }
    const current = subnet.hyperparameters
    if (typeof value !== typeof current[name]) return refuse('InvalidValue', `${name} has another type.`)
    const error = rule.check(value, { current, config, n: subnet.n })
    if (error !== null) return refuse(error, `${String(value)} is out of bounds for ${name}.`)
    state.setSubnet(netuid, {
      hyperparameters: { ...current, [name]: value },
      changedAtBlock: { ...subnet.changedAtBlock, [rule.item]: block },
    })
    if (name === 'tempoBlocks') state.setClock(netuid, { lastEpochBlock: block })
    context.emit('HyperparameterSet', netuid, { name, value })
    return null
  },
})

/** The first change is free. */
function isTooSoon({ state, config, block }: BlockContext, netuid: Netuid, rule: OwnerRule<Value>): boolean {
  const { changedAtBlock, hyperparameters } = state.subnet(netuid)
  const limit = rule.limit(config)
  const changedAt = changedAtBlock[rule.item]
  if (changedAt === undefined || limit.per === 'never limited') return false
  const blocks = limit.per === 'tempos' ? limit.count * hyperparameters.tempoBlocks : limit.count
  return block - changedAt < blocks
}

/** Shortly before an epoch nothing may change, so that nobody is surprised by it. */
function isFrozen({ state, config, block }: BlockContext, netuid: Netuid): boolean {
  const schedule = scheduleOf(state, netuid)
  const remaining = blocksUntilNextEpoch(schedule, block)
  if (remaining === null || config.adminFreezeWindowBlocks === 0) return false
  return schedule.pendingEpochAtBlock > block || remaining < config.adminFreezeWindowBlocks
}
