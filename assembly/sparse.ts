// The sparse layout: the entries of the lanes as lists by column, and their way back to rows.
import {
  G_BONDS, G_HALF, G_PRESENT, G_SCALE, G_STAKES, G_VOTES, G_WEIGHTS, LANE_UID, PLACE, ROW_HALF, ROW_SCALE, STAKES,
  VOTES, bondColumn, bondColumns, bondStart, bondValue, bonds32, bondsU16, columnStart, laneOfEntry, lastUpdate, permit,
  registered, sparseBondLane, sparseBondValue, sparseWeightLane, sparseWeightValue, storedColumn, storedValue,
  weightColumn, weightColumns, weightStart, weightValue,
} from './layout'
import { ownerUid } from './params'
import {
  commitOf, findNewest, inside, isKept, isSettled, lastEpoch, markWhole, setRowSum,
} from './rows'

/** Lists the weights by column, each list in order of lanes. */
export function listWeights(n: u32, count: u32, isOrdered: bool): void {
  findNewest(n)
  memory.fill(weightColumns, 0, (<usize>n + 2) << 2)
  const owner = ownerUid()
  for (let r: u32 = 0; r < count; r++) {
    const i = load<u32>(LANE_UID + (<usize>r << 2))
    if (load<u8>(permit + i) == 0) continue
    const from = load<u32>(weightStart + (<usize>i << 2))
    const to = load<u32>(weightStart + (<usize>i << 2), 4)
    const updated = load<f64>(lastUpdate + (<usize>i << 3))
    const commit = commitOf(i)
    let sum: u32 = 0
    if (isOrdered && isSettled(i)) {
      const end = inside(weightColumn, from, to, n)
      for (let k = from; k < end; k++) {
        const j: u32 = load<u16>(weightColumn + (<usize>k << 1))
        if (j == i && <i32>i != owner) continue
        sum += load<u16>(weightValue + (<usize>k << 1))
        countOne(weightColumns, j)
      }
    } else {
      for (let k = from; k < to; k++) {
        const j: u32 = load<u16>(weightColumn + (<usize>k << 1))
        if (!isKept(i, j, n, updated, commit, owner)) continue
        sum += load<u16>(weightValue + (<usize>k << 1))
        countOne(weightColumns, j)
      }
    }
    setRowSum(r, sum)
    if (sum > 0 && sum <= 65535) markWhole(from, to, n, sum)
  }
  startLists(weightColumns, n)
  for (let r: u32 = 0; r < count; r++) {
    const i = load<u32>(LANE_UID + (<usize>r << 2))
    if (load<u8>(permit + i) == 0) continue
    const to = load<u32>(weightStart + (<usize>i << 2), 4)
    const updated = load<f64>(lastUpdate + (<usize>i << 3))
    const commit = commitOf(i)
    if (isOrdered && isSettled(i)) {
      const from = load<u32>(weightStart + (<usize>i << 2))
      const end = inside(weightColumn, from, to, n)
      for (let k = from; k < end; k++) {
        const j: u32 = load<u16>(weightColumn + (<usize>k << 1))
        if (j == i && <i32>i != owner) continue
        const at = <usize>takePlace(weightColumns, j) << 1
        store<u16>(sparseWeightLane + at, <u16>r)
        store<u16>(sparseWeightValue + at, load<u16>(weightValue + (<usize>k << 1)))
      }
      continue
    }
    for (let k = load<u32>(weightStart + (<usize>i << 2)); k < to; k++) {
      const j: u32 = load<u16>(weightColumn + (<usize>k << 1))
      if (!isKept(i, j, n, updated, commit, owner)) continue
      const at = <usize>takePlace(weightColumns, j) << 1
      store<u16>(sparseWeightLane + at, <u16>r)
      store<u16>(sparseWeightValue + at, load<u16>(weightValue + (<usize>k << 1)))
    }
  }
}

/** Lists the bonds by column, each list in order of lanes. */
export function listBonds(n: u32, count: u32): void {
  memory.fill(bondColumns, 0, (<usize>n + 2) << 2)
  const since = lastEpoch()
  for (let r: u32 = 0; r < count; r++) {
    const i = load<u32>(LANE_UID + (<usize>r << 2))
    const to = load<u32>(bondStart + (<usize>i << 2), 4)
    for (let k = load<u32>(bondStart + (<usize>i << 2)); k < to; k++) {
      const j: u32 = load<u16>(bondColumn + (<usize>k << 1))
      if (j < n && since > load<f64>(registered + (<usize>j << 3))) countOne(bondColumns, j)
    }
  }
  startLists(bondColumns, n)
  for (let r: u32 = 0; r < count; r++) {
    const i = load<u32>(LANE_UID + (<usize>r << 2))
    const to = load<u32>(bondStart + (<usize>i << 2), 4)
    for (let k = load<u32>(bondStart + (<usize>i << 2)); k < to; k++) {
      const j: u32 = load<u16>(bondColumn + (<usize>k << 1))
      if (j >= n || since <= load<f64>(registered + (<usize>j << 3))) continue
      const at = <usize>takePlace(bondColumns, j) << 1
      store<u16>(sparseBondLane + at, <u16>r)
      store<u16>(sparseBondValue + at, load<u16>(bondValue + (<usize>k << 1)))
    }
  }
}

