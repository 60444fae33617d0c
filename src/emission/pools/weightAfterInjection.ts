import { E18 } from '../../math/index.js'
import type { Alpha, Rao } from '../../units/index.js'
import { DEFAULT_QUOTE_WEIGHT_E18, isBalanced, type WeightedReserves } from './weightedReserves.js'

const U128_MAX = (1n << 128n) - 1n

/**
 * The weight of the TAO that leaves the price as it is when both reserves grow, floored to 18 decimals: so it may be
 * lower by one of them when nothing is added. Equal weights where a reserve is empty.
 *
 * @returns undefined where a side would weigh less than one percent: then nothing is to be added.
 * @source spec: `spec/chain.md` 4.2
 */
export function weightAfterInjection(
  { taoRao, alphaIn, quoteWeightE18 }: WeightedReserves,
  addedRao: Rao,
  addedAlpha: Alpha,
): bigint | undefined {
  const ofAlpha = weighted(E18 - quoteWeightE18, taoRao * (alphaIn + addedAlpha))
  const ofTao = weighted(quoteWeightE18, alphaIn * (taoRao + addedRao))
  const sum = inU128(ofAlpha + ofTao)
  const weight = sum === 0n ? DEFAULT_QUOTE_WEIGHT_E18 : (ofTao * E18) / sum
  return isBalanced(weight) ? weight : undefined
}

/** A part of 10^18, to the nearest whole number, half of one upwards. */
const weighted = (partE18: bigint, value: bigint): bigint => (inU128(value) * partE18 + E18 / 2n) / E18

/** The reference's products and sums end there. */
const inU128 = (value: bigint): bigint => (value > U128_MAX ? U128_MAX : value)
