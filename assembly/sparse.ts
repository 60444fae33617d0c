// The sparse layout: rows are cleaned in place, dealt out to lists by column, a tile of columns at a time, and their new
// bonds go back to rows.
//
// An entry of a list is 8 bytes: the weight as a share of its row (0xffffffff for all of it), the stored bond, the lane,
// and in the top bit whether the row holds a weight. Lists come in order of lanes.
import { cleanBonds, cleanWeights } from './cleanRows'
import { ONE } from './exact'
import {
  CURSORS, G_BONDS, G_PRESENT, G_STAKES, G_VOTES, LANE_UID, PAIRS, PLACE, RAW, ROW_HALF, ROW_SCALE, ROW_SUM, SEGMENT,
  STAKES, STARTS, S_RAW, VOTES, bondColumn, bondStart, bondValue, laneOfEntry, listed, listedRows, placeReturned,
  returned, returnedRows, tile, weightColumn, weightStart, weightValue,
} from './layout'
import { permit } from './shared'
import { sum4 } from './median'
import { findNewest, markWhole, setRowSum, sumOf } from './rows'

/** Most columns of a tile. Fewer mean more turns per row, more mean list ends out of the near caches; both cost. */
const TILE_COLUMNS: u32 = 1024
/** Most bytes of the lists of a tile. */
const TILE_BYTES: u32 = 1 << 20
/** What memory a tile takes: no list alone is longer than a tile. */
export const TILE_MEMORY: u32 = TILE_BYTES
/** Added to a double it leaves the nearest integer in the low bits, also below 0. */
const NEAREST: f64 = 6755399441055744.0

// Per row: first weight and end, first bond and end, how it is dealt, next weight, next bond; u32 each.
const ROW_SHIFT: u32 = 5
/** Its bonds are on the same targets as its weights. */
const TWIN: u32 = 1
/** One weight is all of it. */
const WHOLE: u32 = 2
/** Bytes in front of the bonds on their way back, for those of the padding. */
const SPARE: u32 = 64

let size: u32 = 0
export let count: u32 = 0
export let tileEnd: u32 = 0
/** Number of the tile at hand, and where the next place for bonds on their way back is. */
export let tileNumber: u32 = 0
let back: u32 = 0
let list: usize = 0
/** Entries of the column at hand, and the votes on more than 0. */
export let entries: u32 = 0
export let listVoted: u64 = 0

/** Cleans the rows and makes room for the way back; false where memory does not suffice. */
export function readRows(n: u32, rows: u32, areWeightsOrdered: bool, areBondsOrdered: bool): bool {
  findNewest(n)
  size = n
  count = rows
  memory.fill(listed, 0, <usize>n << 2)
  let places: u32 = 0
  for (let r: u32 = 0; r < rows; r++) {
    const i = load<u32>(LANE_UID + (<usize>r << 2))
    const row = listedRows + (<usize>r << ROW_SHIFT)
    const from = load<u32>(weightStart + (<usize>i << 2))
    const end = load<u8>(permit + i) ? cleanWeights(i, n, areWeightsOrdered) : from
    const bondFrom = load<u32>(bondStart + (<usize>i << 2))
    const bondEnd = cleanBonds(i, n, areBondsOrdered)
    const sum = sumOf(weightValue + (<usize>from << 1), end - from)
    setRowSum(r, sum)
    let kind = areSame(from, bondFrom, end - from, bondEnd - bondFrom) ? TWIN : 0
    countTargets(weightColumn, from, end)
    if (kind == 0) countTargets(bondColumn, bondFrom, bondEnd)
    if (sum > 0 && sum <= 65535 && markWhole(from, end, n, sum)) kind |= WHOLE
    store<u32>(row, from)
    store<u32>(row, end, 4)
    store<u32>(row, bondFrom, 8)
    store<u32>(row, bondEnd, 12)
    store<u32>(row, kind, 16)
    places += (kind & TWIN ? 0 : end - from) + bondEnd - bondFrom
    store<u32>(PAIRS + (<usize>r << 3), load<u32>(VOTES + (<usize>r << 2)))
    store<u32>(PAIRS + (<usize>r << 3), load<u32>(STAKES + (<usize>r << 2)), 4)
  }
  store<u64>(PAIRS + (<usize>rows << 3), 0)
  let tiles: u32 = 0
  for (let j: u32 = 0; j < n; j = endOfTile(j)) tiles++
  return placeReturned(tiles * rows, places)
}

