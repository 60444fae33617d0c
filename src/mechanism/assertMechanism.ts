import {
  type Check,
  check,
  custom,
  durationMs,
  flag,
  func,
  oneOf,
  optional,
  text,
  wholeNumber,
} from '../checks/index.js'
import { encodeCanonical } from '../codec/index.js'
import { describeValue, InvalidArgumentError, printable, wordsOfThrown } from '../errors/index.js'
import { datasetList } from './datasets/Dataset.js'
import { IncentiveMechanism } from './IncentiveMechanism.js'
import { MechanismError, type MechanismMethod } from './MechanismError.js'
import type { ProtocolMechanism } from './ProtocolMechanism.js'
import { roundLimitsOf, roundLimitsShape } from './roundLimits.js'
import { assertSells, sellsShape } from './sells.js'

/** All tasks of a round are asked at once. */
const MAX_TASKS = 1_024

const METHODS: readonly MechanismMethod[] = [
  'initialState',
  'createTask',
  'play',
  'score',
  'weights',
  'forget',
  'pins',
]

const anInstance = custom(
  'Pass an instance of a mechanism, such as new MyMechanism().',
  (value) => typeof value === 'object' && value !== null,
)

const schema = custom('Pass a schema of a Standard Schema library, such as zod.', (value) => {
  const standard = (value as { '~standard'?: { validate?: unknown } } | null | undefined)?.['~standard']
  return typeof standard?.validate === 'function'
})

const synapseParts: { readonly [part: string]: Check } = {
  kind: oneOf(['unary']),
  name: text({ min: 1, max: 64 }),
  request: schema,
  answer: schema,
}

const aSynapse = custom('Make it with defineSynapse of subnetkit/synapse.', isObject)

/** What every mechanism has. What is no subclass may leave out `play`, `pins`, `roundLimits`, `datasets`, `sells` and `waits`. */
const mechanismParts: { readonly [part in keyof ProtocolMechanism]: Check } = {
  initialState: func,
  play: optional(func),
  score: func,
  forget: func,
  pins: optional(func),
  weights: func,
  tasksPerRound: wholeNumber({ min: 1, max: MAX_TASKS }),
  stateVersion: wholeNumber(),
  averageOver: wholeNumber({ min: 1 }),
  failuresTolerated: wholeNumber(),
  roundLimits: optional(roundLimitsShape),
  datasets: optional(datasetList),
  sells: optional(sellsShape),
  waits: optional(flag),
}

/** What one in the short form has besides; its synapse is looked at before. */
const shortFormParts: {
  readonly [part in Exclude<
    keyof IncentiveMechanism<unknown, unknown>,
    keyof ProtocolMechanism | 'synapse'
  >]: Check
} = {
  createTask: func,
  answerTimeoutMs: durationMs({ min: 1 }),
}

/**
 * Holds a mechanism that is handed in to its form: the methods, in the short form a synapse, and settings that can be kept; and a first
 * state that can be stored. Whatever takes a mechanism calls it before anything is started or paid.
 *
 * @param field - name of the argument, for the error.
 * @throws InvalidArgumentError naming the part that is wrong.
 * @throws MechanismError when `initialState` throws, or gives what cannot be stored.
 *
 * @example
 * ```ts
 * import { assertMechanism } from 'subnetkit/mechanism'
 *
 * export function take(mechanism: unknown): void {
 *   assertMechanism(mechanism) // InvalidArgumentError: Invalid mechanism.synapse: undefined. Make it with defineSynapse ...
 * }
 * ```
 */
export function assertMechanism(mechanism: unknown, field = 'mechanism'): void {
  check('field', text({ min: 1 }), field)
  const isShort = isShortForm(mechanism as object, field)
  if (isShort) assertSynapseOf(mechanism, field)
  for (const [part, expected] of Object.entries({ ...mechanismParts, ...(isShort ? shortFormParts : {}) })) {
    check(`${field}.${part}`, expected, partOf(mechanism as object, part, field))
  }
  assertOneNameEach(mechanism as ProtocolMechanism, field)
  assertSells(`${field}.sells`, (mechanism as Partial<ProtocolMechanism>).sells ?? [])
  firstState(mechanism as ProtocolMechanism)
}

/**
 * Whether a mechanism has the `play` that is written already, or none of its own.
 *
 * @throws InvalidArgumentError for what is no object.
 *
 * @example
 * ```ts
 * import { isShortForm } from 'subnetkit/mechanism'
 *
 * isShortForm({ createTask: () => 7 }) // true
 * ```
 */
