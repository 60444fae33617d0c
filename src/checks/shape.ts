import * as v from 'valibot'
import type { Check } from './check.js'
import { custom, isOptional, quickly, quickTest, type Test } from './kinds.js'
import { nearest } from './nearest.js'

/** One check for every key of `T`, the optional ones included: a key that is forgotten here does not compile. */
export type ShapeOf<T> = { readonly [K in keyof Required<T>]: Check }

/**
 * A plain object with these keys and no others. A key that is not known is refused with those that are: it is most often
 * a slip, and would be ignored in silence.
 */
export function shape<T extends object>(entries: ShapeOf<T>): Check {
  const known = Object.keys(entries)
  const remedyOf = (issue: v.ObjectIssue): string => {
    const entry = (entries as Record<string, Check>)[String(issue.path?.at(-1)?.key ?? '')]
    return entry !== undefined && 'message' in entry && typeof entry.message === 'string'
      ? entry.message
      : 'Pass it.'
  }
  const expected = v.pipe(
    plainObject,
    knownKeys(known),
    v.object({ ...(entries as Record<string, Check>) }, remedyOf),
  )
  return quickly(expected, quickShape(entries))
}

/** One look at an object whose parts can all be told in one. */
function quickShape(entries: Readonly<Record<string, Check>>): Test | undefined {
  const parts: { readonly key: string; readonly mayBeMissing: boolean; readonly isRight: Test }[] = []
  for (const [key, part] of Object.entries(entries)) {
    const isRight = quickTest(part)
    if (isRight === undefined) return undefined
    parts.push({ key, mayBeMissing: isOptional(part), isRight })
  }
  const names = new Set(Object.keys(entries))
  return (value) => {
    if (!isPlainObject(value)) return false
    for (const key in value) if (!names.has(key)) return false
    for (const { key, mayBeMissing, isRight } of parts) {
      if (!(mayBeMissing || key in value) || !isRight(value[key])) return false
    }
    return true
  }
}

/** Comes before what is missing: a misspelt key is both, and only its own name says so. */
function knownKeys(known: readonly string[]): v.RawCheckAction<unknown> {
  const names = new Set(known)
  return v.rawCheck(({ dataset, addIssue }) => {
    const value = dataset.value as Record<string, unknown>
    for (const key in value) {
      if (names.has(key)) continue
      addIssue({
        message: unknownKeyRemedy(key, known),
        input: value[key],
        path: [{ type: 'object', origin: 'key', input: value, key, value: value[key] }],
      })
    }
  })
}

/** An object, and no list, Map, promise or other thing that would pass for one without any keys. */
export const plainObject: Check = custom('Pass an object.', isPlainObject)

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return Object.prototype.toString.call(value) === '[object Object]'
}

/** A plain object in which every value is right, whatever its keys. */
export function recordOf(value: Check): Check {
  return v.pipe(plainObject, v.record(v.string(), value, 'Pass an object.'))
}

function unknownKeyRemedy(key: string, known: readonly string[]): string {
  const like = nearest(known, key)
  if (like !== undefined) return `Leave it out; did you mean ${like}?`
  return known.length === 0 ? 'Leave it out.' : `Leave it out; known are ${known.join(', ')}.`
}
