import {
  addSafeFloat,
  grownSafeFloat,
  mulDivSafeFloat,
  SAFE_FLOAT_ZERO,
  type SafeFloat,
  safeFloat,
  safeFloatToU64,
  saturatedU64,
  subtractSafeFloat,
} from '../math/index.js'
import type { Alpha } from '../units/index.js'
import { assertObject, assertU64, refuse } from './checks.js'

/**
 * Stake on one hotkey of one subnet: what is there in total, and how many shares it is divided into.
 * Each coldkey's position is a share of it, kept beside the pool by whoever owns the state.
 */
export interface SharePool {
  readonly totalAlpha: Alpha
  /** Sum of all shares, up to rounding. */
  readonly denominator: SafeFloat
}

/** Largest mantissa of a share, 10^21. */
const MANTISSA_MAX = 10n ** 21n

function assertShare(share: SafeFloat, field: string): void {
  assertObject(share, field)
  const { mantissa, exponent } = share
  if (typeof mantissa !== 'bigint' || mantissa < 0n || mantissa > MANTISSA_MAX) {
    refuse(`${field}.mantissa`, mantissa, 'Pass a bigint from 0n to 10^21.')
  }
  if (!Number.isSafeInteger(exponent)) refuse(`${field}.exponent`, exponent, 'Pass a whole number.')
}

/** A pool may be part of a larger record. */
function assertPool(pool: SharePool): void {
  assertObject(pool, 'pool')
  assertU64(pool.totalAlpha, 'pool.totalAlpha')
  assertShare(pool.denominator, 'pool.denominator')
}

/** A pool and one of its positions after an operation. */
export interface SharePoolChange {
  readonly pool: SharePool
  readonly share: SafeFloat
}

export const EMPTY_SHARE_POOL: SharePool = { totalAlpha: 0n, denominator: SAFE_FLOAT_ZERO }

/**
 * What a share of the pool is worth: `floor(total * share / denominator)`, 0 in a pool without shares.
 *
 * @throws InvalidArgumentError naming what is wrong, as all of these do.
 * @source subtensor `primitives/share-pool`, `get_value`
 */
export function positionAlpha(pool: SharePool, share: SafeFloat): Alpha {
  assertPool(pool)
  assertShare(share, 'share')
  return worthOf(pool, share)
}

function worthOf(pool: SharePool, share: SafeFloat): Alpha {
  const value = mulDivSafeFloat(amountOf(pool.totalAlpha), share, pool.denominator)
  return value === null ? 0n : safeFloatToU64(value)
}

/**
 * Credits one position: it gets new shares at the pool's rate. The first credit of a pool without shares gets
 * all of it, whatever was credited to all before.
 *
 * Check {@link isCreditPrecise} first where the loss of a tiny credit to the other positions matters.
 *
 * @param amountAlpha - u64, at least 0.
 *
 * @example
 * ```ts
 * import { creditAll, creditPosition, EMPTY_SHARE_POOL, positionAlpha } from 'subnetkit/emission'
 * import { SAFE_FLOAT_ZERO } from 'subnetkit/math'
 *
 * const alice = creditPosition(EMPTY_SHARE_POOL, SAFE_FLOAT_ZERO, 100n)
 * const bob = creditPosition(alice.pool, SAFE_FLOAT_ZERO, 300n)
 * const pool = creditAll(bob.pool, 40n)
 * positionAlpha(pool, alice.share) // 110n
 * ```
 */
export function creditPosition(pool: SharePool, share: SafeFloat, amountAlpha: Alpha): SharePoolChange {
  assertPool(pool)
  assertShare(share, 'share')
  assertU64(amountAlpha, 'amountAlpha')
  return creditPositionUnchecked(pool, share, amountAlpha)
}

/** {@link creditPosition} for a ledger, whose records are right by construction: nothing is checked. */
export function creditPositionUnchecked(
  pool: SharePool,
  share: SafeFloat,
  amountAlpha: Alpha,
): SharePoolChange {
  const totalAlpha = saturatedU64(pool.totalAlpha + amountAlpha)
  if (pool.denominator.mantissa === 0n) {
    const first = amountOf(amountAlpha)
    return { pool: { totalAlpha, denominator: first }, share: first }
  }
  // Whoever has all of it: most miners.
  const isWhole = share.mantissa === pool.denominator.mantissa && share.exponent === pool.denominator.exponent
  if (isWhole && amountAlpha <= pool.totalAlpha && pool.totalAlpha !== 0n) {
    const all = grownSafeFloat(pool.denominator, amountAlpha, pool.totalAlpha)
    return { pool: { totalAlpha, denominator: all }, share: all }
  }
  const bought = sharesFor(pool, amountAlpha)
  const denominator = addSafeFloat(pool.denominator, bought) ?? pool.denominator
  return {
    pool: { totalAlpha, denominator },
    share: isWhole ? denominator : (addSafeFloat(share, bought) ?? share),
  }
}

/**
 * Debits one position.
 *
 * @returns `null`, and changes nothing, when the position is worth less than the amount.
 */
export function debitPosition(pool: SharePool, share: SafeFloat, amountAlpha: Alpha): SharePoolChange | null {
  assertPool(pool)
  assertShare(share, 'share')
  assertU64(amountAlpha, 'amountAlpha')
  if (amountAlpha > worthOf(pool, share)) return null
  const totalAlpha = saturatedU64(pool.totalAlpha - amountAlpha)
  if (pool.denominator.mantissa === 0n) return { pool: { ...pool, totalAlpha }, share }
  const sold = sharesFor(pool, amountAlpha)
  return {
    pool: { totalAlpha, denominator: subtractSafeFloat(pool.denominator, sold) ?? pool.denominator },
    share: subtractSafeFloat(share, sold) ?? share,
  }
}

/** Credits every position in proportion to its share: only the total moves. This is how dividends reach stakers. */
export function creditAll(pool: SharePool, amountAlpha: Alpha): SharePool {
  assertPool(pool)
  assertU64(amountAlpha, 'amountAlpha')
  return creditAllUnchecked(pool, amountAlpha)
}

/** {@link creditAll} for a ledger: nothing is checked. */
export function creditAllUnchecked(pool: SharePool, amountAlpha: Alpha): SharePool {
  return { totalAlpha: saturatedU64(pool.totalAlpha + amountAlpha), denominator: pool.denominator }
}

/** Debits every position in proportion to its share, down to an empty total at most. */
export function debitAll(pool: SharePool, amountAlpha: Alpha): SharePool {
  assertPool(pool)
  assertU64(amountAlpha, 'amountAlpha')
  return { totalAlpha: saturatedU64(pool.totalAlpha - amountAlpha), denominator: pool.denominator }
}

/**
 * Whether a credit of this size would buy any share at all; staking calls refuse it otherwise
 * (`InsufficientLiquidity`).
 */
export function isCreditPrecise(pool: SharePool, amountAlpha: Alpha): boolean {
  assertPool(pool)
  assertU64(amountAlpha, 'amountAlpha')
  return pool.denominator.mantissa === 0n || sharesFor(pool, amountAlpha).mantissa !== 0n
}

function sharesFor(pool: SharePool, amountAlpha: Alpha): SafeFloat {
  return (
    mulDivSafeFloat(amountOf(amountAlpha), pool.denominator, amountOf(pool.totalAlpha)) ?? SAFE_FLOAT_ZERO
  )
}

const amountOf = (amountAlpha: Alpha): SafeFloat => safeFloat(amountAlpha) ?? SAFE_FLOAT_ZERO