/** End of the tile that starts at column `start`. */
function endOfTile(start: u32): u32 {
  let end = start
  let bytes: u32 = 0
  while (end < size && end - start < TILE_COLUMNS) {
    bytes += listBytes(end)
    if (bytes > TILE_BYTES && end > start) break
    end++
  }
  return end
}

/** Room for the list of column j: an entry of no lane in front, padding behind. */
// @ts-ignore: decorator
@inline function listBytes(j: u32): u32 {
  return (load<u32>(listed + (<usize>j << 2)) << 3) + 72
}

function countTargets(columns: usize, from: u32, to: u32): void {
  for (let at = columns + (<usize>from << 1), end = columns + (<usize>to << 1); at < end; at += 2) {
    const counter = listed + (<usize>load<u16>(at) << 2)
    store<u32>(counter, load<u32>(counter) + 1)
  }
}

function areSame(from: u32, bondFrom: u32, length: u32, bondLength: u32): bool {
  if (length != bondLength) return false
  const weights = weightColumn + (<usize>from << 1)
  const bonds = bondColumn + (<usize>bondFrom << 1)
  let differing = i16x8.splat(0)
  let k: u32 = 0
  for (; k + 8 <= length; k += 8) {
    const at = <usize>k << 1
    differing = v128.or(differing, v128.xor(v128.load(weights + at), v128.load(bonds + at)))
  }
  if (v128.any_true(differing)) return false
  for (; k < length; k++) {
    if (load<u16>(weights + (<usize>k << 1)) != load<u16>(bonds + (<usize>k << 1))) return false
  }
  return true
}

/** Starts a pass over all columns. */
export function startTiles(): void {
  tileEnd = 0
  tileNumber = 0
  back = <u32>returned + SPARE
  for (let r: u32 = 0; r < count; r++) {
    const row = listedRows + (<usize>r << ROW_SHIFT)
    store<u32>(row, load<u32>(row), 20)
    store<u32>(row, load<u32>(row, 8), 24)
  }
}

/** Fills the lists of the next tile. */
function dealTile(): void {
  if (tileEnd != 0) endReturns()
  const start = tileEnd
  const end = endOfTile(start)
  let at = <u32>tile
  for (let j = start; j < end; j++) {
    store<u64>(at, u64.MAX_VALUE)
    store<u32>(<usize>j << 2, at + 8, STARTS)
    store<u32>(<usize>j << 2, at + 8, CURSORS)
    at += listBytes(j)
  }
  tileEnd = end
  const firstPlace = back
  const segments = returnedRows + ((<usize>tileNumber * count) << 3)
  for (let r: u32 = 0; r < count; r++) {
    const row = listedRows + (<usize>r << ROW_SHIFT)
    const kind = load<u32>(row, 16)
    const from = load<u32>(row, 20)
    const to = below(weightColumn, from, load<u32>(row, 4), end)
    store<u32>(row, to, 20)
    store<u32>(segments + (<usize>r << 3), back)
    store<u32>(PLACE + (<usize>r << 2), back)
    // One more, which a next entry may be drafted in.
    back += (to - from + 1) << 2
    const bondFrom = load<u32>(row, 24)
    if (kind & TWIN) {
      store<u32>(row, bondFrom + to - from, 24)
      const bonds = bondValue + (<usize>bondFrom << 1)
      if (kind & WHOLE) dealWhole(r, from, to - from, bonds)
      else deal(r, from, to - from, bonds)
      continue
    }
    const bondTo = below(bondColumn, bondFrom, load<u32>(row, 12), end)
    store<u32>(row, bondTo, 24)
    if (kind & WHOLE) dealWhole(r, from, to - from, 0)
    else deal(r, from, to - from, 0)
    dealBonds(bondFrom, bondTo - bondFrom, r)
    back += (bondTo - bondFrom) << 2
  }
  // Bonds come back in any order of the rows, so the places for them are brought near at once.
  memory.fill(firstPlace, 0, back - firstPlace)
}

