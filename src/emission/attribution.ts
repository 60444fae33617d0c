import { assert } from '../errors/index.js'
import type { Alpha, U16 } from '../units/index.js'
import type { AmountColumn } from './AmountColumn.js'
import { assertAmounts, assertKnown, assertU16, assertU64, isU16, refuse } from './checks.js'
import {
  assertLinks,
  assertStakes,
  type ChildLink,
  type HotkeyStake,
  type LinkedRow,
  linkedRows,
  selfContribution,
  weightedPart,
} from './stakeLinks.js'
import { divide, fromInteger, fromU16, fromU64, multiply, subtract, toInteger } from './u96f32.js'

/** One hotkey of a subnet, or a parent of one. `Account` is whatever the caller names accounts by. */
export interface HotkeyRow<Account> extends HotkeyStake {
  readonly hotkey: Account
  readonly owner: Account
  /** What the owner keeps of dividends before stakers share them; parts of 65535. */
  readonly takeU16: U16
  /** What the hotkey keeps, as a child, of its parents' part; parts of 65535. */
  readonly childkeyTakeU16: U16
}

/** Who a hotkey's dividend belongs to. */
export interface Attribution {
  /** Row and amount: the parents in the order of their links, then the hotkey itself. */
  readonly shares: readonly (readonly [row: number, alpha: Alpha])[]
  /** Withheld from foreign parents: it leaves the subnet's alpha. */
  readonly recycledAlpha: Alpha
}

/** U96F32. */
export interface Terms {
  readonly taoWeight: bigint
  readonly childkeyBurn: bigint
}

/**
 * Divides each hotkey's dividend among itself and its parents by what each contributed to its stake weight.
 * From the part of a parent of another owner, the child keeps its take, and the chain's burn is recycled.
 *
 * @param dividendAlpha - by row.
 * @param terms - both in parts of 2^64 - 1.
 * @throws InvalidArgumentError naming what is wrong (`rows[2].takeU16`).
 * @source subtensor `pallets/subtensor/src/coinbase/run_coinbase.rs`, `get_parent_child_dividends_distribution`
 *
 * @example
 * ```ts
 * import { attributeDividends } from 'subnetkit/emission'
 *
 * const stake = { takeU16: 0, childkeyTakeU16: 0, alpha: 100n, rootRao: 0n }
 * const rows = [{ hotkey: 'parent', owner: 'ann', ...stake }, { hotkey: 'child', owner: 'bob', ...stake }]
 * const all = { parent: 0, child: 1, proportionU64: 2n ** 64n - 1n }
 * const terms = { taoWeightU64: 0n, childkeyBurnU64: 0n }
 * attributeDividends(rows, [all], [0n, 10n], terms)[1]?.shares // [[0, 5n], [1, 5n]]
 * ```
 */
export function attributeDividends<Account>(
  rows: readonly HotkeyRow<Account>[],
  links: readonly ChildLink[],
  dividendAlpha: AmountColumn,
  terms: AttributionTerms,
): Attribution[] {
  assertHotkeys(rows, 'rows')
  assertLinks(links, 'links', rows.length)
  assertAmounts(dividendAlpha, 'dividendAlpha', rows.length)
  assertKnown(terms, 'terms', ['taoWeightU64', 'childkeyBurnU64'])
  assertU64(terms.taoWeightU64, 'terms.taoWeightU64')
  assertU64(terms.childkeyBurnU64, 'terms.childkeyBurnU64')
  return attributions(rows, links, dividendAlpha, terms)
}

interface AttributionTerms {
  readonly taoWeightU64: bigint
  readonly childkeyBurnU64: bigint
}

