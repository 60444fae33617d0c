import { divFloor } from '../../math/index.js'
import { itemAt } from '../itemAt.js'
import { rowAt, type SparseRow } from '../sparseRow.js'
import type { MeasuredSubnet } from './measureSubnet.js'
import { type RowGroups, rowGroups, tileColumns } from './shaders/columns.js'
import { COLUMN_WORDS, ROW_WORDS, SUBNET_FIELDS, SUBNET_WORDS } from './shaders/common.js'
import { CHUNK_COLUMNS, TILE_ROWS } from './shaders/rows.js'
import { deviceParams, onDevice } from './variants.js'

const TILE_WORDS = 4
/** Makes an estimated quotient fall short, by more than its roundings. */
const SHORTFALL = 1 - 2 ** -21

/** Where each subnet of a chunk lies, and how much there is of everything. */
export interface ChunkSizes {
  /** Words of the weights; the bonds have as many. */
  words: number
  rows: number
  columns: number
  entryWords: number
}

/** Buffers of subnets that are computed at once, all by the same rules. */
export interface PackedChunk {
  readonly sizes: ChunkSizes
  /** First row and first column of each subnet. */
  readonly places: readonly {
    readonly wordStart: number
    readonly rowStart: number
    readonly columnStart: number
  }[]
  readonly groups: RowGroups
  readonly subnets: Uint32Array
  readonly columnTiles: Uint32Array
  readonly rowTiles: Uint32Array
  readonly rows: Uint32Array
  readonly columns: Uint32Array
  readonly weights: Uint32Array
  readonly bonds: Uint32Array
  /** A bit for each weight that exists; empty where the rules do not ask. */
  readonly entries: Uint32Array
}

/** What one subnet adds to a chunk. */
export function sizesOf({ input, uids, rowWords, variant }: MeasuredSubnet): ChunkSizes {
  return {
    words: uids.length * rowWords,
    rows: uids.length,
    columns: input.n,
    entryWords: variant.rules === 'liquid' ? uids.length * Math.ceil(input.n / 32) : 0,
  }
}

/** Lays subnets out for the device: masks applied, matrices dense, two u16 to a word. */
export function packChunk(subnets: readonly MeasuredSubnet[]): PackedChunk {
  const sizes: ChunkSizes = { words: 0, rows: 0, columns: 0, entryWords: 0 }
  const starts = subnets.map((subnet) => {
    const start = { ...sizes }
    const own = sizesOf(subnet)
    for (const key of Object.keys(own) as (keyof ChunkSizes)[]) sizes[key] += own[key]
    return start
  })
  const longest = subnets.reduce((rows, { uids }) => Math.max(rows, uids.length), 0)
  const groups = rowGroups(longest, sizes.columns)
  const chunk = {
    sizes,
    places: starts.map(({ words, rows, columns }) => ({
      wordStart: words,
      rowStart: rows,
      columnStart: columns,
    })),
    groups,
    subnets: new Uint32Array(SUBNET_WORDS * subnets.length),
    columnTiles: columnTiles(subnets, groups),
    rowTiles: rowTiles(subnets),
    rows: new Uint32Array(ROW_WORDS * sizes.rows),
    columns: new Uint32Array(COLUMN_WORDS * sizes.columns),
    weights: new Uint32Array(sizes.words),
    bonds: new Uint32Array(sizes.words),
    entries: new Uint32Array(sizes.entryWords),
  }
  subnets.forEach((subnet, k) => {
    const start = itemAt(starts, k)
    writeSubnet(chunk.subnets, k, subnet, start)
    writeWeights(chunk, subnet, start)
    writeBonds(chunk, subnet, start)
  })
  return chunk
}

function columnTiles(subnets: readonly MeasuredSubnet[], groups: RowGroups): Uint32Array {
  const tiles: number[] = []
  const width = tileColumns(groups)
  subnets.forEach(({ input }, k) => {
    for (let j = 0; j < input.n; j += width) tiles.push(k, j, 0, 0)
  })
  return Uint32Array.from(tiles)
}

function rowTiles(subnets: readonly MeasuredSubnet[]): Uint32Array {
  const tiles: number[] = []
  subnets.forEach(({ input, uids }, k) => {
    const chunks = Math.ceil(input.n / CHUNK_COLUMNS)
    for (let i = 0; i < uids.length; i += TILE_ROWS) {
      for (let chunk = 0; chunk < chunks; chunk++) tiles.push(k, i, chunk, 0)
    }
  })
  return Uint32Array.from(tiles)
}

/** How many tiles a list has. */
export function tileCount(tiles: Uint32Array): number {
  return tiles.length / TILE_WORDS
}

function writeSubnet(out: Uint32Array, k: number, subnet: MeasuredSubnet, start: ChunkSizes): void {
  const { input, params, uids, rowWords, neurons } = subnet
  const hasRow = new Uint8Array(input.n)
  for (const uid of uids) hasRow[uid] = 1
  const fields: Record<(typeof SUBNET_FIELDS)[number], number> = {
    n: input.n,
    rows: uids.length,
    wordStart: start.words,
    rowWords,
    rowStart: start.rows,
    columnStart: start.columns,
    entryStart: start.entryWords,
    entryWords: Math.ceil(input.n / 32),
    hasSilentVoters: neurons.activeStake.some((stake, i) => stake > 0 && hasRow[i] === 0) ? 1 : 0,
    ...deviceParams(params),
  }
  SUBNET_FIELDS.forEach((name, at) => {
    out[SUBNET_WORDS * k + at] = fields[name]
  })
}

