import { InvalidArgumentError } from '../errors/index.js'

/** Digits that a price shows at least, from its first one on. */
const LEAST_DIGITS = 1_000n
/** Prices from here on show two decimals. */
const DEAR_BITS = 10n << 64n
const HALF = 1n << 63n

/**
 * Writes a price as TAO for one alpha, rounded to the nearest: from 10 TAO on with two decimals, below with four, and with as many as show four
 * digits where it is small. Prices are for people: what alpha is worth to the rao says `valueRao`.
 *
 * @param priceBits - TAO per alpha, raw U64F64, such as `priceBits` and `movingPriceBits` of the query `subnet`.
 * @param decimals - 0 to 18, where so many are wanted.
 * @throws InvalidArgumentError for what is no bigint from 0, or no number of decimals.
 *
 * @example
 * ```ts
 * import { formatPrice } from 'subnetkit/units'
 *
 * formatPrice(1n << 63n) // '0.5000'
 * formatPrice(1_250n << 64n) // '1250.00'
 * formatPrice(2n ** 64n / 3_000_000n) // '0.0000003333'
 * formatPrice(1n << 63n, 1) // '0.5'
 * ```
 */
export function formatPrice(priceBits: bigint, decimals?: number): string {
  if (typeof priceBits !== 'bigint' || priceBits < 0n) {
    const remedy = 'Pass a price as a bigint from 0, times 2^64.'
    throw new InvalidArgumentError({ field: 'priceBits', value: priceBits, remedy })
  }
  if (decimals !== undefined && !(Number.isInteger(decimals) && decimals >= 0 && decimals <= 18)) {
    const remedy = 'Pass a whole number from 0 to 18.'
    throw new InvalidArgumentError({ field: 'decimals', value: decimals, remedy })
  }
  const shown = decimals ?? decimalsOf(priceBits)
  const digits = scaled(priceBits, shown)
    .toString()
    .padStart(shown + 1, '0')
  return shown === 0 ? digits : `${digits.slice(0, -shown)}.${digits.slice(-shown)}`
}

function decimalsOf(priceBits: bigint): number {
  if (priceBits === 0n) return 0
  if (priceBits >= DEAR_BITS) return 2
  let decimals = 4
  while (scaled(priceBits, decimals) < LEAST_DIGITS) decimals++
  return decimals
}

/** Times a power of ten, rounded to the nearest whole number. */
function scaled(priceBits: bigint, decimals: number): bigint {
  return (priceBits * 10n ** BigInt(decimals) + HALF) >> 64n
}
