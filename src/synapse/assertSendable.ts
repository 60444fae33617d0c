import { isWellFormed } from '../checks/index.js'
import { type SendableFault, UnencodableMessageError } from './messageErrors.js'
import { messageShapeLimits } from './scanMsgpack.js'

/** Longest array whose own names are looked for: those of more entries would cost more to list than to send. */
const MAX_NAMED_ARRAY = 16

/** Bounds of the integers that msgpack has. */
const MIN_INTEGER = -(2n ** 63n)
const MAX_INTEGER = 2n ** 64n - 1n

/** Typed arrays that have a code on the wire. A subclass of one would arrive as the class itself. */
const typedArrays: ReadonlySet<unknown> = new Set<unknown>([
  Int8Array.prototype,
  Uint8Array.prototype,
  Uint8ClampedArray.prototype,
  Int16Array.prototype,
  Uint16Array.prototype,
  Int32Array.prototype,
  Uint32Array.prototype,
  Float32Array.prototype,
  Float64Array.prototype,
  BigInt64Array.prototype,
  BigUint64Array.prototype,
])

/** What was looked at. */
interface Walk {
  values: number
  hasMinusZero: boolean
  /** From the part at fault up to the root; empty while all is well, so that it costs nothing then. */
  readonly path: (string | number)[]
}

/**
 * Holds a value to what arrives as it was sent. The library underneath writes many others too, as something else or as nothing.
 *
 * One that is the same to most readers may pass: Node's `Buffer` arrives as a `Uint8Array` of the same bytes.
 *
 * PERF: one look at each value, some tens of nanoseconds; typed arrays are not looked into.
 *
 * @param root - what errors call the value.
 * @param around - what the value is wrapped in.
 * @returns whether -0 is among its numbers, which is written with care.
 * @throws UnencodableMessageError naming the part that cannot travel, and why.
 */
export function assertSendable(
  root: string,
  value: unknown,
  around = { depth: 0, values: 0 },
): { readonly hasMinusZero: boolean } {
  const walk: Walk = { values: around.values, hasMinusZero: false, path: [] }
  let fault: SendableFault | undefined
  try {
    fault = faultOf(value, walk, around.depth)
  } catch (cause) {
    // A getter or a proxy of the caller's threw.
    throw new UnencodableMessageError({ fault: 'unpackable', path: root, cause })
  }
  if (fault !== undefined) throw new UnencodableMessageError({ fault, path: pathOf(root, walk.path) })
  return walk
}

function faultOf(value: unknown, walk: Walk, depth: number): SendableFault | undefined {
  if (++walk.values > messageShapeLimits.values) return 'tooManyValues'
  switch (typeof value) {
    case 'undefined':
    case 'boolean':
      return undefined
    case 'number':
      if (value === 0 && Object.is(value, -0)) walk.hasMinusZero = true
      return undefined
    case 'string':
      return isWellFormed(value) ? undefined : 'loneSurrogate'
    case 'bigint':
      return value >= MIN_INTEGER && value <= MAX_INTEGER ? undefined : 'integerTooLarge'
    case 'object':
      return value === null ? undefined : faultOfObject(value, walk, depth)
    default:
      return 'notData'
  }
}

function faultOfObject(value: object, walk: Walk, depth: number): SendableFault | undefined {
  const isArray = Array.isArray(value)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (isArray || prototype === Object.prototype) {
    // Cyclic ones end here as well.
    if (depth >= messageShapeLimits.depth) return 'tooDeep'
    if (!isArray) return faultOfRecord(value as Record<string, unknown>, walk, depth + 1)
    return prototype === Array.prototype ? faultOfArray(value, walk, depth + 1) : 'notPlain'
  }
  if (typedArrays.has(prototype) || isBuffer(value)) return undefined
  if (isDate(value, prototype)) return faultOfDate(value)
  return 'notPlain'
}

function faultOfArray(list: readonly unknown[], walk: Walk, depth: number): SendableFault | undefined {
  for (let index = 0; index < list.length; index++) {
    const item = list[index]
    const fault = item === undefined && !(index in list) ? 'arrayHole' : faultOf(item, walk, depth)
    if (fault === undefined) continue
    walk.path.push(index)
    return fault
  }
  if (list.length > MAX_NAMED_ARRAY) return undefined
  // One more is the length itself.
  return Reflect.ownKeys(list).length === list.length + 1 ? undefined : 'hiddenKey'
}

function faultOfRecord(
  record: Readonly<Record<string, unknown>>,
  walk: Walk,
  depth: number,
): SendableFault | undefined {
  let count = 0
  for (const key in record) {
    count++
    walk.values++
    const fault = faultOfKey(key) ?? faultOf(record[key], walk, depth)
    if (fault === undefined) continue
    walk.path.push(key)
    return fault
  }
  // In two steps, which engines keep ready; both at once takes as long as all the rest.
  const isHidden =
    Object.getOwnPropertyNames(record).length !== count || Object.getOwnPropertySymbols(record).length > 0
  return isHidden ? 'hiddenKey' : undefined
}

function faultOfKey(key: string): SendableFault | undefined {
  if (key === '__proto__') return 'protoKey'
  return isWellFormed(key) ? undefined : 'loneSurrogate'
}

// biome-ignore lint/style/noRestrictedGlobals: only the type.
function faultOfDate(date: Date): SendableFault | undefined {
  if (Number.isNaN(date.getTime())) return 'unsendableDate'
  return Reflect.ownKeys(date).length === 0 ? undefined : 'hiddenKey'
}

/** A date and no subclass of it, known without the class: this room asks for no time. */
// biome-ignore lint/style/noRestrictedGlobals: only the type.
function isDate(value: object, prototype: unknown): value is Date {
  return (
    Object.prototype.toString.call(value) === '[object Date]' &&
    Object.getPrototypeOf(prototype) === Object.prototype &&
    value.constructor.name === 'Date'
  )
}

/** Node's own kind of bytes, known without asking for Node. */
function isBuffer(value: object): boolean {
  return value instanceof Uint8Array && value.constructor.name === 'Buffer'
}

function pathOf(root: string, path: readonly (string | number)[]): string {
  let text = root
  for (const step of path.toReversed()) text += typeof step === 'number' ? `[${step}]` : `.${step}`
  return text
}
