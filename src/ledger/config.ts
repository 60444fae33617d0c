import { type Check, listOf, optional, type ShapeOf, shape, text as textCheck } from '../checks/index.js'
import { DEFAULT_TAO_WEIGHT_U64 } from '../emission/index.js'
import { type Address, RAO_PER_TAO, type Rao } from '../units/index.js'
import { MAX_CALL_WINDOW_BLOCKS } from './block/header.js'
import { type Hyperparameters, hyperparameterColumns } from './rules/hyperparameters.js'
import {
  address,
  amount,
  bits,
  type Column,
  type Columns,
  flag,
  hexText,
  nullable,
  oneOfTexts,
  record,
  text,
  u16,
  type ValueOf,
  whole,
} from './state/columns.js'

/** A chain's name. */
export const chainIdCheck = textCheck({ min: 1, max: 64 })

/** In which order a block executes its calls: by signer and nonce, or as they are given, which is for tests. */
const CALL_ORDERS = ['signerNonce', 'given'] as const
export type CallOrder = (typeof CALL_ORDERS)[number]

/** Longest tempo: a u16 on the reference chain. An epoch that never comes is no tempo here. */
const tempo = u16({ min: 1 })

/** One setting: what it is, and what the reference chain starts with. */
interface Setting<T> {
  readonly column: Column<T>
  readonly reference: T
}

function setting<T>(column: Column<T>, reference: NoInfer<T>): Setting<T> {
  return { column, reference }
}

