import * as v from 'valibot'
import { HiddenValue } from '../errors/index.js'
import type { Check } from './check.js'

/** Largest u16, the type of netuids, uids and proportions. */
const U16_MAX = 65_535
const U64_MAX = 2n ** 64n - 1n

/** Checks of which it can be told in one look whether they hold, without a path to each part or a copy of it. */
const quick = new WeakMap<Check, Test>()

export type Test = (value: unknown) => boolean

/** Whether a check holds, in one look; `undefined` where that takes the check itself. */
export function quickTest(expected: Check): Test | undefined {
  return quick.get(expected)
}

/** Whether a key may be missing. */
export function isOptional(expected: Check): boolean {
  return expected.type === 'optional'
}

/** A value for which `isRight` holds. @param remedy - what to pass instead, one sentence. */
export function custom(remedy: string, isRight: (value: unknown) => boolean): Check {
  const check = v.custom<unknown>(isRight, remedy)
  quick.set(check, isRight)
  return check
}

/**
 * The same check, done by `isRight`, and by `expected` for what fails that, to name the part.
 *
 * PERF: for what is right nothing is copied and no path is built, which takes a tenth of the time for a large list of numbers.
 */
export function quickly(expected: Check, isRight: Test | undefined): Check {
  if (isRight === undefined) return expected
  const run: Check['~run'] = (dataset, config) => {
    if (!isRight(dataset.value)) return expected['~run'](dataset, config)
    return { typed: true, value: dataset.value }
  }
  const check = { ...expected, '~run': run }
  quick.set(check, isRight)
  return check
}

/** The same check, or nothing at all. */
export function optional(expected: Check): Check {
  const isRight = quick.get(expected)
  return quickly(v.optional(expected), isRight && ((value) => value === undefined || isRight(value)))
}

/** The same check, or `null`. */
export function nullable(expected: Check): Check {
  const isRight = quick.get(expected)
  const isNullOrRight = isRight && ((value: unknown): boolean => value === null || isRight(value))
  return quickly(v.nullable(expected), isNullOrRight)
}

/** A whole number that a JavaScript number holds exactly. */
export function wholeNumber({ min = 0, max = Number.MAX_SAFE_INTEGER } = {}): Check {
  const range = max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`
  return custom(
    `Pass a whole number ${range}.`,
    (value) =>
      Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max && !Object.is(value, -0),
  )
}

/** A number that is neither NaN nor infinite. */
export function finiteNumber({ min = -Number.MAX_VALUE, max = Number.MAX_VALUE } = {}): Check {
  const from = min === -Number.MAX_VALUE ? '' : ` from ${min}`
  const to = max === Number.MAX_VALUE ? '' : ` to ${max}`
  return custom(
    `Pass a finite number${from}${to}.`,
    (value) => typeof value === 'number' && Number.isFinite(value) && value >= min && value <= max,
  )
}

/** Milliseconds that are waited for in full, however many. */
export function durationMs({ min = 0, max = Number.MAX_SAFE_INTEGER } = {}): Check {
  const to = max === Number.MAX_SAFE_INTEGER ? '' : ` to ${max}`
  return custom(
    `Pass milliseconds from ${min}${to}; for a wait without end leave it out where that is allowed, never Infinity.`,
    (value) => typeof value === 'number' && Number.isFinite(value) && value >= min && value <= max,
  )
}

/** A bigint. */
export function bigintWithin({ min = 0n, max = U64_MAX }: { min?: bigint; max?: bigint } = {}): Check {
  return custom(
    `Pass a bigint from ${min}n to ${max}n, such as ${min > 1n ? min : 1n}n.`,
    (value) => typeof value === 'bigint' && value >= min && value <= max,
  )
}

/** An amount of money: a bigint that an unsigned 64-bit column holds. */
export function rao({ min = 0n } = {}): Check {
  return custom(
    `Pass rao as a bigint from ${min}n to ${U64_MAX}n; one TAO is 1_000_000_000n.`,
    (value) => typeof value === 'bigint' && value >= min && value <= U64_MAX,
  )
}

/** An amount of a subnet's alpha: a bigint that an unsigned 64-bit column holds. */
export function alpha(): Check {
  return custom(
    `Pass alpha in its smallest unit as a bigint from 0n to ${U64_MAX}n; one alpha is 1_000_000_000n.`,
    (value) => typeof value === 'bigint' && value >= 0n && value <= U64_MAX,
  )
}

/** A netuid, a uid, or a proportion in units of 1/65535. */
export function u16({ min = 0, max = U16_MAX } = {}): Check {
  return wholeNumber({ min, max })
}

/** A host name or an IP address. */
export const host: Check = custom(
  'Pass a host name or an IP address, without a port or brackets.',
  (value) =>
    typeof value === 'string' &&
    (/^[A-Za-z0-9._-]{1,253}$/.test(value) || /^[0-9A-Fa-f:.]{2,45}$/.test(value)),
)

/** A TCP port. @param min - 0 where any free one may be asked for. */
export function port({ min }: { min: 0 | 1 }): Check {
  const any = min === 0 ? ' (0 for any free one)' : ''
  return custom(
    `Pass a port: a whole number from ${min} to 65535${any}.`,
    (value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= 65_535,
  )
}

/** What browsers write for pages whose scheme is their own, such as `chrome-extension://id` or `tauri://localhost`. */
const OWN_SCHEME = /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9._-]*(:\d{1,5})?$/

