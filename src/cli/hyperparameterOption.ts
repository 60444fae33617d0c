import { check, custom, nearest } from '../checks/index.js'
import { describeHyperparameters, type Hyperparameters, someHyperparametersShape } from '../ledger/index.js'
import { checkOption } from './options.js'
import { UsageError } from './UsageError.js'

type Value = number | bigint | boolean

/**
 * Hyperparameters given as `NAME=VALUE`, each value read as its kind: a whole number, or true or false.
 *
 * @throws UsageError naming the option, for a name that is none and a value that it cannot have.
 */
export function hyperparametersFrom(option: string, given: readonly string[]): Partial<Hyperparameters> {
  const values = new Map<string, Value>()
  for (const text of given) {
    const at = text.indexOf('=')
    const name = at < 0 ? text : text.slice(0, at)
    const reference = referenceOf(option, name)
    if (values.has(name)) throw new UsageError({ field: `--${option} ${name}`, problem: 'it is given twice' })
    values.set(
      name,
      checkOption(option, text, () => readValue(name, reference, at < 0 ? '' : text.slice(at + 1))),
    )
  }
  return Object.fromEntries(values)
}

function referenceOf(option: string, name: string): Value {
  const known = describeHyperparameters()
  const found = known.find((one) => one.name === name)
  if (found !== undefined) return found.reference
  const like = nearest(
    known.map((one): string => one.name),
    name,
  )
  const hint = like === undefined ? 'see subnetkit hyperparameters' : `did you mean ${like}?`
  throw new UsageError({ field: `--${option}`, problem: `no hyperparameter has this name; ${hint}` })
}

function readValue(name: string, reference: Value, text: string): Value {
  const value = readAs(typeof reference, text)
  const kind = typeof reference === 'boolean' ? 'true or false' : 'a whole number'
  check(
    name,
    custom(`Pass ${kind}, such as ${name}=${reference}.`, (read) => read !== undefined),
    value,
  )
  check('hyperparameters', someHyperparametersShape, { [name]: value })
  return value as Value
}

function readAs(kind: string, text: string): Value | undefined {
  if (kind === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined
  if (!/^-?\d{1,40}$/.test(text)) return undefined
  return kind === 'bigint' ? BigInt(text) : Number(text)
}