/** The chain's settings but for its name and its subnets'. Type, check, byte form and default of each follow from its entry here. */
const SETTINGS = {
  /** Name of the rules that the chain follows; any but `spec425` is a rule set that its nodes are given. */
  rules: setting({ ...text(64), check: chainIdCheck } as Column<string>, 'spec425'),
  /** A call names one of so many last blocks, and expires at most so many blocks after it. */
  callWindowBlocks: setting(whole({ min: 1, max: MAX_CALL_WINDOW_BLOCKS }), 4_096),
  /** Blocks between two hashes of the state. Whatever it is, the hash of each block covers its calls. */
  stateHashEveryBlocks: setting(whole({ min: 1 }), 1),
  /** Order of a block's calls; anything but `signerNonce` is for tests, since makers of blocks could grind seeds of tasks. */
  callOrder: setting(oneOfTexts(CALL_ORDERS), 'signerNonce'),
  /** Whether calls of test origin are taken: see `Ledger.testCall`. */
  testOriginAllowed: setting(flag, false),
  /** Whose calls are root's; nobody's by default. */
  rootKey: setting(nullable(address), null),
  /** Least that an account may hold: one that falls below ends, and the rest is lost. */
  existentialDepositRao: setting(amount, 500n),
  /** Smallest stake that can be added, and smallest payout of a removal that leaves something. */
  minStakeRao: setting(amount, 2_000_000n),
  /** Thousand-thousandths of the smallest stake, twice: what a nominator keeps below it is sold when it takes something out. 0 for nothing. */
  nominatorMinStakeFactor: setting(amount, 0n),
  /** Whether TAO can be staked on root: the reference leaves it to root to open it, and without it nobody stakes there. */
  rootSubtokenEnabled: setting(flag, true),
  /** How fast price averages follow prices, times 2^32: 0.000003. */
  movingAlphaBits: setting(amount, 12_885n),
  /** Coldkeys whose root dividends a block claims, at most 50. */
  rootClaimsPerBlock: setting(u16({ max: 50 }), 5),
  /** Blocks between two subnet registrations; 0 for no limit. */
  networkRateLimitBlocks: setting(whole(), 7_200),
  /** First block in which subnets can be registered. */
  networkRegistrationStartBlock: setting(whole(), 0),
  /** Blocks in which a new subnet is not dissolved to make room. */
  networkImmunityBlocks: setting(whole(), 1_296_000),
  /** Of subnets registered after this block, the alpha of the pool has a part in the payout when they are dissolved. */
  poolRefundBlock: setting(whole(), 0),
  /** Lowest price of a subnet, which its founder locks. */
  networkMinLockRao: setting(amount, 1_000n * RAO_PER_TAO),
  /** Blocks in which the price of a subnet falls by what the last one cost, while a block makes 1 TAO. */
  lockReductionIntervalBlocks: setting(whole({ min: 1 }), 100_800),
  /** Most subnets besides root. */
  subnetLimit: setting(u16(), 128),
  /** Owner's part of a subnet's emission, of 65535. */
  subnetOwnerCutU16: setting(u16(), 11_796),
  /** Stake on a hotkey below which it counts as none in the epoch and may set no weights. */
  stakeThresholdRao: setting(amount, 0n),
  /** Weight of TAO on root against alpha, parts of 2^64 - 1. */
  taoWeightU64: setting(bits(2n ** 64n - 1n), DEFAULT_TAO_WEIGHT_U64),
  /** Most epochs in a block; the others wait for the next one. */
  maxEpochsPerBlock: setting(whole({ min: 1 }), 2),
  /** Last blocks before an epoch, in which most hyperparameters cannot be set. */
  adminFreezeWindowBlocks: setting(whole(), 10),
  /** Blocks between two changes of one item by an owner, in tempos. */
  ownerHyperparamRateLimitTempos: setting(whole(), 2),
  /** Blocks from the registration of a subnet until its owner may start it. */
  startCallDelayBlocks: setting(whole(), 0),
  /** Lowest take, of 65535. */
  minTakeU16: setting(u16(), 0),
  /** Highest take, of 65535. */
  maxTakeU16: setting(u16(), 11_796),
  /** Take of a hotkey that never set one, of 65535. */
  defaultTakeU16: setting(u16(), 11_796),
  /** Part of dividends of parents of another owner that is recycled, parts of 2^64 - 1. */
  childkeyBurnU64: setting(bits(2n ** 64n - 1n), 0n),
  /** Blocks between two calls that set the children of a hotkey on a subnet. */
  setChildrenRateLimitBlocks: setting(whole(), 150),
  /** Blocks that new children wait at least. */
  pendingChildkeyCooldownBlocks: setting(whole(), 7_200),
  /** Blocks between two raises of a child's take. */
  childkeyTakeRateLimitBlocks: setting(whole(), 216_000),
  /** Lowest take of a child, of 65535. */
  minChildkeyTakeU16: setting(u16(), 0),
  /** Highest take of a child, of 65535. */
  maxChildkeyTakeU16: setting(u16(), 11_796),
  /** Blocks between two raises of a take. */
  takeRateLimitBlocks: setting(whole(), 216_000),
  /** Blocks in which a decaying lock loses all but a part of 1 / e. */
  unlockRateBlocks: setting(whole(), 934_866),
  /** Blocks in which conviction comes as near to what is locked. */
  maturityRateBlocks: setting(whole(), 934_866),
  /** Whether a subnet changes hands by conviction, once it is a year old. */
  ownershipByConviction: setting(flag, true),
  /** Whether a subnet's share of TAO counts root's proportion of it, as on a branch beside the reference's release. */
  rootProportionWeighsShares: setting(flag, false),
  /** Whether an epoch that did not run for longer than a tempo runs at once, as in the reference's newer tree, and not after 50,400 blocks only. */
  epochSafetyNetAtTempo: setting(flag, false),
  /** Whether an owner's change of the tempo is looked at in the order of other items, as in the reference's newer tree. */
  tempoIsSetLikeOthers: setting(flag, false),
  /** Whether what would unbalance a pool waits in a reservoir, and the chain buys before it injects, as in the reference's newer tree. */
  reservoirKeepsInjections: setting(flag, false),
  /** Price of a hotkey swap on all subnets, and of announcing a coldkey swap. */
  keySwapCostRao: setting(amount, RAO_PER_TAO / 10n),
  /** Price of a hotkey swap on one subnet. */
  hotkeySwapOnSubnetCostRao: setting(amount, RAO_PER_TAO / 1_000n),
  /** Blocks that a coldkey waits after a hotkey swap before the next one. */
  hotkeySwapRateLimitBlocks: setting(whole(), 1_000),
  /** The same on one subnet; without a swap on record it counts from block 0 there. */
  hotkeySwapOnSubnetIntervalBlocks: setting(whole(), 7_200),
  /** Blocks from the announcement of a coldkey swap until it may be made. */
  coldkeySwapDelayBlocks: setting(whole(), 36_000),
  /** Blocks after that until the announcement may be changed or taken back. */
  coldkeySwapReannouncementDelayBlocks: setting(whole(), 7_200),
  /** Public key of the beacon by whose rounds time locks open, as hex; without one they are committed as plain text, and hide nothing. */
  timelockBeacon: setting(nullable(hexText(96)), null),
  /** Most time locks that a block opens, of weights before those of commitments: the others wait for the next one. */
  timelockRevealsPerBlock: setting(nullable(whole({ min: 1 })), null),
  /** Version that time-locked commits name. */
  commitRevealVersion: setting(u16(), 4),
  /** Shortest tempo that an owner may set. */
  ownerTempoMinBlocks: setting(tempo, 360),
  /** Longest tempo that an owner may set. */
  ownerTempoMaxBlocks: setting(tempo, 50_400),
  /** Blocks between two changes of the tempo by an owner. */
  setTempoRateLimitBlocks: setting(whole(), 360),
  /** Ceiling of `maxAllowedUids`. */
  maxAllowedUidsCeiling: setting(u16({ min: 1 }), 256),
  /** Most mechanisms of a subnet. */
  maxMechanismCount: setting(u16({ min: 1, max: 16 }), 2),
  /** Blocks between two changes of how many mechanisms a subnet has, or of their shares, by one owner. */
  mechanismRateLimitBlocks: setting(whole(), 7_200),
  /** Blocks between two trimmings of a subnet by its owner. */
  trimRateLimitBlocks: setting(whole(), 216_000),
  /** Blocks between two changes of the owner's hotkey of a subnet, root's too. */
  ownerHotkeyRateLimitBlocks: setting(whole(), 50_400),
  /** Price of a registration on a new subnet. */
  initialBurnRao: setting(amount, RAO_PER_TAO),
  /** Whether a new subnet takes part in emission at once; the reference leaves that to root. */
  emissionEnabledAtRegistration: setting(flag, false),
  /** Whether an axon may announce 127.0.0.1 or ::1. */
  loopbackAxonsAllowed: setting(flag, false),
}

