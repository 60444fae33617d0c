import { hyperparameterColumns } from '../rules/hyperparameters.js'
import { SUBNET_SYMBOLS } from '../rules/subnetSymbols.js'
import {
  account,
  amount,
  amounts,
  blockNumber,
  type Column,
  flag,
  named,
  nullable,
  u16,
  u16s,
  wholes,
} from './columns.js'
import { indexTable, table, valueTable } from './table.js'

/*
 * What is known of subnets but for their neurons and stake.
 */

const mechanismColumn = u16({ max: 1 }) as Column<0 | 1>

export const subnetsBySymbol = indexTable('subnetsBySymbol', ['u16', 'u16'])

/** What rarely changes about a subnet, by netuid. Root is number 0. */
export const subnets = table(
  'subnets',
  ['u16'],
  {
    owner: account,
    ownerHotkey: account,
    /** 0 where an alpha is a TAO, as on root; 1 where it has a price. */
    mechanism: mechanismColumn,
    /** Whether its pool has traded: the first trade sets the pool's weights even, whatever injections made of them. */
    hasTraded: flag,
    registeredAtBlock: blockNumber,
    firstEmissionBlock: nullable(blockNumber),
    subtokenEnabled: flag,
    emissionEnabled: flag,
    lockRao: amount,
    /** Place of its symbol in the list of all. */
    symbolPlace: u16({ max: SUBNET_SYMBOLS.length - 1 }),
  },
  { indexes: [{ table: subnetsBySymbol, keyOf: ([netuid], { symbolPlace }) => [symbolPlace, netuid] }] },
)

/** By netuid. */
export const hyperparameters = table('hyperparameters', ['u16'], hyperparameterColumns)

/** Block of the owner's last change, by rate-limited item: a hyperparameter or a call; by netuid. Outlives the subnet. */
export const ownerChanges = table('ownerChanges', ['u16'], { changedAtBlock: named(blockNumber) })

/** The same by netuid and the account that owned it then: whoever owns the subnet next begins anew. */
export const ownerAccountChanges = table('ownerAccountChanges', ['u16', 'account'], {
  changedAtBlock: named(blockNumber),
})

/** Shares of a subnet's mechanisms in its emission, of 65535, by netuid. Absent where they are even. */
export const mechanismSplits = valueTable('mechanismSplits', ['u16'], u16s)

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

/** Prices, as they move with every block. Columns by netuid. */
export const prices = table('prices', [], {
  /** Of a registration now. */
  burnRao: amounts,
  /** Average price of alpha in TAO, times 2^32: `movingPriceBits` is the same times 2^64. */
  movingPriceQ32: amounts,
  /** Root's part of the validators' dividends, times 2^32, as of the last block in which the subnet took part in emission. */
  rootProportionBits: amounts,
})

/** What the last block gave to subnets; 0 for one that took no part. Columns by netuid. */
export const injections = table('injections', [], {
  taoInRao: amounts,
  alphaIn: amounts,
  alphaOut: amounts,
  excessRao: amounts,
})

/** What subnets have. Columns by netuid. */
export const reserves = table('reserves', [], {
  /** Balance of the subnet's account. */
  accountRao: amounts,
  subnetTaoRao: amounts,
  alphaIn: amounts,
  alphaOut: amounts,
  /** Alpha in `alphaOut` that the chain bought with TAO too much for the pool: nobody's. */
  protocolAlpha: amounts,
  /** The pool's weight of TAO, of 10^18. */
  quoteWeightE18: amounts,
  /** TAO traded since the subnet was registered, up to 2^64 - 1: a figure for people, which the reference keeps in twice as many bits. */
  volumeRao: amounts,
})

/** Alpha that waits for the next epoch. Columns by netuid. */
export const pendings = table('pendings', [], {
  serverAlpha: amounts,
  validatorAlpha: amounts,
  rootAlpha: amounts,
  ownerCutAlpha: amounts,
})

/** What is only counted. Columns by netuid. */
export const tallies = table('tallies', [], {
  /** What registrations were to cost. */
  recycledRao: amounts,
  /** Share of the last epoch's miner pay that was withheld, times 2^32. */
  minerBurnedBits: amounts,
  /** TAO that was lost when the subnet's account fell below the existential deposit, though the pool counts on it. */
  dustLostRao: amounts,
})

/** What the pools of subnets could not take without losing their balance, and will when they can; by netuid. Absent where nothing waits. */
export const reservoirs = table('reservoirs', ['u16'], {
  /** TAO in the subnet's account. */
  taoRao: amount,
  /** Alpha that is minted and in nobody's hands. */
  alpha: amount,
})

/** Tables of columns by netuid. */
export const SUBNET_COLUMNS = [clocks, prices, injections, reserves, pendings, tallies] as const
