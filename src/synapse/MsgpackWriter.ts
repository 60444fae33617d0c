import { isWellFormed } from '../checks/index.js'
import type { SendableFault } from './messageErrors.js'
import { extension, messageShapeLimits, typedArrays } from './messageShape.js'
import { byteLengthOf, bytesOf, classOf, isBuffer } from './typedArrayParts.js'

/** Bounds of the integers that msgpack has. */
const MIN_INTEGER = -(2n ** 63n)
const MAX_INTEGER = 2n ** 64n - 1n

/** Text up to so many code units is written here; the platform's encoder takes longer to be asked. */
const SHORT_TEXT = 48

/** Bytes that a writer begins with, and most that it keeps for the next message. */
const FIRST_BYTES = 16_384
const KEPT_BYTES = 1_048_576

const codeOfClass: ReadonlyMap<string, number> = new Map(typedArrays.map(({ name }, code) => [name, code]))
const encoder = /* @__PURE__ */ new TextEncoder()

/**
 * Writes one message as msgpack, and holds each value to what arrives as it was sent: writing and looking are one pass. Its memory serves
 * one message after the other.
 *
 * Two that are the same to most readers may pass: Node's `Buffer` arrives as a `Uint8Array` of the same bytes, and of arrays and typed
 * arrays only what is listed is looked for: not a named property that is hidden, nor one of a typed array.
 *
 * Each property is read once, in order. Where that changes the object or array it belongs to, as a getter can, the message is refused.
 *
 * @source msgpack specification, github.com/msgpack/msgpack
 * PERF: some tens of nanoseconds a value; bytes and long text are copied once.
 */
export class MsgpackWriter {
  /** From the part at fault up to the root; empty while all is well. */
  readonly path: (string | number)[] = []
  #bytes = new Uint8Array(FIRST_BYTES)
  #view = new DataView(this.#bytes.buffer)
  #at = 0
  #values = 0

  /** Forgets what was written. @param values - how many count as written already. */
  begin(values = 0): void {
    this.#at = 0
    this.#values = values
    this.path.length = 0
  }

  /** What was written, in this writer's own memory: the next message takes its place. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#at)
  }

  /** What was written is of no use any more: memory that a large message took is not kept until the next one. */
  rest(): void {
    if (this.#bytes.length > KEPT_BYTES) this.#move(FIRST_BYTES, 0)
  }

  /** Opens an array; as many values follow. */
  array(count: number): void {
    this.#room(5)
    if (count < 16) this.#bytes[this.#at++] = 0x90 | count
    else this.#length(0xdc, count)
  }

  /** An integer or any other number. */
  number(value: number): void {
    this.#room(9)
    if (value >>> 0 === value && !Object.is(value, -0)) this.#unsigned(value)
    else if (value >> 0 === value && value !== 0) this.#negative(value)
    else {
      this.#bytes[this.#at] = 0xcb
      this.#view.setFloat64(this.#at + 1, value)
      this.#at += 9
    }
  }

  flag(value: boolean): void {
    this.#byte(value ? 0xc3 : 0xc2)
  }

  /** Text; the fault when it is none. */
  text(value: string): SendableFault | undefined {
    if (value.length > SHORT_TEXT || !this.#ascii(value)) {
      if (!isWellFormed(value)) return 'loneSurrogate'
      this.#utf8(value)
    }
    return undefined
  }

  /** Any value, so many arrays and maps deep; what is wrong with it otherwise, with `path`. What it throws, the value itself threw. */
  value(value: unknown, depth: number): SendableFault | undefined {
    if (++this.#values > messageShapeLimits.values) return 'tooManyValues'
    switch (typeof value) {
      case 'string':
        return this.text(value)
      case 'number':
        this.number(value)
        return undefined
      case 'object':
        if (value !== null) return this.#object(value, depth)
        this.#byte(0xc0)
        return undefined
      case 'boolean':
        this.flag(value)
        return undefined
      case 'undefined':
        this.#extension(1, extension.undefined)
        this.#byte(0)
        return undefined
      case 'bigint':
        return this.#bigint(value)
      default:
        return 'notData'
    }
  }

  #object(value: object, depth: number): SendableFault | undefined {
    const isArray = Array.isArray(value)
    const prototype: unknown = Object.getPrototypeOf(value)
    if (isArray || prototype === Object.prototype) {
      // What contains itself ends here as well.
      if (depth >= messageShapeLimits.depth) return 'tooDeep'
      if (!isArray) return this.#record(value as Readonly<Record<string, unknown>>, depth + 1)
      return prototype === Array.prototype ? this.#list(value, depth + 1) : 'notPlain'
    }
    const className = classOf(value)
    if (className !== undefined) return this.#typed(value, prototype, className)
    return isDate(value, prototype) ? this.#date(value) : 'notPlain'
  }

  #list(list: readonly unknown[], depth: number): SendableFault | undefined {
    const { length } = list
    this.array(length)
    for (let index = 0; index < length; index++) {
      const item = list[index]
      const fault = item === undefined && !(index in list) ? 'arrayHole' : this.value(item, depth)
      if (fault === undefined) continue
      this.path.push(index)
      return fault
    }
    if (list.length !== length) return 'changing'
    // Indices come first, in order: where the last is at its place, the others are.
    const keys = Object.keys(list)
    const isNamed = keys.length !== length || (length > 0 && keys[length - 1] !== String(length - 1))
    return isNamed || Object.getOwnPropertySymbols(list).length > 0 ? 'hiddenKey' : undefined
  }

