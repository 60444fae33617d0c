import { bondsCode, type GpuVariant } from './bonds.js'
import { ARITHMETIC, ENTRIES, STRUCTS, TOTAL_WORDS, WEIGHTS } from './common.js'

/** Threads that share the rows of one column. */
export type RowGroups = 1 | 8

/** Eight where columns are long and so few that they would not fill a device. */
export function rowGroups(rows: number, columns: number): RowGroups {
  return rows > 128 && columns < 65_536 ? 8 : 1
}

/** Columns of one workgroup. */
export function tileColumns(groups: RowGroups): number {
  return groups === 1 ? 64 : 32
}

/**
 * One thread per column, or eight where columns are long: consensus, rank, and the sum and top of the new bonds; and what the
 * subnet's columns sum to.
 *
 * The median is found by bisection: on f32 estimates of the weights first, which narrows it down to the weights within
 * a hair of each other, and among those on the weights themselves. Sums of stake are integers, so that nothing depends
 * on their order, and the weight found is the one that exact arithmetic finds.
 */
export function columnsShader(variant: GpuVariant, groups: RowGroups): string {
  const isLiquid = variant.rules === 'liquid'
  const isYuma2 = variant.rules === 'yuma2'
  const hasOwnBought = isYuma2 && variant.penalty !== 'full'
  return `${STRUCTS}
@group(0) @binding(0) var<storage, read> subnets: array<Subnet>;
@group(0) @binding(1) var<storage, read> tiles: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read> rows: array<Row>;
@group(0) @binding(3) var<storage, read_write> columns: array<Column>;
@group(0) @binding(4) var<storage, read> weights: array<u32>;
@group(0) @binding(5) var<storage, read> bonds: array<u32>;
@group(0) @binding(6) var<storage, read_write> totals: array<array<atomic<u32>, ${TOTAL_WORDS}>>;
${isLiquid ? '@group(0) @binding(7) var<storage, read> entries: array<u32>;' : ''}
${ARITHMETIC}${WEIGHTS}${bondsCode(variant)}${isLiquid ? ENTRIES : ''}${groups === 1 ? ALONE : TOGETHER}

var<private> subnet: Subnet;
var<private> column: u32;
var<private> lane: u32;
var<private> first: u32;
/** Rows from here on are not this thread's: 0 for a thread beyond the last column. */
var<private> end: u32;

fn scoreAt(i: u32) -> u32 {
  return halfOf(weights[subnet.wordStart + i * subnet.rowWords + (column >> 1u)], column);
}

/** Keys are the bits of f32 estimates: ordered as the numbers are. */
fn keyOf(score: u32, row: Row) -> u32 { return bitcast<u32>(f32(score) * row.inverse); }

fn scanned(scan: Scan, vote: u32, key: u32, pivot: u32) -> Scan {
  let isAbove = key > pivot;
  return Scan(
    scan.above + select(0u, vote, isAbove),
    select(max(scan.below, key), scan.below, isAbove),
    select(scan.next, min(scan.next, key), isAbove),
  );
}

fn isEnough(above: u32) -> bool { return above < subnet.kappa || subnet.kappa == MAX; }

/** Smallest and largest f32 key that may be the median's, and whether the zeros have it. */
fn medianKey() -> u32 {
  var scan = Scan(0u, 0u, MAX);
  var top = 0u;
  var hasZero = subnet.hasSilentVoters;
  for (var i = first; i < end; i += ${groups}u) {
    let row = rows[subnet.rowStart + i];
    if (row.vote == 0u) { continue; }
    let key = keyOf(scoreAt(i), row);
    scan = scanned(scan, row.vote, key, 0u);
    top = max(top, key);
    if (key == 0u) { hasZero = 1u; }
  }
  scan = joined(scan);
  top = maxOf(top);
  hasZero = maxOf(hasZero);
  var low = scan.next;
  var high = top;
  if (top == 0u || (hasZero == 1u && isEnough(scan.above))) { low = 0u; high = 0u; }
  while (isAnyone(low < high)) {
    let pivot = low + (high - low) / 2u;
    scan = Scan(0u, 0u, MAX);
    for (var i = first; i < end; i += ${groups}u) {
      let row = rows[subnet.rowStart + i];
      if (row.vote > 0u) { scan = scanned(scan, row.vote, keyOf(scoreAt(i), row), pivot); }
    }
    scan = joined(scan);
    if (low < high) {
      if (isEnough(scan.above)) { high = scan.below; } else { low = scan.next; }
    }
  }
  return low;
}

struct Median { weight: u32, isClose: u32 }

/** The median among the weights whose estimate is next to that key's. */
fn medianAt(key: u32) -> Median {
  let center = bitcast<f32>(key);
  let margin = center * 3.8146973e-6 + 0.00012207031;
  let bottom = center - margin;
  let limit = center + margin;
  var above = 0u;
  var low = MAX;
  var high = 0u;
  if (key > 0u) {
    for (var i = first; i < end; i += ${groups}u) {
      let row = rows[subnet.rowStart + i];
      if (row.vote == 0u) { continue; }
      let score = scoreAt(i);
      let estimate = f32(score) * row.inverse;
      if (estimate > limit) { above += row.vote; }
      else if (estimate >= bottom) {
        let weight = weightOf(score, row);
        low = min(low, weight);
        high = max(high, weight);
      }
    }
  }
  above = sumOf(above);
  low = minOf(low);
  high = maxOf(high);
  if (key == 0u) { low = 0u; high = 0u; }
  let isClose = select(0u, 1u, low < high);
  while (isAnyone(low < high)) {
    let pivot = low + (high - low) / 2u;
    var scan = Scan(0u, 0u, MAX);
    for (var i = first; i < end; i += ${groups}u) {
      let row = rows[subnet.rowStart + i];
      if (row.vote == 0u) { continue; }
      let score = scoreAt(i);
      let estimate = f32(score) * row.inverse;
      if (estimate <= limit && estimate >= bottom) {
        scan = scanned(scan, row.vote, weightOf(score, row), pivot);
      }
    }
    scan = joined(scan);
    if (low < high) {
      if (isEnough(above + scan.above)) { high = scan.below; } else { low = scan.next; }
    }
  }
  return Median(low, isClose);
}

// Of this workgroup, as \`totals\` of the subnet.
var<workgroup> sums: array<atomic<u32>, ${TOTAL_WORDS}>;

@compute @workgroup_size(${tileColumns(groups)}, ${groups})
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(num_workgroups) nwg: vec3<u32>,
        @builtin(local_invocation_id) id: vec3<u32>) {
  let group = wid.y * nwg.x + wid.x;
  if (group >= arrayLength(&tiles)) { return; }
  let tile = tiles[group];
  subnet = subnets[tile.x];
  column = tile.y + id.x;
  lane = id.x;
  first = id.y;
  let isInside = column < subnet.n;
  end = select(0u, subnet.rows, isInside);

  let median = medianAt(medianKey());
  var next = Column();
  if (isInside) { next = columns[subnet.columnStart + column]; }
  next.consensus = median.weight;

  var rank = 0u;
  ${hasOwnBought ? 'var bought = 0u;' : ''}
  for (var i = first; i < end; i += ${groups}u) {
    let row = rows[subnet.rowStart + i];
    if (row.stake == 0u) { continue; }
    let score = scoreAt(i);
    rank = addFull(rank, mulShare(min(weightOf(score, row), median.weight), row.stake));
    ${hasOwnBought ? 'bought = addFull(bought, boughtBy(subnet, row, next, score));' : ''}
  }
  next.rank = fullSumOf(rank);
  next.bought = ${hasOwnBought ? 'fullSumOf(bought)' : 'next.rank'};

  var sum = vec2<u32>();
  var top = 0u;
  for (var i = first; i < end; i += ${groups}u) {
    let row = rows[subnet.rowStart + i];
    let old = halfOf(bonds[subnet.wordStart + i * subnet.rowWords + (column >> 1u)], column);
    let bond = nextBond(subnet, row, next, scoreAt(i), old, ${isLiquid ? 'isEntry(subnet, i, column)' : 'true'});
    sum.x += bond;
    sum.y += select(0u, 1u, sum.x < bond);
    top = max(top, bond);
  }
  // In halves, so that no sum of eight overflows.
  let low = sumOf(sum.x & 0xffffu);
  let middle = sumOf(sum.x >> 16u);
  next.sumLow = (middle << 16u) + low;
  next.sumHigh = sumOf(sum.y) + (middle >> 16u) + select(0u, 1u, next.sumLow < low);
  next.top = maxOf(top);
  if (isInside && first == 0u) {
    columns[subnet.columnStart + column] = next;
    atomicAdd(&sums[0], next.rank >> 16u);
    atomicAdd(&sums[1], next.rank & 0xffffu);
    atomicAdd(&sums[2], median.isClose);
    atomicMax(&sums[3], next.consensus);
  }
  workgroupBarrier();
  if (lane == 0u && first == 0u) {
    for (var k = 0; k < 3; k++) { atomicAdd(&totals[tile.x][k], atomicLoad(&sums[k])); }
    atomicMax(&totals[tile.x][3], atomicLoad(&sums[3]));
  }
}
`
}

