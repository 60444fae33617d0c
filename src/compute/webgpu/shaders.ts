// WGSL of the matrix work. Binding 0 holds the sizes and scalars, the last binding the result.
// `group()` numbers workgroups across both dimensions of the grid.

const head = (inputs: readonly string[], output: string): string => `
@group(0) @binding(0) var<storage, read> params: array<u32>;
${inputs.map((declaration, at) => `@group(0) @binding(${at + 1}) var<storage, read> ${declaration};`).join('\n')}
@group(0) @binding(${inputs.length + 1}) var<storage, read_write> ${output};
`

/** One workgroup of 64 per row; `total` is the sum of what its threads hand in. */
const ROW_SUM = `
var<workgroup> partial: array<f32, 64>;
fn rowSum(lane: u32, value: f32) -> f32 {
  partial[lane] = value;
  workgroupBarrier();
  for (var step = 32u; step > 0u; step >>= 1u) {
    if (lane < step) { partial[lane] += partial[lane + step]; }
    workgroupBarrier();
  }
  return partial[0];
}
`

const MAIN = `
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(num_workgroups) nwg: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let group = wid.y * nwg.x + wid.x;
`

export const MAT_VEC = `${head(['m: array<f32>', 'v: array<f32>'], 'result: array<f32>')}${ROW_SUM}${MAIN}
  let rows = params[0]; let columns = params[1];
  var sum = 0f;
  if (group < rows) {
    for (var j = lane; j < columns; j += 64u) { sum += m[group * columns + j] * v[j]; }
  }
  let total = rowSum(lane, sum);
  if (lane == 0u && group < rows) { result[group] = total; }
}`

export const VEC_MAT = `${head(['v: array<f32>', 'm: array<f32>'], 'result: array<f32>')}${MAIN}
  let rows = params[0]; let columns = params[1];
  let j = group * 64u + lane;
  if (j >= columns) { return; }
  var sum = 0f;
  // Blocks keep the error of long sums small.
  for (var block = 0u; block < rows; block += 64u) {
    var part = 0f;
    for (var i = block; i < min(rows, block + 64u); i++) { part += v[i] * m[i * columns + j]; }
    sum += part;
  }
  result[j] = sum;
}`

export const NORMALISE_ROWS = `${head(['m: array<f32>'], 'result: array<f32>')}${ROW_SUM}${MAIN}
  let rows = params[0]; let columns = params[1];
  var sum = 0f;
  if (group < rows) {
    for (var j = lane; j < columns; j += 64u) { sum += m[group * columns + j]; }
  }
  let total = rowSum(lane, sum);
  if (group >= rows) { return; }
  for (var j = lane; j < columns; j += 64u) {
    let at = group * columns + j;
    result[at] = select(m[at] / total, 0f, total == 0f);
  }
}`

export const NORMALISE_COLUMNS = `${head(['m: array<f32>'], 'result: array<f32>')}${MAIN}
  let rows = params[0]; let columns = params[1];
  let j = group * 64u + lane;
  if (j >= columns) { return; }
  var sum = 0f;
  for (var block = 0u; block < rows; block += 64u) {
    var part = 0f;
    for (var i = block; i < min(rows, block + 64u); i++) { part += m[i * columns + j]; }
    sum += part;
  }
  for (var i = 0u; i < rows; i++) {
    let at = i * columns + j;
    result[at] = select(m[at] / sum, 0f, sum == 0f);
  }
}`

export const CLIP_COLUMNS = `${head(['m: array<f32>', 'bound: array<f32>'], 'result: array<f32>')}${MAIN}
  let at = group * 64u + lane;
  if (at >= params[0] * params[1]) { return; }
  result[at] = min(m[at], bound[at % params[1]]);
}`

export const EMA = `${head(['before: array<f32>', 'next: array<f32>'], 'result: array<f32>')}${MAIN}
  let at = group * 64u + lane;
  if (at >= params[0]) { return; }
  result[at] = bitcast<f32>(params[1]) * next[at] + bitcast<f32>(params[2]) * before[at];
}`

