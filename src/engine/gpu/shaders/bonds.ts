/** Which rules a shader is written for. */
export interface GpuVariant {
  readonly rules: 'yuma2' | 'yuma3' | 'liquid'
  readonly penalty: 'none' | 'full' | 'partial'
}

/**
 * WGSL of `nextBond(subnet, row, column, score, old, isEntry)`, the raw bond of one pair after the moving average, and of
 * `storedBond(bond, column)`, the same as a u16.
 *
 * Whole numbers throughout, but for the rate of liquid alpha and the last rounding of Yuma 2's stored bonds, which are f32.
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
  return addFull(mulShare(fresh, subnet.rate), mulShare(held, subnet.kept));
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

const LIQUID = `
/** e^x for |x| <= 20, to a few parts in 2^24: the language's own may be 40 off there. */
fn expOf(x: f32) -> f32 {
  let power = floor(x * 1.44269504 + 0.5);
  let r = (x - power * 0.693359375) + power * 2.12194440e-4;
  var p = 1.9875691500e-4;
  p = p * r + 1.3981999507e-3;
  p = p * r + 8.3334519073e-3;
  p = p * r + 4.1665795894e-2;
  p = p * r + 1.6666665459e-1;
  p = p * r + 5.0000001201e-1;
  return (p * r * r + r + 1f) * bitcast<f32>(u32(i32(power) + 127) << 23u);
}

/** Rate at which a pair's bond follows its weight. */
fn rateOf(subnet: Subnet, consensus: u32, weight: u32, level: u32) -> u32 {
  let above = select(0u, weight - consensus, weight > consensus);
  let distance = select(level - weight, above, weight >= level);
  // Distance minus a half, signed.
  let offset = f32(bitcast<i32>(distance ^ 0x80000000u)) / UNIT;
  let sigmoid = 1f / (1f + expOf(clamp(offset * subnet.slope, -20f, 20f)));
  let low = f32(subnet.alphaLow);
  let high = f32(subnet.alphaHigh);
  let rate = max(min(low + sigmoid * (high - low), high), low);
  return select(u32(rate), MAX, rate >= 4294967040f);
}

fn nextBond(subnet: Subnet, row: Row, column: Column, score: u32, old: u32, isEntry: bool) -> u32 {
  let weight = bondWeight(subnet, row, column, score);
  let level = levelOf(old, column);
  if (column.isDead == 1u) { return averaged(subnet, weight, level); }
  if (!isEntry || isLost(score, weight)) { return 0u; }
  let rate = rateOf(subnet, column.consensus, weight, level);
  let rest = select(select(0u - rate, MAX, rate == 0u), 0u, rate == MAX);
  return addFull(mulShare(level, rest), mulShare(weight, rate));
}
`

const NEXT_BOND: Record<GpuVariant['rules'], (penalty: GpuVariant['penalty']) => string> = {
  yuma2: () => YUMA2,
  yuma3: () => `${LEVELS}${AVERAGE}`,
  liquid: (penalty) => `${LEVELS}${isLost(penalty)}${LIQUID}`,
}
