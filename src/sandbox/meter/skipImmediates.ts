import { assert } from '../../errors/index.js'
import type { WasmBytes } from './WasmBytes.js'

/** What follows an opcode, by opcode: how many numbers in LEB128, or a word for what is read in its own way. */
type Immediates = number | 'f32' | 'f64' | 'select' | 'brTable'

const IMMEDIATES: ReadonlyMap<number, Immediates> = new Map<number, Immediates>([
  // unreachable, nop, block, loop, if, else, end, br, br_if, br_table, return
  ...pairs([0x00, 0x01, 0x05, 0x0b, 0x0f], 0),
  ...pairs([0x02, 0x03, 0x04, 0x0c, 0x0d], 1),
  [0x0e, 'brTable'],
  // call, call_indirect, drop, select, typed select
  [0x10, 1],
  [0x11, 2],
  ...pairs([0x1a, 0x1b], 0),
  [0x1c, 'select'],
  // local and global variables, tables
  ...pairs(range(0x20, 0x26), 1),
  // loads and stores: alignment and offset
  ...pairs(range(0x28, 0x3e), 2),
  // memory.size, memory.grow
  ...pairs([0x3f, 0x40], 1),
  // constants
  ...pairs([0x41, 0x42], 1),
  [0x43, 'f32'],
  [0x44, 'f64'],
  // comparison, arithmetic, conversion, sign extension
  ...pairs(range(0x45, 0xc4), 0),
])

/** The same for opcodes behind the prefix 0xfc: saturating conversion, then bulk memory. */
const PREFIXED_IMMEDIATES: ReadonlyMap<number, number> = new Map([
  ...pairs(range(0, 7), 0),
  [8, 2],
  [9, 1],
  [10, 2],
  [11, 1],
])

/** Passes over what follows an opcode; an opcode that is not known is an `InvariantError`, since it could hide a loop. */
export function skipImmediates(code: WasmBytes, opcode: number): void {
  const immediates = IMMEDIATES.get(opcode)
  assert(immediates !== undefined, `The module has the opcode 0x${opcode.toString(16)}, which is not known.`)
  if (typeof immediates === 'number') skipNumbers(code, immediates)
  else if (immediates === 'f32') code.take(4)
  else if (immediates === 'f64') code.take(8)
  else skipNumbers(code, code.u32() + (immediates === 'brTable' ? 1 : 0))
}

/** Passes over what follows an opcode behind the prefix 0xfc. */
export function skipPrefixedImmediates(code: WasmBytes, opcode: number): void {
  const count = PREFIXED_IMMEDIATES.get(opcode)
  assert(count !== undefined, `The module has the opcode 0xfc ${opcode}, which is not known.`)
  skipNumbers(code, count)
}

function skipNumbers(code: WasmBytes, count: number): void {
  for (let index = 0; index < count; index++) code.skipNumber()
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

function pairs<V>(keys: readonly number[], value: V): [number, V][] {
  return keys.map((key) => [key, value])
}
