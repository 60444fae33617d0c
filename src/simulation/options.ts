import { check, having, oneOf, optional, rao, shape, unicode, wholeNumber } from '../checks/index.js'
import type { EmissionPolicy } from '../emission/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import {
  type ChainSettings,
  type Hyperparameters,
  someConfigShape,
  someHyperparametersShape,
} from '../ledger/index.js'
import { MAX_SUPPLY_RAO, RAO_PER_TAO, type Rao } from '../units/index.js'
import { presetOf, rootShareRao } from './needs.js'

/** The chains that a simulation can start from. */
const SIMULATION_PRESETS = ['reference', 'localnet'] as const
export type SimulationPreset = (typeof SIMULATION_PRESETS)[number]

/** Most neurons of a subnet: the owner's, and all validators and miners. */
export const MOST_NEURONS = 256

/** What of a simulation can be chosen; every part has a default. */
export interface SimulationOptions {
  /** Subnets, numbered from 1: 1 to 1,024 (8). */
  readonly subnets?: number
  /** Validators, which are the same on every subnet (8). With miners and the owner's neuron a subnet has at most 256 neurons. */
  readonly validators?: number
  /** Miners of each subnet (32). */
  readonly miners?: number
  /** Blocks between two epochs of a subnet (360). */
  readonly tempoBlocks?: number
  /** Blocks between two rounds of weights, in which every validator of a subnet says anew what its miners are worth (ten tempos). */
  readonly weightsEveryBlocks?: number
  /** Blocks between two frames (360). */
  readonly everyBlocks?: number
  /** What miners are worth and what people want follows from it (`'simulation'`). */
  readonly seed?: string
  /** TAO that the validators have on root, all together (100,000 TAO): 0, or for each what the chain takes as stake, up to half of all TAO that can be. */
  readonly rootStakeRao?: Rao
  /** The rules to begin with (`'reference'`); `Simulation.changes` lists what a simulation sets otherwise. */
  readonly preset?: SimulationPreset
  /** Settings of the chain on top of that. */
  readonly config?: Partial<ChainSettings>
  /** Hyperparameters of every subnet on top of that. */
  readonly hyperparameters?: Partial<Hyperparameters>
  /** How a block's TAO is shared among subnets: for experiments. The rules' by default. */
  readonly policy?: EmissionPolicy
}

/** The same with every part decided; the policy stands beside it. */
export type SimulationPlan = Required<Omit<SimulationOptions, 'policy'>>

const MOST_BLOCKS = 1_000_000_000

export const policyCheck = optional(having('an emission policy', ['split']))

const optionsShape = shape<SimulationOptions>({
  subnets: optional(wholeNumber({ min: 1, max: 1_024 })),
  validators: optional(wholeNumber({ min: 1, max: MOST_NEURONS - 2 })),
  miners: optional(wholeNumber({ min: 1, max: MOST_NEURONS - 2 })),
  tempoBlocks: optional(wholeNumber({ min: 1, max: 50_400 })),
  weightsEveryBlocks: optional(wholeNumber({ min: 1, max: MOST_BLOCKS })),
  everyBlocks: optional(wholeNumber({ min: 1, max: MOST_BLOCKS })),
  seed: optional(unicode({ min: 1, max: 100 })),
  rootStakeRao: optional(rao()),
  preset: optional(oneOf(SIMULATION_PRESETS)),
  config: optional(someConfigShape),
  hyperparameters: optional(someHyperparametersShape),
  policy: policyCheck,
})

/**
 * Decides what was left open.
 *
 * @throws InvalidArgumentError naming the part that is wrong or unknown.
 */
export function planOf(options: SimulationOptions): SimulationPlan {
  check('options', optionsShape, options)
  const { policy: _, ...chosen } = options
  const tempoBlocks = chosen.tempoBlocks ?? 360
  const plan = {
    subnets: 8,
    validators: 8,
    miners: 32,
    weightsEveryBlocks: 10 * tempoBlocks,
    everyBlocks: 360,
    seed: 'simulation',
    rootStakeRao: 100_000n * RAO_PER_TAO,
    preset: 'reference' as const,
    config: {},
    hyperparameters: {},
    ...given(chosen),
    tempoBlocks,
  }
  assertFits(plan)
  return plan
}

/** What was given; `undefined` was not. */
function given<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>
}

/** Settings without which no call of a simulation would be taken. */
const NEEDED = { testOriginAllowed: true, callOrder: 'given' } as const

function assertFits(plan: SimulationPlan): void {
  assertHasRoom(plan)
  assertStakes(plan)
  const { config, hyperparameters } = plan
  for (const [name, needed] of Object.entries(NEEDED)) {
    const value = config[name as keyof typeof NEEDED]
    if (value === undefined || value === needed) continue
    const remedy = 'Leave it out: a simulation makes its calls without signatures, in an order of its own.'
    throw new InvalidArgumentError({ field: `config.${name}`, value, remedy })
  }
  if (hyperparameters.tempoBlocks === undefined) return
  throw new InvalidArgumentError({
    field: 'hyperparameters.tempoBlocks',
    value: hyperparameters.tempoBlocks,
    remedy: 'Pass it as tempoBlocks beside the hyperparameters.',
  })
}

/** Whether a subnet takes its neurons, and a row of weights that names all of its miners. */
function assertHasRoom({ validators, miners, hyperparameters }: SimulationPlan): void {
  const neurons = 1 + validators + miners
  const places = `one of them its owner's and ${validators} its validators'`
  if (neurons > MOST_NEURONS) {
    const remedy = `Pass at most ${MOST_NEURONS - 1 - validators}: a subnet has ${MOST_NEURONS} places, ${places}.`
    throw new InvalidArgumentError({ field: 'miners', value: miners, remedy })
  }
  const { maxAllowedUids = MOST_NEURONS, minAllowedWeights = 0 } = hyperparameters
  if (maxAllowedUids < neurons) {
    const remedy = `Pass at least ${neurons}, or fewer miners: a subnet of ${miners} miners needs ${neurons} places, ${places}.`
    throw new InvalidArgumentError({ field: 'hyperparameters.maxAllowedUids', value: maxAllowedUids, remedy })
  }
  if (minAllowedWeights > miners) {
    const remedy = `Pass at most ${miners}, or more miners: validators give weights to miners, of which a subnet has ${miners}.`
    throw new InvalidArgumentError({
      field: 'hyperparameters.minAllowedWeights',
      value: minAllowedWeights,
      remedy,
    })
  }
}

function assertStakes(plan: SimulationPlan): void {
  const { rootStakeRao, validators, config } = plan
  if (rootStakeRao > MAX_SUPPLY_RAO / 2n) {
    const remedy = `Pass at most ${MAX_SUPPLY_RAO / 2n}n, half of all TAO that can be.`
    throw new InvalidArgumentError({ field: 'rootStakeRao', value: rootStakeRao, remedy })
  }
  const leastRao = config.minStakeRao ?? presetOf(plan).config.minStakeRao
  if (rootStakeRao === 0n || rootShareRao(plan) >= leastRao) return
  const remedy = `Pass at least ${leastRao * BigInt(validators)}n, or 0n for none: each of the ${validators} validators stakes its part, and no stake is below ${leastRao} rao.`
  throw new InvalidArgumentError({ field: 'rootStakeRao', value: rootStakeRao, remedy })
}
