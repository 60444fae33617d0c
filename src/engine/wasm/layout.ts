// What both sides of the WebAssembly memory know: the only place where it is said. `scripts/buildWasm.mjs` makes
// `assembly/shared.ts` of it, so nothing but types may be imported here.
import type { EpochInput } from '../../consensus/index.js'

/** Most neurons the engine takes. */
export const MAX_NEURONS = 16_384
/** Where the parameters stand, written by the caller, and the header, which it reads. */
export const PARAMS_AT = 1024
export const HEADER_AT = 2048

/** Parameters of an epoch, each in 8 bytes, by the functions that read them in the engine. */
export const PARAMS = {
  currentBlock: 'f64',
  lastStepBlock: 'f64',
  cutoffBlocks: 'f64',
  tempoBlocks: 'f64',
  emissionRao: 'u64',
  thresholdRao: 'u64',
  /** Weight of root stake, raw, as are the shares below. */
  taoWeight: 'u64',
  maxAllowed: 'u32',
  kappa: 'i64',
  penalty: 'u64',
  /** Share of new bonds. */
  rateOfNew: 'u64',
  /** Bounds of liquid alpha, and minus the steepness of its sigmoid. */
  alphaLow: 'i64',
  alphaHigh: 'i64',
  slope: 'i64',
  /** -1 for none. */
  ownerUid: 'i32',
  isYuma3: 'bool',
  isLiquid: 'bool',
  isCommitReveal: 'bool',
  /** 0: as the network suggests, 1: dense, 2: sparse. */
  forcedLayout: 'u32',
  /** Whether every column takes the slow path. */
  isForcedSlow: 'bool',
  /** Of profiling builds only: the step after which the epoch ends. */
  lastStep: 'u32',
} as const

/** Why `runEpoch` has not computed an input, from 1 on; 0 says that it has. */
export const REFUSALS = {
  WRONG_INPUT: 'wrong input',
  REPEATED_TARGETS: 'a row names a target twice',
  UNORDERED_LIQUID: 'rows out of order under liquid alpha',
  TOO_LARGE: 'the network is too large for the memory of WebAssembly',
} as const

/** Typed arrays by the names that AssemblyScript has for their elements. */
export const VIEWS = {
  f64: Float64Array,
  u64: BigUint64Array,
  i64: BigInt64Array,
  u32: Uint32Array,
  u16: Uint16Array,
  u8: Uint8Array,
} as const

export type Element = keyof typeof VIEWS
type View<E extends Element> = InstanceType<(typeof VIEWS)[E]>

/** Columns of the input, one element per neuron: their names in the engine, elements, and fields of `EpochInput`. */
export const INPUTS = {
  lastUpdate: ['f64', 'lastUpdate'],
  registered: ['f64', 'blockAtRegistration'],
  committed: ['f64', 'earliestActiveCommitBlock'],
  alphaStake: ['u64', 'alphaStakeRao'],
  taoStake: ['u64', 'taoStakeRao'],
  permit: ['u8', 'validatorPermit'],
} as const satisfies Record<string, readonly [Element, keyof EpochInput]>

/**
 * Columns of the result, one element per neuron (rows have one start more), in one block without gaps, the widest first; with
 * the part of `EpochOutput` that they are.
 */
export const RESULTS = {
  stakeRao: ['u64', 'output', 'stakeRao'],
  serverRao: ['u64', 'output', 'serverEmissionRao'],
  validatorRao: ['u64', 'output', 'validatorEmissionRao'],
  combinedRao: ['u64', 'output', 'combinedEmissionRao'],
  rawStake: ['i64', 'raw', 'stake'],
  rawActive: ['i64', 'raw', 'activeStake'],
  rawConsensus: ['i64', 'raw', 'consensus'],
  rawTrust: ['i64', 'raw', 'validatorTrust'],
  rawIncentive: ['i64', 'raw', 'incentive'],
  rawDividends: ['i64', 'raw', 'dividends'],
  storedStart: ['u32', 'bonds', 'rowStart'],
  stakeU16: ['u16', 'output', 'stakeWeightU16'],
  consensusU16: ['u16', 'output', 'consensusU16'],
  incentiveU16: ['u16', 'output', 'incentiveU16'],
  dividendsU16: ['u16', 'output', 'dividendsU16'],
  trustU16: ['u16', 'output', 'validatorTrustU16'],
  active: ['u8', 'output', 'active'],
  nextPermit: ['u8', 'output', 'validatorPermit'],
} as const satisfies Record<string, readonly [Element, 'output' | 'raw' | 'bonds', string]>

/** Where the rest lies, as `assembly/layout.ts` has placed it, and what came of the epoch: u32 in the header, behind the columns above. */
export const PLACES = [
  'weightStart',
  'weightColumn',
  'weightValue',
  'bondStart',
  'bondColumn',
  'bondValue',
  'columnStart',
  'largest',
  'isSlow',
  'laneUid',
  'bonds32',
  'bonds64',
  'laneOfEntry',
  'storedColumn',
  'storedValue',
] as const
export const COUNTS = ['isDense', 'slowColumns', 'rows', 'stored'] as const

/** The fields of the header in their order: addresses, but for the last ones. */
export const HEADER_FIELDS = ['results', ...namesOf(INPUTS), ...PLACES, ...COUNTS] as const

/** Where each parameter stands, in units of 8 bytes, and each field of the header, in units of 4. */
export const PARAM_SLOTS = numbered(namesOf(PARAMS))
export const HEADER_SLOTS = numbered(HEADER_FIELDS)

type Results = typeof RESULTS
/** The columns of a result that are in one part of `EpochOutput`. */
export type ResultsIn<Part extends 'output' | 'raw'> = {
  [K in keyof Results as Results[K][1] extends Part ? Results[K][2] : never]: View<Results[K][0]>
}
function namesOf<K extends string>(table: Readonly<Record<K, unknown>>): K[] {
  return Object.keys(table) as K[]
}

function numbered<K extends string>(names: readonly K[]): Readonly<Record<K, number>> {
  return Object.fromEntries(names.map((name, index) => [name, index])) as Record<K, number>
}
