import { type Rao, type U16, U16_MAX } from '../../units/index.js'
import type { Column, Range } from '../state/columns.js'

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
  'TooManyUIDsPerMechanism',
  'MechanismDoesNotExist',
  'MinAllowedUidsGreaterThanMaxAllowedUids',
  'MinAllowedUidsGreaterThanCurrentUids',
  'MaxValidatorsLargerThanMaxUIds',
  'InvalidRootClaimThreshold',
  'ActivityCutoffTooLow',
  'RevealPeriodTooLarge',
  'RevealPeriodTooSmall',
] as const

/** Those of liquid alpha, in the order in which they are looked at. */
export const ALPHA_REFUSALS = ['LiquidAlphaDisabled', 'AlphaHighTooLow', 'AlphaLowOutOfRange'] as const

export type BoundRefusal = (typeof BOUND_REFUSALS)[number]

/** Who sets a hyperparameter: the subnet's owner, or the key that genesis names as root's. */
export type SetBy = 'owner' | 'root'

/** What a bound may depend on besides the value. Written out, since the table's own type follows from what uses it. */
export interface BoundFacts {
  readonly by: SetBy
  /** Whether there is such a subnet. Where there is none, `current` and `n` are those of none. */
  readonly exists: boolean
  readonly current: {
    readonly mechanismCount: number
    readonly minAllowedUids: number
    readonly maxAllowedUids: number
    readonly minBurnRao: Rao
    readonly maxBurnRao: Rao
    readonly liquidAlphaEnabled: boolean
    readonly alphaLowU16: U16
    readonly alphaHighU16: U16
  }
  readonly config: SettingLimits
  readonly n: number
}

/** What of the chain's settings bounds its owners. */
export interface SettingLimits {
  readonly ownerTempoMinBlocks: number
  readonly ownerTempoMaxBlocks: number
  readonly setTempoRateLimitBlocks: number
  readonly tempoIsSetLikeOthers: boolean
  readonly ownerHyperparamRateLimitTempos: number
  readonly adminFreezeWindowBlocks: number
  readonly maxAllowedUidsCeiling: number
  readonly maxMechanismCount: number
  readonly mechanismRateLimitBlocks: number
  readonly trimRateLimitBlocks: number
  readonly ownerHotkeyRateLimitBlocks: number
  readonly minChildkeyTakeU16: number
  readonly maxChildkeyTakeU16: number
}

/** How often an owner may change an item. */
export type ChangeLimit =
  | { readonly per: 'tempos'; readonly count: number }
  | { readonly per: 'blocks'; readonly count: number }
  | { readonly per: 'never limited' }

/** What is looked at before a change, besides who makes it. */
export type SettingCheck = 'clock' | 'freeze' | 'existence' | 'bounds'

/** Checks of each who may set it, in their order; `null` for an owner who may not. */
export interface SettingChecks {
  readonly owner: readonly SettingCheck[] | null
  readonly root: readonly SettingCheck[]
}

/** How a hyperparameter may be set. */
export interface SettingRule<T> {
  readonly checks: SettingChecks
  /** Other checks, of chains with some settings. */
  checksOn?(config: SettingLimits): SettingChecks
  /** Its bounds in words, beyond what its column holds. */
  readonly bounds?: string
  /** The least and the most that it may be set to now; what the column holds when not said. */
  range?(facts: BoundFacts): Range<T>
  /** Error name of the bound that the value breaks; `null` when it is good. What the column does not hold is `InvalidValue`. */
  refuses?(value: T, facts: BoundFacts): BoundRefusal | null
  /** How often an owner may; once in two tempos when not said. */
  limit?(config: SettingLimits): ChangeLimit
  /** Whether the root subnet has none. */
  readonly isNotRoots?: true
  /** Hyperparameters with one clock have one name for it; a hyperparameter's own name when not said. */
  readonly clock?: string
  /** Whether the clock goes with the account that owned the subnet, and not with the subnet. */
  readonly isClockOfAccount?: true
}

/** One hyperparameter: all that the library knows of it. */
export interface Hyperparameter<T> {
  /** What it is, as a state holds it. */
  readonly column: Column<T>
  /** What a new subnet of the reference chain starts with. */
  readonly reference: T
  /** What it decides, in a few words. */
  readonly says: string
  readonly rule: SettingRule<T>
  /** Whether the epoch reads it. */
  readonly isOfEpoch: boolean
}

/* The orders of checks. Where nothing asks whether there is such a subnet, the next one of that number begins with what was set. */
const ROOT = ['freeze', 'existence', 'bounds'] as const