/** Notes how far the rows of the tile at hand got. */
export function endReturns(): void {
  const segments = returnedRows + ((<usize>tileNumber * count) << 3)
  for (let r: usize = 0; r < <usize>count; r++) store<u32>(segments + (r << 3), load<u32>(PLACE + (r << 2)), 4)
  tileNumber++
}

/** End of the entries of an ascending row that lie below column `limit`. */
// @ts-ignore: decorator
@inline function below(columns: usize, from: u32, to: u32, limit: u32): u32 {
  const limits = i16x8.splat(<i16>limit)
  let k = from
  for (; k < to; k += 8) {
    const inTile = i16x8.bitmask(i16x8.lt_u(v128.load(columns + (<usize>k << 1)), limits))
    if (inTile != 255) {
      k += ctz(~inTile)
      break
    }
  }
  return min<u32>(k, to)
}

/** Deals weights of row r from `from` on; `bonds` are those on the same targets, if any. */
// @ts-ignore: decorator
@inline function deal(r: u32, from: u32, length: u32, bonds: usize): void {
  const columns = weightColumn + (<usize>from << 1)
  const values = weightValue + (<usize>from << 1)
  const lane = i32x4.splat((r | 0x8000) << 16)
  const scale = v128.load64_splat(ROW_SCALE + (<usize>r << 3))
  const half = v128.load64_splat(ROW_HALF + (<usize>r << 3))
  const none = i16x8.splat(0)
  const end = <usize>length << 1
  let k: usize = 0
  for (; k < (end & ~15); k += 16) {
    const w = v128.load(values + k)
    const b = bonds == 0 ? none : v128.load(bonds + k)
    const x = shares4(i32x4.extend_low_i16x8_u(w), scale, half)
    const p = v128.or(i32x4.extend_low_i16x8_u(b), lane)
    putFour(load<u64>(columns + k), v128.shuffle<i32>(x, p, 0, 4, 1, 5), v128.shuffle<i32>(x, p, 2, 6, 3, 7))
    const y = shares4(i32x4.extend_high_i16x8_u(w), scale, half)
    const q = v128.or(i32x4.extend_high_i16x8_u(b), lane)
    putFour(load<u64>(columns + k, 8), v128.shuffle<i32>(y, q, 0, 4, 1, 5), v128.shuffle<i32>(y, q, 2, 6, 3, 7))
  }
  if (k == end) return
  const w = v128.load(values + k)
  const b = bonds == 0 ? none : v128.load(bonds + k)
  const x = shares4(i32x4.extend_low_i16x8_u(w), scale, half)
  const y = shares4(i32x4.extend_high_i16x8_u(w), scale, half)
  const p = v128.or(i32x4.extend_low_i16x8_u(b), lane)
  const q = v128.or(i32x4.extend_high_i16x8_u(b), lane)
  v128.store(SEGMENT, v128.shuffle<i32>(x, p, 0, 4, 1, 5))
  v128.store(SEGMENT, v128.shuffle<i32>(x, p, 2, 6, 3, 7), 16)
  v128.store(SEGMENT, v128.shuffle<i32>(y, q, 0, 4, 1, 5), 32)
  v128.store(SEGMENT, v128.shuffle<i32>(y, q, 2, 6, 3, 7), 48)
  for (let at = SEGMENT; k < end; k += 2, at += 8) {
    const j = <usize>load<u16>(columns + k) << 2
    const place = load<u32>(j, CURSORS)
    store<u64>(place, load<u64>(at))
    store<u32>(j, place + 8, CURSORS)
  }
}