/** Rows may hold more than is needed here. @throws InvalidArgumentError naming row and field. */
export function assertHotkeys(rows: readonly HotkeyRow<unknown>[], field: string): void {
  assertStakes(rows, field)
  rows.forEach((row, at) => {
    if (row.hotkey && row.owner && isU16(row.takeU16) && isU16(row.childkeyTakeU16)) return
    assertAccount(row, 'hotkey', `${field}[${at}]`)
    assertAccount(row, 'owner', `${field}[${at}]`)
    assertU16(row.takeU16, `${field}[${at}].takeU16`)
    assertU16(row.childkeyTakeU16, `${field}[${at}].childkeyTakeU16`)
  })
}

/** An account is named by whatever the caller likes, but it is named. */
export function assertAccount(value: object, name: string, field: string): void {
  const account = (value as Record<string, unknown>)[name]
  if (account === undefined || account === null) refuse(`${field}.${name}`, account, 'Name the account.')
}

/** The same of arguments that were checked. */
export function attributions<Account>(
  rows: readonly HotkeyRow<Account>[],
  links: readonly ChildLink[],
  dividendAlpha: AmountColumn,
  { taoWeightU64, childkeyBurnU64 }: AttributionTerms,
): Attribution[] {
  const terms = { taoWeight: fromU64(taoWeightU64), childkeyBurn: fromU64(childkeyBurnU64) }
  const linked = links.length === 0 ? [] : linkedRows(rows, links)
  return rows.map((_, row) => {
    const dividend = dividendAlpha[row]
    assert(dividend !== undefined, 'every row has a dividend')
    const relatives = linked[row]
    // Most hotkeys have no parents: what they earn is theirs.
    return relatives === undefined || relatives.fromParents.length === 0
      ? { shares: [[row, dividend]], recycledAlpha: 0n }
      : attributeOne(relatives, dividend, terms)
  })
}

function attributeOne<Account>(
  linked: LinkedRow<HotkeyRow<Account>>,
  dividendAlpha: Alpha,
  terms: Terms,
): Attribution {
  const { ownBits, loans } = dividendParts(linked, dividendAlpha, terms)
  let keptBits = ownBits
  let recycledAlpha = 0n
  const shares: [number, Alpha][] = loans.map(({ row, parentBits, takenBits, burnedBits }) => {
    keptBits += takenBits
    recycledAlpha += toInteger(burnedBits)
    return [row, toInteger(parentBits)]
  })
  shares.push([linked.row, toInteger(keptBits)])
  return { shares, recycledAlpha }
}

/** What a hotkey's dividend consists of, U96F32. */
export interface DividendParts {
  /** Earned by the hotkey's own stake. */
  readonly ownBits: bigint
  /** Earned by stake of each parent, in the order of the links: what the parent gets, the child takes and the chain burns. */
  readonly loans: readonly {
    readonly row: number
    readonly parentBits: bigint
    readonly takenBits: bigint
    readonly burnedBits: bigint
  }[]
}

/** Divides one hotkey's dividend by who contributed the stake. */
export function dividendParts<Account>(
  linked: LinkedRow<HotkeyRow<Account>>,
  dividendAlpha: Alpha,
  { taoWeight, childkeyBurn }: Terms,
): DividendParts {
  const child = linked.stake
  const contributions = linked.fromParents.map(({ stake, proportion }) =>
    weightedPart(stake, proportion, taoWeight),
  )
  const own = fromInteger(selfContribution(linked, taoWeight))
  const total = contributions.reduce((sum, contribution) => sum + contribution, own)

  const dividend = fromInteger(dividendAlpha)
  const childTake = fromU16(child.childkeyTakeU16)
  let ownBits = dividend
  const loans = linked.fromParents.map(({ row, stake }, at) => {
    const part = multiply(dividend, divide(contributions[at] ?? 0n, total))
    ownBits = subtract(ownBits, part)
    if (stake.owner === child.owner) return { row, parentBits: part, takenBits: 0n, burnedBits: 0n }
    const burnedBits = multiply(childkeyBurn, part)
    const takenBits = multiply(childTake, part)
    return { row, parentBits: subtract(subtract(part, burnedBits), takenBits), takenBits, burnedBits }
  })
  return { ownBits, loans }
}
