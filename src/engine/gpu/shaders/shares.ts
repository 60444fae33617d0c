import type { GpuVariant } from './bonds.js'
import { type RowGroups, tileColumns } from './columns.js'
import { ARITHMETIC, HALVES, mainOf, ROW_SUM_WORDS, STRUCTS, TOTAL_WORDS } from './common.js'

/** Incentive of every server: its share of all ranks of its subnet. One thread per column. */
export function incentiveShader(groups: RowGroups): string {
  return `${STRUCTS}
@group(0) @binding(0) var<storage, read> subnets: array<Subnet>;
@group(0) @binding(1) var<storage, read> tiles: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read> totals: array<array<u32, ${TOTAL_WORDS}>>;
@group(0) @binding(3) var<storage, read_write> columns: array<Column>;
@group(0) @binding(4) var<storage, read_write> servers: array<vec2<u32>>;
${ARITHMETIC}${HALVES}${mainOf(tileColumns(groups))}
  if (group >= arrayLength(&tiles)) { return; }
  let tile = tiles[group];
  let subnet = subnets[tile.x];
  let column = tile.y + lane;
  if (column >= subnet.n) { return; }
  let total = totals[tile.x];
  let at = subnet.columnStart + column;
  let incentive = shareOfHalves(columns[at].rank, total[0], total[1]);
  columns[at].rank = incentive;
  columns[at].isDead = select(0u, 1u, total[3] == 0u);
  servers[at] = vec2<u32>(columns[at].consensus, incentive);
}
`
}

/**
 * Dividends of every row, its share of what all rows earned, in Yuma 3 times their stake; and its validator trust.
 * One workgroup per subnet.
 */
export function dividendsShader({ rules }: GpuVariant, groups: RowGroups): string {
  const lanes = groups === 1 ? 64 : 256
  const isYuma2 = rules === 'yuma2'
  return `${STRUCTS}
@group(0) @binding(0) var<storage, read> subnets: array<Subnet>;
@group(0) @binding(1) var<storage, read> rowSums: array<array<u32, ${ROW_SUM_WORDS}>>;
@group(0) @binding(2) var<storage, read_write> validators: array<vec2<u32>>;
${isYuma2 ? '' : '@group(0) @binding(3) var<storage, read> rows: array<Row>;'}
${ARITHMETIC}${HALVES}
var<workgroup> high: atomic<u32>;
var<workgroup> low: atomic<u32>;

fn incomeOf(at: u32) -> u32 {
  let income = wholeOf(rowSums[at][0], rowSums[at][1]);
  return ${isYuma2 ? 'income' : 'mulShare(income, rows[at].stake)'};
}
${mainOf(lanes)}
  if (group >= arrayLength(&subnets)) { return; }
  let subnet = subnets[group];
  let end = subnet.rowStart + subnet.rows;
  for (var at = subnet.rowStart + lane; at < end; at += ${lanes}u) {
    let income = incomeOf(at);
    atomicAdd(&high, income >> 16u);
    atomicAdd(&low, income & 0xffffu);
  }
  workgroupBarrier();
  let totalHigh = atomicLoad(&high);
  let totalLow = atomicLoad(&low);
  for (var at = subnet.rowStart + lane; at < end; at += ${lanes}u) {
    let trust = wholeOf(rowSums[at][2], rowSums[at][3]);
    validators[at] = vec2<u32>(shareOfHalves(incomeOf(at), totalHigh, totalLow), trust);
  }
}
`
}
