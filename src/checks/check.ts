import * as v from 'valibot'
import { InvalidArgumentError, printableName } from '../errors/index.js'

/** What a value must be, with the remedy as its message; made by the functions of this room. */
export type Check = v.GenericSchema<unknown>

/** Longest part of a name that is shown: an unknown key may be of any length. */
const KEY_LIMIT = 60

/**
 * Holds a value that came from outside to what it must be.
 *
 * @param field - the parameter's name. An error names the path of the wrong part; parts of `options` are named without it,
 *   as callers write them.
 * @throws InvalidArgumentError for the first part that is wrong; nothing has been done by then.
 * PERF: a walk over what the check looks at; lists and maps are walked whole.
 */
export function check(field: string, expected: Check, value: unknown): void {
  const result = v.safeParse(expected, value, { abortEarly: true, abortPipeEarly: true })
  if (result.success) return
  const issue = result.issues[0]
  const keys = (issue.path ?? []).map((item) => printableName(String(item.key), KEY_LIMIT))
  throw new InvalidArgumentError({ field: pathOf(field, keys), value: issue.input, remedy: issue.message })
}

/** Whether a value is what it must be. */
export function fits(expected: Check, value: unknown): boolean {
  return v.is(expected, value)
}

/** What to pass instead of a value, in one sentence; `null` when it is what it must be. */
export function whyUnfit(expected: Check, value: unknown): string | null {
  const result = v.safeParse(expected, value, { abortEarly: true, abortPipeEarly: true })
  return result.success ? null : result.issues[0].message
}

/** `a.b[0]`, without the word `options` in front. */
function pathOf(field: string, keys: readonly string[]): string {
  const rest = keys.map((key) => (/^\d+$/.test(key) ? `[${key}]` : `.${key}`)).join('')
  if (rest === '') return field
  return field === 'options' && rest.startsWith('.') ? rest.slice(1) : `${field}${rest}`
}
