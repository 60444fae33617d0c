import { type Check, listOf, optional, type ShapeOf, shape, text as textCheck } from '../checks/index.js'
import type { Address, Rao } from '../units/index.js'
import { MAX_CALL_WINDOW_BLOCKS } from './block/header.js'
import { type Hyperparameters, hyperparameterColumns } from './rules/hyperparameters.js'
import {
  address,
  amount,
  bits,
  type Columns,
  flag,
  nullable,
  oneOfTexts,
  type RecordOfColumns,
  record,
  text,
  u16,
  whole,
} from './state/columns.js'

/** In which order a block executes its calls: by signer and nonce, or as they are given, which is for tests. */
const CALL_ORDERS = ['signerNonce', 'given'] as const
export type CallOrder = (typeof CALL_ORDERS)[number]

/** Longest tempo: a u16 on the reference chain. An epoch that never comes is no tempo here. */
const tempo = u16({ min: 1 })

/** The chain's settings but for its name and its subnets'. */
const settings = {
  /** A call names one of so many last blocks, and expires at most so many blocks after it. */
  callWindowBlocks: whole({ min: 1, max: MAX_CALL_WINDOW_BLOCKS }),
  /** Blocks between two hashes of the state. Whatever it is, the hash of each block covers its calls. */
  stateHashEveryBlocks: whole({ min: 1 }),
  /** Order of a block's calls; anything but `signerNonce` is for tests, since makers of blocks could grind seeds of tasks. */
  callOrder: oneOfTexts(CALL_ORDERS),
  /** Whether calls of test origin are taken: see `Ledger.testCall`. */
  testOriginAllowed: flag,
  /** Whose calls are root's; nobody's by default. */
  rootKey: nullable(address),
  existentialDepositRao: amount,
  /** Smallest stake that can be added, and smallest payout of a removal that leaves something. */
  minStakeRao: amount,
  /** Blocks between two subnet registrations; 0 for no limit. */
  networkRateLimitBlocks: whole(),
  networkMinLockRao: amount,
  lockReductionIntervalBlocks: whole({ min: 1 }),
  /** Subnets besides root. */
  subnetLimit: u16(),
  subnetOwnerCutU16: u16(),
  stakeThresholdRao: amount,
  /** Parts of 2^64 - 1. */
  taoWeightU64: bits(2n ** 64n - 1n),
  maxEpochsPerBlock: whole({ min: 1 }),
  adminFreezeWindowBlocks: whole(),
  /** Blocks between two changes of one item by an owner, in tempos. */
  ownerHyperparamRateLimitTempos: whole(),
  startCallDelayBlocks: whole(),
  minTakeU16: u16(),
  maxTakeU16: u16(),
  defaultTakeU16: u16(),
  takeRateLimitBlocks: whole(),
  ownerTempoMinBlocks: tempo,
  ownerTempoMaxBlocks: tempo,
  setTempoRateLimitBlocks: whole(),
  /** Ceiling of `maxAllowedUids`. */
  maxAllowedUidsCeiling: u16({ min: 1 }),
  /** Price of a registration on a new subnet. */
  initialBurnRao: amount,
  /** Whether a new subnet takes part in emission at once; the reference leaves that to root. */
  emissionEnabledAtRegistration: flag,
  /** Whether an axon may announce 127.0.0.1 or ::1. */
  loopbackAxonsAllowed: flag,
}

/**
 * The chain's own settings: what only root could change on the reference chain, fixed at genesis here.
 * They are part of the genesis hash. Presets in `subnetkit/chain` fill them in.
 */
export type ChainConfig = RecordOfColumns<typeof settings> & {
  /** The chain's name for people, 1 to 64 characters; calls are bound to the hash of its block 0. */
  readonly chainId: string
  /** What a new subnet starts with. */
  readonly hyperparameters: Hyperparameters
}

/** An account with a balance at genesis. */
export interface Endowment {
  readonly address: Address
  readonly balanceRao: Rao
}

/** Where a chain starts: total issuance is the sum of the endowments. */
export interface Genesis {
  readonly config: ChainConfig
  readonly endowments: readonly Endowment[]
  /**
   * Goes into the hash of block 0, and so into all that follow. Without one, two chains of the same settings have the same
   * block 0, and calls signed for one are good on the other.
   */
  readonly seed?: string
}

/** A chain's name. */
export const chainIdCheck = textCheck({ min: 1, max: 64 })

const hyperparameters = record('hyperparameters', hyperparameterColumns)

/** The settings as the state holds them. */
export const configColumn = record('config', {
  chainId: { ...text(64), check: chainIdCheck },
  ...settings,
  hyperparameters,
})

/** What a subnet's settings must be. */
export const hyperparametersShape = hyperparameters.check

/** What a chain's settings must be. */
export const configShape = configColumn.check

/** Some of a subnet's settings. */
export const someHyperparametersShape = someOf<Hyperparameters>(hyperparameterColumns)

/** Some of a chain's settings, its name and its subnets' apart. */
export const someConfigShape = someOf<Omit<ChainConfig, 'chainId' | 'hyperparameters'>>(settings)

/** Who has money at the start. */
export const endowmentsCheck = listOf(
  shape<Endowment>({
    address: address.check,
    balanceRao: amount.check,
  }),
)

export const genesisShape = shape<Genesis>({
  config: configShape,
  endowments: endowmentsCheck,
  seed: optional(textCheck()),
})

function someOf<T extends object>(columns: Columns): Check {
  return shape<Partial<T>>(
    Object.fromEntries(
      Object.entries(columns).map(([name, { check }]) => [name, optional(check)]),
    ) as ShapeOf<Partial<T>>,
  )
}
