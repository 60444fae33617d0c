import { assert } from '../errors/index.js'
import type { Alpha } from '../units/index.js'
import type { AmountColumn } from './AmountColumn.js'
import { assertAmounts, assertKnown, assertU64 } from './checks.js'
import type { HotkeyStake } from './stakeLinks.js'
import { assertStakes } from './stakeLinks.js'
import { divide, fromInteger, fromU64, multiply, subtract } from './u96f32.js'

/** What is paid on a hotkey's stake, U96F32. */
export interface DividendPay {
  /** To its stakers on the subnet. */
  readonly alphaBits: bigint
  /** To its stakers on root. */
  readonly rootBits: bigint
}

/** Alpha that waits for an epoch, by whom it is for. */
export interface PendingAlpha {
  readonly serverAlpha: Alpha
  readonly validatorAlpha: Alpha
  readonly rootAlpha: Alpha
  readonly ownerCutAlpha: Alpha
}

const PENDING = ['serverAlpha', 'validatorAlpha', 'rootAlpha', 'ownerCutAlpha'] as const
const POTS = ['validatorPotAlpha', 'rootPotAlpha', 'taoWeightU64'] as const

/** @throws InvalidArgumentError naming the amount that is wrong. */
export function assertPending(pending: PendingAlpha, field: string): void {
  assertKnown(pending, field, PENDING)
  for (const name of PENDING) assertU64(pending[name], `${field}.${name}`)
}

/**
 * What the epoch distributes: everything pending but the owner's cut.
 *
 * @throws InvalidArgumentError naming the amount that is wrong.
 *
 * @example
 * ```ts
 * import { epochEmissionAlpha } from 'subnetkit/emission'
 *
 * epochEmissionAlpha({ serverAlpha: 41n, validatorAlpha: 41n, rootAlpha: 0n, ownerCutAlpha: 18n }) // 82n
 * ```
 */
export function epochEmissionAlpha(pending: PendingAlpha): Alpha {
  assertPending(pending, 'pending')
  return pending.serverAlpha + pending.validatorAlpha + pending.rootAlpha
}

/**
 * What validators' stakers share: with no incentive at all, the servers' part falls to them.
 *
 * @throws InvalidArgumentError naming the amount that is wrong.
 *
 * @example
 * ```ts
 * import { validatorPotAlpha } from 'subnetkit/emission'
 *
 * validatorPotAlpha({ serverAlpha: 41n, validatorAlpha: 41n, rootAlpha: 0n, ownerCutAlpha: 18n }, 0n) // 82n
 * ```
 */
export function validatorPotAlpha(pending: PendingAlpha, incentiveSumAlpha: Alpha): Alpha {
  assertPending(pending, 'pending')
  assertU64(incentiveSumAlpha, 'incentiveSumAlpha')
  return incentiveSumAlpha === 0n ? pending.validatorAlpha + pending.serverAlpha : pending.validatorAlpha
}

/**
 * Pays out the two pots. Dividends are proportions only: each hotkey's is divided between root and the subnet
 * by its weighted stake on both, then each pot is shared in proportion. A pot nobody has a part in is not paid.
 *
 * @param dividendAlpha - by row, after attribution.
 * @throws InvalidArgumentError naming what is wrong.
 * @source subtensor `pallets/subtensor/src/coinbase/run_coinbase.rs`, `calculate_dividend_distribution`
 *
 * @example
 * ```ts
 * import { splitDividends } from 'subnetkit/emission'
 *
 * const pots = { validatorPotAlpha: 100n, rootPotAlpha: 0n, taoWeightU64: 0n }
 * const pays = splitDividends([{ alpha: 1n, rootRao: 0n }, { alpha: 1n, rootRao: 0n }], [3n, 1n], pots)
 * pays.map(({ alphaBits }) => alphaBits >> 32n) // [75n, 25n]
 * ```
 */
export function splitDividends(
  stakes: readonly HotkeyStake[],
  dividendAlpha: AmountColumn,
  pots: DividendPots,
): DividendPay[] {
  assertStakes(stakes, 'stakes')
  assertAmounts(dividendAlpha, 'dividendAlpha', stakes.length)
  assertKnown(pots, 'pots', POTS)
  for (const name of POTS) assertU64(pots[name], `pots.${name}`)
  const { alphaBits, rootBits } = dividendBits(stakes, dividendAlpha, pots)
  return alphaBits.map((bits, row) => ({ alphaBits: bits, rootBits: rootBits[row] ?? 0n }))
}

interface DividendPots {
  readonly validatorPotAlpha: Alpha
  readonly rootPotAlpha: Alpha
  /** Parts of 2^64 - 1. */
  readonly taoWeightU64: bigint
}

/** What is paid on each row's stake, U96F32, as two columns. */
export interface DividendBits {
  readonly alphaBits: readonly bigint[]
  readonly rootBits: readonly bigint[]
}

/** The same of arguments that were checked, in columns. */
export function dividendBits(
  stakes: readonly HotkeyStake[],
  dividendAlpha: AmountColumn,
  pots: DividendPots,
): DividendBits {
  const taoWeight = fromU64(pots.taoWeightU64)
  const alphaBits = new Array<bigint>(stakes.length).fill(0n)
  const rootBits = new Array<bigint>(stakes.length).fill(0n)
  let alphaSum = 0n
  let rootSum = 0n
  for (let row = 0; row < stakes.length; row++) {
    const stake = stakes[row]
    const earned = dividendAlpha[row]
    assert(stake !== undefined && earned !== undefined, 'every row has a dividend')
    // Most hotkeys earn nothing, and most have no stake on root.
    if (earned === 0n) continue
    const root = stake.rootRao === 0n ? 0n : rootPart(stake, earned, taoWeight)
    const alpha = subtract(fromInteger(earned), root)
    alphaBits[row] = alpha
    rootBits[row] = root
    alphaSum += alpha
    rootSum += root
  }
  sharePot(alphaBits, pots.validatorPotAlpha, alphaSum)
  sharePot(rootBits, pots.rootPotAlpha, rootSum)
  return { alphaBits, rootBits }
}

/** Turns parts into what they get of a pot. */
function sharePot(parts: bigint[], potAlpha: Alpha, sum: bigint): void {
  const pot = fromInteger(potAlpha)
  for (let row = 0; row < parts.length; row++) {
    const part = parts[row] ?? 0n
    if (part !== 0n) parts[row] = multiply(pot, divide(part, sum))
  }
}

/** The part of a dividend that root stake earned. */
function rootPart({ alpha, rootRao }: HotkeyStake, earned: Alpha, taoWeight: bigint): bigint {
  const weightedRoot = multiply(fromInteger(rootRao), taoWeight)
  return multiply(fromInteger(earned), divide(weightedRoot, fromInteger(alpha) + weightedRoot))
}
