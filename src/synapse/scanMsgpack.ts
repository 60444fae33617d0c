import { isUtf8 } from './isUtf8.js'

/** Bounds on the shape of one message, whatever its size in bytes. */
export const messageShapeLimits = {
  /** Arrays and maps inside one another. */
  depth: 32,
  /** Values, keys included; a typed array counts as one. */
  values: 131_072,
} as const

/** What is wrong with bytes that should be one msgpack value; `badText` is text that is no UTF-8. */
export type MsgpackFault =
  | 'truncated'
  | 'trailingBytes'
  | 'tooDeep'
  | 'tooManyValues'
  | 'forbiddenType'
  | 'badText'

const EXT_TYPED_ARRAY = 0x74
const EXT_UNDEFINED = 0x00
const EXT_TIMESTAMP = 0xff
const MAX_NANOSECONDS = 999_999_999
/** Farthest from 1970 that a date can be. */
const MAX_TIME_MS = 8.64e15
/** Element bytes of the typed arrays by their code; other codes (buffers, views) are not spoken. */
const TYPED_ARRAY_BYTES = [1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8]

/**
 * Looks over msgpack bytes without building anything: well-formed, one value, of bounded shape, and only of types
 * that are plain data (numbers, text that is UTF-8, bytes, booleans, nil, arrays, maps with text keys other than `__proto__`,
 * typed arrays, dates).
 *
 * A decoder may trust what passed. Undefined when all is well.
 * PERF: O(values), no allocation, and no deeper a stack than the depth allowed; bytes are skipped, not read.
 */
export function scanMsgpack(bytes: Uint8Array): MsgpackFault | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const scan: Scan = { bytes, view, position: 0, values: 0 }
  const fault = scanValue(scan, 0)
  if (fault !== undefined || scan.position === bytes.length) return fault
  return 'trailingBytes'
}

interface Scan {
  readonly bytes: Uint8Array
  readonly view: DataView
  position: number
  /** So many were begun. */
  values: number
}

/** @param depth - of the arrays and maps around it, each of which is one call. */
function scanValue(scan: Scan, depth: number): MsgpackFault | undefined {
  if (scan.values++ >= messageShapeLimits.values) return 'tooManyValues'
  if (scan.position >= scan.bytes.length) return 'truncated'
  const token = scan.view.getUint8(scan.position++)
  if (token < 0x80 || token >= 0xe0) return undefined
  if (token < 0x90) return scanMap(scan, token & 0x0f, depth)
  if (token < 0xa0) return scanArray(scan, token & 0x0f, depth)
  if (token < 0xc0) return scanText(scan, token & 0x1f)
  return scanLong(scan, token, depth)
}

function scanLong(scan: Scan, token: number, depth: number): MsgpackFault | undefined {
  switch (token) {
    case 0xc0:
    case 0xc2:
    case 0xc3:
      return undefined
    case 0xcc:
    case 0xd0:
      return skip(scan, 1)
    case 0xcd:
    case 0xd1:
      return skip(scan, 2)
    case 0xca:
    case 0xce:
    case 0xd2:
      return skip(scan, 4)
    case 0xcb:
    case 0xcf:
    case 0xd3:
      return skip(scan, 8)
    case 0xc4:
      return skip(scan, readLength(scan, 1))
    case 0xd9:
      return scanText(scan, readLength(scan, 1))
    case 0xc5:
      return skip(scan, readLength(scan, 2))
    case 0xda:
      return scanText(scan, readLength(scan, 2))
    case 0xc6:
      return skip(scan, readLength(scan, 4))
    case 0xdb:
      return scanText(scan, readLength(scan, 4))
    case 0xdc:
      return scanArray(scan, readLength(scan, 2), depth)
    case 0xdd:
      return scanArray(scan, readLength(scan, 4), depth)
    case 0xde:
      return scanMap(scan, readLength(scan, 2), depth)
    case 0xdf:
      return scanMap(scan, readLength(scan, 4), depth)
    default:
      return scanExtension(scan, token)
  }
}

