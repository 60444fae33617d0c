import type { ChainConfig } from '../config.js'
import { configColumn } from '../config.js'
import { hyperparameterColumns } from '../rules/hyperparameters.js'
import {
  account,
  accountList,
  address,
  amount,
  amounts,
  blockNumber,
  flag,
  flags,
  named,
  nullable,
  safeFloat,
  text,
  u16,
  u16s,
  u32s,
  whole,
  wholes,
} from './columns.js'
import { indexTable, type Key, type RecordOf, type Table, table, valueTable } from './table.js'

/*
 * All state, each kind of record once. What changes with every block for every subnet lies in columns by netuid, one record for all subnets;
 * what a subnet's epoch reads lies in columns by uid.
 */

/** The chain's settings, part of every state hash. */
export const config: Table<readonly [], ChainConfig> = valueTable('config', [], configColumn)

/** Facts about the chain as a whole. */
export const chain = table('chain', [], {
  /** Number of the last block; the one being made while it is made. */
  block: blockNumber,
  totalIssuanceRao: amount,
  /** What the last subnet paid, and when; 0 before the first. */
  lastLockRao: amount,
  lastLockBlock: blockNumber,
  lastSubnetBlock: blockNumber,
})

/** Accounts of people. What subnets have lies in `reserves`. */
export const accounts = table('accounts', ['account'], {
  balanceRao: amount,
  /** Nonce that the account's next call must carry. Kept when the account is reaped, against replay. */
  nonce: whole(),
})

export const hotkeysByOwner = indexTable('hotkeysByOwner', ['account', 'account'])

export const hotkeys = table(
  'hotkeys',
  ['account'],
  {
    owner: account,
    /** `null` until the owner sets it: the default applies. */
    takeU16: nullable(u16()),
    takeChangedAtBlock: blockNumber,
  },
  { indexes: [{ table: hotkeysByOwner, keyOf: ([hotkey], { owner }) => [owner, hotkey] }] },
)

/** What rarely changes about a subnet, by netuid. */
export const subnets = table('subnets', ['u16'], {
  owner: account,
  ownerHotkey: account,
  registeredAtBlock: blockNumber,
  firstEmissionBlock: nullable(blockNumber),
  subtokenEnabled: flag,
  emissionEnabled: flag,
  lockRao: amount,
})

/** By netuid. */
export const hyperparameters = table('hyperparameters', ['u16'], hyperparameterColumns)

/** Block of the owner's last change, by rate-limited item; by netuid. At most one entry per hyperparameter. */
export const ownerChanges = table('ownerChanges', ['u16'], { changedAtBlock: named(blockNumber) })

/** When epochs run. Columns by netuid. */
export const clocks = table('clocks', [], {
  lastEpochBlock: wholes,
  /** 0 for none. */
  pendingEpochAtBlock: wholes,
  blocksSinceLastStep: wholes,
  epochIndex: wholes,
  /** Block of the last distribution; 0 for none. */
  lastStepBlock: wholes,
})

/** Price of a registration now. Column by netuid. */
export const prices = table('prices', [], { burnRao: amounts })

/** What subnets have. Columns by netuid. */
export const reserves = table('reserves', [], {
  /** Balance of the subnet's account. */
  accountRao: amounts,
  subnetTaoRao: amounts,
  alphaIn: amounts,
  alphaOut: amounts,
})

/** Alpha that waits for the next epoch. Columns by netuid. */
export const pendings = table('pendings', [], {
  serverAlpha: amounts,
  validatorAlpha: amounts,
  rootAlpha: amounts,
  ownerCutAlpha: amounts,
})

/** What nobody can claim, and what is only counted. Columns by netuid. */
export const tallies = table('tallies', [], {
  /** TAO paid for registrations, for ever in the subnet's account. */
  recycledRao: amounts,
  /** Alpha taken out of `alphaOut` again. */
  recycledAlpha: amounts,
  /** Alpha in `alphaOut` that was withheld from the owner's own miners. */
  burnedAlpha: amounts,
  /** Alpha in `alphaOut` of epochs that nobody earned. */
  unearnedAlpha: amounts,
  /** Alpha in `alphaOut` lost to rounding; never decreases. */
  dustAlpha: amounts,
  /** Share of the last epoch's miner pay that was withheld, times 2^32. */
  minerBurnedBits: amounts,
})

