/** Which rules a shader is written for. */
export interface GpuVariant {
  readonly rules: 'yuma2' | 'yuma3' | 'liquid'
  readonly penalty: 'none' | 'full' | 'partial'
}

/**
 * WGSL of `nextBond(subnet, row, column, score, old, isEntry)`, the raw bond of one pair after the moving average, and of
 * `storedBond(bond, column)`, the same as a u16.
 *
 * Whole numbers throughout, but for the last rounding of Yuma 2's stored bonds, which is f32.
 */
export function bondsCode({ rules, penalty }: GpuVariant): string {
  return `${AVERAGED}${bondWeight(penalty)}${NEXT_BOND[rules](penalty)}`
}

const CLIPPED: Record<GpuVariant['penalty'], string> = {
  none: 'return weight;',
  full: 'return min(weight, column.consensus);',
  partial: `if (weight <= column.consensus) { return weight; }
  if (weight == MAX && column.consensus == 0u) { return 0u - subnet.penalty; }
  // Modulo 2^32, where a weight of 1 is 0; what is taken off is rounded up.
  let whole = weight + select(0u, 1u, weight == MAX);
  let off = whole - column.consensus;
  return whole - mulHigh(subnet.penalty, off) - select(0u, 1u, subnet.penalty * off != 0u);`,
}

const AVERAGED = `
fn averaged(subnet: Subnet, fresh: u32, held: u32) -> u32 {
  let added = mulShare(fresh, subnet.rate);
  let kept = mulShare(held, subnet.kept);
  return select(joinParts(added, kept), MAX, added == MAX || kept == MAX);
}

/** The sum of two parts below 1: what is short of 1 stays so, because it is stored as less. */
fn joinParts(a: u32, b: u32) -> u32 {
  let sum = a + b;
  return select(min(sum, MAX - 1u), MAX, sum < a);
}
`

const bondWeight = (penalty: GpuVariant['penalty']): string => `
/** The weight that forms the bond: between the weight as given and as clipped. */
fn bondWeight(subnet: Subnet, row: Row, column: Column, score: u32) -> u32 {
  let weight = weightOf(score, row);
  ${CLIPPED[penalty]}
}

/** Stake times that weight. */
fn boughtBy(subnet: Subnet, row: Row, column: Column, score: u32) -> u32 {
  return mulShare(bondWeight(subnet, row, column, score), row.stake);
}
`

const YUMA2 = `
fn nextBond(subnet: Subnet, row: Row, column: Column, score: u32, old: u32, isEntry: bool) -> u32 {
  let bought = shareOf(boughtBy(subnet, row, column, score), column.bought);
  return averaged(subnet, bought, shareOf(old, column.old));
}

fn storedBond(bond: u32, column: Column) -> u32 {
  if (bond == column.top) { return select(65535u, 0u, bond == 0u); }
  // A 2^22nd part short: where the quotient is a whole number the chain's roundings leave the one below.
  return u32(f32(bond) / f32(column.top) * 65534.984375);
}
`

const LEVELS = `
/** floor(stored * 2^32 / 65535). */
fn levelOf(stored: u32, column: Column) -> u32 {
  return select(stored * 65537u, 0u, column.old == 0u);
}

/** floor(bond * 65535 / 2^32). */
fn storedBond(bond: u32, column: Column) -> u32 {
  if (bond == MAX) { return 65535u; }
  return (bond >> 16u) - select(0u, 1u, (bond << 16u) < bond);
}
`

const AVERAGE = `
fn nextBond(subnet: Subnet, row: Row, column: Column, score: u32, old: u32, isEntry: bool) -> u32 {
  return averaged(subnet, bondWeight(subnet, row, column, score), levelOf(old, column));
}
`

/** An entry that the penalty makes 0 is lost, but for a weight that was 0 from the start: that one only decays. */
function isLost(penalty: GpuVariant['penalty']): string {
  const rule = penalty === 'partial' ? 'weight == 0u' : 'weight == 0u && score > 0u'
  return `fn isLost(score: u32, weight: u32) -> bool { return ${rule}; }`
}