export function isShortForm(mechanism: object, field = 'mechanism'): boolean {
  check('field', text({ min: 1 }), field)
  check(field, anInstance, mechanism)
  const play = partOf(mechanism, 'play', field)
  return play === undefined || play === IncentiveMechanism.prototype.play
}

/**
 * The part of {@link assertMechanism} that a miner needs: what carries a task and its answer.
 *
 * @throws InvalidArgumentError naming the part that is wrong.
 */
export function assertSynapseOf(mechanism: unknown, field = 'mechanism'): void {
  check('field', text({ min: 1 }), field)
  check(field, anInstance, mechanism)
  const synapse = partOf(mechanism as object, 'synapse', field)
  check(`${field}.synapse`, aSynapse, synapse)
  for (const [part, expected] of Object.entries(synapseParts)) {
    check(`${field}.synapse.${part}`, expected, partOf(synapse as object, part, `${field}.synapse`))
  }
}

/** A part, whose getter may throw. */
function partOf(owner: object, part: string, field: string): unknown {
  try {
    return (owner as Record<string, unknown>)[part]
  } catch (cause) {
    const remedy = `Mend its getter, which threw ${wordsOfThrown(cause)}.`
    throw new InvalidArgumentError({ field: `${field}.${part}`, value: undefined, remedy, cause })
  }
}

/** Records name data sets, and know them by their digests. */
function assertOneNameEach({ datasets = [] }: Pick<ProtocolMechanism, 'datasets'>, field: string): void {
  const seen = new Set<string>()
  for (const [at, { name }] of datasets.entries()) {
    if (seen.has(name)) {
      const remedy = 'Give each data set a name of its own, with name of loadDataset.'
      throw new InvalidArgumentError({ field: `${field}.datasets[${at}].name`, value: name, remedy })
    }
    seen.add(name)
  }
}

/** The first state and its bytes. */
function firstState(mechanism: Pick<ProtocolMechanism, 'initialState' | 'roundLimits'>): void {
  let state: unknown
  try {
    state = mechanism.initialState()
  } catch (cause) {
    throw MechanismError.threw('initialState', cause)
  }
  const { stateBytes } = roundLimitsOf(mechanism)
  encodeState('initialState', state, stateBytes)
}

/**
 * The bytes of a state.
 *
 * @param method - the method that gave the state, for the error.
 * @param stateBytes - the most that there may be: `roundLimits.stateBytes` of the mechanism. Default: any number.
 * @throws MechanismError for a state that cannot be stored, with the place in it, or that is too large.
 *
 * @example
 * ```ts
 * import { encodeState } from 'subnetkit/mechanism'
 *
 * encodeState('score', { best: 0.7 }) // throws for { best: new Map() }, as a validator would tell
 * ```
 */
export function encodeState(method: MechanismMethod, state: unknown, stateBytes?: number): Uint8Array {
  check('method', oneOf(METHODS), method)
  check('stateBytes', optional(wholeNumber({ min: 1 })), stateBytes)
  const bytes = stateOf(method, state)
  if (stateBytes === undefined || bytes.length <= stateBytes) return bytes
  throw new MechanismError({
    method,
    fault: 'invalid state',
    what: `gave a state that cannot be stored: it takes ${bytes.length} bytes, more than ${stateBytes}`,
    remedy:
      'Keep less in it, and drop what concerns hotkeys that left in forget; or raise roundLimits.stateBytes of the mechanism.',
  })
}

function stateOf(method: MechanismMethod, state: unknown): Uint8Array {
  // It is refused below, and how it ends must not end the process.
  if (state instanceof Promise) state.catch(() => {})
  try {
    return encodeCanonical(state as never)
  } catch (cause) {
    if (!(cause instanceof InvalidArgumentError)) throw MechanismError.threw(method, cause)
    const place = cause.field.replace(/^value/, 'state')
    throw new MechanismError({
      method,
      fault: 'invalid state',
      what: `gave a state that cannot be stored: ${printable(place, 80)} is ${nameOf(cause.value)}`,
      remedy: `Keep plain values in it, and write a Map as a plain object. ${cause.hints.join(' ')}`,
      cause,
    })
  }
}

/** Of a Map, a Date and the like what it is: their keys say nothing. */
function nameOf(value: unknown): string {
  const tag = Object.prototype.toString.call(value).slice(8, -1)
  const isPlain = typeof value !== 'object' || value === null || tag === 'Object' || tag === 'Array'
  return isPlain ? describeValue(value) : `a ${printable(tag, 40)}`
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