/** The origin of a web page, extension or app as browsers name it; `null` is that of a page without one. */
export const origin: Check = custom(
  "Pass an origin as browsers name it, such as 'https://example.org': scheme, host in lower case, and port unless it is the usual one; no path, slash at the end or wildcard.",
  (value) => {
    if (typeof value !== 'string') return false
    if (value === 'null') return true
    if (!URL.canParse(value) || value.includes('*')) return false
    const { origin: named } = new URL(value)
    return named === 'null' ? OWN_SCHEME.test(value) : named === value
  },
)

export const flag: Check = custom('Pass true or false.', (value) => typeof value === 'boolean')

export const func: Check = custom('Pass a function.', (value) => typeof value === 'function')

/** Text of a length in characters. */
export function text({ min = 0, max = Number.MAX_SAFE_INTEGER } = {}): Check {
  const length = max === Number.MAX_SAFE_INTEGER ? `at least ${min}` : `${min} to ${max}`
  return custom(
    min === 0 && max === Number.MAX_SAFE_INTEGER ? 'Pass text.' : `Pass text of ${length} characters.`,
    (value) => typeof value === 'string' && value.length >= min && value.length <= max,
  )
}

/** Text that has bytes of its own in UTF-8: half a surrogate pair would be written as the bytes of another text. */
export function unicode({ min = 0, max = Number.MAX_SAFE_INTEGER } = {}): Check {
  const length = max === Number.MAX_SAFE_INTEGER ? '' : ` of ${min} to ${max} characters`
  return custom(
    `Pass text${length} without half surrogate pairs.`,
    (value) => typeof value === 'string' && value.length >= min && value.length <= max && isWellFormed(value),
  )
}

/** Whether every surrogate has its partner: others have no bytes in UTF-8. */
export const isWellFormed: (text: string) => boolean =
  'isWellFormed' in String.prototype
    ? (text) => (text as unknown as { isWellFormed(): boolean }).isWellFormed()
    : (text) => !/\p{Surrogate}/u.test(text)

/** One of a few values. */
export function oneOf(values: readonly (string | number | boolean | null)[]): Check {
  const names = values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value)))
  return custom(`Pass one of ${names.join(', ')}.`, (value) => values.includes(value as string))
}

/** Bytes, of one length or any. */
export function bytes(length?: number): Check {
  const what = length === undefined ? 'a Uint8Array' : `a Uint8Array of ${length} bytes`
  return custom(
    `Pass ${what}.`,
    (value) => isBytes(value) && (length === undefined || value.length === length),
  )
}

/** Whether a value is a Uint8Array, of this realm or another: a page's frame and a test runner's sandbox have their own. */
export function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array || Object.prototype.toString.call(value) === '[object Uint8Array]'
}

/** An instance of a class. */
export function instance(type: abstract new (...args: never[]) => unknown): Check {
  return custom(`Pass a ${type.name}.`, (value) => value instanceof type)
}

/** Anything that has these methods, such as an implementation of an interface, and perhaps those that it may leave out. */
export function having(what: string, methods: readonly string[], mayHave: readonly string[] = []): Check {
  const further = mayHave.length === 0 ? '' : `, and may have ${mayHave.join(', ')}`
  const isFunction = (value: unknown): boolean => typeof value === 'function'
  return custom(`Pass ${what}, which has ${methods.join(', ')}${further}.`, (value) => {
    if (typeof value !== 'object' || value === null) return false
    const own = value as Record<string, unknown>
    return (
      methods.every((name) => isFunction(own[name])) &&
      mayHave.every((name) => own[name] === undefined || isFunction(own[name]))
    )
  })
}

