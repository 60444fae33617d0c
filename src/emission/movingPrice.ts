import { saturatedU64 } from '../math/index.js'
import type { BlockNumber } from '../units/index.js'
import { assertBits, assertFlag, assertKnown, assertU64, assertWhole } from './checks.js'
import { atMostOne, divide, fromInteger, multiply, narrowed, one, widened } from './u64f64.js'

/** How fast the moving price follows, 0.000003 of the way a block at most: raw I96F32. */
export const DEFAULT_MOVING_ALPHA_BITS = 12_885n

/** Age, in blocks, at which a subnet's moving price follows half as fast as it ever will. */
export const DEFAULT_PRICE_HALVING_BLOCKS = 201_600n

/** The moving price of a subnet whose price is 1 by definition: raw I96F32. */
const STABLE_PRICE_BITS = 1n << 32n

export interface MovingPriceTerms {
  /** Raw U64F64; above 1 it counts as 1. */
  readonly spotPriceBits: bigint
  /** Whether alpha and TAO are exchanged one for one: the moving price is 1 then. */
  readonly isStable: boolean
  readonly block: BlockNumber
  /** First block in which the subnet emitted; `null` before there is one. */
  readonly firstEmissionBlock: BlockNumber | null
  /** Age at which the step is half of its largest; u64, since the reference allows all of it. */
  readonly halvingBlocks: bigint
  /** Raw I96F32, at most 1. */
  readonly movingAlphaBits: bigint
}

const TERMS = ['spotPriceBits', 'isStable', 'block', 'firstEmissionBlock', 'halvingBlocks', 'movingAlphaBits']

/**
 * The moving price after a block: the old one, a small step towards the spot price, smaller for a young subnet.
 *
 * @param movingPriceQ32 - raw I96F32, 0 for a new subnet.
 * @returns raw I96F32, floored; shifted by 32 bits it is the `movingPriceBits` of `EmittingSubnets` and of the query `subnet`.
 * @throws InvalidArgumentError naming what is wrong.
 * @source subtensor `pallets/subtensor/src/staking/stake_utils.rs`, `update_moving_price`
 *
 * @example
 * ```ts
 * import {
 *   DEFAULT_MOVING_ALPHA_BITS,
 *   DEFAULT_PRICE_HALVING_BLOCKS,
 *   nextMovingPriceQ32,
 *   PRICE_ONE_BITS,
 * } from 'subnetkit/emission'
 *
 * nextMovingPriceQ32(0n, {
 *   spotPriceBits: PRICE_ONE_BITS,
 *   isStable: false,
 *   block: 201_600,
 *   firstEmissionBlock: 1,
 *   halvingBlocks: DEFAULT_PRICE_HALVING_BLOCKS,
 *   movingAlphaBits: DEFAULT_MOVING_ALPHA_BITS,
 * }) // 6442n, half of 0.000003
 * ```
 */
export function nextMovingPriceQ32(movingPriceQ32: bigint, terms: MovingPriceTerms): bigint {
  assertBits(movingPriceQ32, 'movingPriceQ32')
  assertKnown(terms, 'terms', TERMS)
  const { spotPriceBits, isStable, block, firstEmissionBlock, halvingBlocks, movingAlphaBits } = terms
  assertBits(spotPriceBits, 'terms.spotPriceBits')
  assertFlag(isStable, 'terms.isStable')
  assertWhole(block, 'terms.block')
  if (firstEmissionBlock !== null) assertWhole(firstEmissionBlock, 'terms.firstEmissionBlock')
  assertU64(halvingBlocks, 'terms.halvingBlocks')
  assertBits(movingAlphaBits, 'terms.movingAlphaBits')
  if (isStable) return STABLE_PRICE_BITS
  const age = BigInt(Math.max(0, block - Math.max(0, (firstEmissionBlock ?? 0) - 1)))
  const warm = divide(fromInteger(age), fromInteger(saturatedU64(age + halvingBlocks)))
  const step = atMostOne(multiply(widened(movingAlphaBits), warm))
  return narrowed(multiply(step, atMostOne(spotPriceBits)) + multiply(one - step, widened(movingPriceQ32)))
}
