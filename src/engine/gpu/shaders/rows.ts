import { bondsCode, type GpuVariant } from './bonds.js'
import { ARITHMETIC, ENTRIES, mainOf, ROW_SUM_WORDS, STRUCTS, WEIGHTS } from './common.js'

/** Rows of one workgroup: what is known of a column is read once for all of them. */
export const TILE_ROWS = 8
/** Columns of one workgroup; wider subnets have several per row. */
export const CHUNK_COLUMNS = 1024

/**
 * New bonds as they are stored, over the old ones; and for each row what they earn, and the sum of its clipped weights.
 */
export function rowsShader(variant: GpuVariant): string {
  const isLiquid = variant.rules === 'liquid'
  return `${STRUCTS}
@group(0) @binding(0) var<storage, read> subnets: array<Subnet>;
@group(0) @binding(1) var<storage, read> tiles: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read> rows: array<Row>;
@group(0) @binding(3) var<storage, read> columns: array<Column>;
@group(0) @binding(4) var<storage, read> weights: array<u32>;
@group(0) @binding(5) var<storage, read_write> bonds: array<u32>;
@group(0) @binding(6) var<storage, read_write> rowSums: array<array<atomic<u32>, ${ROW_SUM_WORDS}>>;
${isLiquid ? '@group(0) @binding(7) var<storage, read> entries: array<u32>;' : ''}
${ARITHMETIC}${WEIGHTS}${bondsCode(variant)}${isLiquid ? ENTRIES : ''}

struct Sums { income: u32, trust: u32 }
struct Pair { stored: u32, income: u32, clipped: u32 }

fn pairAt(subnet: Subnet, row: Row, column: Column, score: u32, old: u32, isEntry: bool) -> Pair {
  let bond = nextBond(subnet, row, column, score, old, isEntry);
  // The incentive stands where the rank was.
  let income = mulShare(shareOfWide(bond, column.sumHigh, column.sumLow), column.rank);
  let clipped = min(weightOf(score, row), column.consensus);
  return Pair(storedBond(bond, column), income, clipped);
}

fn columnAt(subnet: Subnet, j: u32) -> Column {
  if (j >= subnet.n) { return Column(); }
  return columns[subnet.columnStart + j];
}

// Of this workgroup, as \`rowSums\` of each row.
var<workgroup> sums: array<array<atomic<u32>, ${ROW_SUM_WORDS}>, ${TILE_ROWS}>;
${mainOf(64)}
  if (group >= arrayLength(&tiles)) { return; }
  let tile = tiles[group];
  let subnet = subnets[tile.x];
  let firstRow = tile.y;
  let chunk = tile.z;

  var mine: array<Sums, ${TILE_ROWS}>;
  let endWord = min(subnet.rowWords, (chunk + 1u) * ${CHUNK_COLUMNS / 2}u);
  for (var word = chunk * ${CHUNK_COLUMNS / 2}u + lane; word < endWord; word += 64u) {
    let j = 2u * word;
    let left = columnAt(subnet, j);
    let right = columnAt(subnet, j + 1u);
    for (var r = 0u; r < ${TILE_ROWS}u; r++) {
      let i = firstRow + r;
      if (i >= subnet.rows) { break; }
      let row = rows[subnet.rowStart + i];
      let at = subnet.wordStart + i * subnet.rowWords + word;
      let scores = weights[at];
      let old = bonds[at];
      let a = pairAt(subnet, row, left, scores & 0xffffu, old & 0xffffu, ${isLiquid ? 'isEntry(subnet, i, j)' : 'true'});
      let b = pairAt(subnet, row, right, scores >> 16u, old >> 16u, ${isLiquid ? 'isEntry(subnet, i, j + 1u)' : 'true'});
      bonds[at] = a.stored | (b.stored << 16u);
      mine[r].income = addFull(mine[r].income, addFull(a.income, b.income));
      mine[r].trust = addFull(mine[r].trust, addFull(a.clipped, b.clipped));
    }
  }
  for (var r = 0u; r < ${TILE_ROWS}u; r++) {
    atomicAdd(&sums[r][0], mine[r].income >> 16u);
    atomicAdd(&sums[r][1], mine[r].income & 0xffffu);
    atomicAdd(&sums[r][2], mine[r].trust >> 16u);
    atomicAdd(&sums[r][3], mine[r].trust & 0xffffu);
  }
  workgroupBarrier();
  let i = firstRow + lane;
  if (lane >= ${TILE_ROWS}u || i >= subnet.rows) { return; }
  for (var k = 0; k < ${ROW_SUM_WORDS}; k++) {
    atomicAdd(&rowSums[subnet.rowStart + i][k], atomicLoad(&sums[lane][k]));
  }
}
`
}