// @ts-ignore: decorator
@inline function putFour(columns: u64, low: v128, high: v128): void {
  put(<usize>(<u32>columns & 0xffff), low, 0)
  put(<usize>(<u32>columns >> 16), low, 1)
  put(<usize>((columns >> 32) & 0xffff), high, 0)
  put(<usize>(columns >> 48), high, 1)
}

/** Appends half of `pair` to the list of column j. */
// @ts-ignore: decorator
@inline function put(j: usize, pair: v128, half: u8): void {
  const at = load<u32>(j << 2, CURSORS)
  if (half == 0) v128.store64_lane(at, pair, 0)
  else v128.store64_lane(at, pair, 1)
  store<u32>(j << 2, at + 8, CURSORS)
}

/** The same for a row whose only weight is all of it: its share has one bit too many. */
function dealWhole(r: u32, from: u32, length: u32, bonds: usize): void {
  const sum = load<u32>(ROW_SUM + (<usize>r << 2))
  for (let k: usize = 0, end = <usize>length << 1; k < end; k += 2) {
    const at = <usize>from << 1
    const j = <usize>load<u16>(weightColumn + at + k) << 2
    const share: u64 = load<u16>(weightValue + at + k) == sum ? 0xffffffff : 0
    const bond: u64 = bonds == 0 ? 0 : load<u16>(bonds + k)
    const place = load<u32>(j, CURSORS)
    store<u64>(place, (<u64>(r | 0x8000) << 48) | (bond << 32) | share)
    store<u32>(j, place + 8, CURSORS)
  }
}

// @ts-ignore: decorator
@inline function shares4(w: v128, scale: v128, half: v128): v128 {
  // Half below the share: no share is an integer plus a half, so the nearest integer is its floor.
  const magic = f64x2.splat(NEAREST)
  const x = f64x2.add(f64x2.mul(f64x2.convert_low_i32x4_s(w), scale), half)
  const y = f64x2.add(f64x2.mul(f64x2.convert_low_i32x4_s(v128.shuffle<i32>(w, w, 2, 3, 2, 3)), scale), half)
  return v128.shuffle<i32>(f64x2.add(x, magic), f64x2.add(y, magic), 0, 2, 4, 6)
}

/** Adds the bonds of row r, whose weights stand last in their lists. */
// @ts-ignore: decorator
@inline function dealBonds(from: u32, length: u32, r: u32): void {
  const columns = bondColumn + (<usize>from << 1)
  const bonds = bondValue + (<usize>from << 1)
  const lane = <u64>r << 48
  const weighted = <u64>(r | 0x8000)
  for (let k: usize = 0, end = <usize>length << 1; k < end; k += 2) {
    const j = <usize>load<u16>(columns + k) << 2
    const next = load<u32>(j, CURSORS)
    const last = load<u64>(next - 8)
    const bond = <u64>load<u16>(bonds + k) << 32
    const isThere = last >> 48 == weighted
    const at = select<u32>(next - 8, next, isThere)
    store<u64>(at, bond | select<u64>(last, lane, isThere))
    store<u32>(j, at + 8, CURSORS)
  }
}

/**
 * Opens the list of column j, the next one: RAW, G_BONDS, G_VOTES, G_STAKES and G_PRESENT for its entries, whose lanes are
 * noted from entry `first` on. Returns their number, padded to eight by entries without weight and bond.
 */