/** Arithmetic of two words, the low one first, and the sigmoid of the chain with every rounding of its series. */
const SIGMOID = `
fn addWide(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  let low = a.x + b.x;
  return vec2<u32>(low, a.y + b.y + select(0u, 1u, low < a.x));
}

fn product(a: u32, b: u32) -> vec2<u32> { return vec2<u32>(a * b, mulHigh(a, b)); }

/** floor(a * b / 2^32), below 2^64. */
fn mulWide(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  let mixed = addWide(product(a.y, b.x), product(a.x, b.y));
  return addWide(mixed, vec2<u32>(mulHigh(a.x, b.x), a.y * b.y));
}

/** floor(a / i) for i below 32, by digits of 16 bits: for those of rests, at most 2^21, the rounded inverse is exact. */
fn divideWide(a: vec2<u32>, i: u32) -> vec2<u32> {
  let inverse = MAX / i + 1u;
  var rest = a.y >> 16u;
  let first = mulHigh(rest, inverse);
  rest = ((rest - first * i) << 16u) | (a.y & 0xffffu);
  let second = mulHigh(rest, inverse);
  rest = ((rest - second * i) << 16u) | (a.x >> 16u);
  let third = mulHigh(rest, inverse);
  rest = ((rest - third * i) << 16u) | (a.x & 0xffffu);
  return vec2<u32>((third << 16u) | mulHigh(rest, inverse), (first << 16u) | second);
}

/** The chain's sum for e^x, x up to 20: 31 terms, each floored twice. */
fn exponential(x: vec2<u32>) -> vec2<u32> {
  var sum = addWide(x, vec2<u32>(0u, 1u));
  var term = x;
  for (var i = 2u; i <= 31u && (term.x | term.y) != 0u; i++) {
    term = divideWide(mulWide(term, x), i);
    sum = addWide(sum, term);
  }
  return sum;
}

/** floor(2^64 / whole) for a whole above 2^32. */
fn inverseOf(whole: vec2<u32>) -> u32 {
  // Two words end one below 2^64, which matters where it is a multiple.
  let quotient = quotientOf(vec2<u32>(MAX, MAX), whole);
  let next = quotient + 1u;
  let rest = product(next, whole.x);
  let isNext = next != 0u && rest.x == 0u && rest.y + next * whole.y == 0u;
  return select(quotient, next, isNext);
}

/** 1 / (1 + e^x), the magnitude of x and whether it is below 0. */
fn sigmoidOfMinus(x: vec2<u32>, isNegative: bool) -> u32 {
  var power = exponential(x);
  if (isNegative && any(x != vec2<u32>())) { power = vec2<u32>(inverseOf(power), 0u); }
  // The chain has a constant for e itself: 22,802,600 * 2^9.
  else if (all(x == vec2<u32>(0u, 1u))) { power = vec2<u32>(3084996608u, 2u); }
  return inverseOf(addWide(power, vec2<u32>(0u, 1u)));
}
`

const LIQUID = `${SIGMOID}
/**
 * Rate at which a pair's bond follows its weight. A rate below 2^32 stands for itself, the largest too: a rate of 1 is that of
 * a lower bound of 1.
 */
fn rateOf(subnet: Subnet, consensus: u32, weight: u32, level: u32) -> u32 {
  let isBuying = weight >= level;
  let above = select(level, weight, isBuying);
  let below = select(weight, consensus, isBuying);
  if (above <= below || subnet.alphaSpan == 0u) { return subnet.rateAtZero; }
  // Modulo 2^32, where 1 is 0.
  let distance = select(above - below, 0u - below, above == MAX);
  let isFar = distance >= 0x80000000u || (distance == 0u);
  let fromHalf = select(0x80000000u - distance, distance - 0x80000000u, distance >= 0x80000000u);
  // Where both differ the product is below 0, and is rounded away from it.
  let isNegative = isFar == (subnet.slopeFalls == 1u);
  let low = product(fromHalf, subnet.slopeLow);
  let away = select(0u, 1u, isNegative && low.x != 0u);
  let x = addWide(addWide(product(fromHalf, subnet.slopeHigh), vec2<u32>(low.y, 0u)), vec2<u32>(away, 0u));
  if (x.y >= 20u) { return select(subnet.rateAbove, subnet.rateBelow, isNegative); }
  return subnet.alphaLow + mulShare(sigmoidOfMinus(x, isNegative), subnet.alphaSpan);
}

/** What stays of a bond at a rate above 0: floor(level * (2^32 - rate) / 2^32). */
fn restOf(level: u32, rate: u32) -> u32 {
  if (level == MAX) { return 0u - rate; }
  return level - mulHigh(level, rate) - select(0u, 1u, level * rate != 0u);
}

fn nextBond(subnet: Subnet, row: Row, column: Column, score: u32, old: u32, isEntry: bool) -> u32 {
  let weight = bondWeight(subnet, row, column, score);
  let level = levelOf(old, column);
  if (column.isDead == 1u) { return averaged(subnet, weight, level); }
  if (!isEntry || isLost(score, weight)) { return 0u; }
  if (subnet.alphaLow == MAX) { return weight; }
  let rate = rateOf(subnet, column.consensus, weight, level);
  if (rate == 0u) { return level; }
  return joinParts(restOf(level, rate), select(mulHigh(weight, rate), rate, weight == MAX));
}
`

const NEXT_BOND: Record<GpuVariant['rules'], (penalty: GpuVariant['penalty']) => string> = {
  yuma2: () => YUMA2,
  yuma3: () => `${LEVELS}${AVERAGE}`,
  liquid: (penalty) => `${LEVELS}${isLost(penalty)}${LIQUID}`,
}
