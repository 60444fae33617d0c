import * as v from 'valibot'
import type { Check } from './check.js'
import { custom } from './kinds.js'

/** One check for every key of `T`, the optional ones included: a key that is forgotten here does not compile. */
export type ShapeOf<T> = { readonly [K in keyof Required<T>]: Check }

/**
 * A plain object with these keys and no others. A key that is not known is refused with those that are: it is most often
 * a slip, and would be ignored in silence.
 */
export function shape<T extends object>(entries: ShapeOf<T>): Check {
  const known = Object.keys(entries)
  const remedyOf = (issue: v.StrictObjectIssue): string => {
    const key = String(issue.path?.at(-1)?.key ?? '')
    if (issue.expected === 'never') return unknownKeyRemedy(key, known)
    const entry = (entries as Record<string, Check>)[key] as { readonly message?: unknown } | undefined
    return typeof entry?.message === 'string' ? entry.message : `Pass ${key}.`
  }
  return v.pipe(plainObject, v.strictObject({ ...(entries as Record<string, Check>) }, remedyOf))
}

/** An object, and no list, Map, promise or other thing that would pass for one without any keys. */
export const plainObject: Check = custom(
  'Pass an object.',
  (value) => Object.prototype.toString.call(value) === '[object Object]',
)

function unknownKeyRemedy(key: string, known: readonly string[]): string {
  const like = known.find((name) => isLike(name.toLowerCase(), key.toLowerCase()))
  if (like !== undefined) return `Leave it out; did you mean ${like}?`
  return known.length === 0 ? 'Leave it out.' : `Leave it out; known are ${known.join(', ')}.`
}

/** Whether one is the beginning of the other, or they differ in at most two letters. */
function isLike(name: string, key: string): boolean {
  if (key.length >= 3 && (name.startsWith(key) || key.startsWith(name))) return true
  return Math.abs(name.length - key.length) <= 2 && key.length >= 4 && distance(name, key) <= 2
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}
