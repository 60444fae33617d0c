import { medianPriceBits, nextMovingPriceQ32, referencePolicy } from '../../src/emission/index.js'
import { isRootSelling, priceSharesBits } from '../../src/emission/priceShares.js'
import { subnetToPrune } from '../../src/ledger/rules/subnetToPrune.js'
import type { FileInteger } from './economicsFile.js'

const ONE_BITS = 1n << 64n
const STABLE = 0
/** From the 32 fractional bits of a file to the 64 of a column. */
const widened = (bits: FileInteger): bigint => BigInt(bits) << 32n

interface PoolInput {
  readonly mechanism: number
  readonly tao_reserve_rao: FileInteger
  readonly alpha_reserve: FileInteger
  readonly quote_weight_e18: FileInteger
}

interface PricedInput {
  readonly mechanism: number
  readonly moving_price_i96f32_bits: FileInteger
}

function spotPriceBits(pool: PoolInput): bigint {
  if (pool.mechanism === STABLE) return ONE_BITS
  const alpha = BigInt(pool.alpha_reserve)
  if (alpha === 0n) return 0n
  const weight = BigInt(pool.quote_weight_e18)
  const weights = ((10n ** 18n - weight) << 64n) / weight
  return (weights * ((BigInt(pool.tao_reserve_rao) << 64n) / alpha)) >> 64n
}

const movingPriceBits = (subnet: PricedInput): bigint =>
  subnet.mechanism === STABLE ? ONE_BITS : widened(subnet.moving_price_i96f32_bits)

export function subnetTaoSplit(input: {
  block_emission_rao: FileInteger
  subnets: (PricedInput & {
    netuid: number
    miner_burned_u96f32_bits: FileInteger
    emission_enabled: boolean
  })[]
}): unknown {
  const { subnets } = input
  const zeros = subnets.map(() => 0n)
  const columns = {
    netuid: subnets.map(({ netuid }) => netuid),
    reserves: subnets.map(() => ({ taoRao: 0n, alphaIn: 0n })),
    alphaOut: zeros,
    priceBits: zeros,
    movingPriceBits: subnets.map(movingPriceBits),
    minerBurnedBits: subnets.map((subnet) => BigInt(subnet.miner_burned_u96f32_bits)),
    rootProportionBits: zeros,
    emissionEnabled: subnets.map((subnet) => subnet.emission_enabled),
  }
  const tao = referencePolicy.split(BigInt(input.block_emission_rao) << 32n, columns)
  const floors = tao.map((bits) => bits >> 32n)
  return {
    shares_u64f64_bits: priceSharesBits(columns, { weighsRootProportion: false }),
    tao_u96f32_bits: tao,
    tao_floor_rao: floors,
    tao_floor_sum_rao: floors.reduce((sum, rao) => sum + rao, 0n),
    root_sell_flag: isRootSelling(columns.movingPriceBits),
  }
}

export function movingPrice(
  input: PoolInput & {
    block: number
    steps: number
    first_emission_block: number | null
    ema_price_halving_blocks: FileInteger
    moving_alpha_i96f32_bits: FileInteger
    old_moving_price_i96f32_bits: FileInteger
  },
): unknown {
  const spot = spotPriceBits(input)
  let price = BigInt(input.old_moving_price_i96f32_bits)
  const after = Array.from({ length: input.steps }, (_, step) => {
    price = nextMovingPriceQ32(price, {
      spotPriceBits: spot,
      isStable: input.mechanism === STABLE,
      block: input.block + step,
      firstEmissionBlock: input.first_emission_block,
      halvingBlocks: BigInt(input.ema_price_halving_blocks),
      movingAlphaBits: BigInt(input.moving_alpha_i96f32_bits),
    })
    return price
  })
  return {
    spot_price_u64f64_bits: spot,
    moving_price_i96f32_bits: after,
    moving_price_used_u64f64_bits: price << 32n,
  }
}

export function medianPriceAndPrune(input: {
  block: number
  network_immunity_blocks: number
  subnets: (PoolInput & PricedInput & { netuid: number; registered_at_block: number })[]
}): unknown {
  const candidates = input.subnets.map((subnet) => ({
    netuid: subnet.netuid,
    movingPriceBits: movingPriceBits(subnet),
    registeredAtBlock: subnet.registered_at_block,
  }))
  const { block, network_immunity_blocks: immunityBlocks } = input
  return {
    median_spot_price_u64f64_bits: medianPriceBits(input.subnets.map(spotPriceBits)),
    netuid_to_prune: subnetToPrune(candidates, { block, immunityBlocks }),
  }
}
