import { assert } from '../errors/index.js'
import type { Alpha } from '../units/index.js'
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
  dividendAlpha: readonly Alpha[],
  pots: DividendPots,
): DividendPay[] {
  assertStakes(stakes, 'stakes')
  assertAmounts(dividendAlpha, 'dividendAlpha', stakes.length)
  assertKnown(pots, 'pots', POTS)
  for (const name of POTS) assertU64(pots[name], `pots.${name}`)
  return dividendPays(stakes, dividendAlpha, pots)
}

interface DividendPots {
  readonly validatorPotAlpha: Alpha
  readonly rootPotAlpha: Alpha
  /** Parts of 2^64 - 1. */
  readonly taoWeightU64: bigint
}

/** The same of arguments that were checked. */
export function dividendPays(
  stakes: readonly HotkeyStake[],
  dividendAlpha: readonly Alpha[],
  pots: DividendPots,
): DividendPay[] {
  const taoWeight = fromU64(pots.taoWeightU64)
  const alphaParts: bigint[] = []
  const rootParts: bigint[] = []
  let alphaSum = 0n
  let rootSum = 0n
  for (const [row, stake] of stakes.entries()) {
    const earned = dividendAlpha[row]
    assert(earned !== undefined, 'every row has a dividend')
    const root = rootPart(stake, earned, taoWeight)
    const alpha = subtract(fromInteger(earned), root)
    alphaParts.push(alpha)
    rootParts.push(root)
    alphaSum += alpha
    rootSum += root
  }
  const shareOf = (pot: Alpha, part: bigint, sum: bigint): bigint =>
    part === 0n ? 0n : multiply(fromInteger(pot), divide(part, sum))
  return alphaParts.map((alpha, row) => ({
    alphaBits: shareOf(pots.validatorPotAlpha, alpha, alphaSum),
    rootBits: shareOf(pots.rootPotAlpha, rootParts[row] ?? 0n, rootSum),
  }))
}

/** The part of a dividend that root stake earned. Most hotkeys earn nothing, and most have no stake on root. */
function rootPart({ alpha, rootRao }: HotkeyStake, earned: Alpha, taoWeight: bigint): bigint {
  if (earned === 0n || rootRao === 0n) return 0n
  const weightedRoot = multiply(fromInteger(rootRao), taoWeight)
  return multiply(fromInteger(earned), divide(weightedRoot, fromInteger(alpha) + weightedRoot))
}
