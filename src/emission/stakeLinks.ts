import { assert } from '../errors/index.js'
import type { Alpha, Rao } from '../units/index.js'
import { assertKnown, assertList, assertObject, assertU64, assertWhole, eachOf, isU64 } from './checks.js'
import { fromInteger, fromU64, multiply, one, subtract, toInteger } from './u96f32.js'

/** Stake on one hotkey: alpha of the subnet, and TAO on root. */
export interface HotkeyStake {
  readonly alpha: Alpha
  readonly rootRao: Rao
}

/** A parent lends a proportion of its stake on the subnet to a child; both are rows of one table of hotkeys. */
export interface ChildLink {
  readonly parent: number
  readonly child: number
  /** Parts of 2^64 - 1. */
  readonly proportionU64: bigint
}

/** A row with its links: what it lends, and what it is lent. Proportions are U96F32. */
export interface LinkedRow<Stake extends HotkeyStake> {
  readonly row: number
  readonly stake: Stake
  readonly toChildren: readonly bigint[]
  readonly fromParents: readonly Loan<Stake>[]
}

interface Loan<Stake> {
  /** Row and stake of the parent. */
  readonly row: number
  readonly stake: Stake
  readonly proportion: bigint
}

const LINK = ['parent', 'child', 'proportionU64']

/** A stake may be part of a larger record. @throws InvalidArgumentError naming row and field. */
export function assertStakes(stakes: readonly HotkeyStake[], field: string): void {
  assertList(stakes, field)
  eachOf(stakes, (stake, row) => {
    if (stake && isU64(stake.alpha) && isU64(stake.rootRao)) return
    const path = `${field}[${row}]`
    assertObject(stake, path)
    assertU64(stake.alpha, `${path}.alpha`)
    assertU64(stake.rootRao, `${path}.rootRao`)
  })
}

/** @throws InvalidArgumentError naming link and field, rows that do not exist included. */
export function assertLinks(links: readonly ChildLink[], field: string, rowCount: number): void {
  assertList(links, field)
  eachOf(links, (link, at) => {
    const path = `${field}[${at}]`
    assertKnown(link, path, LINK)
    assertWhole(link.parent, `${path}.parent`, rowCount - 1)
    assertWhole(link.child, `${path}.child`, rowCount - 1)
    assertU64(link.proportionU64, `${path}.proportionU64`)
  })
}

function assertTable(
  stakes: readonly HotkeyStake[],
  links: readonly ChildLink[],
  taoWeightU64: bigint,
): void {
  assertStakes(stakes, 'stakes')
  assertLinks(links, 'links', stakes.length)
  assertU64(taoWeightU64, 'taoWeightU64')
}

/** Groups checked links by row, keeping their order. */
export function linkedRows<Stake extends HotkeyStake>(
  stakes: readonly Stake[],
  links: readonly ChildLink[],
): LinkedRow<Stake>[] {
  const rows = stakes.map((stake, row) => ({
    row,
    stake,
    toChildren: [] as bigint[],
    fromParents: [] as Loan<Stake>[],
  }))
  for (const link of links) {
    const [parent, child] = [rows[link.parent], rows[link.child]]
    assert(parent !== undefined && child !== undefined, 'links are between rows')
    const proportion = fromU64(link.proportionU64)
    parent.toChildren.push(proportion)
    child.fromParents.push({ row: parent.row, stake: parent.stake, proportion })
  }
  return rows
}

/**
 * What each hotkey earns its dividend with by its own stake: alpha and weighted TAO it does not lend to children.
 *
 * @param taoWeightU64 - parts of 2^64 - 1.
 * @throws InvalidArgumentError naming what is wrong (`links[0].parent`).
 * @source subtensor `pallets/subtensor/src/coinbase/run_coinbase.rs`, `get_self_contribution`
 *
 * @example
 * ```ts
 * import { selfContributions } from 'subnetkit/emission'
 *
 * selfContributions([{ alpha: 100n, rootRao: 0n }], [], 0n) // [100n]
 * ```
 */
export function selfContributions(
  stakes: readonly HotkeyStake[],
  links: readonly ChildLink[],
  taoWeightU64: bigint,
): Alpha[] {
  assertTable(stakes, links, taoWeightU64)
  const taoWeight = fromU64(taoWeightU64)
  return linkedRows(stakes, links).map((linked) => selfContribution(linked, taoWeight))
}