  #record(record: Readonly<Record<string, unknown>>, depth: number): SendableFault | undefined {
    const keys = Object.keys(record)
    const { length } = keys
    this.#room(5)
    if (length < 16) this.#bytes[this.#at++] = 0x80 | length
    else this.#length(0xde, length)
    for (let index = 0; index < length; index++) {
      const key = keys[index] as string
      this.#values++
      const fault = key === '__proto__' ? 'protoKey' : (this.text(key) ?? this.#entry(record, key, depth))
      if (fault === undefined) continue
      this.path.push(key)
      return fault
    }
    // In two steps, which engines keep ready; both at once takes as long as all the rest.
    const names = Object.getOwnPropertyNames(record)
    if (names.length === length && Object.getOwnPropertySymbols(record).length === 0)
      return isSame(keys, names) ? undefined : 'changing'
    return isSame(keys, Object.keys(record)) ? 'hiddenKey' : 'changing'
  }

  #entry(record: Readonly<Record<string, unknown>>, key: string, depth: number): SendableFault | undefined {
    const value = record[key]
    // A getter before it took it away.
    return value === undefined && !Object.hasOwn(record, key) ? 'changing' : this.value(value, depth)
  }

  #bigint(value: bigint): SendableFault | undefined {
    if (value < MIN_INTEGER || value > MAX_INTEGER) return 'integerTooLarge'
    this.#room(9)
    const isSigned = value < 2n ** 63n
    this.#bytes[this.#at] = isSigned ? 0xd3 : 0xcf
    if (isSigned) this.#view.setBigInt64(this.#at + 1, value)
    else this.#view.setBigUint64(this.#at + 1, value)
    this.#at += 9
    return undefined
  }

  #unsigned(value: number): void {
    if (value < 0x80) {
      this.#bytes[this.#at++] = value
    } else if (value < 0x100) {
      this.#bytes[this.#at] = 0xcc
      this.#bytes[this.#at + 1] = value
      this.#at += 2
    } else if (value < 0x1_0000) {
      this.#bytes[this.#at] = 0xcd
      this.#view.setUint16(this.#at + 1, value)
      this.#at += 3
    } else {
      this.#bytes[this.#at] = 0xce
      this.#view.setUint32(this.#at + 1, value)
      this.#at += 5
    }
  }

  #negative(value: number): void {
    if (value >= -0x20) {
      this.#bytes[this.#at++] = 0x100 + value
    } else if (value >= -0x80) {
      this.#bytes[this.#at] = 0xd0
      this.#view.setInt8(this.#at + 1, value)
      this.#at += 2
    } else if (value >= -0x8000) {
      this.#bytes[this.#at] = 0xd1
      this.#view.setInt16(this.#at + 1, value)
      this.#at += 3
    } else {
      this.#bytes[this.#at] = 0xd2
      this.#view.setInt32(this.#at + 1, value)
      this.#at += 5
    }
  }

  /** False, and nothing is written, when some of it is no ASCII. */
  #ascii(value: string): boolean {
    const { length } = value
    this.#room(2 + length)
    const bytes = this.#bytes
    let at = this.#at
    if (length < 32) {
      bytes[at++] = 0xa0 | length
    } else {
      bytes[at++] = 0xd9
      bytes[at++] = length
    }
    for (let index = 0; index < length; index++) {
      const code = value.charCodeAt(index)
      if (code >= 0x80) return false
      bytes[at++] = code
    }
    this.#at = at
    return true
  }

  #utf8(value: string): void {
    // A code unit takes three bytes at most; how long the length itself is shows only afterwards.
    this.#room(5 + 3 * value.length)
    const start = this.#at + 5
    const { written } = encoder.encodeInto(value, this.#bytes.subarray(start))
    if (written < 32) this.#bytes[this.#at++] = 0xa0 | written
    else if (written < 0x100) {
      this.#bytes[this.#at++] = 0xd9
      this.#bytes[this.#at++] = written
    } else this.#length(0xda, written)
    this.#bytes.copyWithin(this.#at, start, start + written)
    this.#at += written
  }

  #typed(value: object, prototype: unknown, className: string): SendableFault | undefined {
    if (className === 'Uint8Array' && (prototype === Uint8Array.prototype || isBuffer(value))) {
      this.#binary(value as Uint8Array)
      return undefined
    }
    const code = codeOfClass.get(className)
    // Of a subclass, or given another prototype.
    if (code === undefined || typedArrays[code]?.prototype !== prototype) return 'notPlain'
    const bytes = bytesOf(value)
    this.#extension(1 + bytes.length, extension.typedArray)
    this.#room(1 + bytes.length)
    this.#bytes[this.#at++] = code
    this.#bytes.set(bytes, this.#at)
    this.#at += bytes.length
    return undefined
  }

  #binary(value: Uint8Array): void {
    const length = byteLengthOf(value)
    this.#room(5 + length)
    if (length < 0x100) {
      this.#bytes[this.#at++] = 0xc4
      this.#bytes[this.#at++] = length
    } else this.#length(0xc5, length)
    this.#bytes.set(value, this.#at)
    this.#at += length
  }

  // biome-ignore lint/style/noRestrictedGlobals: only the type.
  #date(date: Date): SendableFault | undefined {
    // biome-ignore lint/style/noRestrictedGlobals: of a time that is given, whatever its object says itself.
    const ms = Date.prototype.getTime.call(date)
    if (Number.isNaN(ms)) return 'unsendableDate'
    if (Reflect.ownKeys(date).length > 0) return 'hiddenKey'
    const seconds = Math.floor(ms / 1_000)
    const nanoseconds = 1_000_000 * (ms - 1_000 * seconds)
    const isShort = seconds >= 0 && seconds < 2 ** 32
    this.#extension(isShort ? (nanoseconds === 0 ? 4 : 8) : 12, extension.timestamp)
    this.#room(12)
    if (isShort && nanoseconds === 0) {
      this.#view.setUint32(this.#at, seconds)
      this.#at += 4
    } else if (isShort) {
      // 30 bits of nanoseconds, 34 of seconds, of which 32 are enough here.
      this.#view.setUint32(this.#at, nanoseconds * 4)
      this.#view.setUint32(this.#at + 4, seconds)
      this.#at += 8
    } else {
      this.#view.setUint32(this.#at, nanoseconds)
      this.#view.setBigInt64(this.#at + 4, BigInt(seconds))
      this.#at += 12
    }
    return undefined
  }

  /** What opens an extension of so many bytes. */
  #extension(length: number, type: number): void {
    this.#room(6)
    const fixed = FIXED_EXTENSIONS.indexOf(length)
    if (fixed >= 0) this.#bytes[this.#at++] = 0xd4 + fixed
    else if (length < 0x100) {
      this.#bytes[this.#at++] = 0xc7
      this.#bytes[this.#at++] = length
    } else this.#length(0xc8, length)
    this.#bytes[this.#at++] = type
  }

  /** A mark and a length of two bytes, or the next mark and one of four. */
  #length(mark: number, length: number): void {
    if (length < 0x1_0000) {
      this.#bytes[this.#at] = mark
      this.#view.setUint16(this.#at + 1, length)
      this.#at += 3
    } else {
      this.#bytes[this.#at] = mark + 1
      this.#view.setUint32(this.#at + 1, length)
      this.#at += 5
    }
  }

  #byte(value: number): void {
    this.#room(1)
    this.#bytes[this.#at++] = value
  }

  #room(bytes: number): void {
    if (this.#at + bytes > this.#bytes.length) this.#move(2 * (this.#at + bytes), this.#at)
  }

  #move(size: number, kept: number): void {
    const moved = new Uint8Array(size)
    moved.set(this.#bytes.subarray(0, kept))
    this.#bytes = moved
    this.#view = new DataView(moved.buffer)
  }
}

/** Extensions of these lengths have marks of their own. */
const FIXED_EXTENSIONS = [1, 2, 4, 8, 16]

/** A date and no subclass of it. */
// biome-ignore lint/style/noRestrictedGlobals: only the type.
function isDate(value: object, prototype: unknown): value is Date {
  // biome-ignore lint/style/noRestrictedGlobals: of a time that is given.
  return prototype === Date.prototype && Object.prototype.toString.call(value) === '[object Date]'
}

function isSame(before: readonly string[], after: readonly string[]): boolean {
  if (before.length !== after.length) return false
  for (let index = 0; index < before.length; index++) if (before[index] !== after[index]) return false
  return true
}
