import { inspect } from 'node:util'
import { BaseError, HiddenValue } from 'subnetkit/errors'
import { describe, expect, test } from 'vitest'

/**
 * How one public function, constructor or method is called rightly. The suite then makes each argument, and each part of it,
 * wrong in turn, and wants a typed error that names it.
 */
export interface Entry {
  /** Names of the parameters, in order. */
  readonly params: readonly string[]
  /** Arguments that are right, made anew for every call. May be async. */
  readonly args: () => readonly unknown[] | Promise<readonly unknown[]>
  /** The call itself; what it gives back is awaited, and closed by `after`. */
  readonly call: (...args: never[]) => unknown
  /** Frees what a right (or wrongly accepted) call gave back. */
  readonly after?: (result: unknown) => unknown
  /** Paths that may be left out or undefined: `options`, `options.seed`. */
  readonly optional?: readonly string[]
  /** Paths whose content is the user's own, such as a task: taken as they are, neither made wrong nor looked into. */
  readonly free?: readonly string[]
  /** Values of another kind that are right all the same, by path: `{ 'options.signal': [null] }`. Compared by `typeof` and value. */
  readonly alsoRight?: Readonly<Record<string, readonly unknown[]>>
  /** Values of the right kind that are wrong, by path: `{ 'options.tempoBlocks': [0, -1, 1.5] }`. */
  readonly alsoWrong?: Readonly<Record<string, readonly unknown[]>>
  /** Paths that are secret, with all below them: an error about them shows nothing of what was passed. */
  readonly secrets?: readonly string[]
}

/** Every public function, class (its constructor) and method of a room; a string says why one is left out. */
export type Room = Readonly<Record<string, Entry | string>>

const TIMEOUT_MS = 2_000

/** What is passed as a secret, to be looked for in errors. */
const SECRET = 'Xq7-Zw9'

/** One value of each kind. */
const kinds: readonly unknown[] = [
  'text',
  true,
  -7.5,
  Number.NaN,
  5n,
  null,
  Symbol('wrong'),
  () => 0,
  {},
  [],
  new Map(),
  new Date(0),
  Promise.resolve(1),
  new Uint8Array(3),
]

/**
 * Declares the suite of one room.
 *
 * @param exported - the room's module: everything callable in it must be in the table.
 */
export function describeRefusals(name: string, exported: object, room: Room): void {
  describe(`wrong arguments to ${name}`, () => {
    test('are tried on everything callable', () => {
      const callable = callablesOf(exported)
      expect(callable.filter((one) => !(one in room))).toEqual([])
      expect(Object.keys(room).filter((one) => !callable.includes(one))).toEqual([])
    })
    for (const [what, entry] of Object.entries(room)) {
      if (typeof entry === 'string') continue
      test(`${what} names what is wrong`, async () => {
        const right = await outcome(entry, await entry.args())
        expect(right instanceof Fault ? right.text : 'accepted').toBe('accepted')
        const faults: string[] = []
        for (const { path, label, args, parts } of await mutants(entry)) {
          const result = await outcome(entry, args)
          const fault = faultOf(result, path, parts) ?? leakOf(entry, result, path)
          if (fault !== undefined) faults.push(`${path} = ${label}: ${fault}`)
        }
        expect(faults).toEqual([])
      }, 120_000)
    }
  })
}

interface Mutant {
  readonly path: string
  readonly label: string
  readonly args: readonly unknown[]
  /** Names that say what is wrong as well. */
  readonly parts: readonly string[]
}

/** Why a right call failed. */
class Fault {
  readonly error: unknown
  readonly text: string
  constructor(error: unknown) {
    this.error = error
    this.text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  }
}

async function outcome(entry: Entry, args: readonly unknown[]): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, TIMEOUT_MS, 'still running')
  })
  try {
    const result = await Promise.race([(async () => await entry.call(...(args as never[])))(), late])
    await entry.after?.(result)
    return result
  } catch (error) {
    return new Fault(error)
  } finally {
    clearTimeout(timer)
  }
}

function faultOf(result: unknown, path: string, parts: readonly string[]): string | undefined {
  if (!(result instanceof Fault)) return 'accepted in silence'
  const { error } = result
  if (!(error instanceof BaseError)) return `not a typed error, but ${result.text}`
  const leaf = path.split(/[.[\]]/).findLast((part) => part !== '' && !/^\d+$/.test(part))!
  const field = 'field' in error ? String(error.field) : ''
  const isNamed = [leaf, ...parts].some((name) => `${field} ${error.message}`.includes(name))
  return isNamed ? undefined : `does not name it: ${result.text}`
}

/** A secret that the error shows, in its message, its fields or its causes. */
function leakOf(entry: Entry, result: unknown, path: string): string | undefined {
  if (!isSecret(entry, path) || !(result instanceof Fault)) return undefined
  const { error } = result
  if (inspect(error, { depth: 10, showHidden: true }).includes(SECRET)) return `shows it: ${result.text}`
  const value = error instanceof Error && 'value' in error ? error.value : undefined
  const isHidden =
    value === undefined || value === null || typeof value === 'string' || value instanceof HiddenValue
  return isHidden ? undefined : 'holds it as value'
}

