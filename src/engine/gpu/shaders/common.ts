/**
 * WGSL that all steps of the epoch share.
 *
 * A raw number is a value times 2^32 in a u32; 2^32 itself is held as 0xffffffff. A normalised weight is never that by
 * itself (the largest below 1 is 2^32 - 2), and elsewhere the two differ by less than f32 can tell.
 */

/** What a subnet is on the device, one u32 or f32 each, in this order; `packChunk` writes it. */
export const SUBNET_FIELDS = [
  'n',
  'rows',
  /** First word of its matrices, and words of one row: two columns each. */
  'wordStart',
  'rowWords',
  'rowStart',
  'columnStart',
  /** First word of its bits for entries that exist, and words of one row. */
  'entryStart',
  'entryWords',
  'kappa',
  /** 1 when validators without a row have stake: they vote 0 on everyone. */
  'hasSilentVoters',
  /** Share of new bonds, and of old ones. */
  'rate',
  'kept',
  'penalty',
  /** Of liquid alpha: its lower bound, how far the upper one lies above it, and the rates where no sigmoid is needed. */
  'alphaLow',
  'alphaSpan',
  'rateAtZero',
  'rateAbove',
  'rateBelow',
  /** Minus the steepness: its size in two words, and 1 when it is below 0. */
  'slopeHigh',
  'slopeLow',
  'slopeFalls',
] as const

export const SUBNET_WORDS = SUBNET_FIELDS.length

/** u32 words of one column and of one row. */
export const COLUMN_WORDS = 8
export const ROW_WORDS = 4
/** Sums over a row: its income and its clipped weights, each in halves of 16 bits that cannot overflow. */
export const ROW_SUM_WORDS = 4
/** Totals of a subnet: its ranks in halves, its close calls, and the largest consensus. */
export const TOTAL_WORDS = 4

export const STRUCTS = `
const MAX = 0xffffffffu;
const UNIT = 4294967296f;
struct Subnet {
${SUBNET_FIELDS.map((name) => `  ${name}: u32,`).join('\n')}
}
// Sum of the weights, 2^16 over it, active stake, and the same normalised once more to vote with.
struct Row { sum: u32, inverse: f32, stake: u32, vote: u32 }
struct Column {
  old: u32,        // the sum of its stored bonds, in Yuma 3 just 1; 0 where they are gone
  consensus: u32,
  rank: u32,       // the incentive, once ranks are summed
  bought: u32,     // the sum of stake times weight
  sumLow: u32,     // the sum of its new bonds, two words
  sumHigh: u32,
  top: u32,        // the largest of them
  isDead: u32,     // 1 when no server of the subnet has any consensus
}
`

export const ARITHMETIC = `
/** Upper half of a product. */
fn mulHigh(a: u32, b: u32) -> u32 {
  let aLow = a & 0xffffu;
  let aHigh = a >> 16u;
  let bLow = b & 0xffffu;
  let bHigh = b >> 16u;
  let first = aHigh * bLow + ((aLow * bLow) >> 16u);
  let second = aLow * bHigh + (first & 0xffffu);
  return aHigh * bHigh + (first >> 16u) + (second >> 16u);
}

/** floor(a * b / 2^32) of two raw numbers. */
fn mulShare(a: u32, b: u32) -> u32 {
  if (b == MAX) { return a; }
  return select(mulHigh(a, b), b, a == MAX);
}

fn addFull(a: u32, b: u32) -> u32 {
  let sum = a + b;
  return select(sum, MAX, sum < a);
}

/** floor(part / whole), two words each, the low one first; the quotient is below 2^32. */
fn quotientOf(part: vec2<u32>, divisor: vec2<u32>) -> u32 {
  let whole = f32(divisor.y) * UNIT + f32(divisor.x);
  var quotient = 0u;
  var high = part.y;
  var low = part.x;
  // Each estimate falls short, and leaves at most a 2^19th part.
  for (var round = 0; round < 2; round++) {
    let digit = u32((f32(high) * UNIT + f32(low)) / whole * 0.99999905);
    let product = digit * divisor.x;
    high -= mulHigh(digit, divisor.x) + digit * divisor.y + select(0u, 1u, product > low);
    low -= product;
    quotient += digit;
  }
  while (high > divisor.y || (high == divisor.y && low >= divisor.x)) {
    high -= divisor.y + select(0u, 1u, low < divisor.x);
    low -= divisor.x;
    quotient++;
  }
  return quotient;
}

/** floor(a * 2^32 / whole) for a <= whole, a whole of two words; 0 for 0. */
fn shareOfWide(a: u32, wholeHigh: u32, wholeLow: u32) -> u32 {
  if (wholeHigh == 0u && a >= wholeLow) { return select(MAX, 0u, wholeLow == 0u); }
  return quotientOf(vec2<u32>(0u, a), vec2<u32>(wholeLow, wholeHigh));
}

fn shareOf(a: u32, whole: u32) -> u32 { return shareOfWide(a, 0u, whole); }
`

/** Sums in halves of 16 bits. */
export const HALVES = `
/** The sum as one word; what exceeds that by roundings is cut. */
fn wholeOf(high: u32, low: u32) -> u32 {
  return select(addFull(high << 16u, low), MAX, high > 0xffffu);
}

/** floor(part * 2^32 / whole). */
fn shareOfHalves(part: u32, high: u32, low: u32) -> u32 {
  let word = (high << 16u) + low;
  return shareOfWide(part, (high >> 16u) + select(0u, 1u, word < low), word);
}
`

/** Weights: u16 scores as exact shares of their row. */
export const WEIGHTS = `
fn halfOf(word: u32, j: u32) -> u32 { return (word >> ((j & 1u) * 16u)) & 0xffffu; }

/** floor(score * 2^32 / sum), in two digits of 16 bits; each estimate is right or one short. */
fn weightOf(score: u32, row: Row) -> u32 {
  if (score == row.sum) { return select(MAX, 0u, score == 0u); }
  var high = u32(f32(score) * row.inverse);
  var rest = (score << 16u) - high * row.sum;
  if (rest >= row.sum) { rest -= row.sum; high++; }
  var low = u32(f32(rest) * row.inverse);
  rest = (rest << 16u) - low * row.sum;
  if (rest >= row.sum) { low++; }
  return (high << 16u) + low;
}
`

/** Whether a pair has a weight, be it 0. */
export const ENTRIES = `
fn isEntry(subnet: Subnet, i: u32, j: u32) -> bool {
  let word = entries[subnet.entryStart + i * subnet.entryWords + (j >> 5u)];
  return extractBits(word, j & 31u, 1u) == 1u;
}
`

/** One thread's place in its workgroup, and the workgroup's place among all. */
export const mainOf = (lanes: number): string => `
@compute @workgroup_size(${lanes})
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(num_workgroups) nwg: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let group = wid.y * nwg.x + wid.x;
`
