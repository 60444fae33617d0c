import { custom } from '../../checks/index.js'
import type { CanonicalValue } from '../../codec/index.js'
import { eventField } from '../events.js'
import type { HyperparameterName } from '../rules/hyperparameters.js'
import type { Value } from '../rules/whyNotSet.js'
import { type Field, textField } from './fields.js'

/** What setting one records, whoever may. */
export const HYPERPARAMETER_EVENTS = {
  HyperparameterSet: {
    name: eventField<HyperparameterName>('HyperparameterName'),
    value: eventField<Value>('number, bigint or boolean'),
  },
}

/** Most digits of a big number: 3 as U64F64 has 20. */
const MAX_DIGITS = 40

/** A number or switch as it is, a big number as decimal text: multipliers have more than 64 bits. */
export const valueField: Field<Value, Value> = {
  type: 'number | bigint | boolean',
  holds: 'of the type and within the bounds that `describeHyperparameters` states',
  says: 'What the hyperparameter is from now on.',
  check: custom(
    'Pass a number, a bigint of at least 0n, true or false.',
    (value) =>
      typeof value === 'boolean' ||
      (typeof value === 'number'
        ? Number.isFinite(value) && !Object.is(value, -0)
        : typeof value === 'bigint' && value >= 0n && value < 10n ** BigInt(MAX_DIGITS)),
  ),
  encode: (value) => (typeof value === 'bigint' ? value.toString() : value),
  decode(value: CanonicalValue) {
    if (typeof value === 'number' || typeof value === 'boolean') return value
    if (typeof value !== 'string' || value.length > MAX_DIGITS) return undefined
    return /^(0|[1-9]\d*)$/.test(value) ? BigInt(value) : undefined
  },
}

/** A hyperparameter's name: whether there is one of it is for the call to say. */
export const nameField: Field<HyperparameterName, HyperparameterName> = {
  ...textField<HyperparameterName>(64),
  type: 'HyperparameterName',
  holds: 'a name that `describeHyperparameters` lists',
  says: 'Which hyperparameter.',
}
