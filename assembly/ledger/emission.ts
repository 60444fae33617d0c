// The chain's work on the subnets of a block, on the columns of its state: what `emitBlock`, `movePrices` and `decayBurns` of
// the sources do one by one. Amounts out of all proportion are left to these: the answer is false then, and what lies here is void.
import {
  ACCOUNT_RAO,
  ALL_NETUIDS,
  ALPHA_IN,
  ALPHA_OUT,
  BLOCK,
  BURN_DECAY,
  BURN_RAO,
  column,
  EMISSION_RAO,
  EMITTING,
  entry,
  EXISTENTIAL_RAO,
  FIRST_EMISSION_BLOCK,
  FLAGS,
  HALVING_BLOCKS,
  HAS_OWNER_CUT,
  HAS_TRADED,
  IS_STABLE,
  LAST_ALPHA_IN,
  LAST_ALPHA_OUT,
  LAST_EXCESS,
  LAST_TAO_IN,
  LEAST_BURN,
  list,
  MINTED_RAO,
  MOST_BURN,
  MOVING_ALPHA,
  MOVING_PRICE,
  OWNER_CUT,
  param,
  PENDING_OWNER,
  PENDING_ROOT,
  PENDING_SERVER,
  PENDING_VALIDATOR,
  PROTOCOL_ALPHA,
  QUOTE_WEIGHT,
  ROOT_PROPORTION,
  ROOT_TAO_RAO,
  setEntry,
  setParam,
  SUBNET_TAO_RAO,
  TAO_BITS,
  TAO_WEIGHT,
  TOTAL_STAKE_RAO,
  VOLUME_RAO,
} from './layout'
import { boughtFor, isBalanced, isUsual, priceOf, REFUSED, UNDECIDED, weightAfter } from './pool'
import { powRatioE18 } from './power'
import { arePricesUsual, isRootSelling, shareByPrice } from './shares'
import { div128, div192, E18, high, mulHigh, ratio } from './wide'

export * from './layout'
export { powRatioE18 }

const ONE32: u64 = 0x100000000
const LOW: u64 = 0xffffffff
const SUPPLY: u64 = 21000000000000000
/** Amounts from here on are left to the caller: sums of two have room, and products of two of them 122 bits. */
const USUAL: u64 = 1 << 60
/** TAO of a block, in rao, that 32 more bits leave below 2^62. */
const MOST_EMISSION: u64 = 1 << 30

// @ts-ignore: decorator
@inline function saturated(a: u64, b: u64): u64 {
  const sum = a + b
  return sum < a ? u64.MAX_VALUE : sum
}

// @ts-ignore: decorator
@inline function add(columnIndex: u32, netuid: u32, amount: u64): void {
  const at = column(columnIndex)
  setEntry(at, netuid, saturated(entry(at, netuid), amount))
}

/**
 * Shares the block's TAO among the subnets that emit, by price or, where that is said already, by `TAO_BITS`; puts it into pools, buys with
 * what is too much for them, and mints alpha.
 */
export function emit(count: u32, isShared: bool): bool {
  if (param(EMISSION_RAO) > MOST_EMISSION || (param(ROOT_TAO_RAO) | param(EXISTENTIAL_RAO)) >= USUAL) return false
  if (!arePricesUsual(count)) return false
  if (!isShared) shareByPrice(count)
  const isSelling = isRootSelling(count)
  setParam(MINTED_RAO, 0)
  for (let row: u32 = 0; row < count; row++) {
    if (!emitTo(row, <u32>entry(list(EMITTING), row), isSelling)) return false
  }
  return true
}

