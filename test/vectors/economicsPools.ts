import {
  alphaWorth,
  figuresAfterPurchase,
  figuresAfterSale,
  type MechanismReserves,
  mechanismPool,
  openPool,
  weightedPool,
} from '../../src/emission/index.js'
import {
  buyingSide,
  feeWithin,
  inputToReach,
  remainderBits,
  sellingSide,
} from '../../src/emission/pools/weightedCurve.js'
import { powRatioE18 } from '../../src/math/index.js'
import type { FileInteger } from './economicsFile.js'

interface FilePool {
  readonly tao_reserve_rao: FileInteger
  readonly alpha_reserve: FileInteger
  readonly quote_weight_e18: FileInteger
  readonly fee_rate_u16: number
  readonly mechanism: 0 | 1
}

const reservesOf = (pool: FilePool): MechanismReserves => ({
  taoRao: BigInt(pool.tao_reserve_rao),
  alphaIn: BigInt(pool.alpha_reserve),
  quoteWeightE18: BigInt(pool.quote_weight_e18),
  feeU16: pool.fee_rate_u16,
  mechanism: pool.mechanism,
})

export function poolPrice(input: FilePool): unknown {
  return { price_u64f64_bits: mechanismPool.price(reservesOf(input)) }
}

export function poolInit(input: {
  tao_reserve_rao: FileInteger
  alpha_reserve: FileInteger
  price_u64f64_bits: FileInteger | null
}): unknown {
  const { price_u64f64_bits: priceBits } = input
  const opened = openPool({
    taoRao: BigInt(input.tao_reserve_rao),
    alphaIn: BigInt(input.alpha_reserve),
    ...(priceBits === null ? {} : { priceBits: BigInt(priceBits) }),
  })
  return opened.ok ? { ok: true, quote_weight_e18: opened.reserves.quoteWeightE18 } : opened
}

export function poolWeightUpdate(
  input: FilePool & { tao_delta_rao: FileInteger; alpha_delta: FileInteger },
): unknown {
  const reserves = reservesOf(input)
  const injected = weightedPool.inject(reserves, {
    taoInRao: BigInt(input.tao_delta_rao),
    alphaIn: BigInt(input.alpha_delta),
    excessRao: 0n,
  })
  return {
    accepted_tao_delta_rao: injected.taoInRao,
    accepted_alpha_delta: injected.alphaIn,
    quote_weight_after_e18: injected.reserves.quoteWeightE18,
  }
}

export function poolHelpers(
  input: FilePool & {
    price_u64f64_bits: FileInteger
    target_price_up_u64f64_bits: FileInteger
    target_price_down_u64f64_bits: FileInteger
    delta_tao_rao: FileInteger
    delta_alpha: FileInteger
  },
): unknown {
  const reserves = reservesOf(input)
  const priceBits = BigInt(input.price_u64f64_bits)
  const deltaRao = BigInt(input.delta_tao_rao)
  const [buying, selling] = [buyingSide(reserves), sellingSide(reserves)]
  return {
    tao_in_to_reach_up_rao: inputToReach(buying, BigInt(input.target_price_up_u64f64_bits), priceBits),
    alpha_in_to_reach_down: inputToReach(selling, priceBits, BigInt(input.target_price_down_u64f64_bits)),
    sell_factor_u64f64_bits: remainderBits(selling, BigInt(input.delta_alpha)),
    buy_factor_u64f64_bits: remainderBits(buying, deltaRao),
    alpha_worth_of_delta_tao: alphaWorth(deltaRao, priceBits),
    fee_on_delta_tao_rao: feeWithin(deltaRao, input.fee_rate_u16),
  }
}

/** What the file says of the figures before every swap. */
const FIGURES = { alphaOut: 5_000n * 10n ** 9n, totalStakeRao: 7_000n * 10n ** 9n, volumeRao: 0n }

type SwapInput = FilePool & { price_limit_rao_per_alpha: FileInteger; drop_fees: boolean } & (
    | { side: 'buy'; amount_in_rao: FileInteger }
    | { side: 'sell'; amount_in_alpha: FileInteger }
  )

export function poolSwap(input: SwapInput): unknown {
  const terms = {
    limitRaoPerAlpha: BigInt(input.price_limit_rao_per_alpha),
    takesFee: !input.drop_fees,
  }
  if (input.side === 'buy') {
    const offeredRao = BigInt(input.amount_in_rao)
    const trade = mechanismPool.buy(reservesOf(input), offeredRao, terms)
    if (!trade.ok) return trade
    return {
      ok: true,
      amount_paid_in_rao: trade.inRao,
      fee_rao: trade.feeRao,
      fee_to_block_author_rao: trade.feeRao,
      amount_out_alpha: trade.outAlpha,
      ...after(trade.reserves, figuresAfterPurchase(FIGURES, trade, offeredRao)),
    }
  }
  const trade = mechanismPool.sell(reservesOf(input), BigInt(input.amount_in_alpha), terms)
  if (!trade.ok) return trade
  return {
    ok: true,
    amount_paid_in_alpha: trade.inAlpha,
    fee_alpha: trade.feeAlpha,
    fee_to_block_author_alpha: trade.feeAlpha,
    amount_out_rao: trade.outRao,
    ...after(trade.reserves, figuresAfterSale(FIGURES, trade)),
  }
}

const after = (reserves: MechanismReserves, figures: typeof FIGURES) => ({
  tao_reserve_after_rao: reserves.taoRao,
  alpha_reserve_after: reserves.alphaIn,
  alpha_out_after: figures.alphaOut,
  total_stake_after_rao: figures.totalStakeRao,
  volume_after_rao: figures.volumeRao,
  price_after_u64f64_bits: mechanismPool.price(reserves),
})

export function powRatioScaled(input: {
  base_numerator: FileInteger
  base_denominator: FileInteger
  exponent_numerator: FileInteger
  exponent_denominator: FileInteger
  scale: FileInteger
}): unknown {
  if (BigInt(input.scale) !== 10n ** 18n) throw new TypeError('powers are scaled by 10^18')
  const result = powRatioE18(
    BigInt(input.base_numerator),
    BigInt(input.base_denominator),
    BigInt(input.exponent_numerator),
    BigInt(input.exponent_denominator),
  )
  return { result }
}
