import { RAO_PER_TAO, type Rao, type U16, U16_MAX } from '../../units/index.js'
import { amount, bits, type Column, type Columns, flag, u16, type ValueOf, whole } from '../state/columns.js'

/** Names of the bounds that a value can break. */
export const BOUND_REFUSALS = [
  'InvalidValue',
  'ValueNotInBounds',
  'TempoOutOfBounds',
  'ActivityCutoffFactorMilliOutOfBounds',
  'BondsMovingAverageMaxReached',
  'LiquidAlphaDisabled',
  'AlphaHighTooLow',
  'AlphaLowOutOfRange',
  'NegativeSigmoidSteepness',
  'MaxAllowedUidsLessThanMinAllowedUids',
  'MaxAllowedUIdsLessThanCurrentUIds',
  'MaxAllowedUidsGreaterThanDefaultMaxAllowedUids',
] as const

export type BoundRefusal = (typeof BOUND_REFUSALS)[number]

/** What a bound may depend on besides the value. Written out, since the table's own type follows from what uses it. */
export interface HyperparameterFacts {
  readonly current: {
    readonly minAllowedUids: number
    readonly minBurnRao: Rao
    readonly maxBurnRao: Rao
    readonly liquidAlphaEnabled: boolean
    readonly alphaLowU16: U16
    readonly alphaHighU16: U16
  }
  readonly config: OwnerLimits
  readonly n: number
}

/** What of the chain's settings bounds its owners. */
export interface OwnerLimits {
  readonly ownerTempoMinBlocks: number
  readonly ownerTempoMaxBlocks: number
  readonly setTempoRateLimitBlocks: number
  readonly maxAllowedUidsCeiling: number
}

/** How often an owner may change an item. */
export type ChangeLimit =
  | { readonly per: 'tempos'; readonly count: number }
  | { readonly per: 'blocks'; readonly count: number }
  | { readonly per: 'never limited' }

/** A hyperparameter as its subnet's owner may change it. */
export interface OwnerRule<T> {
  /** Error name of the bound that the value breaks; `null` when it is good. */
  refuses(value: T, facts: HyperparameterFacts): BoundRefusal | null
  /** How often; twice per tempo setting of the chain when not said. */
  limit?(config: OwnerLimits): ChangeLimit
  /** Hyperparameters with one clock have one name for it; a hyperparameter's own name when not said. */
  readonly clock?: string
}

/** One hyperparameter: all that the library knows of it. */
export interface Hyperparameter<T> {
  /** What it is, as a state holds it. */
  readonly column: Column<T>
  /** What a new subnet of the reference chain starts with. */
  readonly reference: T
  /** How its subnet's owner may change it; `null` where only root may. */
  readonly owner: OwnerRule<T> | null
  /** Whether the epoch reads it. */
  readonly isOfEpoch: boolean
}

const ONE_U64F64 = 1n << 64n

/**
 * Every hyperparameter of a subnet. Type, byte form, defaults, checks, owner's rules and epoch parameters follow from its entry here.
 *
 * @source spec: `spec/chain.md` 1.2, 6.7; error names of subtensor `pallets/admin-utils`
 */
export const HYPERPARAMETERS = {
  /** At least 1, a u16 on the reference chain: an epoch that never comes is no tempo here. */
  tempoBlocks: ofEpoch(u16({ min: 1 }), 360, {
    refuses: (value, { config }) =>
      isWithin(value, config.ownerTempoMinBlocks, config.ownerTempoMaxBlocks) ? null : 'TempoOutOfBounds',
    limit: (config) => ({ per: 'blocks', count: config.setTempoRateLimitBlocks }),
  }),
  servingRateLimitBlocks: other(whole(), 50, within(0, Number.MAX_SAFE_INTEGER)),
  immunityPeriodBlocks: other(u16(), 5_000, within(0, U16_MAX)),
  minAllowedWeights: other(u16(), 1, within(0, U16_MAX)),
  maxAllowedUids: other(u16({ min: 1 }), 256, { refuses: maxAllowedUidsRefusal }),
  minAllowedUids: other(u16(), 64, null),
  maxAllowedValidators: ofEpoch(u16(), 64, null),
  weightsVersionKey: other(whole(), 0, {
    ...within(0, Number.MAX_SAFE_INTEGER),
    limit: () => ({ per: 'tempos', count: 5 }),
  }),
  weightsSetRateLimitBlocks: other(whole(), 100, null),
  kappaU16: ofEpoch(u16(), 32_767, null),
  rhoU16: other(u16(), 10, within(0, U16_MAX)),
  activityCutoffFactorMilli: ofEpoch(
    whole({ max: 0xffff_ffff }),
    13_889,
    within(1_000, 50_000, 'ActivityCutoffFactorMilliOutOfBounds'),
  ),
  bondsMovingAveragePpm: ofEpoch(
    whole({ max: 1_000_000 }),
    900_000,
    within(0, 975_000, 'BondsMovingAverageMaxReached'),
  ),
  bondsPenaltyU16: ofEpoch(u16(), U16_MAX, within(0, U16_MAX)),
  liquidAlphaEnabled: ofEpoch(flag, false, anything()),
  alphaLowU16: ofEpoch(
    u16(),
    45_875,
    alphaValue((value, { alphaHighU16 }) => [value, alphaHighU16]),
  ),
  alphaHighU16: ofEpoch(
    u16(),
    58_982,
    alphaValue((value, { alphaLowU16 }) => [alphaLowU16, value]),
  ),
  alphaSigmoidSteepnessHundredths: ofEpoch(whole({ min: -32_768, max: 32_767 }), 1_000, {
    refuses: (value) =>
      value < 0 ? 'NegativeSigmoidSteepness' : isWithin(value, 0, 32_767) ? null : 'InvalidValue',
  }),
  yuma3Enabled: ofEpoch(flag, true, anything()),
  commitRevealEnabled: ofEpoch(flag, true, anything()),
  minBurnRao: other(amount, 500_000n, {
    refuses: (value, { current }) =>
      value >= 0n && value < RAO_PER_TAO && value < current.maxBurnRao ? null : 'ValueNotInBounds',
  }),
  maxBurnRao: other(amount, 100n * RAO_PER_TAO, {
    refuses: (value, { current }) =>
      value > RAO_PER_TAO / 10n && value > current.minBurnRao && value < ONE_U64F64
        ? null
        : 'ValueNotInBounds',
  }),
  burnHalfLifeBlocks: other(u16({ min: 1 }), 360, within(1, 36_100)),
  /** Raw U64F64: 1.26 is 23242897532874035200. */
  burnIncreaseMultBits: other(bits(2n ** 128n - 1n, ONE_U64F64), 23_242_897_532_874_035_200n, {
    refuses: (value) => (value >= ONE_U64F64 && value <= 3n * ONE_U64F64 ? null : 'InvalidValue'),
  }),
  registrationAllowed: other(flag, true, null),
  ownerImmuneUidsLimit: other(u16(), 1, within(1, 10)),
  minNonImmuneUids: other(u16(), 10, null),
  ownerCutEnabled: other(flag, true, { ...anything(), limit: () => ({ per: 'never limited' }) }),
  ownerIncentiveIsRecycled: other(flag, false, anything()),
} satisfies { readonly [name: string]: Hyperparameter<unknown> }