function emitTo(row: u32, netuid: u32, isSelling: bool): bool {
  const flags = entry(list(FLAGS), row)
  const isStable = (flags & IS_STABLE) != 0
  const account = entry(column(ACCOUNT_RAO), netuid)
  let tao = entry(column(SUBNET_TAO_RAO), netuid)
  let alpha = entry(column(ALPHA_IN), netuid)
  let out = entry(column(ALPHA_OUT), netuid)
  let weight = entry(column(QUOTE_WEIGHT), netuid)
  if ((account | tao | alpha | out) >= USUAL || weight > E18) return false
  if (!isStable && !isUsual(tao, alpha, weight)) return false

  // What goes in, and what is too much.
  const taoBits = entry(list(TAO_BITS), row)
  const price = isStable ? ONE32 : (priceOf(netuid, tao, alpha, weight) >> 32) | (high << 32)
  const minted = alphaEmission(alpha + out)
  const most = rootProportion(alpha + out) * minted
  let worth: u64 = 0
  let isCapped = false
  if (price != 0) {
    const above = taoBits >> 32
    isCapped = above >= price
    if (!isCapped) {
      worth = div128(above, taoBits << 32, price)
      isCapped = worth > most
    }
  }
  const taoIn = isCapped ? (mulHigh(most, price) << 32) | ((most * price) >> 32) : taoBits
  const alphaIn = (isCapped ? most : worth) >> 32
  const planned = taoIn >> 32
  let excess = (taoBits - taoIn) >> 32
  const least = param(EXISTENTIAL_RAO)
  if (account + excess < least) excess = 0
  // The first trade of a pool has a rule of its own.
  if (excess != 0 && (flags & HAS_TRADED) == 0) return false

  // The weights first, then the excess buys with the old reserves, then these grow.
  const moved = weightAfter(tao, alpha, weight, planned, alphaIn)
  const isTaken = isBalanced(moved)
  if (isTaken) weight = moved
  let bought: u64 = 0
  let spent: u64 = 0
  if (excess != 0) {
    if (isStable) {
      bought = excess
      spent = excess
      tao += excess
      alpha = alpha > excess ? alpha - excess : 0
    } else {
      bought = boughtFor(excess, tao, alpha, weight)
      if (bought == UNDECIDED) return false
      if (bought != REFUSED) {
        spent = excess
        tao += excess
        alpha -= bought
      }
    }
  }
  const addedAlpha: u64 = isTaken ? alphaIn : 0
  let paid: u64 = isTaken ? planned : 0
  if (account + excess + paid < least) paid = 0
  alpha += addedAlpha
  tao += paid
  setEntry(column(ACCOUNT_RAO), netuid, account + excess + paid)
  setEntry(column(SUBNET_TAO_RAO), netuid, tao)
  setEntry(column(ALPHA_IN), netuid, alpha)
  setEntry(column(QUOTE_WEIGHT), netuid, weight)
  add(PROTOCOL_ALPHA, netuid, bought)
  add(VOLUME_RAO, netuid, spent)
  setEntry(column(LAST_TAO_IN), netuid, paid)
  setEntry(column(LAST_ALPHA_IN), netuid, addedAlpha)
  setEntry(column(LAST_ALPHA_OUT), netuid, minted)
  setEntry(column(LAST_EXCESS), netuid, spent)
  setParam(TOTAL_STAKE_RAO, saturated(param(TOTAL_STAKE_RAO), paid + spent))
  setParam(MINTED_RAO, param(MINTED_RAO) + excess + paid)

  // Alpha for the participants, as root's part of the pool is now.
  out += bought + minted
  const ownerCut = (flags & HAS_OWNER_CUT) != 0 ? minted * param(OWNER_CUT) : 0
  const rest = (minted << 32) - ownerCut
  const proportion = rootProportion(alpha + out)
  const root = ((mulHigh(proportion, rest) << 32) | ((proportion * rest) >> 32)) >> 1
  const server = rest >> 1
  const validators = rest - server
  add(PENDING_OWNER, netuid, ownerCut >> 32)
  add(PENDING_SERVER, netuid, server >> 32)
  add(PENDING_VALIDATOR, netuid, validators > root ? (validators - root) >> 32 : 0)
  if (isSelling) add(PENDING_ROOT, netuid, root >> 32)
  else out -= root >> 32
  setEntry(column(ALPHA_OUT), netuid, out)
  return true
}