/** Who has the uids of a subnet: columns by uid, by netuid. */
export const neurons = table('neurons', ['u16'], {
  hotkey: accountList,
  registeredAtBlock: wholes,
})

export const uidsByHotkey = indexTable('uidsByHotkey', ['account', 'u16'])

/** Uid of a hotkey, by netuid. */
export const uids = valueTable('uids', ['u16', 'account'], u16(), {
  indexes: [{ table: uidsByHotkey, keyOf: ([netuid, hotkey]) => [hotkey, netuid] }],
})

/** Where a neuron answers, by netuid and uid. */
export const axons = table('axons', ['u16', 'u16'], {
  ip: text(64),
  port: u16({ min: 1 }),
  version: whole({ max: 0xffff_ffff }),
  block: blockNumber,
})

/** What the last epoch decided about a subnet's neurons: columns by uid, by netuid. */
export const epochs = table('epochs', ['u16'], {
  active: flags,
  validatorPermit: flags,
  stakeWeightU16: u16s,
  consensusU16: u16s,
  dividendsU16: u16s,
  validatorTrustU16: u16s,
  emissionAlpha: amounts,
})

/** What the last epoch gave to miners under a mechanism: column by uid, by netuid and mechanism. */
export const incentives = table('incentives', ['u16', 'u16'], { incentiveU16: u16s })

/** When a neuron last set weights under a mechanism, or registered: column by uid, by netuid and mechanism. */
export const lastUpdates = table('lastUpdates', ['u16', 'u16'], { block: wholes })

/** One neuron's weights under a mechanism as stored, zero values too; by netuid, mechanism and uid. */
export const weights = table('weights', ['u16', 'u16', 'u16'], { uids: u16s, values: u16s })

/** Bonds of a mechanism as compressed sparse rows, by netuid and mechanism. */
export const bonds = table('bonds', ['u16', 'u16'], { rowStart: u32s, column: u16s, value: u16s })

export const stakesByHotkey = indexTable('stakesByHotkey', ['account', 'u16'])

/** Stake on a hotkey, by netuid. */
export const stakes = table(
  'stakes',
  ['u16', 'account'],
  {
    totalAlpha: amount,
    denominator: safeFloat,
    /** Coldkeys with a share in it. */
    positions: whole(),
    /** Largest exponent of the sum of shares since it was last counted; `null` before the first share. */
    peakExponent: nullable(whole({ min: -1_000, max: 1_000 })),
  },
  { indexes: [{ table: stakesByHotkey, keyOf: ([netuid, hotkey]) => [hotkey, netuid] }] },
)

export const sharesByColdkey = indexTable('sharesByColdkey', ['account', 'u16', 'account'])

/** A coldkey's share of the stake on a hotkey, by netuid and hotkey. */
export const shares = valueTable('shares', ['u16', 'account', 'account'], safeFloat, {
  indexes: [{ table: sharesByColdkey, keyOf: ([netuid, hotkey, coldkey]) => [coldkey, netuid, hotkey] }],
})

/** Headers of the last blocks, by number: beside the state, which names none of them. */
export const headers = table(
  'headers',
  ['block'],
  {
    hash: text(64),
    parentHash: text(64),
    stateHash: text(64),
    callsHash: text(64),
    callCount: whole(),
    author: nullable(address),
  },
  { isBeside: true },
)

/** Hash of block 0, whose header is gone one day. */
export const genesisHash = valueTable('genesisHash', [], text(64), { isBeside: true })

/** In the order in which they are hashed and written. */
export const ALL_TABLES: readonly Table<Key, unknown>[] = [
  config,
  chain,
  accounts,
  hotkeys,
  subnets,
  hyperparameters,
  ownerChanges,
  clocks,
  prices,
  reserves,
  pendings,
  tallies,
  neurons,
  uids,
  axons,
  epochs,
  incentives,
  lastUpdates,
  weights,
  bonds,
  stakes,
  shares,
  headers,
  genesisHash,
]

/** Tables of columns by netuid. */
export const SUBNET_COLUMNS = [clocks, prices, reserves, pendings, tallies] as const

export type AccountRecord = RecordOf<typeof accounts>
export type ChainRecord = RecordOf<typeof chain>
export type SubnetRecord = RecordOf<typeof subnets>
export type StakeRecord = RecordOf<typeof stakes>