type Entries = typeof HYPERPARAMETERS

/** Hyperparameters of a subnet; values of chain spec 6.7. */
export type Hyperparameters = { readonly [N in keyof Entries]: ValueOf<Entries[N]['column']> }

export type HyperparameterName = keyof Hyperparameters

/** The entry of a name that may be anything. */
export function hyperparameterNamed(name: string): Hyperparameter<number | bigint | boolean> | undefined {
  return Object.hasOwn(HYPERPARAMETERS, name)
    ? (HYPERPARAMETERS[name as HyperparameterName] as unknown as Hyperparameter<number | bigint | boolean>)
    : undefined
}

/** Their columns, for the state. */
export const hyperparameterColumns = collected(({ column }) => column) as {
  readonly [N in keyof Entries]: Entries[N]['column']
} satisfies Columns

/** What a new subnet of the reference chain starts with. */
export const REFERENCE_HYPERPARAMETERS = collected(({ reference }) => reference) as Hyperparameters

/** Those that the epoch reads. */
export type EpochHyperparameters = {
  readonly [N in keyof Entries as Entries[N]['isOfEpoch'] extends true ? N : never]: Hyperparameters[N]
}

/** Their names. */
export const EPOCH_HYPERPARAMETERS = (Object.keys(HYPERPARAMETERS) as HyperparameterName[]).filter(
  (name) => HYPERPARAMETERS[name].isOfEpoch,
)

function collected(part: (entry: Hyperparameter<unknown>) => unknown): {
  readonly [name: string]: unknown
} {
  return Object.fromEntries(
    Object.entries<Hyperparameter<unknown>>(HYPERPARAMETERS).map(([name, entry]) => [name, part(entry)]),
  )
}

function ofEpoch<T>(column: Column<T>, reference: NoInfer<T>, owner: OwnerRule<NoInfer<T>> | null) {
  return { column, reference, owner, isOfEpoch: true as const } satisfies Hyperparameter<T>
}

function other<T>(column: Column<T>, reference: NoInfer<T>, owner: OwnerRule<NoInfer<T>> | null) {
  return { column, reference, owner, isOfEpoch: false as const } satisfies Hyperparameter<T>
}

function within(least: number, most: number, error: BoundRefusal = 'InvalidValue'): OwnerRule<number> {
  return { refuses: (value) => (isWithin(value, least, most) ? null : error) }
}

function anything(): OwnerRule<boolean> {
  return { refuses: () => null }
}

/** The reference sets both values in one call; here each is checked beside the other as it stands. */
function alphaValue(
  pairOf: (value: number, current: HyperparameterFacts['current']) => [low: number, high: number],
): OwnerRule<number> {
  return {
    clock: 'alphaValues',
    refuses(value, { current }) {
      if (!current.liquidAlphaEnabled) return 'LiquidAlphaDisabled'
      const [low, high] = pairOf(value, current)
      if (!isWithin(high, 1_638, U16_MAX)) return 'AlphaHighTooLow'
      return isWithin(low, 1_638, high) ? null : 'AlphaLowOutOfRange'
    },
  }
}

function maxAllowedUidsRefusal(
  value: number,
  { current, config, n }: HyperparameterFacts,
): BoundRefusal | null {
  if (!isWithin(value, 0, U16_MAX)) return 'InvalidValue'
  if (value < current.minAllowedUids) return 'MaxAllowedUidsLessThanMinAllowedUids'
  if (value < n) return 'MaxAllowedUIdsLessThanCurrentUIds'
  return value > config.maxAllowedUidsCeiling ? 'MaxAllowedUidsGreaterThanDefaultMaxAllowedUids' : null
}

const isWithin = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most
