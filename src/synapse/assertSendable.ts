import { type SendableFault, UnencodableMessageError } from './messageErrors.js'
import { messageShapeLimits } from './scanMsgpack.js'

/** Longest array whose own names are looked for: those of more entries would cost more to list than to send. */
const MAX_NAMED_ARRAY = 64

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

/** What is left to look at. */
interface Walk {
  values: number
  /** Containers around the root. */
  readonly depth: number
  /** Names and indices from the root to where the walk is. */
  readonly path: (string | number)[]
}

/**
 * Holds a value to what arrives as it was sent. The library underneath writes many others too, as something else or as nothing.
 *
 * Two that are the same to most readers may pass: -0 arrives as 0, and Node's `Buffer` as a `Uint8Array` of the same bytes.
 *
 * PERF: one look at each value; typed arrays are not looked into.
 *
 * @param root - what errors call the value.
 * @param around - what the value is wrapped in.
 * @throws UnencodableMessageError naming the part that cannot travel, and why.
 */
export function assertSendable(root: string, value: unknown, around = { depth: 0, values: 0 }): void {
  const walk: Walk = { ...around, path: [] }
  const fault = faultOf(value, walk)
  if (fault !== undefined) throw new UnencodableMessageError({ fault, path: pathOf(root, walk.path) })
}

function faultOf(value: unknown, walk: Walk): SendableFault | undefined {
  if (++walk.values > messageShapeLimits.values) return 'tooManyValues'
  switch (typeof value) {
    case 'undefined':
    case 'boolean':
    case 'number':
      return undefined
    case 'string':
      return isWellFormed(value) ? undefined : 'loneSurrogate'
    case 'bigint':
      return value >= MIN_INTEGER && value <= MAX_INTEGER ? undefined : 'integerTooLarge'
    case 'object':
      return value === null ? undefined : faultOfObject(value, walk)
    default:
      return 'notData'
  }
}

function faultOfObject(value: object, walk: Walk): SendableFault | undefined {
  // Cyclic ones end here as well.
  if (walk.path.length + walk.depth >= messageShapeLimits.depth) return 'tooDeep'
  if (Array.isArray(value)) return faultOfArray(value, walk)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype) return faultOfRecord(value as Record<string, unknown>, walk)
  if (typedArrays.has(prototype) || isBuffer(value)) return undefined
  if (isDate(value, prototype)) return faultOfDate(value)
  return 'notPlain'
}

function faultOfArray(list: readonly unknown[], walk: Walk): SendableFault | undefined {
  if (Object.getPrototypeOf(list) !== Array.prototype) return 'notPlain'
  const { path } = walk
  const at = path.push(0) - 1
  for (let index = 0; index < list.length; index++) {
    const item = list[index]
    path[at] = index
    if (item === undefined && !(index in list)) return 'arrayHole'
    const fault = faultOf(item, walk)
    if (fault !== undefined) return fault
  }
  path.pop()
  if (list.length > MAX_NAMED_ARRAY) return undefined
  // One more is the length itself.
  return Reflect.ownKeys(list).length === list.length + 1 ? undefined : 'hiddenKey'
}

function faultOfRecord(record: Readonly<Record<string, unknown>>, walk: Walk): SendableFault | undefined {
  const keys = Object.keys(record)
  if (Reflect.ownKeys(record).length !== keys.length) return 'hiddenKey'
  const { path } = walk
  const at = path.push('') - 1
  for (const key of keys) {
    path[at] = key
    walk.values++
    if (key === '__proto__') return 'protoKey'
    if (!isWellFormed(key)) return 'loneSurrogate'
    const fault = faultOf(record[key], walk)
    if (fault !== undefined) return fault
  }
  path.pop()
  return undefined
}

function faultOfDate(date: Date): SendableFault | undefined {
  if (Number.isNaN(date.getTime())) return 'unsendableDate'
  return Reflect.ownKeys(date).length === 0 ? undefined : 'hiddenKey'
}

/** A date and no subclass of it, known without the class: this room asks for no time. */
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

/** Whether every surrogate has its partner: others have no bytes in UTF-8. */
const isWellFormed: (text: string) => boolean =
  'isWellFormed' in String.prototype
    ? (text) => (text as unknown as { isWellFormed(): boolean }).isWellFormed()
    : (text) => !/\p{Surrogate}/u.test(text)

function pathOf(root: string, path: readonly (string | number)[]): string {
  let text = root
  for (const step of path) text += typeof step === 'number' ? `[${step}]` : `.${step}`
  return text
}
