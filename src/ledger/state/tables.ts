import type { ChainConfig } from '../config.js'
import { configColumn } from '../config.js'
import {
  account,
  accountList,
  address,
  amount,
  amounts,
  bits,
  blockNumber,
  flag,
  flags,
  nullable,
  oneOfTexts,
  record,
  safeFloat,
  text,
  u16,
  u16s,
  u32s,
  whole,
  wholes,
} from './columns.js'
import { commitmentReveals, commitmentSpaces, commitments } from './commitmentTables.js'
import { hashCommits, knownPulses, timelockBuckets, timelockedCommits } from './commitTables.js'
import { coldkeySwaps, hotkeySwaps, subnetHotkeySwaps } from './keyTables.js'
import { rowUids } from './rowUids.js'
import { axons, certificates, identities, prometheuses, subnetIdentities } from './servedTables.js'
import {
  clocks,
  hyperparameters,
  injections,
  mechanismSplits,
  ownerAccountChanges,
  ownerChanges,
  pendings,
  prices,
  reserves,
  reservoirs,
  subnets,
  tallies,
} from './subnetTables.js'
import { indexTable, type Key, type RecordOf, type Table, table, valueTable } from './table.js'

export {
  coldkeySwaps,
  hotkeySwaps,
  hotkeySwapsByBlock,
  subnetHotkeySwaps,
  subnetHotkeySwapsByBlock,
} from './keyTables.js'
export {
  axons,
  certificates,
  identities,
  prometheuses,
  SERVED_TABLES,
  subnetIdentities,
} from './servedTables.js'
export {
  clocks,
  hyperparameters,
  injections,
  mechanismSplits,
  ownerAccountChanges,
  ownerChanges,
  pendings,
  prices,
  reserves,
  reservoirs,
  SUBNET_COLUMNS,
  subnets,
  subnetsBySymbol,
  tallies,
} from './subnetTables.js'

/*
 * All state, each kind of record once. What changes with every block for every subnet lies in columns by netuid, one record for all subnets;
 * what a subnet's epoch reads lies in columns by uid.
 */

/** Keys of tables of neurons' hotkeys. */
const BY_NETUID = 'netuid and hotkey'
const BY_HOTKEY = 'hotkey and netuid'

/** What root dividends may become. */
export const ROOT_CLAIMS = ['Swap', 'Keep', 'KeepSubnets'] as const

/** The chain's settings, part of every state hash. */
export const config: Table<readonly [], ChainConfig> = valueTable('config', [], configColumn, {
  isLasting: true,
})

