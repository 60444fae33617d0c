import {
  alphaEmission,
  HIGHEST_LIMIT_RAO_PER_ALPHA,
  type Injection,
  LOWEST_LIMIT_RAO_PER_ALPHA,
  limitPriceBits,
  type Reserves,
  type SubnetPool,
  type TradeRefusal,
} from '../../src/emission/index.js'

const refused = (error: TradeRefusal['error']): TradeRefusal => ({ ok: false, error })
const price = ({ taoRao, alphaIn }: Reserves): bigint => (alphaIn === 0n ? 0n : (taoRao << 64n) / alphaIn)
const min = (a: bigint, b: bigint): bigint => (a < b ? a : b)

/** Largest amount up to `most` that is allowed; 0 always is, and larger ones only if smaller ones are. */
function largest(most: bigint, isAllowed: (amount: bigint) => boolean): bigint {
  if (isAllowed(most)) return most
  let low = 0n
  for (let high = most; high - low > 1n; ) {
    const middle = (low + high) / 2n
    if (isAllowed(middle)) low = middle
    else high = middle
  }
  return low
}

/**
 * TAO times alpha stays the same; a thousandth is the fee. Slow and obvious, to try the contract on a pool whose
 * price moves: the input that reaches a limit is searched for.
 */
export const constantProductPool: SubnetPool = {
  name: 'constant product',
  price,

  buy(reserves, taoRao, { limitRaoPerAlpha = HIGHEST_LIMIT_RAO_PER_ALPHA, takesFee = true } = {}) {
    const { taoRao: held, alphaIn } = reserves
    const limit = limitPriceBits(limitRaoPerAlpha)
    if (alphaIn < 1_000_000n || held === 0n) return refused('ReservesTooLow')
    if (taoRao > 1_000n * held) return refused('SwapInputTooLarge')
    if (price(reserves) >= limit) return refused('PriceLimitExceeded')
    const after = (inRao: bigint) => {
      const outAlpha = (alphaIn * inRao) / (held + inRao)
      return { outAlpha, reserves: { taoRao: held + inRao, alphaIn: alphaIn - outAlpha } }
    }
    const feeOf = (inRao: bigint) => (takesFee ? inRao / 1_000n : 0n)
    const inRao = largest(taoRao - feeOf(taoRao), (amount) => price(after(amount).reserves) <= limit)
    const traded = after(inRao)
    if (inRao > 0n && traded.outAlpha === 0n) return refused('ReservesTooLow')
    return { ok: true, inRao, feeRao: min(feeOf(inRao), taoRao - inRao), ...traded }
  },

  sell(reserves, alpha, { limitRaoPerAlpha = LOWEST_LIMIT_RAO_PER_ALPHA, takesFee = true } = {}) {
    const { taoRao, alphaIn: held } = reserves
    const limit = limitPriceBits(limitRaoPerAlpha)
    if (taoRao < 1_000_000n || held === 0n) return refused('ReservesTooLow')
    if (alpha > 1_000n * held) return refused('SwapInputTooLarge')
    if (price(reserves) <= limit) return refused('PriceLimitExceeded')
    const after = (inAlpha: bigint) => {
      const outRao = (taoRao * inAlpha) / (held + inAlpha)
      return { outRao, reserves: { taoRao: taoRao - outRao, alphaIn: held + inAlpha } }
    }
    const feeOf = (inAlpha: bigint) => (takesFee ? inAlpha / 1_000n : 0n)
    const inAlpha = largest(alpha - feeOf(alpha), (amount) => price(after(amount).reserves) >= limit)
    const traded = after(inAlpha)
    if (inAlpha > 0n && traded.outRao === 0n) return refused('ReservesTooLow')
    return { ok: true, inAlpha, feeAlpha: min(feeOf(inAlpha), alpha - inAlpha), ...traded }
  },

  planInjection(reserves, { taoBits, alphaOut, rootProportionBits }): Injection {
    const mintedAlpha = alphaEmission(reserves.alphaIn, alphaOut)
    const mostAlpha = (mintedAlpha * rootProportionBits) >> 32n
    const wholeRao = taoBits >> 32n
    const priced = price(reserves)
    const alphaIn = priced === 0n ? 0n : min((wholeRao << 64n) / priced, mostAlpha)
    const taoInRao = (alphaIn * priced) >> 64n
    return { taoInRao, alphaIn, alphaOut: mintedAlpha, excessRao: wholeRao - taoInRao }
  },

  inject(reserves, { taoInRao, alphaIn, excessRao }) {
    const purchase =
      excessRao === 0n ? undefined : constantProductPool.buy(reserves, excessRao, { takesFee: false })
    const bought = purchase?.ok ? purchase : { inRao: 0n, outAlpha: 0n, reserves }
    return {
      taoInRao,
      alphaIn,
      spentRao: bought.inRao,
      boughtAlpha: bought.outAlpha,
      reserves: { taoRao: bought.reserves.taoRao + taoInRao, alphaIn: bought.reserves.alphaIn + alphaIn },
    }
  },
}
