import { RAO_PER_TAO, U16_MAX } from '../../units/index.js'
import type { ChainConfig } from '../config.js'
import type { HyperparameterName, Hyperparameters } from '../types.js'

/** What a bound may depend on besides the value. */
export interface HyperparameterFacts {
  readonly current: Hyperparameters
  readonly config: ChainConfig
  readonly n: number
}

/** How often an owner may change an item. */
export type ChangeLimit =
  | { readonly per: 'tempos'; readonly count: number }
  | { readonly per: 'blocks'; readonly count: number }
  | { readonly per: 'never limited' }

/** A hyperparameter as its subnet's owner may change it. */
export interface OwnerRule<Value> {
  /** Items of one name share a rate limit. */
  readonly item: string
  readonly limit: (config: ChainConfig) => ChangeLimit
  /** Error name of the bound that the value breaks. */
  readonly check: (value: Value, facts: HyperparameterFacts) => string | null
}

type OwnerRules = { readonly [N in HyperparameterName]?: OwnerRule<Hyperparameters[N]> }

const ONE_BITS = 1n << 64n

/**
 * What the owner of a subnet may set, and within which bounds. What is missing here belongs to root.
 *
 * @source spec: `spec/chain.md` 1.2, 6.7; error names of subtensor `pallets/admin-utils`
 */
export const OWNER_RULES: OwnerRules = {
  tempoBlocks: {
    item: 'tempoBlocks',
    limit: (config) => ({ per: 'blocks', count: config.setTempoRateLimitBlocks }),
    check: (value, { config }) =>
      isWholeIn(value, config.ownerTempoMinBlocks, config.ownerTempoMaxBlocks) ? null : 'TempoOutOfBounds',
  },
  servingRateLimitBlocks: whole('servingRateLimitBlocks', 0, Number.MAX_SAFE_INTEGER),
  immunityPeriodBlocks: whole('immunityPeriodBlocks', 0, U16_MAX),
  minAllowedWeights: whole('minAllowedWeights', 0, U16_MAX),
  maxAllowedUids: {
    ...whole('maxAllowedUids', 0, U16_MAX),
    check(value, { current, config, n }) {
      if (!isWholeIn(value, 0, U16_MAX)) return 'InvalidValue'
      if (value < current.minAllowedUids) return 'MaxAllowedUidsLessThanMinAllowedUids'
      if (value < n) return 'MaxAllowedUIdsLessThanCurrentUIds'
      return value > config.maxAllowedUidsCeiling ? 'MaxAllowedUidsGreaterThanDefaultMaxAllowedUids' : null
    },
  },
  weightsVersionKey: {
    ...whole('weightsVersionKey', 0, Number.MAX_SAFE_INTEGER),
    limit: () => ({ per: 'tempos', count: 5 }),
  },
  rhoU16: whole('rhoU16', 0, U16_MAX),
  activityCutoffFactorMilli: whole(
    'activityCutoffFactorMilli',
    1_000,
    50_000,
    'ActivityCutoffFactorMilliOutOfBounds',
  ),
  bondsMovingAveragePpm: whole('bondsMovingAveragePpm', 0, 975_000, 'BondsMovingAverageMaxReached'),
  bondsPenaltyU16: whole('bondsPenaltyU16', 0, U16_MAX),
  liquidAlphaEnabled: toggle('liquidAlphaEnabled'),
  alphaLowU16: alphaValues((value, current) => [value, current.alphaHighU16]),
  alphaHighU16: alphaValues((value, current) => [current.alphaLowU16, value]),
  alphaSigmoidSteepnessHundredths: {
    ...whole('alphaSigmoidSteepnessHundredths', 0, 32_767),
    check: (value) =>
      value < 0 ? 'NegativeSigmoidSteepness' : isWholeIn(value, 0, 32_767) ? null : 'InvalidValue',
  },
  yuma3Enabled: toggle('yuma3Enabled'),
  commitRevealEnabled: toggle('commitRevealEnabled'),
  minBurnRao: {
    item: 'minBurnRao',
    limit: ownerLimit,
    check: (value, { current }) =>
      value >= 0n && value < RAO_PER_TAO && value < current.maxBurnRao ? null : 'ValueNotInBounds',
  },
  maxBurnRao: {
    item: 'maxBurnRao',
    limit: ownerLimit,
    check: (value, { current }) =>
      value > RAO_PER_TAO / 10n && value > current.minBurnRao && value < ONE_BITS ? null : 'ValueNotInBounds',
  },
  burnHalfLifeBlocks: whole('burnHalfLifeBlocks', 1, 36_100),
  burnIncreaseMultBits: {
    item: 'burnIncreaseMultBits',
    limit: ownerLimit,
    check: (value) => (value >= ONE_BITS && value <= 3n * ONE_BITS ? null : 'InvalidValue'),
  },
  ownerImmuneUidsLimit: whole('ownerImmuneUidsLimit', 1, 10),
  ownerCutEnabled: { ...toggle('ownerCutEnabled'), limit: () => ({ per: 'never limited' }) },
  ownerIncentiveIsRecycled: toggle('ownerIncentiveIsRecycled'),
}

function ownerLimit(config: ChainConfig): ChangeLimit {
  return { per: 'tempos', count: config.ownerHyperparamRateLimitTempos }
}

function whole(item: string, least: number, most: number, error = 'InvalidValue'): OwnerRule<number> {
  return { item, limit: ownerLimit, check: (value) => (isWholeIn(value, least, most) ? null : error) }
}

function toggle(item: string): OwnerRule<boolean> {
  return { item, limit: ownerLimit, check: () => null }
}

/** The reference sets both values in one call; here each is checked beside the other as it stands. */
function alphaValues(
  pairOf: (value: number, current: Hyperparameters) => [low: number, high: number],
): OwnerRule<number> {
  return {
    item: 'alphaValues',
    limit: ownerLimit,
    check(value, { current }) {
      if (!current.liquidAlphaEnabled) return 'LiquidAlphaDisabled'
      const [low, high] = pairOf(value, current)
      if (!isWholeIn(high, 1_638, U16_MAX)) return 'AlphaHighTooLow'
      return isWholeIn(low, 1_638, high) ? null : 'AlphaLowOutOfRange'
    },
  }
}

const isWholeIn = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most
