import { type Cells, isLittleEndian } from './bytes.js'

/** Columns of 64-bit entries by name. */
export type CellColumns = { readonly [column: string]: Cells }

/** Bytes before the entries of a column: their number. */
const LENGTH_BYTES = 8

/*
 * A record of nothing but columns of 64-bit entries may lie in one block of memory, as its bytes are written: so it is copied, hashed and written as
 * a whole.
 */

/** Blocks by the records that lie in them. */
const BLOCKS = new WeakMap<object, Uint8Array>()

/** The bytes of a record that lies in a block, as they are written; `undefined` for one that does not. */
export function blockOf(record: object): Uint8Array | undefined {
  return BLOCKS.get(record)
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
  BLOCKS.set(copy, new Uint8Array(block))
  return copy as R
}

/** Writes what a record holds into another one, where both lie in blocks and are as long. @returns whether they do. */
export function copiedInto(record: CellColumns, to: CellColumns): boolean {
  const [from, target] = [BLOCKS.get(record), BLOCKS.get(to)]
  if (from === undefined || target === undefined || from.length !== target.length) return false
  target.set(from)
  return true
}

type CellsConstructor = new (block: ArrayBuffer, at: number, length: number) => Cells
