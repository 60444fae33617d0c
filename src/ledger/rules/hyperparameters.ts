import { nearest } from '../../checks/index.js'
import { RAO_PER_TAO, U16_MAX } from '../../units/index.js'
import { amount, bits, type Column, type Columns, flag, u16, type ValueOf, whole } from '../state/columns.js'
import {
  ACTIVITY_CUTOFF,
  alphaValue,
  type Hyperparameter,
  isWithin,
  LEAST_ALPHA_U16,
  maxAllowedUidsRange,
  maxAllowedUidsRefusal,
  mechanismCountRange,
  mechanismCountRefusal,
  minAllowedUidsRange,
  minAllowedUidsRefusal,
  OWNER,
  OWNER_ANY_NUMBER,
  OWNER_EXISTENCE_LAST,
  ownerItem,
  ROOT_ALWAYS,
  ROOT_ANY_NUMBER,
  ROOT_FROZEN,
  rootItem,
  TEMPO,
  within,
} from './settingRule.js'

const ONE_U64F64 = 1n << 64n

const lesser = (a: bigint, b: bigint): bigint => (a < b ? a : b)
const greater = (a: bigint, b: bigint): bigint => (a > b ? a : b)

/**
 * Every hyperparameter of a subnet. Type, byte form, defaults, checks, who may set it and when, epoch parameters, the table in
 * `docs/ledger.md` and the command line follow from its entry here.
 *
 * @source spec: `spec/chain.md` 1.2, 6.7; error names of subtensor `pallets/admin-utils`
 */
