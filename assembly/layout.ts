// Where everything lies in linear memory. Small tables have fixed addresses, which compile to constants; what grows
// with the network is placed anew for each epoch by `placeInput` and `placeLanes`.

/** Most neurons this engine takes. */
export const MAX_N: u32 = 16384
/** Most lanes (cells of the dense matrix, or padded entries of the sparse one). */
export const MAX_LANES: u64 = 1 << 26

/** Parameters, written by the caller. */
export const PARAMS: usize = 1024
/** Addresses and counts, read by the caller. */
export const HEADER: usize = 2048

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
/** uid of each lane whose bonds are stored after the last epoch, or `NONE`; u32. */
export const STORED_UID: usize = SPLATS + 0x140
export const NONE: u32 = 0xffffffff
/** What is known of the columns of a block. */
export const BLOCK: usize = STORED_UID + STEP4
const FREE: usize = (BLOCK + 0x400 + 0xffff) & ~0xffff

// The input.
export let lastUpdate: usize = 0
export let registered: usize = 0
export let committed: usize = 0
export let alphaStake: usize = 0
export let taoStake: usize = 0
export let permit: usize = 0
export let weightStart: usize = 0
export let weightColumn: usize = 0
export let weightValue: usize = 0
export let bondStart: usize = 0
export let bondColumn: usize = 0
export let bondValue: usize = 0

// The results by uid.
export let stakeRao: usize = 0
export let serverRao: usize = 0
export let validatorRao: usize = 0
export let combinedRao: usize = 0
export let rawStake: usize = 0
export let rawActive: usize = 0
export let rawConsensus: usize = 0
export let rawTrust: usize = 0
export let rawIncentive: usize = 0
export let rawDividends: usize = 0
export let storedStart: usize = 0
export let stakeU16: usize = 0
export let consensusU16: usize = 0
export let incentiveU16: usize = 0
export let dividendsU16: usize = 0
export let trustU16: usize = 0
export let active: usize = 0
export let nextPermit: usize = 0

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

function place(bytes: usize): usize {
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
  placeColumns(n)
  placeRows(n, weights, bonds)
  free = top
  return reach()
}

/**
 * Places the input of an epoch after a dense one of as many neurons and `lanes` lanes, in an order in which everything but
 * the weights stays where it is from epoch to epoch; false where memory does not suffice.
 */
export function placeNext(n: u32, lanes: u32, isYuma3: bool, weights: u32): bool {
  top = FREE
  placeColumns(n)
  free = top
  if (!placeLanes(lanes, true, isYuma3, 0, 0, 0)) return false
  placeRows(n, weights, 0)
  return reach()
}

/** Lets the matrices of the old bonds and of the new ones change places. */
export function swapBonds(): void {
  const old = denseBonds
  denseBonds = bondsU16
  bondsU16 = old
}

function placeRows(n: u32, weights: u32, bonds: u32): void {
  weightStart = place((n + 1) * 4)
  weightColumn = place(weights * 2 + 32)
  weightValue = place(weights * 2 + 32)
  bondStart = place((n + 1) * 4)
  bondColumn = place(bonds * 2 + 32)
  bondValue = place(bonds * 2 + 32)
  store<u32>(HEADER, <u32>weightStart, 24)
  store<u32>(HEADER, <u32>weightColumn, 28)
  store<u32>(HEADER, <u32>weightValue, 32)
  store<u32>(HEADER, <u32>bondStart, 36)
  store<u32>(HEADER, <u32>bondColumn, 40)
  store<u32>(HEADER, <u32>bondValue, 44)
}

function placeColumns(n: u32): void {
  lastUpdate = place(n * 8)
  registered = place(n * 8)
  committed = place(n * 8)
  alphaStake = place(n * 8)
  taoStake = place(n * 8)
  permit = place(n)
  // One block without gaps, so that the caller copies it in one go.
  top = (top + 63) & ~63
  stakeRao = top
  serverRao = stakeRao + n * 8
  validatorRao = serverRao + n * 8
  combinedRao = validatorRao + n * 8
  rawStake = combinedRao + n * 8
  rawActive = rawStake + n * 8
  rawConsensus = rawActive + n * 8
  rawTrust = rawConsensus + n * 8
  rawIncentive = rawTrust + n * 8
  rawDividends = rawIncentive + n * 8
  storedStart = rawDividends + n * 8
  stakeU16 = storedStart + (n + 1) * 4
  consensusU16 = stakeU16 + n * 2
  incentiveU16 = consensusU16 + n * 2
  dividendsU16 = incentiveU16 + n * 2
  trustU16 = dividendsU16 + n * 2
  active = trustU16 + n * 2
  nextPermit = active + n
  top = nextPermit + n
  top = (top + 127) & ~63
  columnStart = place((n + 2) * 4)
  largest = place(n * 8)
  isSlow = place(n + 16)
  isTiny = place(n + 16)
  listed = place(n * 4)
  store<u32>(HEADER, <u32>lastUpdate)
  store<u32>(HEADER, <u32>registered, 4)
  store<u32>(HEADER, <u32>committed, 8)
  store<u32>(HEADER, <u32>alphaStake, 12)
  store<u32>(HEADER, <u32>taoStake, 16)
  store<u32>(HEADER, <u32>permit, 20)
  store<u32>(HEADER, <u32>stakeRao, 48)
  store<u32>(HEADER, <u32>storedStart, 52)
  store<u32>(HEADER, <u32>columnStart, 56)
  store<u32>(HEADER, <u32>largest, 60)
  store<u32>(HEADER, <u32>isSlow, 64)
  store<u32>(HEADER, <u32>LANE_UID, 68)
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
  store<u32>(HEADER, <u32>bonds32, 72)
  store<u32>(HEADER, <u32>bonds64, 76)
  store<u32>(HEADER, <u32>laneOfEntry, 80)
  store<u32>(HEADER, <u32>storedColumn, 84)
  store<u32>(HEADER, <u32>storedValue, 88)
  store<u32>(HEADER, lanes, 92)
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
