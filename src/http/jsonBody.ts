import { isWellFormed } from '../checks/index.js'
import { messageShapeLimits } from '../synapse/index.js'
import { type JsonFault, NotJsonError } from './httpErrors.js'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

interface Walk {
  values: number
  readonly path: (string | number)[]
}

/**
 * The JSON text of a value that arrives as it was sent; a property that is `undefined` is left out, and -0 arrives as 0.
 *
 * @param root - what errors call the value.
 * @throws NotJsonError
 */
export function toJson(root: string, value: unknown): string {
  const walk: Walk = { values: 0, path: [] }
  const fault = faultOf(value, walk, 0)
  if (fault !== undefined) throw new NotJsonError({ fault, path: pathOf(root, walk.path) })
  return JSON.stringify(value)
}

/**
 * The value of JSON bytes from a peer, of the shape that messages may have; `undefined` when it is none.
 *
 * PERF: one parse and one look at each value.
 */
export function parseJson(bytes: Uint8Array): { readonly value: unknown } | undefined {
  let value: unknown
  try {
    value = JSON.parse(decoder.decode(bytes))
  } catch {
    return undefined
  }
  return faultOf(value, { values: 0, path: [] }, 0) === undefined ? { value } : undefined
}

/** Whether a value is an object with keys, as JSON has them. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function faultOf(value: unknown, walk: Walk, depth: number): JsonFault | undefined {
  if (++walk.values > messageShapeLimits.values) return 'tooManyValues'
  switch (typeof value) {
    case 'boolean':
      return undefined
    case 'number':
      return Number.isFinite(value) ? undefined : 'notFinite'
    case 'string':
      return isWellFormed(value) ? undefined : 'loneSurrogate'
    case 'object':
      return value === null ? undefined : faultOfObject(value, walk, depth)
    default:
      return 'notJson'
  }
}

function faultOfObject(value: object, walk: Walk, depth: number): JsonFault | undefined {
  if (depth >= messageShapeLimits.depth) return 'tooDeep'
  if (Array.isArray(value)) return faultOfArray(value, walk, depth + 1)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype) return 'notJson'
  for (const [key, entry] of Object.entries(value)) {
    const fault = entry === undefined ? undefined : (faultOfKey(key) ?? faultOf(entry, walk, depth + 1))
    if (fault === undefined) continue
    walk.path.push(key)
    return fault
  }
  return undefined
}

function faultOfArray(list: readonly unknown[], walk: Walk, depth: number): JsonFault | undefined {
  for (let index = 0; index < list.length; index++) {
    const fault = faultOf(list[index], walk, depth)
    if (fault === undefined) continue
    walk.path.push(index)
    return fault
  }
  return undefined
}

function faultOfKey(key: string): JsonFault | undefined {
  if (key === '__proto__') return 'protoKey'
  return isWellFormed(key) ? undefined : 'loneSurrogate'
}

function pathOf(root: string, path: readonly (string | number)[]): string {
  let text = root
  for (const step of path.toReversed()) text += typeof step === 'number' ? `[${step}]` : `.${step}`
  return text
}
