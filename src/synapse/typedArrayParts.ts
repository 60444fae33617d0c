/**
 * What a typed array is and holds, asked of the platform: properties of its own, such as a `length` that somebody defined, or another
 * prototype, say nothing.
 */
const prototype: object = /* @__PURE__ */ Object.getPrototypeOf(Uint8Array.prototype)

/** Name of its class; `undefined` for what is no typed array. */
export const classOf = /* @__PURE__ */ getter<string | undefined>(Symbol.toStringTag)
const bufferOf = /* @__PURE__ */ getter<ArrayBufferLike>('buffer')
const offsetOf = /* @__PURE__ */ getter<number>('byteOffset')
export const byteLengthOf = /* @__PURE__ */ getter<number>('byteLength')

/** The bytes behind it. */
export function bytesOf(typed: object): Uint8Array {
  return new Uint8Array(bufferOf(typed), offsetOf(typed), byteLengthOf(typed))
}

/** Whether bytes are of Node's own kind, known without asking for Node. */
export function isBuffer(bytes: object): boolean {
  return bytes.constructor.name === 'Buffer'
}

function getter<T>(name: string | symbol): (typed: object) => T {
  const read = Object.getOwnPropertyDescriptor(prototype, name)?.get as (this: object) => T
  return (typed) => read.call(typed)
}