const SCAN = `
/** Stake that votes for more than a key, the largest key up to it and the smallest beyond. */
struct Scan { above: u32, below: u32, next: u32 }
`

/** A thread that has its column to itself. */
const ALONE = `${SCAN}
fn joined(scan: Scan) -> Scan { return scan; }
fn sumOf(value: u32) -> u32 { return value; }
fn fullSumOf(value: u32) -> u32 { return value; }
fn maxOf(value: u32) -> u32 { return value; }
fn minOf(value: u32) -> u32 { return value; }
fn isAnyone(isBusy: bool) -> bool { return isBusy; }
`

const reduction = (name: string, join: string): string => `
fn ${name}(value: u32) -> u32 {
  workgroupBarrier();
  shelf[lane][first].above = value;
  workgroupBarrier();
  var result = shelf[lane][0].above;
  for (var k = 1u; k < 8u; k++) { let other = shelf[lane][k].above; result = ${join}; }
  return result;
}
`

/** Eight threads per column: what each found is put together. */
const TOGETHER = `${SCAN}
var<workgroup> shelf: array<array<Scan, 8>, ${tileColumns(8)}>;
/** The last question that any thread answered with yes. */
var<workgroup> lastBusy: atomic<u32>;
var<workgroup> isBusyStill: u32;
var<private> question: u32;
${reduction('sumOf', 'result + other')}
${reduction('fullSumOf', 'addFull(result, other)')}
${reduction('maxOf', 'max(result, other)')}
${reduction('minOf', 'min(result, other)')}
fn joined(scan: Scan) -> Scan {
  workgroupBarrier();
  shelf[lane][first] = scan;
  workgroupBarrier();
  var result = shelf[lane][0];
  for (var k = 1u; k < 8u; k++) {
    let other = shelf[lane][k];
    result = Scan(result.above + other.above, max(result.below, other.below), min(result.next, other.next));
  }
  return result;
}
fn isAnyone(isBusy: bool) -> bool {
  question++;
  if (isBusy && first == 0u) { atomicMax(&lastBusy, question); }
  workgroupBarrier();
  if (lane == 0u && first == 0u) { isBusyStill = select(0u, 1u, atomicLoad(&lastBusy) == question); }
  return workgroupUniformLoad(&isBusyStill) == 1u;
}
`
