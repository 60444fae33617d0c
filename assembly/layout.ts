// Where everything lies in linear memory. Small tables have fixed addresses, which compile to constants; what grows
// with the network is placed anew for each epoch by `placeInput` and `placeLanes`. What the caller knows of it is in
// `shared.ts`, which is made of the table in `src/engine/wasm/layout.ts`.
import { placeInputs, placeResults, tellPlaces } from './shared'

/** Most lanes (cells of the dense matrix, or padded entries of the sparse one). */
export const MAX_LANES: u64 = 1 << 26

// Tables by lane (one lane per validator row) or by entry of one column. Steps that are no multiple of 4096 keep the
// starts of tables that are read together out of one set of the cache.
const STEP8: usize = 0x20440
export const STEP4: usize = 0x10240
const BASE: usize = 0x10000
/** 2^32 over the sum of the row, and half of the reciprocal of that sum, less a half; f64. */
export const ROW_SCALE: usize = BASE
export const ROW_HALF: usize = BASE + STEP8
/** Sum of the weight row; u32. */
export const ROW_SUM: usize = BASE + 2 * STEP8
/** Share of the votes, share of active stake; low 32 bits. */
export const VOTES: usize = ROW_SUM + STEP4
export const STAKES: usize = VOTES + STEP4
/** Both side by side; u32 each. */
export const PAIRS: usize = STAKES + STEP4
/** Sparse layout: first and next entry of each list of a tile, u32; entries of a part of a row, u64. */
export const STARTS: usize = PAIRS + STEP8
export const CURSORS: usize = STARTS + STEP4
export const SEGMENT: usize = CURSORS + STEP4
/** Votes, stakes and stored bonds of the entries of one list. */
export const G_VOTES: usize = SEGMENT + STEP8
export const G_STAKES: usize = G_VOTES + STEP4
export const G_BONDS: usize = G_STAKES + STEP4
/** Whether the entry is in the weight row; u8. */
export const G_PRESENT: usize = G_BONDS + STEP4
/** Scratch of one column, what is bought of a block of columns; u32 each. */
export const RAW: usize = G_PRESENT + STEP4
export const BOUGHT: usize = RAW + STEP4
export const SETTLED: usize = BOUGHT + STEP4
/** Scratch of one slow column; u64 each. */
export const S_RAW: usize = SETTLED + STEP4
export const S_NEXT: usize = S_RAW + STEP8
export const S_OLD: usize = S_NEXT + STEP8
/** Per lane: trust, income, uid, entries to store, next place. */
export const TRUST: usize = S_OLD + STEP8
export const INCOME: usize = TRUST + STEP8
export const LANE_UID: usize = INCOME + STEP8
export const laneUid: usize = LANE_UID
export const ENTRIES: usize = LANE_UID + STEP4
export const PLACE: usize = ENTRIES + STEP4
/** Lane + 1 of each uid, 0 for none; u32. */
export const LANE_OF: usize = PLACE + STEP4
/** Full stakes by lane, for slow columns; u64. */
export const S_VOTES: usize = LANE_OF + STEP4
export const S_STAKES: usize = S_VOTES + STEP8
/** Which row named a target last, to find repeated ones; u32[65,536]. */
export const STAMP: usize = S_STAKES + STEP8
/** Keys to sort; u64. */
export const KEYS: usize = STAMP + 0x40440
/** Liquid alpha: 1 / i, open exponents, and sigmoids of them; f64. */
export const INVERSES: usize = KEYS + STEP8
export const SLOPES: usize = INVERSES + 0x440
export const SIGMOIDS: usize = SLOPES + STEP8
/** Bounds of e^z around each multiple of 1/64 from -20 to 20; two f64 each. */
export const POWERS: usize = SIGMOIDS + STEP8
/** Trust of the lanes from the quick columns of the dense layout; low 32 bits. */
export const TRUST32: usize = POWERS + 0xa040
/** What the quick columns of the dense layout give to the income of the lanes; below 2^32. */
export const INCOME32: usize = TRUST32 + STEP4
/** Eight rows spelled out, one u16 per server, `STRIP` bytes apart, on their way into the dense matrix and out of it. */
export const STRIP: usize = 0x80c0
export const STRIPS: usize = INCOME32 + STEP4
/** How to move those of eight u16 together whose bits are set; 256 masks of 16 bytes. */
export const GATHER: usize = STRIPS + 8 * STRIP
/** Numbers that the inner loop of liquid alpha reads into all lanes; f64 or u32 each. */
export const SPLATS: usize = GATHER + 4096
/** What is known of the columns of a block. */
export const BLOCK: usize = SPLATS + 0x140
const FREE: usize = (BLOCK + 0x400 + 0xffff) & ~0xffff

