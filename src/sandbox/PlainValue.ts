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

/** Says its kind of any column, whatever realm it is of and whatever it says itself. */
const kindOf = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)?.get

/** The name of a column's kind; `undefined` for what is none. */
export function columnKind(value: object): keyof typeof COLUMN_TYPES | undefined {
  const kind: unknown = kindOf?.call(value)
  return typeof kind === 'string' && kind in COLUMN_TYPES ? (kind as keyof typeof COLUMN_TYPES) : undefined
}

/** A column with memory of its own; `undefined` for what is none. */
export function columnCopy(value: object): NumberColumn | undefined {
  const kind = columnKind(value)
  return kind === undefined ? undefined : new COLUMN_TYPES[kind](value as never)
}