/** Of most items that an owner may change; root too, without a clock. */
export const OWNER: SettingChecks = { owner: ['clock', ...ROOT], root: ROOT }
export const OWNER_EXISTENCE_LAST: SettingChecks = {
  owner: ['clock', 'freeze', 'bounds', 'existence'],
  root: ['freeze', 'bounds', 'existence'],
}
export const OWNER_ANY_NUMBER: SettingChecks = {
  owner: ['clock', 'freeze', 'bounds'],
  root: ['freeze', 'bounds'],
}
export const TEMPO: SettingChecks = { owner: ['bounds', 'freeze', 'clock'], root: ROOT }
export const ACTIVITY_CUTOFF: SettingChecks = {
  owner: ['bounds', 'freeze', 'clock'],
  root: ['bounds', 'existence'],
}
export const ROOT_FROZEN: SettingChecks = { owner: null, root: ROOT }
export const ROOT_ALWAYS: SettingChecks = { owner: null, root: ['existence', 'bounds'] }
export const ROOT_ANY_NUMBER: SettingChecks = { owner: null, root: ['bounds'] }

/** An owner's item whose bounds are the column's. */
export function ownerItem(checks = OWNER): SettingRule<never> {
  return { checks }
}

/** Root's item whose bounds are the column's. */
export function rootItem(checks: SettingChecks): SettingRule<never> {
  return { checks }
}

/** An owner's item from `least` to `most`. */
export function within(
  least: number,
  most: number,
  { checks = OWNER, error = 'InvalidValue' }: { checks?: SettingChecks; error?: BoundRefusal } = {},
): SettingRule<number> {
  return {
    checks,
    bounds: `${least} to ${most}`,
    range: () => ({ least, most }),
    refuses: (value) => (isWithin(value, least, most) ? null : error),
  }
}

/** Least value of liquid alpha. */
export const LEAST_ALPHA_U16 = 1_638

/** One of the two values of liquid alpha, beside the other as it stands. */
export function alphaValue(
  bounds: string,
  rangeOf: (current: BoundFacts['current']) => Range<U16>,
  pairOf: (value: U16, current: BoundFacts['current']) => AlphaValues,
): SettingRule<U16> {
  return {
    checks: OWNER_ANY_NUMBER,
    bounds,
    range: ({ current }) => rangeOf(current),
    clock: ALPHA_VALUES,
    refuses: (value, { current }) => alphaValuesRefusal(pairOf(value, current), current),
  }
}

/** The clock of both values of liquid alpha. */
export const ALPHA_VALUES = 'alphaValues'

export interface AlphaValues {
  readonly lowU16: U16
  readonly highU16: U16
}

/** Why two values cannot be those of liquid alpha. @source spec: `spec/chain.md` 6.7 */
export function alphaValuesRefusal(
  { lowU16, highU16 }: AlphaValues,
  { liquidAlphaEnabled }: Pick<BoundFacts['current'], 'liquidAlphaEnabled'>,
): (typeof ALPHA_REFUSALS)[number] | null {
  if (!liquidAlphaEnabled) return 'LiquidAlphaDisabled'
  if (!isWithin(highU16, LEAST_ALPHA_U16, U16_MAX)) return 'AlphaHighTooLow'
  return isWithin(lowU16, LEAST_ALPHA_U16, highU16) ? null : 'AlphaLowOutOfRange'
}

/** How many uids each of a subnet's mechanisms may have, or mechanisms so many uids. */
const mostBeside = (other: number, { maxAllowedUidsCeiling }: SettingLimits): number =>
  Math.floor(maxAllowedUidsCeiling / other)

export function maxAllowedUidsRange({ current, config, n }: BoundFacts): Range<number> {
  return {
    least: Math.max(current.minAllowedUids, n),
    most: mostBeside(current.mechanismCount, config),
  }
}

export function maxAllowedUidsRefusal(
  value: number,
  { current, config, n }: BoundFacts,
): BoundRefusal | null {
  if (!isWithin(value, 0, U16_MAX)) return 'InvalidValue'
  if (value < current.minAllowedUids) return 'MaxAllowedUidsLessThanMinAllowedUids'
  if (value < n) return 'MaxAllowedUIdsLessThanCurrentUIds'
  if (value > config.maxAllowedUidsCeiling) return 'MaxAllowedUidsGreaterThanDefaultMaxAllowedUids'
  return value * current.mechanismCount > config.maxAllowedUidsCeiling ? 'TooManyUIDsPerMechanism' : null
}

export function mechanismCountRefusal(
  value: number,
  { exists, current, config }: BoundFacts,
): BoundRefusal | null {
  if (!exists) return 'MechanismDoesNotExist'
  if (!isWithin(value, 1, config.maxMechanismCount)) return 'InvalidValue'
  return value * current.maxAllowedUids > config.maxAllowedUidsCeiling ? 'TooManyUIDsPerMechanism' : null
}

export function mechanismCountRange({ current, config }: BoundFacts): Range<number> {
  return {
    least: 1,
    most: Math.min(config.maxMechanismCount, mostBeside(current.maxAllowedUids, config)),
  }
}

export function minAllowedUidsRange({ current, n }: BoundFacts): Range<number> {
  return { least: 0, most: Math.min(current.maxAllowedUids, n) - 1 }
}

export function minAllowedUidsRefusal(value: number, { current, n }: BoundFacts): BoundRefusal | null {
  if (value >= current.maxAllowedUids) return 'MinAllowedUidsGreaterThanMaxAllowedUids'
  return value >= n ? 'MinAllowedUidsGreaterThanCurrentUids' : null
}

export const isWithin = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most