/** Alpha of a block: one, halved each time half of what is missing to 21 million is there. */
function alphaEmission(alpha: u64): u64 {
  if (alpha >= SUPPLY) return 0
  let emission: u64 = 1000000000
  for (let halved = (SUPPLY - alpha) << 1; halved <= SUPPLY && emission > 0; halved <<= 1) emission >>= 1
  return emission
}

/** Root's proportion of a subnet with this alpha, times 2^32. */
function rootProportion(alpha: u64): u64 {
  const rootTao = param(ROOT_TAO_RAO)
  const weight = param(TAO_WEIGHT)
  const below = rootTao * weight
  const above = mulHigh(rootTao, weight)
  const d0 = below + (alpha << 32)
  const d1 = above + (alpha >> 32) + u64(d0 < below)
  if ((d0 | d1) == 0) return 0
  return div192(0, (above << 32) | (below >> 32), below << 32, d1, d0)
}

/** Moves the price averages of the subnets that emit, and notes root's proportions. */
export function movePrices(count: u32): bool {
  if (param(ROOT_TAO_RAO) >= USUAL || param(MOVING_ALPHA) > ONE32 / 2) return false
  for (let row: u32 = 0; row < count; row++) {
    const netuid = <u32>entry(list(EMITTING), row)
    const tao = entry(column(SUBNET_TAO_RAO), netuid)
    const alpha = entry(column(ALPHA_IN), netuid)
    const out = entry(column(ALPHA_OUT), netuid)
    const before = entry(column(MOVING_PRICE), netuid)
    if ((tao | alpha | out) >= USUAL || before > ONE32) return false
    let after = ONE32
    if ((entry(list(FLAGS), row) & IS_STABLE) == 0) {
      const weight = entry(column(QUOTE_WEIGHT), netuid)
      if (!isUsual(tao, alpha, weight)) return false
      const price = priceOf(netuid, tao, alpha, weight)
      after = movedPrice(row, before, price, high != 0)
    }
    setEntry(column(MOVING_PRICE), netuid, after)
    setEntry(column(ROOT_PROPORTION), netuid, rootProportion(alpha + out))
  }
  return true
}

/** Of a price with 64 fractional bits, which counts as 1 where it is at least that. */
function movedPrice(row: u32, before: u64, price: u64, isOne: bool): u64 {
  const first = entry(list(FIRST_EMISSION_BLOCK), row)
  const began: u64 = first > 0 ? first - 1 : 0
  const block = param(BLOCK)
  const age: u64 = block > began ? block - began : 0
  const halving = entry(list(HALVING_BLOCKS), row)
  const alpha = param(MOVING_ALPHA)
  // A step is at most 1 / 2: the largest one is below 2^63.
  let step: u64 = 0
  if (age != 0) step = halving == 0 ? alpha << 32 : mulHigh(alpha << 32, ratio(age, age + halving))
  const towards = isOne ? step : mulHigh(step, price)
  if (step == 0) return before
  const rest: u64 = 0 - step
  const kept = before == ONE32 ? rest : mulHigh(rest, before << 32)
  const sum = towards + kept
  return sum < kept ? ONE32 : sum >> 32
}

/** Makes registration cheaper; answers whether any price has changed. */
export function decayBurns(count: u32, isDecaying: bool): bool {
  const burns = column(BURN_RAO)
  let hasChanged = false
  for (let row: u32 = 0; row < count; row++) {
    const netuid = <u32>entry(list(ALL_NETUIDS), row)
    const before = entry(burns, netuid)
    const decay = entry(list(BURN_DECAY), row)
    let after = before
    if (isDecaying && decay != ONE32) after = (before >> 32) * decay + (((before & LOW) * decay) >> 32)
    const least = entry(list(LEAST_BURN), row)
    const most = entry(list(MOST_BURN), row)
    if (after < least) after = least
    if (after > most) after = most
    if (after == before) continue
    setEntry(burns, netuid, after)
    hasChanged = true
  }
  return hasChanged
}
