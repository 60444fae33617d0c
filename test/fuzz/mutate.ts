import type { FuzzRandom } from './FuzzRandom.js'

/** Longest input that is made. */
export const MAX_INPUT_BYTES = 65_536

/** Bytes at which decoders tend to branch. */
const EDGE_BYTES = [
  0x00, 0x01, 0x1f, 0x20, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xd4, 0xd9, 0xdf, 0xe0, 0xff,
]
const WIDTHS = [1, 2, 4, 6, 8]

type Mutation = (bytes: Uint8Array, random: FuzzRandom, others: readonly Uint8Array[]) => Uint8Array

const flipBit: Mutation = (bytes, random) => {
  if (bytes.length > 0) bytes[random.below(bytes.length)]! ^= 1 << random.below(8)
  return bytes
}

const setByte: Mutation = (bytes, random) => {
  if (bytes.length > 0)
    bytes[random.below(bytes.length)] = random.oneIn(2) ? random.below(256) : random.pick(EDGE_BYTES)
  return bytes
}

/** A number of one to eight bytes at an extreme, or a little off what it was: lengths, counts and frame numbers are such. */
const setNumber: Mutation = (bytes, random) => {
  const width = random.pick(WIDTHS)
  if (bytes.length < width) return bytes
  const at = random.below(bytes.length - width + 1)
  const field = bytes.subarray(at, at + width)
  const kind = random.below(6)
  if (kind === 0) field.fill(0)
  else if (kind === 1) field.fill(0xff)
  else if (kind === 2) field.fill(0xff).fill(0x7f, 0, 1)
  else if (kind === 3) field.fill(0).fill(0x80, 0, 1)
  else if (kind === 4) field[width - 1]! += random.oneIn(2) ? 1 : -1
  else writeBig(field, bytes.length - at - width + random.below(3) - 1)
  return bytes
}

const insert: Mutation = (bytes, random) => {
  const added = random.oneIn(2)
    ? random.bytes(1 + random.below(8))
    : new Uint8Array(1 + random.below(8)).fill(random.pick(EDGE_BYTES))
  return spliced(bytes, random.below(bytes.length + 1), 0, added)
}

const remove: Mutation = (bytes, random) => {
  const at = random.below(bytes.length + 1)
  return spliced(bytes, at, 1 + random.below(Math.max(1, bytes.length - at)), NOTHING)
}

const truncate: Mutation = (bytes, random) => bytes.slice(0, random.below(bytes.length + 1))

const repeat: Mutation = (bytes, random) => {
  const at = random.below(bytes.length + 1)
  const part = bytes.slice(at, at + 1 + random.below(16))
  const times = random.oneIn(16) ? random.below(2_048) : 1 + random.below(8)
  const added = new Uint8Array(part.length * times)
  for (let i = 0; i < times; i++) added.set(part, i * part.length)
  return spliced(bytes, at, 0, added)
}

/** The beginning of one and the end of another. */
const splice: Mutation = (bytes, random, others) => {
  const other = random.pick(others)
  return spliced(
    bytes.slice(0, random.below(bytes.length + 1)),
    bytes.length,
    0,
    other.slice(random.below(other.length + 1)),
  )
}

/** A part of another, in the middle. */
const graft: Mutation = (bytes, random, others) => {
  const other = random.pick(others)
  const from = random.below(other.length + 1)
  const at = random.below(bytes.length + 1)
  return spliced(bytes, at, random.below(9), other.slice(from, from + 1 + random.below(64)))
}

const swap: Mutation = (bytes, random) => {
  const length = 1 + random.below(8)
  if (bytes.length < 2 * length) return bytes
  const [a, b] = [random.below(bytes.length - length), random.below(bytes.length - length)]
  const kept = bytes.slice(a, a + length)
  bytes.set(bytes.slice(b, b + length), a)
  bytes.set(kept, b)
  return bytes
}

const noise: Mutation = (_bytes, random) => random.bytes(random.below(96))

/** Those that come twice come twice as often. */
const MUTATIONS: readonly Mutation[] = [
  flipBit,
  flipBit,
  setByte,
  setByte,
  setNumber,
  setNumber,
  insert,
  remove,
  truncate,
  repeat,
  splice,
  graft,
  graft,
  swap,
]

const NOTHING = new Uint8Array(0)

/** A valid input made wrong in one to four ways, sometimes in none. The input itself is left as it is. */
export function mutated(
  valid: Uint8Array,
  random: FuzzRandom,
  others: readonly Uint8Array[] = [valid],
): Uint8Array {
  let bytes = Uint8Array.from(valid)
  if (random.oneIn(64)) return bytes
  if (random.oneIn(64)) return noise(bytes, random, others)
  for (let left = 1 + random.below(4); left > 0; left--)
    bytes = Uint8Array.from(random.pick(MUTATIONS)(bytes, random, others))
  return bytes.length > MAX_INPUT_BYTES ? bytes.slice(0, MAX_INPUT_BYTES) : bytes
}

function spliced(bytes: Uint8Array, at: number, removed: number, added: Uint8Array): Uint8Array {
  const tail = bytes.subarray(at + removed)
  const head = bytes.subarray(0, at)
  const result = new Uint8Array(head.length + added.length + tail.length)
  result.set(head)
  result.set(added, head.length)
  result.set(tail, head.length + added.length)
  return result
}

function writeBig(field: Uint8Array, value: number): void {
  let left = Math.max(0, value)
  for (let at = field.length - 1; at >= 0; at--) {
    field[at] = left & 0xff
    left = Math.floor(left / 256)
  }
}
