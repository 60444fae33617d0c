import { expI64F64 } from '../../../math/index.js'
import { isDust, type Lock, type LockAmount, type LockClock, type LockKind } from './Lock.js'

const FRACTION_BITS = 64n
const ONE = 1n << FRACTION_BITS
const U64F64_MAX = (1n << 128n) - 1n
const LEAST_EXPONENT = -40n * ONE

/**
 * A lock as of the present block. Two rolls are not one, since each floors: roll when the rules say so.
 *
 * A perpetual lock keeps its mass and its conviction grows towards it; a decaying one loses mass, some of which turns
 * into conviction on the way. What is left below 100 of both becomes nothing.
 *
 * @param lock - one of a later block keeps it.
 * @source subtensor `pallets/subtensor/src/staking/lock.rs`, `roll_forward_lock`
 */
export function rollLock(lock: Lock, clock: LockClock, kind: LockKind): Lock {
  const isOld = clock.block > lock.lastBlock
  const passed = isOld ? afterBlocks(lock, BigInt(clock.block - lock.lastBlock), clock, kind) : lock
  const lastBlock = isOld ? clock.block : lock.lastBlock
  const { massAlpha } = passed
  const convictionBits = kind.isOwners ? massAlpha << FRACTION_BITS : passed.convictionBits
  return isDust({ massAlpha, convictionBits })
    ? { massAlpha: 0n, convictionBits: 0n, lastBlock }
    : { massAlpha, convictionBits, lastBlock }
}

function afterBlocks(
  { massAlpha, convictionBits }: LockAmount,
  blocks: bigint,
  { unlockRateBlocks, maturityRateBlocks }: LockClock,
  { isPerpetual }: LockKind,
): LockAmount {
  const unlock = BigInt(unlockRateBlocks)
  const maturity = BigInt(maturityRateBlocks)
  const unripe = decay(blocks, maturity)
  const remembered = (unripe * convictionBits) >> FRACTION_BITS
  if (isPerpetual) {
    return { massAlpha, convictionBits: saturated(remembered + saturated(massAlpha * (ONE - unripe))) }
  }
  const kept = unlock === maturity ? unripe : decay(blocks, unlock)
  const grown =
    unlock === maturity ? ripened(blocks, maturity, unripe) : ripenedApart(unlock, maturity, kept - unripe)
  return {
    massAlpha: (massAlpha * kept) >> FRACTION_BITS,
    convictionBits: saturated(remembered + saturated(massAlpha * grown)),
  }
}

/** Conviction that a unit of decaying mass leaves behind, raw U64F64, where both rates are equal. */
function ripened(blocks: bigint, maturity: bigint, unripe: bigint): bigint {
  return maturity === 0n ? 0n : (((blocks << FRACTION_BITS) / maturity) * unripe) >> FRACTION_BITS
}

/** The same where they differ. */
function ripenedApart(unlock: bigint, maturity: bigint, keptLessUnripe: bigint): bigint {
  if (unlock === 0n || maturity === 0n) return 0n
  const gained = (unlock * keptLessUnripe) / (unlock - maturity)
  return gained > 0n ? gained : 0n
}

/** e^(-blocks / rate), raw U64F64; 0 when the rate is 0. */
function decay(blocks: bigint, rate: bigint): bigint {
  if (rate === 0n) return 0n
  const exponent = -((blocks << FRACTION_BITS) / rate)
  return expI64F64(exponent < LEAST_EXPONENT ? LEAST_EXPONENT : exponent)
}

const saturated = (bits: bigint): bigint => (bits > U64F64_MAX ? U64F64_MAX : bits)