/** One row of {@link selfContributions}; `taoWeight` is U96F32. */
export function selfContribution({ stake, toChildren }: LinkedRow<HotkeyStake>, taoWeight: bigint): Alpha {
  const kept = toChildren.reduce(subtract, one)
  return toInteger(weightedPart(stake, kept, taoWeight))
}

/** Alpha and weighted TAO of a hotkey times a proportion; U96F32 in and out. */
export function weightedPart(stake: HotkeyStake, proportion: bigint, taoWeight: bigint): bigint {
  const alpha = multiply(fromInteger(stake.alpha), proportion)
  const root = multiply(multiply(fromInteger(stake.rootRao), proportion), taoWeight)
  return alpha + root
}

/** Stake that counts for a hotkey on the subnet. */
export interface InheritedStake extends HotkeyStake {
  /** Raw I64F64: inherited alpha and weighted inherited TAO. */
  readonly stakeWeightBits: bigint
}

/**
 * Stake of every hotkey after lending: its own, less what it lends to children, plus what its parents lend it.
 *
 * @param taoWeightU64 - parts of 2^64 - 1.
 * @throws InvalidArgumentError naming what is wrong (`links[0].parent`).
 * @source subtensor `pallets/subtensor/src/staking/set_children.rs` and `stake_utils.rs`, `get_inherited_for_hotkey_on_subnet`
 *
 * @example
 * ```ts
 * import { inheritedStakes } from 'subnetkit/emission'
 *
 * const stakes = [{ alpha: 100n, rootRao: 0n }, { alpha: 10n, rootRao: 0n }]
 * const half = { parent: 0, child: 1, proportionU64: 2n ** 63n }
 * inheritedStakes(stakes, [half], 0n).map(({ alpha }) => alpha) // [50n, 60n]
 * ```
 */
export function inheritedStakes(
  stakes: readonly HotkeyStake[],
  links: readonly ChildLink[],
  taoWeightU64: bigint,
): InheritedStake[] {
  assertTable(stakes, links, taoWeightU64)
  const taoWeight = fromU64(taoWeightU64)
  return linkedRows(stakes, links).map(({ stake, toChildren, fromParents }) => {
    const sum = new InheritedStakeSum(stake, toChildren, taoWeight)
    for (const parent of fromParents) sum.borrow(parent.stake, parent.proportion)
    return sum.inherited()
  })
}

/**
 * The stake of one hotkey as it grows with each parent that lends to it, for a ledger that asks for no more of them than it needs: what it passes is not
 * checked. Proportions and weights are raw U96F32, as `proportionBits` and `taoWeightBits` give them.
 *
 * @source subtensor `pallets/subtensor/src/staking/stake_utils.rs`, `get_inherited_for_hotkey_on_subnet`
 *
 * @example
 * ```ts
 * import { InheritedStakeSum, proportionBits } from 'subnetkit/emission'
 *
 * const sum = new InheritedStakeSum({ alpha: 10n, rootRao: 0n }, [], 0n)
 * sum.borrow({ alpha: 100n, rootRao: 0n }, proportionBits(2n ** 63n))
 * sum.inherited().alpha // 60n
 * ```
 */
export class InheritedStakeSum {
  #alphaBits: bigint
  #rootBits: bigint
  readonly #taoWeight: bigint

  /** @param lent - parts of its own stake that its children have. */
  constructor(own: HotkeyStake, lent: readonly bigint[], taoWeight: bigint) {
    this.#alphaBits = keptBits(own.alpha, lent)
    this.#rootBits = keptBits(own.rootRao, lent)
    this.#taoWeight = taoWeight
  }

  /** Adds what a parent lends. */
  borrow(parent: HotkeyStake, proportion: bigint): void {
    this.#alphaBits += multiply(fromInteger(parent.alpha), proportion)
    this.#rootBits += multiply(fromInteger(parent.rootRao), proportion)
  }

  /** What it comes to. */
  inherited(): InheritedStake {
    const alpha = toInteger(this.#alphaBits)
    const rootRao = toInteger(this.#rootBits)
    return { alpha, rootRao, stakeWeightBits: (alpha << 64n) + ((rootRao * this.#taoWeight) << 32n) }
  }
}

/** A part of 2^64 - 1 as raw U96F32. */
export function proportionBits(proportionU64: bigint): bigint {
  return fromU64(proportionU64)
}

/** An amount less its parts that children have. */
function keptBits(amount: bigint, lent: readonly bigint[]): bigint {
  const own = fromInteger(amount)
  return subtract(
    own,
    lent.reduce((sum, proportion) => sum + multiply(own, proportion), 0n),
  )
}
