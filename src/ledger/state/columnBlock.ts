import { assert } from '../../errors/index.js'
import { type Cells, isLittleEndian } from './bytes.js'

/** Columns of 64-bit entries by name. */
export type CellColumns = { readonly [column: string]: Cells }

/** Bytes before the entries of a column: their number. */
const LENGTH_BYTES = 8

/*
 * A record of nothing but columns of 64-bit entries may lie in one block of memory, as its bytes are written: so it is copied, hashed and written as
 * a whole.
 */

/** Where a record that lies in a block has its bytes; not listed among its columns. PERF: a map of them costs a look-up. */
const BLOCK = Symbol('block')

/** The bytes of a record that lies in a block, as they are written; `undefined` for one that does not. */
export function blockOf(record: object): Uint8Array | undefined {
  return (record as { readonly [BLOCK]?: Uint8Array })[BLOCK]
}

/** The bytes of a record of such columns as they are written. PERF: of one that lies in no block, a copy. */
export function bytesOf(record: CellColumns): Uint8Array {
  const bytes = blockOf(record) ?? blockOf(inBlock(record))
  if (bytes === undefined) assert(false, 'this machine writes numbers otherwise')
  return bytes
}

/** The bytes of a record that a block edits, which lies in one: to be written as a whole. */
export function blockToEdit(record: CellColumns): Uint8Array {
  const bytes = blockOf(record)
  if (bytes === undefined) assert(false, 'a record that is edited lies in no block')
  return bytes
}

/** A copy of a record in a block of its own; just a copy where the machine writes numbers otherwise. */
export function inBlock<R extends CellColumns>(record: R): R {
  const names = Object.keys(record)
  const copy: { [column: string]: Cells } = {}
  if (!isLittleEndian) {
    for (const name of names) copy[name] = (record[name] as Cells).slice()
    return copy as R
  }
  const bytes = names.reduce((sum, name) => sum + LENGTH_BYTES + (record[name] as Cells).byteLength, 0)
  const block = new ArrayBuffer(bytes)
  const lengths = new BigUint64Array(block)
  let at = 0
  for (const name of names) {
    const cells = record[name] as Cells
    lengths[at / LENGTH_BYTES] = BigInt(cells.length)
    at += LENGTH_BYTES
    const copied = new (cells.constructor as CellsConstructor)(block, at, cells.length)
    copied.set(cells as never)
    copy[name] = copied
    at += cells.byteLength
  }
  Object.defineProperty(copy, BLOCK, { value: new Uint8Array(block) })
  return copy as R
}

/** Writes what a record holds into another one, where both lie in blocks and are as long. @returns whether they do. */
export function copiedInto(record: CellColumns, to: CellColumns): boolean {
  const from = blockOf(record)
  const target = blockOf(to)
  if (from === undefined || target === undefined || from.length !== target.length) return false
  target.set(from)
  return true
}

type CellsConstructor = new (block: ArrayBuffer, at: number, length: number) => Cells
