// Kernels of gpu.js as text: it parses their source, which a bundler would otherwise rewrite. Matrices come flat and
// are indexed by hand, for not every mode of the package agrees on the strides of two-dimensional inputs.

export const MAT_VEC = `function (m, v, columns) {
  let sum = 0;
  for (let j = 0; j < columns; j++) { sum += m[this.thread.x * columns + j] * v[j]; }
  return sum;
}`

export const VEC_MAT = `function (v, m, rows, columns) {
  let sum = 0;
  for (let i = 0; i < rows; i++) { sum += v[i] * m[i * columns + this.thread.x]; }
  return sum;
}`

export const DIVIDE_ROWS = `function (m, sums, columns) {
  let value = 0;
  const sum = sums[this.thread.y];
  if (sum != 0) { value = m[this.thread.y * columns + this.thread.x] / sum; }
  return value;
}`

export const DIVIDE_COLUMNS = `function (m, sums, columns) {
  let value = 0;
  const sum = sums[this.thread.x];
  if (sum != 0) { value = m[this.thread.y * columns + this.thread.x] / sum; }
  return value;
}`

export const CLIP_COLUMNS = `function (m, bounds, columns) {
  return Math.min(m[this.thread.y * columns + this.thread.x], bounds[this.thread.x]);
}`

export const EMA = `function (previous, next, rate, rest) {
  return rate * next[this.thread.x] + rest * previous[this.thread.x];
}`

/** One 8-bit part of the stakes below the middle, per column: at most 65,536 rows keep it within 24 bits. */
export const STAKE_UP_TO = `function (scores, middle, parts, rows, columns) {
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    if (scores[i * columns + this.thread.x] <= middle[this.thread.x]) { sum += parts[this.thread.y * rows + i]; }
  }
  return sum;
}`

/** How many entries of the row come before this one when the best stand first and ties stand in column order. */
export const PLACE_IN_ROW = `function (m, columns) {
  let place = 0;
  const value = m[this.thread.y * columns + this.thread.x];
  for (let j = 0; j < columns; j++) {
    const other = m[this.thread.y * columns + j];
    if (other > value) { place += 1; }
    if (other == value && j < this.thread.x) { place += 1; }
  }
  return place;
}`

export const RANK_ROWS = `function (m, columns) {
  let twice = 1;
  const value = m[this.thread.y * columns + this.thread.x];
  for (let j = 0; j < columns; j++) {
    const other = m[this.thread.y * columns + j];
    if (other > value) { twice += 2; }
    if (other == value) { twice += 1; }
  }
  return twice / 2;
}`

export const DOT_ROWS = `function (m, columns) {
  let sum = 0;
  for (let j = 0; j < columns; j++) {
    sum += m[this.thread.y * columns + j] * m[this.thread.x * columns + j];
  }
  return sum;
}`