// Rows of the input.
export let weightStart: usize = 0
export let weightColumn: usize = 0
export let weightValue: usize = 0
export let bondStart: usize = 0
export let bondColumn: usize = 0
export let bondValue: usize = 0

// Per column.
export let columnStart: usize = 0 // u32[n + 1]: first lane of each column
export let largest: usize = 0 // u64[n]: largest share of the column (original Yuma)
export let isSlow: usize = 0 // u8[n]
export let isTiny: usize = 0 // u8[n]: whether the dense column may hold bonds that are stored as 0
export let listed: usize = 0 // u32[n]: most entries of each sparse column
export let free: usize = 0

// Per lane and column.
export let denseWeights: usize = 0
export let denseBonds: usize = 0
export let listedRows: usize = 0 // sparse: where each row stands, 32 bytes per lane
export let tile: usize = 0 // sparse: the lists of a tile of columns
export let returned: usize = 0 // sparse: u32 per entry, by tile and row: column and new bond
export let returnedRows: usize = 0 // sparse: start and end of each row of each tile there
export let bonds32: usize = 0 // what is stored: shares (original Yuma) or levels (Yuma 3)
export let shares32: usize = 0 // shares of the column; the same as bonds32 in the original Yuma
export let bonds64: usize = 0 // the same in full, for slow columns
export let shares64: usize = 0
export let bondsU16: usize = 0
export let laneOfEntry: usize = 0 // u16: sparse columns
export let storedColumn: usize = 0
export let storedValue: usize = 0

let top: usize = 0

/** Memory behind what has been placed so far. */
export function place(bytes: usize): usize {
  const at = top
  // The odd line keeps columns of power-of-two sizes out of one set of the cache.
  top = (top + bytes + 127) & ~63
  return at
}

/** Makes sure that memory reaches up to `top`; false where it cannot. */
function reach(): bool {
  const pages = <i32>((top + 0xffff) >>> 16)
  const missing = pages - memory.size()
  return missing <= 0 || memory.grow(missing) >= 0
}

/** Places the input and the results by uid; false where memory does not suffice. */
export function placeInput(n: u32, weights: u32, bonds: u32): bool {
  top = FREE
  placeInputs(n)
  // One block, so that the caller copies it in one go.
  top = (placeResults((top + 63) & ~63, n) + 127) & ~63
  columnStart = place((n + 2) * 4)
  largest = place(n * 8)
  isSlow = place(n + 16)
  isTiny = place(n + 16)
  listed = place(n * 4)
  weightStart = place((n + 1) * 4)
  weightColumn = place(weights * 2 + 32)
  weightValue = place(weights * 2 + 32)
  bondStart = place((n + 1) * 4)
  bondColumn = place(bonds * 2 + 32)
  bondValue = place(bonds * 2 + 32)
  free = top
  tellPlaces()
  return reach()
}

/** Places what depends on the lanes; false where memory does not suffice. */
export function placeLanes(lanes: u32, isDense: bool, isYuma3: bool, rows: u32, tileBytes: u32, entries: u32): bool {
  top = free
  if (isDense) {
    denseWeights = place(lanes * 2)
    denseBonds = place(lanes * 2)
  } else {
    listedRows = place(rows * 32)
    tile = place(tileBytes + 64)
    laneOfEntry = place(lanes * 2 + 32)
  }
  bonds32 = place(lanes * 4 + 64)
  shares32 = isYuma3 ? place(lanes * 4 + 64) : bonds32
  bondsU16 = place(lanes * 2 + 64)
  storedColumn = place(lanes * 2 + 64)
  storedValue = place(lanes * 2 + 64)
  bonds64 = place(lanes * 8 + 64)
  shares64 = isYuma3 ? place(lanes * 8 + 64) : bonds64
  tellPlaces()
  return reach()
}

/** Places what goes back to `parts` rows of tiles, `entries` in all, behind everything else; false where memory does not suffice. */
export function placeReturned(parts: u32, entries: u32): bool {
  const bytes = <u64>parts * 12 + <u64>entries * 4
  if (bytes > MAX_LANES << 3) return false
  returnedRows = place(parts * 8)
  returned = place((parts + entries) * 4 + 192)
  return reach()
}