function isSecret(entry: Entry, path: string): boolean {
  return (
    entry.secrets?.some((one) => path === one || path.startsWith(`${one}.`) || path.startsWith(`${one}[`)) ===
    true
  )
}

async function mutants(entry: Entry): Promise<Mutant[]> {
  const all: Mutant[] = []
  const { params } = entry
  const count = (await entry.args()).length
  for (let at = 0; at < count; at++) {
    const sample = (await entry.args())[at]
    for (const change of changesOf(entry, params[at]!, sample, [])) {
      const args = [...(await entry.args())]
      args[at] = change.steps.length === 0 ? change.value : withChange(args[at], change)
      all.push({ path: change.path, label: labelOf(change), args, parts: change.parts ?? [] })
    }
  }
  return all
}

interface Change {
  readonly path: string
  readonly steps: readonly (string | number)[]
  readonly value: unknown
  readonly isMissing?: boolean
  /** Of an object without any key: those that it lacks, any of which may be named. */
  readonly parts?: readonly string[]
}

function changesOf(
  entry: Entry,
  path: string,
  value: unknown,
  steps: readonly (string | number)[],
): Change[] {
  if (entry.free?.includes(path)) return []
  const right = entry.alsoRight?.[path] ?? []
  const isRight = (one: unknown): boolean =>
    right.some(
      (other) =>
        Object.is(one, other) ||
        (typeof one === 'function' && typeof other === 'function') ||
        (typeof one === 'object' && one !== null && sameKind(one, other)),
    )
  const all = isSecret(entry, path)
    ? [...kinds, SECRET, [SECRET], { [SECRET]: SECRET }, new TextEncoder().encode(SECRET)]
    : kinds
  const changes: Change[] = all
    .filter((kind) => !sameKind(kind, value) && !isRight(kind))
    .map((kind) => ({
      path,
      steps,
      value: kind,
      ...(isPlain(kind) && isPlain(value) ? { parts: Object.keys(value) } : {}),
    }))
  // What every clock may leave out.
  const isOptional = entry.optional?.includes(path) || /(^|\.)clock\.elapsed$/.test(path)
  if (!isOptional) changes.push({ path, steps, value: undefined, isMissing: true })
  for (const wrong of entry.alsoWrong?.[path] ?? []) changes.push({ path, steps, value: wrong })
  if (steps.length >= 4) return changes
  if (Array.isArray(value) && value.length > 0) {
    changes.push(...changesOf(entry, `${path}[0]`, value[0], [...steps, 0]))
  } else if (isPlain(value)) {
    for (const [key, part] of Object.entries(value)) {
      changes.push(...changesOf(entry, `${path}.${key}`, part, [...steps, key]))
    }
    const unknownKey = `${path}.unheardOf`
    if (!entry.free?.includes(unknownKey))
      changes.push({
        path: unknownKey,
        steps: [...steps, 'unheardOf'],
        value: isSecret(entry, path) ? SECRET : 1,
      })
  }
  return changes
}

/** A copy of `value` in which one place is another; what is no plain object or list is kept as it is. */
function withChange(value: unknown, change: Change, depth = 0): unknown {
  if (depth === change.steps.length) return change.value
  const step = change.steps[depth]!
  if (Array.isArray(value)) {
    return value.map((part, at) => (at === step ? withChange(part, change, depth + 1) : part))
  }
  const copy: Record<string, unknown> = { ...(value as object) }
  const next = withChange(copy[step], change, depth + 1)
  if (change.isMissing && depth === change.steps.length - 1) delete copy[step]
  else copy[step] = next
  return copy
}

function sameKind(a: unknown, b: unknown): boolean {
  if (typeof a !== typeof b) return false
  if (typeof a === 'number')
    return Number.isNaN(a) === Number.isNaN(b) && (a as number) >= 0 === (b as number) >= 0
  if (typeof a !== 'object') return true
  const tag = (value: unknown): string => Object.prototype.toString.call(value)
  // Of two plain objects one may be empty: that is another kind.
  if (isPlain(a) && isPlain(b)) return (Object.keys(a).length === 0) === (Object.keys(b).length === 0)
  return tag(a) === tag(b)
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function labelOf({ value, isMissing }: Change): string {
  if (isMissing) return 'missing'
  if (typeof value === 'object' && value !== null) return Object.prototype.toString.call(value)
  return typeof value === 'function' ? 'a function' : String(value)
}

/** `name`, `Class`, `Class.staticMethod`, `Class#method`: what a user can call, errors apart. */
function callablesOf(exported: object): string[] {
  return Object.entries(exported).flatMap(([name, value]) => {
    if (typeof value !== 'function') return []
    if (!isClass(value)) return [name]
    if (value === BaseError || value.prototype instanceof BaseError) return []
    const statics = Object.getOwnPropertyNames(value).filter(
      (key) => typeof (value as never as Record<string, unknown>)[key] === 'function' && key !== 'prototype',
    )
    const methods = Object.entries(Object.getOwnPropertyDescriptors(value.prototype as object))
      .filter(([key, descriptor]) => key !== 'constructor' && typeof descriptor.value === 'function')
      .map(([key]) => key)
    return [name, ...statics.map((key) => `${name}.${key}`), ...methods.map((key) => `${name}#${key}`)]
  })
}

// biome-ignore lint/complexity/noBannedTypes: any function at all
function isClass(value: Function): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value))
}