export const HYPERPARAMETERS = {
  /** Blocks between two epochs; with 0 there is none. */
  tempoBlocks: ofEpoch(u16(), 360, {
    says: 'blocks between two epochs; with 0 there is none',
    rule: {
      checks: TEMPO,
      checksOn: (config) => (config.tempoIsSetLikeOthers ? OWNER : TEMPO),
      bounds: 'owner: `ownerTempoMinBlocks` to `ownerTempoMaxBlocks`; root: any',
      range: ({ by, config }) =>
        by === 'root'
          ? { least: 0, most: U16_MAX }
          : { least: config.ownerTempoMinBlocks, most: config.ownerTempoMaxBlocks },
      refuses: (value, { by, config }) =>
        by === 'root' || isWithin(value, config.ownerTempoMinBlocks, config.ownerTempoMaxBlocks)
          ? null
          : 'TempoOutOfBounds',
      limit: (config) => ({ per: 'blocks', count: config.setTempoRateLimitBlocks }),
    },
  }),
  /** Blocks between two announcements of an axon. */
  servingRateLimitBlocks: other(whole(), 50, {
    says: 'blocks between two announcements of an axon',
    rule: ownerItem(OWNER_ANY_NUMBER),
  }),
  /** Blocks in which a new neuron is not replaced. */
  immunityPeriodBlocks: other(u16(), 5_000, {
    says: 'blocks in which a new neuron is not replaced',
    rule: ownerItem(),
  }),
  /** Fewest weights that a validator may set. */
  minAllowedWeights: other(u16(), 1, {
    says: 'fewest weights that a validator may set',
    rule: ownerItem(),
  }),
  /** Most neurons. */
  maxAllowedUids: other(u16({ min: 1 }), 256, {
    says: 'most neurons',
    rule: {
      checks: OWNER,
      bounds:
        'at least `minAllowedUids` and the neurons there are; with all mechanisms together at most `maxAllowedUidsCeiling`',
      range: maxAllowedUidsRange,
      refuses: maxAllowedUidsRefusal,
    },
  }),
  /** What `maxAllowedUids` is never below. */
  minAllowedUids: other(u16(), 64, {
    says: 'what `maxAllowedUids` is never below',
    rule: {
      checks: ROOT_FROZEN,
      bounds: 'below `maxAllowedUids` and below the neurons there are',
      range: minAllowedUidsRange,
      refuses: minAllowedUidsRefusal,
    },
  }),
  /** Most neurons with a validator permit. */
  maxAllowedValidators: ofEpoch(u16(), 64, {
    says: 'most neurons with a validator permit',
    rule: {
      checks: ROOT_FROZEN,
      bounds: 'at most `maxAllowedUids`',
      range: ({ current }) => ({ least: 0, most: current.maxAllowedUids }),
      refuses: (value, { current }) =>
        value > current.maxAllowedUids ? 'MaxValidatorsLargerThanMaxUIds' : null,
    },
  }),
  /** Least version key that weights may carry. */
  weightsVersionKey: other(whole(), 0, {
    says: 'least version key that weights may carry',
    rule: { checks: OWNER, limit: () => ({ per: 'tempos', count: 5 }) },
  }),
  /** Blocks between two settings of weights. */
  weightsSetRateLimitBlocks: other(whole(), 100, {
    says: 'blocks between two settings of weights',
    rule: rootItem(ROOT_ALWAYS),
  }),
  /** Share of stake that makes consensus. */
  kappaU16: ofEpoch(u16(), 32_767, {
    says: 'share of stake that makes consensus',
    rule: rootItem(ROOT_ALWAYS),
  }),
  /** Read by nothing today. */
  rhoU16: other(u16(), 10, { says: 'read by nothing today', rule: ownerItem() }),
  /** Thousandths of a tempo without weights after which a validator is inactive. */
  activityCutoffFactorMilli: ofEpoch(whole({ max: 0xffff_ffff }), 13_889, {
    says: 'thousandths of a tempo without weights after which a validator is inactive',
    rule: within(1_000, 50_000, { checks: ACTIVITY_CUTOFF, error: 'ActivityCutoffFactorMilliOutOfBounds' }),
  }),
  /** Part of the former bonds in the new ones. */
  bondsMovingAveragePpm: ofEpoch(whole({ max: 1_000_000 }), 900_000, {
    says: 'part of the former bonds in the new ones',
    rule: {
      checks: OWNER_EXISTENCE_LAST,
      bounds: 'owner: at most 975000; root: any',
      range: ({ by }) => ({ least: 0, most: by === 'owner' ? 975_000 : 1_000_000 }),
      refuses: (value, { by }) =>
        by === 'root' || isWithin(value, 0, 975_000) ? null : 'BondsMovingAverageMaxReached',
    },
  }),
  /** How much clipped weights lower bonds. */
  bondsPenaltyU16: ofEpoch(u16(), U16_MAX, {
    says: 'how much clipped weights lower bonds',
    rule: ownerItem(),
  }),
  /** Whether bonds move by how near weights are to consensus. */
  liquidAlphaEnabled: ofEpoch(flag, false, {
    says: 'whether bonds move by how near weights are to consensus',
    rule: ownerItem(OWNER_ANY_NUMBER),
  }),
  /** Slowest liquid bond. */
  alphaLowU16: ofEpoch(u16(), 45_875, {
    says: 'slowest liquid bond',
    rule: alphaValue(
      '1638 to `alphaHighU16`, while liquid alpha is on',
      ({ alphaHighU16 }) => ({ least: LEAST_ALPHA_U16, most: alphaHighU16 }),
      (lowU16, { alphaHighU16: highU16 }) => ({ lowU16, highU16 }),
    ),
  }),
  /** Fastest liquid bond. */
  alphaHighU16: ofEpoch(u16(), 58_982, {
    says: 'fastest liquid bond',
    rule: alphaValue(
      'at least 1638 and `alphaLowU16`, while liquid alpha is on',
      ({ alphaLowU16 }) => ({ least: Math.max(LEAST_ALPHA_U16, alphaLowU16), most: U16_MAX }),
      (highU16, { alphaLowU16: lowU16 }) => ({ lowU16, highU16 }),
    ),
  }),
  /** How sharply liquid bonds part near from far. */
  alphaSigmoidSteepnessHundredths: ofEpoch(whole({ min: -32_768, max: 32_767 }), 1_000, {
    says: 'how sharply liquid bonds part near from far',
    rule: {
      checks: OWNER,
      bounds: 'owner: at least 0; root: any',
      range: ({ by }) => ({ least: by === 'owner' ? 0 : -32_768, most: 32_767 }),
      refuses: (value, { by }) => (by === 'owner' && value < 0 ? 'NegativeSigmoidSteepness' : null),
    },
  }),
  /** Yuma 3 instead of the original bonds. */
  yuma3Enabled: ofEpoch(flag, true, {
    says: 'Yuma 3 instead of the original bonds',
    rule: ownerItem(OWNER_ANY_NUMBER),
  }),
  /** Whether weights are committed first and revealed later. */
  commitRevealEnabled: ofEpoch(flag, true, {
    says: 'whether weights are committed first and revealed later',
    rule: ownerItem(),
  }),
  /** Epochs from a commit to weights until they are revealed. */
  revealPeriodEpochs: other(u16(), 1, {
    says: 'epochs from a commit to weights until they are revealed',
    rule: {
      checks: OWNER,
      bounds: '1 to 100',
      range: () => ({ least: 1, most: 100 }),
      refuses(value) {
        if (value > 100) return 'RevealPeriodTooLarge'
        return value < 1 ? 'RevealPeriodTooSmall' : null
      },
    },
  }),
  /** Whether commitments may reset the bonds of who makes them. */
  bondsResetEnabled: other(flag, false, {
    says: 'whether commitments may reset the bonds of who makes them',
    rule: ownerItem(OWNER_ANY_NUMBER),
  }),
  /** Mechanisms of the subnet, each with weights, bonds and incentives of its own. */
  mechanismCount: other(u16({ min: 1, max: 16 }), 1, {
    says: 'mechanisms of the subnet, each with weights, bonds and incentives of its own',
    rule: {
      checks: OWNER_ANY_NUMBER,
      bounds: '1 to `maxMechanismCount`; times `maxAllowedUids` at most `maxAllowedUidsCeiling`',
      range: mechanismCountRange,
      refuses: mechanismCountRefusal,
      limit: (config) => ({ per: 'blocks', count: config.mechanismRateLimitBlocks }),
      isClockOfAccount: true,
    },
  }),
  /** Lowest price of a registration. */
  minBurnRao: other(amount, 500_000n, {
    says: 'lowest price of a registration',
    rule: {
      checks: OWNER,
      bounds: 'below 1 TAO and `maxBurnRao`',
      range: ({ current }) => ({ least: 0n, most: lesser(RAO_PER_TAO, current.maxBurnRao) - 1n }),
      refuses: (value, { current }) =>
        value >= 0n && value < RAO_PER_TAO && value < current.maxBurnRao ? null : 'ValueNotInBounds',
    },
  }),
  /** Highest price of a registration. */
  maxBurnRao: other(amount, 100n * RAO_PER_TAO, {
    says: 'highest price of a registration',
    rule: {
      checks: OWNER,
      bounds: 'above 0.1 TAO and `minBurnRao`',
      range: ({ current }) => ({
        least: greater(RAO_PER_TAO / 10n, current.minBurnRao) + 1n,
        most: ONE_U64F64 - 1n,
      }),
      refuses: (value, { current }) =>
        value > RAO_PER_TAO / 10n && value > current.minBurnRao && value < ONE_U64F64
          ? null
          : 'ValueNotInBounds',
    },
  }),
  /** Blocks in which the price of a registration halves. */
  burnHalfLifeBlocks: other(u16({ min: 1 }), 360, {
    says: 'blocks in which the price of a registration halves',
    rule: { ...within(1, 36_100), isNotRoots: true },
  }),
  /** Times 2^64, by what a registration multiplies its price. Raw U64F64: 1.26 is 23242897532874035200. */
  burnIncreaseMultBits: other(bits(2n ** 128n - 1n, ONE_U64F64), 23_242_897_532_874_035_200n, {
    says: 'times 2^64, by what a registration multiplies its price',
    rule: {
      checks: OWNER,
      isNotRoots: true,
      bounds: '1 to 3, times 2^64',
      range: () => ({ least: ONE_U64F64, most: 3n * ONE_U64F64 }),
      refuses: (value) => (value >= ONE_U64F64 && value <= 3n * ONE_U64F64 ? null : 'InvalidValue'),
    },
  }),
  /** Whether neurons may register; without, the subnet does not emit. */
  registrationAllowed: other(flag, true, {
    says: 'whether neurons may register; without, the subnet does not emit',
    rule: rootItem(ROOT_ANY_NUMBER),
  }),
  /** Hotkeys of the owner that are never replaced. */
  ownerImmuneUidsLimit: other(u16(), 1, {
    says: 'hotkeys of the owner that are never replaced',
    rule: within(1, 10, { checks: OWNER_ANY_NUMBER }),
  }),
  /** Fewest neurons outside their immunity. */
  minNonImmuneUids: other(u16(), 10, {
    says: 'fewest neurons outside their immunity',
    rule: rootItem(ROOT_ANY_NUMBER),
  }),
  /** Whether the owner has a cut of the emission. */
  ownerCutEnabled: other(flag, true, {
    says: 'whether the owner has a cut of the emission',
    rule: { checks: OWNER, isNotRoots: true, limit: () => ({ per: 'never limited' }) },
  }),
  /** Whether what is withheld from the owner’s miners leaves the alpha there is. */
  ownerIncentiveIsRecycled: other(flag, false, {
    says: 'whether what is withheld from the owner’s miners leaves the alpha there is',
    rule: ownerItem(OWNER_ANY_NUMBER),
  }),
  /** Whether the owner’s cut is locked as it is paid. */
  ownerCutAutoLockEnabled: other(flag, false, {
    says: 'whether the owner’s cut is locked as it is paid',
    rule: { checks: OWNER, isNotRoots: true, limit: () => ({ per: 'never limited' }) },
  }),
  /** Whether stake may be transferred to another coldkey. */
  transfersEnabled: other(flag, true, {
    says: 'whether stake may be transferred to another coldkey',
    rule: ownerItem(OWNER_ANY_NUMBER),
  }),
  /** Least take of a child, of 65535. */
  minChildkeyTakeU16: other(u16(), 0, {
    says: 'least take of a child, of 65535',
    rule: {
      checks: OWNER,
      bounds: 'at most `maxChildkeyTakeU16`, at least `minChildkeyTakeU16` of the chain',
      range: ({ config }) => ({ least: config.minChildkeyTakeU16, most: config.maxChildkeyTakeU16 }),
      refuses: (value, { config }) =>
        isWithin(value, config.minChildkeyTakeU16, config.maxChildkeyTakeU16) ? null : 'InvalidValue',
    },
  }),
  /** Alpha that a root dividend must have come to before it is claimed. */
  rootClaimThresholdAlpha: other(amount, 500_000n, {
    says: 'alpha that a root dividend must have come to before it is claimed',
    rule: {
      checks: { owner: ['bounds', 'existence'], root: ['bounds', 'existence'] },
      bounds: 'at most 10000000',
      range: () => ({ least: 0n, most: 10_000_000n }),
      refuses: (value) => (value <= 10_000_000n ? null : 'InvalidRootClaimThreshold'),
      limit: () => ({ per: 'never limited' }),
    },
  }),
  /** Blocks in which a new subnet’s price average has warmed up by half. */
  emaPriceHalvingBlocks: other(whole(), 201_600, {
    says: 'blocks in which a new subnet’s price average has warmed up by half',
    rule: rootItem(ROOT_ANY_NUMBER),
  }),
  /** On root, a third of the registrations let in per interval; read by nothing on other subnets. */
  targetRegistrationsPerInterval: other(u16(), 2, {
    says: 'on root, a third of the registrations let in per interval; read by nothing on other subnets',
    rule: rootItem(ROOT_FROZEN),
  }),
  /** On root, most registrations in a block; read by nothing on other subnets. */
  maxRegistrationsPerBlock: other(u16(), 1, {
    says: 'on root, most registrations in a block; read by nothing on other subnets',
    rule: rootItem(ROOT_FROZEN),
  }),
  /** Read by nothing today: what counts is `activityCutoffFactorMilli`. */
  activityCutoffBlocks: other(u16(), 5_000, {
    says: 'read by nothing today: what counts is `activityCutoffFactorMilli`',
    rule: {
      checks: OWNER,
      bounds: 'at least 360',
      range: () => ({ least: 360, most: U16_MAX }),
      refuses: (value) => (value < 360 ? 'ActivityCutoffTooLow' : null),
    },
  }),
  /** Read by nothing today. */
  adjustmentIntervalBlocks: other(u16(), 100, {
    says: 'read by nothing today',
    rule: rootItem(ROOT_ALWAYS),
  }),
  /** Read by nothing today. */
  adjustmentAlphaU64: other(amount, 0n, { says: 'read by nothing today', rule: ownerItem() }),
  /** Read by nothing today. */
  difficulty: other(amount, 10_000_000n, { says: 'read by nothing today', rule: rootItem(ROOT_FROZEN) }),
  /** Read by nothing today. */
  minDifficulty: other(amount, 10_000_000n, { says: 'read by nothing today', rule: rootItem(ROOT_FROZEN) }),
  /** Read by nothing today. */
  maxDifficulty: other(amount, 2n ** 62n - 1n, { says: 'read by nothing today', rule: ownerItem() }),
  /** Fee of the subnet’s pool, of 65535. */
  poolFeeU16: other(u16(), 33, {
    says: 'fee of the subnet’s pool, of 65535',
    rule: {
      checks: ROOT_ALWAYS,
      bounds: 'at most 10000',
      range: () => ({ least: 0, most: 10_000 }),
      refuses: (value) => (isWithin(value, 0, 10_000) ? null : 'InvalidValue'),
    },
  }),
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

/** The reason that there is no hyperparameter of a name, and the one that was most likely meant. */
export function whyNoHyperparameter(name: string) {
  const like = nearest(Object.keys(HYPERPARAMETERS), name)
  return like === undefined
    ? ({ because: 'noHyperparameter', name } as const)
    : ({ because: 'misspeltHyperparameter', name, like } as const)
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

type Details<T> = Omit<Hyperparameter<T>, 'column' | 'reference' | 'isOfEpoch'>

function ofEpoch<T>(column: Column<T>, reference: NoInfer<T>, details: Details<NoInfer<T>>) {
  return { column, reference, ...details, isOfEpoch: true as const } satisfies Hyperparameter<T>
}

function other<T>(column: Column<T>, reference: NoInfer<T>, details: Details<NoInfer<T>>) {
  return { column, reference, ...details, isOfEpoch: false as const } satisfies Hyperparameter<T>
}
