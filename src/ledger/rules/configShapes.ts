import {
  bigintWithin,
  type Check,
  custom,
  flag,
  listOf,
  optional,
  rao,
  type ShapeOf,
  shape,
  text,
  u16,
  wholeNumber,
} from '../../checks/index.js'
import { isAddress } from '../../crypto/index.js'
import { MAX_CALL_WINDOW_BLOCKS } from '../block/header.js'
import type { ChainConfig, Endowment, Genesis } from '../config.js'
import type { Hyperparameters } from '../types.js'

/** Longest tempo: a u16 on the reference chain. An epoch that never comes is no tempo here. */
const tempo = u16({ min: 1 })
const ONE_U64F64 = 1n << 64n

const hyperparameterChecks: ShapeOf<Hyperparameters> = {
  tempoBlocks: tempo,
  servingRateLimitBlocks: wholeNumber(),
  immunityPeriodBlocks: u16(),
  minAllowedWeights: u16(),
  maxAllowedUids: u16({ min: 1 }),
  minAllowedUids: u16(),
  maxAllowedValidators: u16(),
  weightsVersionKey: wholeNumber(),
  weightsSetRateLimitBlocks: wholeNumber(),
  kappaU16: u16(),
  rhoU16: u16(),
  activityCutoffFactorMilli: wholeNumber({ max: 0xffff_ffff }),
  bondsMovingAveragePpm: wholeNumber({ max: 1_000_000 }),
  bondsPenaltyU16: u16(),
  liquidAlphaEnabled: flag,
  alphaLowU16: u16(),
  alphaHighU16: u16(),
  alphaSigmoidSteepnessHundredths: wholeNumber({ min: -32_768, max: 32_767 }),
  yuma3Enabled: flag,
  commitRevealEnabled: flag,
  minBurnRao: rao(),
  maxBurnRao: rao(),
  burnHalfLifeBlocks: u16({ min: 1 }),
  burnIncreaseMultBits: bigintWithin({ min: ONE_U64F64, max: 2n ** 128n - 1n }),
  registrationAllowed: flag,
  ownerImmuneUidsLimit: u16(),
  minNonImmuneUids: u16(),
  ownerCutEnabled: flag,
  ownerIncentiveIsRecycled: flag,
}

const configChecks: Omit<ShapeOf<ChainConfig>, 'chainId' | 'hyperparameters'> = {
  callWindowBlocks: wholeNumber({ min: 1, max: MAX_CALL_WINDOW_BLOCKS }),
  existentialDepositRao: rao(),
  minStakeRao: rao(),
  networkRateLimitBlocks: wholeNumber(),
  networkMinLockRao: rao(),
  lockReductionIntervalBlocks: wholeNumber({ min: 1 }),
  subnetLimit: u16(),
  subnetOwnerCutU16: u16(),
  stakeThresholdRao: rao(),
  taoWeightU64: bigintWithin(),
  maxEpochsPerBlock: wholeNumber({ min: 1 }),
  adminFreezeWindowBlocks: wholeNumber(),
  ownerHyperparamRateLimitTempos: wholeNumber(),
  startCallDelayBlocks: wholeNumber(),
  minTakeU16: u16(),
  maxTakeU16: u16(),
  defaultTakeU16: u16(),
  takeRateLimitBlocks: wholeNumber(),
  ownerTempoMinBlocks: tempo,
  ownerTempoMaxBlocks: tempo,
  setTempoRateLimitBlocks: wholeNumber(),
  maxAllowedUidsCeiling: u16({ min: 1 }),
  initialBurnRao: rao(),
  emissionEnabledAtRegistration: flag,
  loopbackAxonsAllowed: flag,
}

/** A chain's name. */
export const chainIdCheck: Check = text({ min: 1, max: 64 })

/** What a subnet's settings must be. */
export const hyperparametersShape = shape<Hyperparameters>(hyperparameterChecks)

/** What a chain's settings must be. */
export const configShape = shape<ChainConfig>({
  ...configChecks,
  chainId: chainIdCheck,
  hyperparameters: hyperparametersShape,
})

/** Some of a subnet's settings. */
export const someHyperparametersShape = shape<Partial<Hyperparameters>>(allOptional(hyperparameterChecks))

/** Some of a chain's settings, its name and its subnets' apart. */
export const someConfigShape = shape<Partial<Omit<ChainConfig, 'chainId' | 'hyperparameters'>>>(
  allOptional(configChecks),
)

/** Who has money at the start. */
export const endowmentsCheck: Check = listOf(
  shape<Endowment>({
    address: custom(
      'Pass an address from parseAddress.',
      (value) => typeof value === 'string' && isAddress(value),
    ),
    balanceRao: rao(),
  }),
)

export const genesisShape = shape<Genesis>({
  config: configShape,
  endowments: endowmentsCheck,
  seed: optional(text()),
})

function allOptional<T extends object>(checks: T): T {
  return Object.fromEntries(
    Object.entries(checks as Record<string, Check>).map(([key, check]) => [key, optional(check)]),
  ) as T
}
