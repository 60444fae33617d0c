/** Bounds on the shape of one message, whatever its size in bytes. */
export const messageShapeLimits = {
  /** Arrays and maps inside one another. */
  depth: 32,
  /** Values, keys included; a typed array counts as one. */
  values: 131_072,
} as const

/** Extension types of msgpack that are spoken: `undefined`, typed arrays, and dates, whose type the specification gives. */
export const extension = { undefined: 0x00, typedArray: 0x74, timestamp: 0xff } as const

/** Typed arrays by their code on the wire. A subclass of one would arrive as the class itself. */
export const typedArrays = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
] as const

/** What is wrong with bytes that should be one msgpack value; `badText` is text that is no UTF-8. */
export type MsgpackFault =
  | 'truncated'
  | 'trailingBytes'
  | 'tooDeep'
  | 'tooManyValues'
  | 'forbiddenType'
  | 'badText'