export function openList(j: u32, first: u32): u32 {
  if (j == tileEnd) dealTile()
  list = <usize>load<u32>(<usize>j << 2, STARTS)
  const end = <usize>load<u32>(<usize>j << 2, CURSORS)
  entries = <u32>(end - list) >> 3
  const padding = i64x2.splat(<u64>count << 48)
  v128.store(end, padding)
  v128.store(end, padding, 16)
  v128.store(end, padding, 32)
  v128.store(end, padding, 48)
  const zero = i32x4.splat(0)
  const width = (entries + 7) & ~7
  const lanes = laneOfEntry + (<usize>first << 1)
  const plain = i16x8.splat(0x7fff)
  let voted = zero
  for (let k: usize = 0; k < <usize>width; k += 8) {
    const at = list + (k << 3)
    const a = v128.load(at)
    const b = v128.load(at, 16)
    const c = v128.load(at, 32)
    const d = v128.load(at, 48)
    const low = v128.shuffle<i32>(a, b, 0, 2, 4, 6)
    const high = v128.shuffle<i32>(c, d, 0, 2, 4, 6)
    v128.store(RAW + (k << 2), low)
    v128.store(RAW + (k << 2), high, 16)
    const e = v128.shuffle<i32>(a, b, 1, 3, 5, 7)
    const f = v128.shuffle<i32>(c, d, 1, 3, 5, 7)
    v128.store(G_BONDS + (k << 1), v128.shuffle<i16>(e, f, 0, 2, 4, 6, 8, 10, 12, 14))
    const marked = v128.shuffle<i16>(e, f, 1, 3, 5, 7, 9, 11, 13, 15)
    const lane = v128.and(marked, plain)
    v128.store(lanes + (k << 1), lane)
    v128.store64_lane(G_PRESENT + k, i8x16.narrow_i16x8_s(i16x8.shr_s(marked, 15), zero), 0)
    let p = v128.load64_zero(<usize>i16x8.extract_lane_u(lane, 0) << 3, PAIRS)
    let q = v128.load64_zero(<usize>i16x8.extract_lane_u(lane, 2) << 3, PAIRS)
    p = v128.load64_lane(<usize>i16x8.extract_lane_u(lane, 1) << 3, p, 1, PAIRS)
    q = v128.load64_lane(<usize>i16x8.extract_lane_u(lane, 3) << 3, q, 1, PAIRS)
    const votesLow = v128.shuffle<i32>(p, q, 0, 2, 4, 6)
    v128.store(G_VOTES + (k << 2), votesLow)
    v128.store(G_STAKES + (k << 2), v128.shuffle<i32>(p, q, 1, 3, 5, 7))
    p = v128.load64_zero(<usize>i16x8.extract_lane_u(lane, 4) << 3, PAIRS)
    q = v128.load64_zero(<usize>i16x8.extract_lane_u(lane, 6) << 3, PAIRS)
    p = v128.load64_lane(<usize>i16x8.extract_lane_u(lane, 5) << 3, p, 1, PAIRS)
    q = v128.load64_lane(<usize>i16x8.extract_lane_u(lane, 7) << 3, q, 1, PAIRS)
    const votesHigh = v128.shuffle<i32>(p, q, 0, 2, 4, 6)
    v128.store(G_VOTES + (k << 2), votesHigh, 16)
    v128.store(G_STAKES + (k << 2), v128.shuffle<i32>(p, q, 1, 3, 5, 7), 16)
    voted = i32x4.add(voted, v128.and(i32x4.ne(low, zero), votesLow))
    voted = i32x4.add(voted, v128.and(i32x4.ne(high, zero), votesHigh))
  }
  listVoted = sum4(voted)
  return width
}

/** Fills S_RAW with the shares of the column at hand, in full. */
export function shareListSlow(width: u32): void {
  for (let k: usize = 0; k < <usize>width; k++) {
    const raw = load<u32>(list + (k << 3))
    store<u64>(S_RAW + (k << 3), raw == 0xffffffff ? ONE : raw)
  }
}