// Counts are kept two places ahead, so that taking places turns them into starts.
// @ts-ignore: decorator
@inline function countOne(lists: usize, j: u32): void {
  const at = lists + (<usize>j << 2)
  store<u32>(at, load<u32>(at, 8) + 1, 8)
}

// @ts-ignore: decorator
@inline function takePlace(lists: usize, j: u32): u32 {
  const at = lists + (<usize>j << 2)
  const place = load<u32>(at, 4)
  store<u32>(at, place + 1, 4)
  return place
}

/** From counts at j + 2 to starts at j + 1. */
function startLists(lists: usize, n: u32): void {
  let sum: u32 = 0
  for (let j: u32 = 0; j <= n; j++) {
    const at = lists + (<usize>j << 2) + 4
    const count = load<u32>(at)
    sum += count
    store<u32>(at, sum)
  }
}

/**
 * Joins the two lists of column j, both in order of lanes, and fetches what belongs to their rows; the lanes of the entries
 * are written from entry `first` on. Returns the number of entries, padding included.
 */
export function joinColumn(j: u32, first: u32): u32 {
  store<u32>(columnStart + (<usize>j << 2), first)
  let w = load<u32>(weightColumns + (<usize>j << 2))
  let b = load<u32>(bondColumns + (<usize>j << 2))
  const weightEnd = load<u32>(weightColumns + (<usize>j << 2), 4)
  const bondEnd = load<u32>(bondColumns + (<usize>j << 2), 4)
  let k: usize = 0
  const entries = laneOfEntry + (<usize>first << 1)
  while (w < weightEnd || b < bondEnd) {
    const weightLane: u32 = w < weightEnd ? load<u16>(sparseWeightLane + (<usize>w << 1)) : 0xffffffff
    const bondLane: u32 = b < bondEnd ? load<u16>(sparseBondLane + (<usize>b << 1)) : 0xffffffff
    const lane = min<u32>(weightLane, bondLane)
    const hasWeight = weightLane == lane
    const hasBond = bondLane == lane
    store<u16>(entries + (k << 1), <u16>lane)
    store<u16>(G_WEIGHTS + (k << 1), hasWeight ? load<u16>(sparseWeightValue + (<usize>w << 1)) : 0)
    store<u16>(G_BONDS + (k << 1), hasBond ? load<u16>(sparseBondValue + (<usize>b << 1)) : 0)
    store<u8>(G_PRESENT + k, <u8>hasWeight)
    store<f64>(G_SCALE + (k << 3), load<f64>(ROW_SCALE + (<usize>lane << 3)))
    store<f64>(G_HALF + (k << 3), load<f64>(ROW_HALF + (<usize>lane << 3)))
    store<u32>(G_VOTES + (k << 2), load<u32>(VOTES + (<usize>lane << 2)))
    store<u32>(G_STAKES + (k << 2), load<u32>(STAKES + (<usize>lane << 2)))
    w += u32(hasWeight)
    b += u32(hasBond)
    k++
  }
  while (k & 7) {
    // Padding: no weight and no bond, so whose lane it is does not matter.
    store<u16>(entries + (k << 1), 0)
    store<u16>(G_WEIGHTS + (k << 1), 0)
    store<u16>(G_BONDS + (k << 1), 0)
    store<u8>(G_PRESENT + k, 0)
    store<f64>(G_SCALE + (k << 3), 0)
    store<f64>(G_HALF + (k << 3), 0)
    store<u32>(G_VOTES + (k << 2), 0)
    store<u32>(G_STAKES + (k << 2), 0)
    k++
  }
  store<u32>(columnStart + (<usize>j << 2), first + <u32>k, 4)
  return <u32>k
}

/** Writes the bonds of all columns to the rows they belong to, whose places stand in PLACE. */
export function storeLists(n: u32): void {
  for (let j: u32 = 0; j < n; j++) {
    const end = load<u32>(columnStart + (<usize>j << 2), 4)
    for (let k = load<u32>(columnStart + (<usize>j << 2)); k < end; k++) {
      if (load<u32>(bonds32 + (<usize>k << 2)) == 0) continue
      const lane = <usize>load<u16>(laneOfEntry + (<usize>k << 1)) << 2
      const place = load<u32>(PLACE + lane)
      if (place == 0xffffffff) continue
      store<u16>(storedColumn + (<usize>place << 1), <u16>j)
      store<u16>(storedValue + (<usize>place << 1), load<u16>(bondsU16 + (<usize>k << 1)))
      store<u32>(PLACE + lane, place + 1)
    }
  }
}
