/** Columns of numbers, which are copied whole. */
export type NumberColumn =
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array

/**
 * What goes into a program and comes out of it, always as a copy: nothing that acts, refers to something else or holds itself.
 * A number may be any, NaN and infinities too.
 */
export type PlainValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | NumberColumn
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue }

/** Levels of lists and objects in a value. */
export const MOST_LEVELS = 64

/** Makes a column of each kind from bytes in the machine's order, which is that of WebAssembly too. */
export const COLUMN_TYPES = {
  Uint8Array,
  Uint8ClampedArray,
  Int8Array,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
} as const

/** The name of a column's kind; `undefined` for what is none. */
export function columnKind(value: object): keyof typeof COLUMN_TYPES | undefined {
  if (!ArrayBuffer.isView(value)) return undefined
  const kind = Object.prototype.toString.call(value).slice('[object '.length, -1)
  return kind in COLUMN_TYPES ? (kind as keyof typeof COLUMN_TYPES) : undefined
}
