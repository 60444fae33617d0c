// Matrix work for the wasm backend of src/compute/. The caller places everything in memory, from `heapStart` on.
export { clipColumns, ema, normaliseColumns, vecMat } from './columns'
export { cosineRows, matVec, normaliseRows } from './dots'
export { hasFault, joinRows, spreadRows } from './lanes'
export { weightedMedians } from './median'
export { rankRows, topKRows } from './order'

/** The first address that is free. */
export function heapStart(): usize {
  return __heap_base
}