/** Weights that count, row by row, and what is known of each row. */
function writeWeights(chunk: PackedChunk, subnet: MeasuredSubnet, start: ChunkSizes): void {
  const { input, neurons, uids, rowWords } = subnet
  const halves = new Uint16Array(chunk.weights.buffer)
  const rows = new Float32Array(chunk.rows.buffer)
  const stakeSum = neurons.activeStake.reduce((sum, stake) => sum + stake, 0)
  const lastRegistration = input.blockAtRegistration.reduce((last, block) => Math.max(last, block), 0)
  const none: SparseRow = { column: new Uint16Array(0), value: new Uint16Array(0) }
  uids.forEach((i, r) => {
    const row = neurons.permits[i] === 1 ? rowAt(input.weights, i) : none
    const first = 2 * (start.words + r * rowWords)
    const cells = halves.subarray(first, first + input.n)
    copyRow(cells, row)
    clearMasked(cells, row, subnet, { i, lastRegistration })
    if (chunk.entries.length > 0)
      writeEntryBits(chunk.entries, start.entryWords + r * Math.ceil(input.n / 32), subnet, { i, row })
    const sum = sumOf(cells)
    const at = ROW_WORDS * (start.rows + r)
    const stake = itemAt(neurons.activeStake, i)
    chunk.rows[at] = sum
    rows[at + 1] = sum === 0 ? 0 : (65_536 / sum) * SHORTFALL
    chunk.rows[at + 2] = onDevice(stake)
    chunk.rows[at + 3] = onDevice(divFloor(stake, stakeSum))
  })
}

function sumOf(cells: Uint16Array): number {
  let sum = 0
  for (let j = 0; j < cells.length; j++) sum += cells[j] ?? 0
  return sum
}

/**
 * Lays the entries of a row out by target, without those outside the subnet.
 *
 * PERF: a row without gaps, as most full ones are, is one copy of memory.
 */
function copyRow(cells: Uint16Array, { column, value }: SparseRow): void {
  let end = column.length
  while (end > 0 && (column[end - 1] ?? 0) >= cells.length) end--
  const [from = 0] = column
  if (end > 0 && column[end - 1] === from + end - 1) {
    cells.set(value.subarray(0, end), from)
    return
  }
  for (let k = 0; k < end; k++) cells[column[k] ?? 0] = value[k] ?? 0
}

/** Which targets a validator's weights do not count on: itself, and those that registered after the weight was given. */
function maskOf({ input, params }: MeasuredSubnet, i: number): (j: number) => boolean {
  const updated = itemAt(input.lastUpdate, i)
  const committed = params.commitRevealEnabled
    ? itemAt(input.earliestActiveCommitBlock, i)
    : Number.POSITIVE_INFINITY
  return (j) => {
    const registered = input.blockAtRegistration[j] ?? 0
    return updated <= registered || committed < registered || (i === j && i !== input.ownerUid)
  }
}

function clearMasked(
  cells: Uint16Array,
  { column }: SparseRow,
  subnet: MeasuredSubnet,
  { i, lastRegistration }: { i: number; lastRegistration: number },
): void {
  const { input, params } = subnet
  if (i !== input.ownerUid) cells[i] = 0
  const committed = params.commitRevealEnabled ? input.earliestActiveCommitBlock[i] : undefined
  // PERF: where everybody registered long ago no entry is looked at.
  if (
    itemAt(input.lastUpdate, i) > lastRegistration &&
    (committed ?? Number.POSITIVE_INFINITY) >= lastRegistration
  )
    return
  const isMasked = maskOf(subnet, i)
  for (const j of column) if (j < input.n && isMasked(j)) cells[j] = 0
}

function writeEntryBits(
  bits: Uint32Array,
  first: number,
  subnet: MeasuredSubnet,
  { i, row }: { i: number; row: SparseRow },
): void {
  const isMasked = maskOf(subnet, i)
  for (const j of row.column) {
    const at = first + (j >> 5)
    if (j < subnet.input.n && !isMasked(j)) bits[at] = (bits[at] ?? 0) | (1 << (j & 31))
  }
}

/** Stored bonds, row by row, and the sum of each column. */
function writeBonds(chunk: PackedChunk, subnet: MeasuredSubnet, start: ChunkSizes): void {
  const { input, neurons, uids, rowWords, variant } = subnet
  const { n } = input
  const halves = new Uint16Array(chunk.bonds.buffer)
  const isYuma2 = variant.rules === 'yuma2'
  const sums = new Float64Array(n).fill(isYuma2 ? 0 : 1)
  uids.forEach((i, r) => {
    const first = 2 * (start.words + r * rowWords)
    const cells = halves.subarray(first, first + n)
    copyRow(cells, rowAt(input.bonds, i))
    if (isYuma2) for (let j = 0; j < n; j++) sums[j] = (sums[j] ?? 0) + (cells[j] ?? 0)
  })
  sums.forEach((sum, j) => {
    chunk.columns[COLUMN_WORDS * (start.columns + j)] = neurons.isBondGone[j] === 1 ? 0 : sum
  })
}
