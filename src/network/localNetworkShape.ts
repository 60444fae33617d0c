import type { Preset } from '../chain/index.js'
import {
  alpha,
  type Check,
  custom,
  durationMs,
  eitherOf,
  func,
  having,
  instance,
  listOf,
  logger,
  oneOf,
  optional,
  plainObject,
  rao,
  shape,
  text,
  wholeNumber,
} from '../checks/index.js'
import type { CanonicalValue } from '../codec/index.js'
import { FurtherMechanism } from './furtherMechanism.js'
import type { LatencyRange, LocalNetworkOptions, MinerSpec, ValidatorSpec } from './specs.js'

/** A neuron's name is part of keys, messages and file names. */
export const neuronName = text({ min: 1, max: 64 })

const anyObject: Check = custom('Pass an object.', (value) => typeof value === 'object' && value !== null)

/** What a miner's spec must be. */
export const minerShape = shape<MinerSpec<unknown, unknown>>({
  name: neuronName,
  owner: optional(neuronName),
  answer: optional(func),
  prepare: optional(func),
  synapse: optional(anyObject),
  answerCostMs: optional(
    eitherOf('Pass milliseconds from 0, or a function from a task to them.', [durationMs(), func]),
  ),
  diesAfterEpoch: optional(wholeNumber()),
  blacklist: optional(func),
  verify: optional(func),
  priority: optional(func),
  minCallerStakeAlpha: optional(alpha()),
  answers: optional(listOf(having('an answer that answerTo made', ['addTo', 'through']))),
  artefacts: optional(
    eitherOf('Pass a list of { kind, bytes }, or a function that makes it.', [listOf(plainObject), func]),
  ),
  artefactsAfterBlock: optional(wholeNumber()),
  axon: optional(plainObject),
})

/** What a validator's spec must be. */
export const validatorShape = shape<ValidatorSpec<CanonicalValue>>({
  name: neuronName,
  stakeRao: optional(rao({ min: 1n })),
  sampleSize: optional(wholeNumber()),
  roundBlocks: optional(wholeNumber({ min: 1 })),
  weightsLeadBlocks: optional(wholeNumber({ min: 1 })),
  commitForm: optional(oneOf(['hash', 'timelock'])),
  weights: optional(func),
  artefacts: optional(plainObject),
  store: optional(having('a store', ['load', 'save'])),
  // Looked at by the validator.
  customers: optional(plainObject),
})

/** A list of them, whose parts an error names. */
export const validatorsShape = listOf(validatorShape)

/** Looked at in full by the chain that is started with it. */
export const anyPreset: Check = custom(
  'Pass a preset, such as localnetPreset().',
  (value) => typeof value === 'object' && value !== null && Array.isArray((value as Partial<Preset>).endowed),
)

/** What the options of a `LocalNetwork` must be; the mechanism is looked at part by part by `assertMechanism`. */
export const localNetworkShape = shape<LocalNetworkOptions<unknown, unknown, CanonicalValue>>({
  mechanism: custom(
    'Pass an instance of a mechanism, such as new MyMechanism().',
    (value) => typeof value === 'object' && value !== null,
  ),
  furtherMechanisms: optional(listOf(instance(FurtherMechanism))),
  miners: listOf(minerShape),
  validators: eitherOf('Pass how many validators, from 1, or a list of at least one.', [
    wholeNumber({ min: 1 }),
    custom('', (value) => Array.isArray(value) && value.length > 0),
  ]),
  seed: optional(text()),
  time: optional(oneOf(['virtual', 'real'])),
  heldWorkLimitMs: optional(durationMs({ min: 1 })),
  preset: optional(anyPreset),
  timelock: optional(oneOf(['beacon', 'plain'])),
  carrier: optional(having('a carrier', ['listen', 'dial'])),
  latencyMs: optional(
    eitherOf('Pass milliseconds from 0, or { leastMs, mostMs }.', [
      durationMs(),
      shape<LatencyRange>({ leastMs: wholeNumber(), mostMs: wholeNumber() }),
    ]),
  ),
  scheme: optional(oneOf(['sr25519', 'ed25519'])),
  logger: optional(logger),
  onEvent: optional(func),
  roundsFolder: optional(text({ min: 1 })),
  onRound: optional(func),
})

export const anyPromise: Check = custom('Pass a promise.', (value) => value instanceof Promise)
