import { check, oneOf, text } from '../checks/index.js'
import { equalPolicy } from '../emission/index.js'
import type { SimulationOptions } from '../simulation/index.js'
import { hyperparametersFrom } from './hyperparameterOption.js'
import { checkOption, type OptionSpecs, type ParsedOptions } from './options.js'
import { UsageError } from './UsageError.js'

/** The options of `subnetkit simulate`; in brackets what holds when one is not given. */
export const simulateOptions: OptionSpecs = {
  subnets: { type: 'string', value: 'COUNT', help: 'subnets, at most 1024 (8)' },
  validators: { type: 'string', value: 'COUNT', help: 'validators, the same on every subnet (8)' },
  miners: { type: 'string', value: 'COUNT', help: 'miners of each subnet (32); with the others at most 256' },
  blocks: { type: 'string', value: 'BLOCKS', help: 'how long to run: 7200 are a day, 216000 a month (7200)' },
  every: { type: 'string', value: 'BLOCKS', help: 'blocks between two frames (360)' },
  tempo: { type: 'string', value: 'BLOCKS', help: 'blocks between two epochs of a subnet (360)' },
  'weights-every': {
    type: 'string',
    value: 'BLOCKS',
    help: 'blocks between two rounds of new weights (ten tempos)',
  },
  seed: {
    type: 'string',
    value: 'TEXT',
    help: 'from this text follows what miners are worth and people want (simulation)',
  },
  preset: { type: 'string', value: 'NAME', help: 'rules to begin with, reference or localnet (reference)' },
  policy: {
    type: 'string',
    value: 'NAME',
    help: 'how new TAO is shared among subnets: reference, by price, or equal, to all alike (reference)',
  },
  set: {
    type: 'string',
    multiple: true,
    value: 'NAME=VALUE',
    help: 'start subnets with this hyperparameter; may be repeated; subnetkit hyperparameters lists them (tempoBlocks is --tempo)',
  },
  out: {
    type: 'string',
    value: 'FILE',
    help: 'write every frame to this new file: .arrows (Apache Arrow, can be resumed) or .csv',
  },
  resume: {
    type: 'string',
    value: 'FILE',
    help: 'go on with the run whose frames are in FILE.arrows, to its end or to --blocks',
  },
  chart: {
    type: 'string',
    value: 'FILE',
    help: 'draw prices, shares, pay and trade as a page, FILE.html, over one that is there (needs the package echarts)',
  },
  json: { type: 'boolean', help: 'print the result as JSON, amounts as text in billionths' },
  quiet: { type: 'boolean', help: 'print no progress' },
  help: { type: 'boolean', help: 'print this' },
}

/** The policies of emission that can be named; the rules' own is none. */
export const POLICIES = { reference: {}, equal: { policy: equalPolicy } } as const
export type PolicyName = keyof typeof POLICIES

/** What the run that is resumed has decided for good. */
const FIXED = [
  'subnets',
  'validators',
  'miners',
  'every',
  'tempo',
  'weights-every',
  'seed',
  'preset',
  'policy',
  'set',
  'out',
]

export interface SimulateSettings {
  /** A run to begin; `null` where one is resumed. */
  readonly options: SimulationOptions | null
  /** Of a run that begins. */
  readonly policy: PolicyName
  /** `undefined` of a resumed run: to the end that it was to have. */
  readonly blocks: number | undefined
  readonly out: string | undefined
  readonly resume: string | undefined
  readonly chart: string | undefined
  readonly json: boolean
  readonly quiet: boolean
}

export const DAY_BLOCKS = 7_200
const MOST_BLOCKS = 1_000_000_000

/** @throws UsageError naming the option that is wrong. */
export function simulateSettings(parsed: ParsedOptions): SimulateSettings {
  const resume = parsed.text('resume')
  if (resume !== undefined) {
    const fixed = FIXED.find((name) => parsed.texts(name).length > 0)
    if (fixed !== undefined) {
      const problem =
        'the run that is resumed has decided it; leave it out, or begin a new run without --resume'
      throw new UsageError({ field: `--${fixed}`, problem })
    }
  }
  const blocks = parsed.integer('blocks', { min: 1, max: MOST_BLOCKS, fallback: DAY_BLOCKS })
  return {
    options: resume === undefined ? optionsOf(parsed, blocks) : null,
    blocks: resume !== undefined && parsed.text('blocks') === undefined ? undefined : blocks,
    out: fileNamed('out', parsed.text('out'), ['.arrows', '.csv']),
    resume: fileNamed('resume', resume, ['.arrows']),
    policy: policyNamed(parsed.text('policy') ?? 'reference'),
    chart: fileNamed('chart', parsed.text('chart'), ['.html']),
    json: parsed.flag('json'),
    quiet: parsed.flag('quiet'),
  }
}

function optionsOf(parsed: ParsedOptions, blocks: number): SimulationOptions {
  const tempoBlocks = parsed.integer('tempo', { min: 1, max: 50_400, fallback: 360 })
  const hyperparameters = hyperparametersFrom('set', parsed.texts('set'))
  if (hyperparameters.tempoBlocks !== undefined)
    throw new UsageError({ field: '--set tempoBlocks', problem: 'pass it as --tempo' })
  const validators = parsed.integer('validators', { min: 1, max: 254, fallback: 8 })
  const seed = parsed.text('seed') ?? 'simulation'
  const preset = parsed.text('preset') ?? 'reference'
  checkOption('seed', seed, () => check('seed', text({ min: 1, max: 100 }), seed))
  checkOption('preset', preset, () => check('preset', oneOf(['reference', 'localnet']), preset))
  return {
    subnets: parsed.integer('subnets', { min: 1, max: 1_024, fallback: 8 }),
    validators,
    miners: parsed.integer('miners', {
      min: 1,
      max: 255 - validators,
      fallback: Math.min(32, 255 - validators),
    }),
    tempoBlocks,
    weightsEveryBlocks: parsed.integer('weights-every', {
      min: 1,
      max: MOST_BLOCKS,
      fallback: 10 * tempoBlocks,
    }),
    // A frame that never comes is no use.
    everyBlocks: parsed.integer('every', { min: 1, max: blocks, fallback: Math.min(360, blocks) }),
    hyperparameters,
    seed,
    preset: preset === 'localnet' ? 'localnet' : 'reference',
  }
}

/** Whether it names one of the policies. */
export const isPolicy = (name: unknown): name is PolicyName =>
  typeof name === 'string' && Object.hasOwn(POLICIES, name)

function policyNamed(name: string): PolicyName {
  checkOption('policy', name, () => check('policy', oneOf(Object.keys(POLICIES)), name))
  return isPolicy(name) ? name : 'reference'
}

function fileNamed(option: string, path: string | undefined, endings: readonly string[]): string | undefined {
  if (path === undefined || endings.some((ending) => path.endsWith(ending))) return path
  const problem = `name a file that ends in ${endings.join(' or ')}`
  throw new UsageError({ field: `--${option}`, problem })
}
