/** A list whose entries know their place, each in it once: what is needed of the records that keep it. */
export interface IndexedList<T> {
  readonly length: number
  at(place: number): T | undefined
  /** `undefined` where the entry is not in the list. */
  placeOf(entry: T): number | undefined
}

/** What taking an entry out of a list changes. */
export interface ListRemoval<T> {
  /** Where the entry was. */
  readonly freedPlace: number
  /** What comes there: the last entry; `null` when that is the one removed. */
  readonly moved: T | null
  /** The last place, which is gone afterwards. */
  readonly lastPlace: number
}

const WORD_BYTES = 8
const HASH_WORDS = 4
/** The high half of a word counts so much. */
const HALF = 2 ** 32

/**
 * The place of an entry that is added: the end.
 *
 * @returns `null` when it is in the list already, and nothing changes.
 */
export function placeToAdd<T>(list: IndexedList<T>, entry: T): number | null {
  return list.placeOf(entry) === undefined ? list.length : null
}

/**
 * What changes when an entry is removed: the last one takes its place.
 *
 * @returns `null` when it is not in the list, and nothing changes.
 */
export function removalFrom<T>(list: IndexedList<T>, entry: T): ListRemoval<T> | null {
  const freedPlace = list.placeOf(entry)
  if (freedPlace === undefined) return null
  const lastPlace = list.length - 1
  const last = list.at(lastPlace)
  return { freedPlace, moved: freedPlace === lastPlace || last === undefined ? null : last, lastPlace }
}

/**
 * The entries that a block draws, in the order of the list, each once: each draw goes on from the place of the one
 * before by the next 8 bytes of the hash, so fewer than `count` may come.
 *
 * @param parentHash - 32 bytes, read as four big-endian words, again and again.
 * @source subtensor `pallets/subtensor/src/staking/claim_root.rs`, `block_hash_to_indices`
 */
export function drawnFrom<T>(list: IndexedList<T>, parentHash: Uint8Array, count: number): T[] {
  const { length } = list
  if (length === 0) return []
  const view = new DataView(parentHash.buffer, parentHash.byteOffset, parentHash.byteLength)
  const places: number[] = []
  let high = view.getUint32(0)
  let low = view.getUint32(4)
  for (let draw = 0; draw < count; draw++) {
    const at = (draw % HASH_WORDS) * WORD_BYTES
    low += view.getUint32(at + 4)
    high += view.getUint32(at) + Math.floor(low / HALF)
    // 64 bits: a sum ends at the largest number there is.
    const place = high < HALF ? remainder(high, low % HALF, length) : remainder(HALF - 1, HALF - 1, length)
    if (!places.includes(place)) places.push(place)
    high = Math.floor(place / HALF)
    low = place % HALF
  }
  return places
    .sort((a, b) => a - b)
    .flatMap((at) => {
      const entry = list.at(at)
      return entry === undefined ? [] : [entry]
    })
}

/** A number of two halves modulo a length below 2^36, step by step, so that doubles hold all of it. */
function remainder(high: number, low: number, length: number): number {
  const upper = restOf(restOf(high, length) * 65_536 + Math.floor(low / 65_536), length)
  return restOf(upper * 65_536 + (low % 65_536), length)
}

/** Of a number below 2^52. PERF: half the time of `%`, which engines compute step by step where numbers are no 32-bit ones. */
function restOf(value: number, length: number): number {
  // The quotient may be rounded up to the next whole number.
  const rest = value - Math.floor(value / length) * length
  return rest < 0 ? rest + length : rest
}