/** Bisection on the score; stakes as 32-bit halves, summed with carry. */
export const WEIGHTED_MEDIAN = `${head(['scores: array<u32>', 'stakes: array<vec2<u32>>'], 'result: array<u32>')}${MAIN}
  let rows = params[0]; let columns = params[1];
  let j = group * 64u + lane;
  if (j >= columns) { return; }
  var low = 0u;
  var high = 65535u;
  while (low < high) {
    let middle = (low + high) >> 1u;
    var sum = vec2<u32>(0u, 0u);
    for (var i = 0u; i < rows; i++) {
      let at = i * columns + j;
      let score = (scores[at >> 1u] >> ((at & 1u) * 16u)) & 0xffffu;
      if (score <= middle) {
        let before = sum.x;
        sum.x += stakes[i].x;
        sum.y += stakes[i].y + select(0u, 1u, sum.x < before);
      }
    }
    if (sum.y > params[3] || (sum.y == params[3] && sum.x > params[2])) { high = middle; }
    else { low = middle + 1u; }
  }
  result[j] = low;
}`

/** k rounds per row: the best entry that comes after the one found before. */
export const TOP_K = `${head(['m: array<f32>'], 'result: array<vec2<u32>>')}
var<workgroup> bestValue: array<f32, 64>;
var<workgroup> bestColumn: array<u32, 64>;
fn isBefore(a: f32, ja: u32, b: f32, jb: u32) -> bool { return a > b || (a == b && ja < jb); }
${MAIN}
  let rows = params[0]; let columns = params[1]; let k = params[2];
  let isRow = group < rows;
  var lastValue = 0f;
  var lastColumn = 0u;
  for (var place = 0u; place < k; place++) {
    var value = 0f;
    var column = 0xffffffffu;
    if (isRow) {
      for (var j = lane; j < columns; j += 64u) {
        let entry = m[group * columns + j];
        if (place > 0u && !isBefore(lastValue, lastColumn, entry, j)) { continue; }
        if (column == 0xffffffffu || isBefore(entry, j, value, column)) { value = entry; column = j; }
      }
    }
    bestValue[lane] = value;
    bestColumn[lane] = column;
    workgroupBarrier();
    for (var step = 32u; step > 0u; step >>= 1u) {
      if (lane < step) {
        let other = bestColumn[lane + step];
        if (other != 0xffffffffu && (bestColumn[lane] == 0xffffffffu ||
            isBefore(bestValue[lane + step], other, bestValue[lane], bestColumn[lane]))) {
          bestValue[lane] = bestValue[lane + step];
          bestColumn[lane] = other;
        }
      }
      workgroupBarrier();
    }
    lastValue = bestValue[0];
    lastColumn = bestColumn[0];
    if (lane == 0u && isRow) { result[group * k + place] = vec2<u32>(lastColumn, bitcast<u32>(lastValue)); }
    workgroupBarrier();
  }
}`

export const RANK_ROWS = `${head(['m: array<f32>'], 'result: array<f32>')}${MAIN}
  let columns = params[1];
  let at = group * 64u + lane;
  if (at >= params[0] * columns) { return; }
  let start = at - at % columns;
  let value = m[at];
  var above = 0u;
  var equal = 0u;
  for (var j = start; j < start + columns; j++) {
    above += select(0u, 1u, m[j] > value);
    equal += select(0u, 1u, m[j] == value);
  }
  result[at] = f32(2u * above + equal + 1u) * 0.5;
}`

export const COSINE_ROWS = `${head(['m: array<f32>'], 'result: array<f32>')}${MAIN}
  let rows = params[0]; let columns = params[1];
  let at = group * 64u + lane;
  if (at >= rows * rows) { return; }
  let a = (at / rows) * columns;
  let b = (at % rows) * columns;
  var dots = vec3<f32>();
  for (var block = 0u; block < columns; block += 64u) {
    var part = vec3<f32>();
    for (var j = block; j < min(columns, block + 64u); j++) {
      let x = m[a + j];
      let y = m[b + j];
      part += vec3<f32>(x * y, x * x, y * y);
    }
    dots += part;
  }
  let lengths = sqrt(dots.y) * sqrt(dots.z);
  result[at] = select(clamp(dots.x / lengths, -1f, 1f), 0f, lengths == 0f);
}`