/** Facts about the chain as a whole. */
export const chain = table('chain', [], {
  /** Number of the last block; the one being made while it is made. */
  block: blockNumber,
  totalIssuanceRao: amount,
  /** What went into pools and came out, fees of purchases too: a figure for people, which drifts above what the pools hold. */
  totalStakeRao: amount,
  /** What the last subnet paid, and when; 0 before the first. */
  lastLockRao: amount,
  lastLockBlock: blockNumber,
  lastSubnetBlock: blockNumber,
  /** Entries of the list whose root dividends are claimed by themselves. */
  autoClaims: whole(),
  /** The latest round of the beacon that has come; 0 before the first. */
  lastPulseRound: whole(),
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

/** What a coldkey chose, and how many hotkeys it ever staked to. Absent: a coldkey that did neither. */
export const stakers = table('stakers', ['account'], {
  /** Places given in `stakingHotkeys`. */
  hotkeys: whole(),
  /** What its root dividends become: TAO staked on root, or stake on the subnet, on all or on those of `keptNetuids`, which ascend. */
  rootClaim: oneOfTexts(ROOT_CLAIMS),
  keptNetuids: u16s,
  /** Whether it takes stake whose lock comes along. */
  acceptsLockedAlpha: flag,
})

export const stakingHotkeyPlaces = indexTable('stakingHotkeyPlaces', ['account', 'account', 'block'])

/** Hotkeys that a coldkey staked to or associated, in the order in which it first did; by coldkey and place. */
export const stakingHotkeys = valueTable('stakingHotkeys', ['account', 'block'], account, {
  indexes: [{ table: stakingHotkeyPlaces, keyOf: ([coldkey, place], hotkey) => [coldkey, hotkey, place] }],
})

export const autoClaimPlaces = indexTable('autoClaimPlaces', ['account', 'block'])

/** Coldkeys whose root dividends are claimed by themselves, by place: a list whose order is a rule. */
export const autoClaims = valueTable('autoClaims', ['block'], account, {
  indexes: [{ table: autoClaimPlaces, keyOf: ([place], coldkey) => [coldkey, place] }],
})

/** The stake position that was looked at last for those who stake on root; absent between two rounds. */
export const rootIndexing = table('rootIndexing', [], { hotkey: account, coldkey: account, netuid: u16() })

export const rootClaimRatesByNetuid = indexTable('rootClaimRatesByNetuid', ['u16', 'account'], BY_NETUID)

/** Alpha per rao on root that a hotkey's root dividends have come to, times 2^32; by hotkey and netuid. */
export const rootClaimRates = valueTable('rootClaimRates', ['account', 'u16'], bits(2n ** 127n - 1n), {
  indexes: [{ table: rootClaimRatesByNetuid, keyOf: ([hotkey, netuid]) => [netuid, hotkey] }],
  keyGroup: BY_HOTKEY,
})

/** Alpha of it that a coldkey has had, or never had a part in; by netuid, hotkey and coldkey. */
export const rootClaimed = valueTable('rootClaimed', ['u16', 'account', 'account'], bits(2n ** 128n - 1n))

/** Who has the uids of a subnet: columns by uid, by netuid. */
export const neurons = table('neurons', ['u16'], {
  hotkey: accountList,
  registeredAtBlock: wholes,
})

/** Registrations on root, in this block and since its schedule last came round. Absent when there were none. */
export const rootRegistrations = table('rootRegistrations', [], { inBlock: whole(), inInterval: whole() })

export const uidsByHotkey = indexTable('uidsByHotkey', ['account', 'u16'], BY_HOTKEY)

/** Uid of a hotkey, by netuid. */
export const uids = valueTable('uids', ['u16', 'account'], u16(), {
  indexes: [{ table: uidsByHotkey, keyOf: ([netuid, hotkey]) => [hotkey, netuid] }],
  keyGroup: BY_NETUID,
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
export const weights = table('weights', ['u16', 'u16', 'u16'], { uids: rowUids, values: u16s })

/** Bonds of a mechanism as compressed sparse rows, by netuid and mechanism. */
export const bonds = table('bonds', ['u16', 'u16'], { rowStart: u32s, column: u16s, value: u16s })

export const stakesByHotkey = indexTable('stakesByHotkey', ['account', 'u16'], BY_HOTKEY)

/** Stake on a hotkey, by netuid. */
export const stakes = table(
  'stakes',
  ['u16', 'account'],
  {
    totalAlpha: amount,
    /** Sum of all shares, up to rounding; kept when the total becomes 0. */
    denominator: safeFloat,
  },
  {
    indexes: [{ table: stakesByHotkey, keyOf: ([netuid, hotkey]) => [hotkey, netuid] }],
    keyGroup: BY_NETUID,
  },
)

export const sharesByColdkey = indexTable('sharesByColdkey', ['account', 'u16', 'account'])

export const sharesByHotkey = indexTable('sharesByHotkey', ['account', 'account', 'u16'])

/** A coldkey's share of the stake on a hotkey, by netuid and hotkey. */
export const shares = valueTable('shares', ['u16', 'account', 'account'], safeFloat, {
  indexes: [
    { table: sharesByColdkey, keyOf: ([netuid, hotkey, coldkey]) => [coldkey, netuid, hotkey] },
    { table: sharesByHotkey, keyOf: ([netuid, hotkey, coldkey]) => [hotkey, coldkey, netuid] },
  ],
})

const LINKS = {
  /** Parts of 2^64 - 1. */
  proportionU64: amounts,
  hotkey: accountList,
} as const

/** Hotkeys to which a hotkey lends of its stake, ascending, by netuid. At most 5. */
export const children = table('children', ['u16', 'account'], LINKS)

/** The same from the other side: a hotkey that lends to another, by netuid, child and parent. One record each: anybody may lend, so that one list would grow without end. */
export const parents = table('parents', ['u16', 'account', 'account'], {
  /** Parts of 2^64 - 1. */
  proportionU64: amount,
  /** Where it stands among the child's parents. */
  place: whole(),
})

/** The order of a hotkey's parents, by netuid and child. Absent without any. */
export const parentLists = table('parentLists', ['u16', 'account'], {
  /** The place of the next one that comes. */
  nextPlace: whole(),
  /** Those with lower places stand in the order of their keys instead. */
  sortedBelow: whole(),
})

export const pendingParents = indexTable('pendingParents', ['u16', 'account', 'account'])

/** Children that wait, by netuid and parent. */
export const pendingChildren = table(
  'pendingChildren',
  ['u16', 'account'],
  {
    ...LINKS,
    /** They come at the first epoch after this block. */
    afterBlock: blockNumber,
  },
  {
    indexes: [
      {
        table: pendingParents,
        keysOf: ([netuid, parent], { hotkey }) => hotkey.map((child) => [netuid, child, parent]),
      },
    ],
  },
)

/** What a child keeps of its parents' dividends, of 65535, and how often it may say so; by netuid and hotkey. */
export const childkeys = table('childkeys', ['u16', 'account'], {
  /** `null` until the owner sets it. */
  takeU16: nullable(u16()),
  takeChangedAtBlock: blockNumber,
  /** Block of the last call that set its own children. */
  childrenSetAtBlock: blockNumber,
})

/** Whether a hotkey lends to the owner's hotkey of each new subnet while it is a root validator; absent: it does. */
export const autoParents = valueTable('autoParents', ['account'], flag)

export const autoStakesByHotkey = indexTable('autoStakesByHotkey', ['u16', 'account', 'account'])

/** Where a coldkey wants its miners' pay staked, by netuid and coldkey. Outlives the subnet. */
export const autoStakes = valueTable('autoStakes', ['u16', 'account'], account, {
  indexes: [{ table: autoStakesByHotkey, keyOf: ([netuid, coldkey], hotkey) => [netuid, hotkey, coldkey] }],
})

const LOCK = {
  massAlpha: amount,
  /** Raw U64F64. */
  convictionBits: bits(2n ** 128n - 1n),
  /** Block as of which both are. */
  lastBlock: blockNumber,
} as const

const lock = record('lock', LOCK)

/** Sums of locks, as of blocks of their own. */
const LOCK_SUMS = { perpetual: nullable(lock), decaying: nullable(lock) } as const

export const locksByColdkey = indexTable('locksByColdkey', ['account', 'u16'])

export const locksByHotkey = indexTable('locksByHotkey', ['u16', 'account', 'account'])

/** Alpha that a coldkey locked, and to which hotkey; by netuid and coldkey. */
export const locks = table(
  'locks',
  ['u16', 'account'],
  { hotkey: account, ...LOCK },
  {
    indexes: [
      { table: locksByColdkey, keyOf: ([netuid, coldkey]) => [coldkey, netuid] },
      { table: locksByHotkey, keyOf: ([netuid, coldkey], { hotkey }) => [netuid, hotkey, coldkey] },
    ],
  },
)

export const perpetualLocksByNetuid = indexTable('perpetualLocksByNetuid', ['u16', 'account'])

/** Who wants its locks to stay: by coldkey and netuid, with a lock or without, and before there is such a subnet. */
export const perpetualLocks = valueTable('perpetualLocks', ['account', 'u16'], flag, {
  indexes: [{ table: perpetualLocksByNetuid, keyOf: ([coldkey, netuid]) => [netuid, coldkey] }],
})

/** Locks to a hotkey that is not the owner's, by netuid and hotkey. */
export const hotkeyLocks = table('hotkeyLocks', ['u16', 'account'], LOCK_SUMS)

/** Locks to the hotkey of a subnet's owner, by netuid. */
export const ownerLocks = table('ownerLocks', ['u16'], LOCK_SUMS)

/** Headers of the last blocks, by number: no part of the state, which names none of them, but kept by stores. */
export const headers = table('headers', ['block'], {
  hash: text(64),
  parentHash: text(64),
  stateHash: text(64),
  callsHash: text(64),
  callCount: whole(),
  author: nullable(address),
})

/** Hash of block 0, whose header is gone one day; kept as they are. */
export const genesisHash = valueTable('genesisHash', [], text(64))

/** Name of the emission policy under which the chain was left; kept beside the state, which a policy is no part of. */
export const policyName = valueTable('policyName', [], text(Number.MAX_SAFE_INTEGER))

/** In the order in which they are hashed and written. */
export const ALL_TABLES: readonly Table<Key, unknown>[] = [
  config,
  chain,
  accounts,
  hotkeys,
  stakers,
  stakingHotkeys,
  autoClaims,
  rootIndexing,
  rootClaimRates,
  rootClaimed,
  subnets,
  hyperparameters,
  ownerChanges,
  ownerAccountChanges,
  mechanismSplits,
  clocks,
  prices,
  injections,
  reserves,
  pendings,
  tallies,
  reservoirs,
  neurons,
  rootRegistrations,
  uids,
  axons,
  prometheuses,
  certificates,
  epochs,
  incentives,
  lastUpdates,
  weights,
  hashCommits,
  timelockedCommits,
  timelockBuckets,
  knownPulses,
  bonds,
  stakes,
  shares,
  children,
  parents,
  parentLists,
  pendingChildren,
  childkeys,
  autoParents,
  autoStakes,
  locks,
  perpetualLocks,
  hotkeyLocks,
  ownerLocks,
  hotkeySwaps,
  subnetHotkeySwaps,
  coldkeySwaps,
  identities,
  subnetIdentities,
  commitments,
  commitmentSpaces,
  commitmentReveals,
]

/** All that a store keeps, in the order of change sets. */
export const KEPT_TABLES: readonly Table<Key, unknown>[] = [...ALL_TABLES, headers, genesisHash, policyName]

export type AccountRecord = RecordOf<typeof accounts>
export type ChainRecord = RecordOf<typeof chain>
export type SubnetRecord = RecordOf<typeof subnets>
export type StakeRecord = RecordOf<typeof stakes>
/** Hotkeys and their proportions, in order. */
export type LinksRecord = RecordOf<typeof children>