/** The chain's settings but for its name and its subnets'. */
export type ChainSettings = {
  readonly [N in keyof typeof SETTINGS]: ValueOf<(typeof SETTINGS)[N]['column']>
}

/** What the reference chain starts with. */
export const REFERENCE_SETTINGS = ofEach(({ reference }) => reference) as ChainSettings

const settings = ofEach(({ column }) => column) as {
  readonly [N in keyof typeof SETTINGS]: (typeof SETTINGS)[N]['column']
}

/**
 * The chain's own settings: what only root could change on the reference chain, fixed at genesis here.
 * They are part of the genesis hash. Presets in `subnetkit/chain` fill them in.
 */
export type ChainConfig = ChainSettings & {
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
export const someConfigShape = someOf<ChainSettings>(settings)

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

/** Settings that nobody can change from outside. */
export function ownConfig(config: ChainConfig): ChainConfig {
  return Object.freeze({ ...config, hyperparameters: Object.freeze({ ...config.hyperparameters }) })
}

function someOf<T extends object>(columns: Columns): Check {
  return shape<Partial<T>>(
    Object.fromEntries(
      Object.entries(columns).map(([name, { check }]) => [name, optional(check)]),
    ) as ShapeOf<Partial<T>>,
  )
}

function ofEach(part: (setting: Setting<unknown>) => unknown): { readonly [name: string]: unknown } {
  return Object.fromEntries(
    Object.entries<Setting<unknown>>(SETTINGS).map(([name, entry]) => [name, part(entry)]),
  )
}
