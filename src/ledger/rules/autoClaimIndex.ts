import { saturatedU64 } from '../../math/index.js'

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
  const length = BigInt(list.length)
  if (length === 0n) return []
  const view = new DataView(parentHash.buffer, parentHash.byteOffset, parentHash.byteLength)
  let place = view.getBigUint64(0)
  const places = new Set<number>()
  for (let draw = 0; draw < count; draw++) {
    place = saturatedU64(place + view.getBigUint64((draw % HASH_WORDS) * WORD_BYTES)) % length
    places.add(Number(place))
  }
  return [...places]
    .sort((a, b) => a - b)
    .flatMap((at) => {
      const entry = list.at(at)
      return entry === undefined ? [] : [entry]
    })
}