function scanExtension(scan: Scan, token: number): MsgpackFault | undefined {
  let length: number
  if (token >= 0xd4 && token <= 0xd8) length = 1 << (token - 0xd4)
  else if (token >= 0xc7 && token <= 0xc9) length = readLength(scan, 1 << (token - 0xc7))
  else return 'forbiddenType'
  const start = scan.position
  const fault = skip(scan, 1 + length)
  if (fault !== undefined) return fault
  const type = scan.view.getUint8(start)
  if (type === EXT_UNDEFINED) return length === 1 ? undefined : 'forbiddenType'
  if (type === EXT_TIMESTAMP) return isTime(scan.view, start + 1, length) ? undefined : 'forbiddenType'
  if (type !== EXT_TYPED_ARRAY || length === 0) return 'forbiddenType'
  const elementBytes = TYPED_ARRAY_BYTES[scan.view.getUint8(start + 1)]
  return elementBytes !== undefined && (length - 1) % elementBytes === 0 ? undefined : 'forbiddenType'
}

/** Whether a timestamp is a time that a date can be: others would arrive as no date, or as another one. */
function isTime(view: DataView, at: number, length: number): boolean {
  if (length === 4) return true
  // Seconds of 34 bits lie far within.
  if (length === 8) return view.getUint32(at) >>> 2 <= MAX_NANOSECONDS
  if (length !== 12) return false
  const nanoseconds = view.getUint32(at)
  const seconds = view.getInt32(at + 4) * 0x1_0000_0000 + view.getUint32(at + 8)
  return nanoseconds <= MAX_NANOSECONDS && Math.abs(seconds * 1_000 + nanoseconds / 1_000_000) <= MAX_TIME_MS
}

function scanArray(scan: Scan, count: number, depth: number): MsgpackFault | undefined {
  const fault = faultOfCount(scan, count, depth)
  if (fault !== undefined) return fault
  for (let i = 0; i < count; i++) {
    const fault = scanValue(scan, depth + 1)
    if (fault !== undefined) return fault
  }
  return undefined
}

function scanMap(scan: Scan, count: number, depth: number): MsgpackFault | undefined {
  const fault = faultOfCount(scan, 2 * count, depth)
  if (fault !== undefined) return fault
  for (let i = 0; i < count; i++) {
    const fault = scanKey(scan, depth + 1) ?? scanValue(scan, depth + 1)
    if (fault !== undefined) return fault
  }
  return undefined
}

/** Each value takes a byte at least: a count that cannot be there is refused before anything is made for it. */
function faultOfCount({ bytes, position }: Scan, values: number, depth: number): MsgpackFault | undefined {
  if (values > bytes.length - position) return 'truncated'
  return depth < messageShapeLimits.depth ? undefined : 'tooDeep'
}

function scanKey(scan: Scan, depth: number): MsgpackFault | undefined {
  const start = scan.position
  const token = scan.bytes[start]
  const isText = token !== undefined && ((token >= 0xa0 && token < 0xc0) || (token >= 0xd9 && token <= 0xdb))
  const fault = isText || token === undefined ? scanValue(scan, depth) : 'forbiddenType'
  return fault ?? (isProto(scan.bytes, start, scan.position) ? 'forbiddenType' : undefined)
}

function scanText(scan: Scan, length: number): MsgpackFault | undefined {
  const start = scan.position
  return skip(scan, length) ?? (isUtf8(scan.bytes, start, scan.position) ? undefined : 'badText')
}

function skip(scan: Scan, length: number): MsgpackFault | undefined {
  scan.position += length
  return scan.position > scan.bytes.length ? 'truncated' : undefined
}

/** A big-endian length of 1, 2 or 4 bytes; beyond the end it reads as more than there can be. */
function readLength(scan: Scan, bytes: number): number {
  const at = scan.position
  if (skip(scan, bytes) !== undefined) return Number.MAX_SAFE_INTEGER
  if (bytes === 1) return scan.view.getUint8(at)
  return bytes === 2 ? scan.view.getUint16(at) : scan.view.getUint32(at)
}

const PROTO = /* @__PURE__ */ Array.from('__proto__', (letter) => letter.charCodeAt(0))

/** Whether a key that was written in these bytes, its length first, is the one that objects treat as their prototype. */
function isProto(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < PROTO.length + 1 || end - start > PROTO.length + 5) return false
  const text = end - PROTO.length
  return PROTO.every((code, index) => bytes[text + index] === code) && lengthAt(bytes, start) === PROTO.length
}

/** The length of a text of less than 256 bytes, however it is written. */
function lengthAt(bytes: Uint8Array, at: number): number {
  const token = bytes[at] ?? 0
  if (token < 0xc0) return token & 0x1f
  // The last byte of a big-endian length; longer ones do not come here.
  return bytes[at + (1 << (token - 0xd9))] ?? 0
}
