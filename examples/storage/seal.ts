import { setImmediate } from 'node:timers/promises'
import { BLOB_BYTES, LEAF_BYTES } from './protocol.js'
import { hashOf } from './tree.js'

/** Whose replica of what: of two that differ in any of these no leaf is the same. */
export interface SealKey {
  /** Hotkey of who keeps it. */
  readonly miner: string
  /** Hotkey of the validator that had it kept. */
  readonly validator: string
  /** The name of the data. Without it, whoever chooses a replica first and undoes its seal has "data" whose replica it need not keep. */
  readonly id: string
}

/** A prime just below 2^64, one less than a multiple of 3: each number has exactly one cube root modulo it. */
const PRIME = 2n ** 64n - 59n
/** A number to this power is its cube root: 63 squarings and 31 products or so. To cube it again takes two. */
const POWER_BITS = [...((2n * PRIME - 1n) / 3n).toString(2)].map((bit) => bit === '1')

/** Roots of roots for each word: what makes sealing slow, and undoing it less so. A network of one's own sets it by the quickest machine that it can think of. */
export const TURNS = 1
const WORD_BYTES = 8

/**
 * A sealed replica of a blob. Each word takes a cube root, and begins with the word before: they have to be made one after the other. Between two leaves others
 * have their turn.
 */
export async function seal(data: Uint8Array, key: SealKey, turns = TURNS): Promise<Uint8Array> {
  const sealed = new Uint8Array(BLOB_BYTES)
  const [from, to] = [viewOf(data), viewOf(sealed)]
  let before = 0n
  for (let at = 0; at < BLOB_BYTES; at += WORD_BYTES) {
    if (at % LEAF_BYTES === 0) {
      before ^= leafKey(key, at / LEAF_BYTES)
      await setImmediate()
    }
    before ^= from.getBigUint64(at, true)
    for (let turn = 0; turn < turns; turn++) before = cubeRoot(before)
    to.setBigUint64(at, before, true)
  }
  return sealed
}

/** The data under a seal, whoever made it. */
export function unseal(sealed: Uint8Array, key: SealKey, turns = TURNS): Uint8Array {
  const data = new Uint8Array(BLOB_BYTES)
  const [from, to] = [viewOf(sealed), viewOf(data)]
  let before = 0n
  for (let at = 0; at < BLOB_BYTES; at += WORD_BYTES) {
    if (at % LEAF_BYTES === 0) before ^= leafKey(key, at / LEAF_BYTES)
    const word = from.getBigUint64(at, true)
    let cubed = word
    for (let turn = 0; turn < turns; turn++) cubed = cube(cubed)
    to.setBigUint64(at, cubed ^ before, true)
    before = word
  }
  return data
}

/** The 59 words that are no numbers modulo the prime stand for themselves. */
function cubeRoot(word: bigint): bigint {
  if (word >= PRIME) return word
  let root = 1n
  for (const bit of POWER_BITS) {
    root = (root * root) % PRIME
    if (bit) root = (root * word) % PRIME
  }
  return root
}

const cube = (word: bigint): bigint => (word >= PRIME ? word : (((word * word) % PRIME) * word) % PRIME)

const leafKey = ({ miner, validator, id }: SealKey, leaf: number): bigint =>
  viewOf(hashOf(Buffer.from(JSON.stringify([miner, validator, id, leaf])))).getBigUint64(0, true)

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength)