/** Where things are said: a pino logger, or what `subnetkit/log` makes. */
export const logger: Check = having('a logger', ['debug', 'info', 'warn', 'error'])

/** Keeps time: the system clock, or a `VirtualClock`. */
export const clock: Check = having('a clock such as systemClock', ['now', 'setTimer', 'hold'], ['elapsed'])

/** What ends a wait. */
export const signal: Check = custom('Pass the signal of an AbortController.', (value) => {
  return value instanceof AbortSignal
})

/** Signs: a key pair, or a door to one. Callers pass the words or the seed of a key in its place, which are not shown. */
export const signer: Check = secret(
  custom(
    'Pass a key pair, or an object with address, publicKey, scheme and sign.',
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      'address' in value &&
      typeof value.address === 'string' &&
      'publicKey' in value &&
      isBytes(value.publicKey) &&
      'sign' in value &&
      typeof value.sign === 'function',
  ),
)

/** A list in which every entry is right. */
export function listOf(entry: Check, { min = 0, max = Number.MAX_SAFE_INTEGER } = {}): Check {
  const many = max === Number.MAX_SAFE_INTEGER ? `at least ${min}` : `${min} to ${max}`
  const remedy = min === 0 && max === Number.MAX_SAFE_INTEGER ? 'Pass a list.' : `Pass a list of ${many}.`
  const isOfLength = (value: unknown): value is unknown[] =>
    Array.isArray(value) && value.length >= min && value.length <= max
  const isRight = quick.get(entry)
  return quickly(
    v.pipe(custom(remedy, isOfLength), v.array(entry, remedy)),
    isRight && ((value) => isOfLength(value) && isEach(value, isRight)),
  )
}

/** A list of two, each right in its place. */
export function pairOf(first: Check, second: Check): Check {
  const remedy = 'Pass a list of two.'
  const isPair = (value: unknown): value is unknown[] => Array.isArray(value) && value.length === 2
  const [isFirst, isSecond] = [quick.get(first), quick.get(second)]
  return quickly(
    v.pipe(custom(remedy, isPair), v.tuple([first, second], remedy)),
    isFirst && isSecond && ((value) => isPair(value) && isFirst(value[0]) && isSecond(value[1])),
  )
}

/** Whether a test holds for every entry of a list, holes included, which methods of lists pass over. */
export function isEach(list: readonly unknown[], isRight: Test): boolean {
  for (let at = 0; at < list.length; at++) if (!isRight(list[at])) return false
  return true
}

/** A Map in which every key and value is right. */
export function mapOf(key: Check, value: Check): Check {
  const [isKey, isValue] = [quick.get(key), quick.get(value)]
  const isMapOf = (map: unknown): boolean => {
    if (!(map instanceof Map)) return false
    for (const [k, one] of map) if (!isKey?.(k) || !isValue?.(one)) return false
    return true
  }
  return quickly(v.map(key, value, 'Pass a Map.'), isKey && isValue && isMapOf)
}

/** The first of several checks that holds. @param remedy - what to pass instead, one sentence. */
export function eitherOf(remedy: string, choices: readonly Check[]): Check {
  return v.union([...choices], remedy)
}

/**
 * The same check for what is, or holds, a secret: an error names the part that is wrong and of what kind it was, never what it
 * held. Wrap the whole argument where any part of it may be secret: callers swap arguments and misspell keys.
 */
export function secret(expected: Check): Check {
  const hide: (typeof expected)['~run'] = (dataset, config) => {
    const result = expected['~run'](dataset, config)
    const [first, ...rest] = result.issues ?? []
    return first === undefined
      ? result
      : { typed: false, value: undefined, issues: [hidden(first), ...rest.map(hidden)] }
  }
  return quickly({ ...expected, '~run': hide }, quick.get(expected))
}

function hidden(issue: v.BaseIssue<unknown>): v.BaseIssue<unknown> {
  const [first, ...rest] = (issue.path ?? []).map((item) => ({ ...item, value: HiddenValue.of(item.value) }))
  const input = HiddenValue.of(issue.input)
  return first === undefined ? { ...issue, input } : { ...issue, input, path: [first, ...rest] }
}
