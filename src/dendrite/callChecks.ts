import {
  check,
  custom,
  durationMs,
  finiteNumber,
  optional,
  shape,
  signal,
  text,
  u16,
  wholeNumber,
} from '../checks/index.js'
import { parseAddress } from '../crypto/index.js'
import { type CallScope, isRequestId, isTraceparent } from '../synapse/index.js'
import type { CallAllOptions, CallOptions } from './callOptions.js'
import type { Target } from './target.js'

const requestId = custom(
  'Name a request with 1 to 64 letters, digits, dots, underscores or hyphens.',
  isRequestId,
)
const traceparent = custom(
  'Pass a traceparent of W3C Trace Context, such as 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.',
  isTraceparent,
)

const callShape = {
  timeoutMs: optional(durationMs({ min: Number.MIN_VALUE })),
  signal: optional(signal),
  requestId: optional(requestId),
  traceparent: optional(traceparent),
  within: optional(
    custom(
      'Pass the context that a handler of an axon was given.',
      (value) => typeof value === 'object' && value !== null,
    ),
  ),
}
/** What a call takes from a handler's context, which holds more. */
const scopeShape = shape<CallScope>({
  signal,
  deadlineMs: finiteNumber(),
  requestId,
  traceparent: optional(traceparent),
})
const optionsShape = shape<CallOptions>(callShape)
const allOptionsShape = shape<CallAllOptions>({
  ...callShape,
  concurrency: optional(wholeNumber({ min: 1 })),
})
const callKeys: ReadonlySet<string> = new Set(Object.keys(callShape))

/** As on chain: nobody answers at port 0 or at a host that is none, which is a status and no mistake of the caller. */
const targetShape = shape<Target>({ hotkey: text({ min: 1 }), host: text(), port: u16() })

/**
 * Holds the options of a call to what they must be, as `Dendrite.call` does; for whatever hands them on.
 *
 * PERF: by hand for those that are right, since every call has some; what is wrong is named the slow way.
 *
 * @throws InvalidArgumentError naming what is wrong with them, or a key that does not exist.
 *
 * @example
 * ```ts
 * import { checkCallOptions } from 'subnetkit/dendrite'
 *
 * checkCallOptions({ timeoutMs: 500, requestId: 'order-7' })
 * ```
 */
export function checkCallOptions(options: CallOptions): void {
  if (areRight(options)) return
  check('options', optionsShape, options)
  checkScope(options.within)
}

/** @throws InvalidArgumentError */
export function checkCallAllOptions(options: CallAllOptions): void {
  check('options', allOptionsShape, options)
  checkScope(options.within)
}

/**
 * Holds a target to what it must be, and copies it.
 *
 * @param hotkeys - those that were looked at, which is the costly part.
 * @throws InvalidArgumentError for a target of another shape.
 * @throws InvalidAddressError for a hotkey that is no address.
 */
export function checkedTarget(target: Target, hotkeys: KnownHotkeys): Target {
  if (!isTarget(target)) check('target', targetShape, target)
  const { hotkey, host, port } = target
  hotkeys.check(hotkey)
  return { hotkey, host, port }
}

/** Hotkeys that were found to be addresses, so that each is looked at once and not with every call; bounded. */
export class KnownHotkeys {
  readonly #max: number
  /** In order of arrival. */
  readonly #known = new Set<string>()

  constructor(max: number) {
    this.#max = max
  }

  /** @throws InvalidAddressError for what is no address. */
  check(hotkey: string): void {
    if (this.#known.has(hotkey)) return
    parseAddress(hotkey)
    if (this.#known.size >= this.#max) this.#known.clear()
    this.#known.add(hotkey)
  }
}

function areRight(options: CallOptions): boolean {
  if (typeof options !== 'object' || options === null || Object.getPrototypeOf(options) !== Object.prototype)
    return false
  for (const key of Object.keys(options)) if (!callKeys.has(key)) return false
  const { timeoutMs: ms, signal: given, requestId: id, traceparent: trace, within } = options
  return (
    (ms === undefined || (typeof ms === 'number' && ms > 0 && ms <= Number.MAX_SAFE_INTEGER)) &&
    (given === undefined || given instanceof AbortSignal) &&
    (id === undefined || isRequestId(id)) &&
    (trace === undefined || isTraceparent(trace)) &&
    (within === undefined || isScope(within))
  )
}

function checkScope(within: CallScope | undefined): void {
  if (within === undefined || isScope(within)) return
  const { signal: given, deadlineMs, requestId: id, traceparent: trace } = within
  check('within', scopeShape, { signal: given, deadlineMs, requestId: id, traceparent: trace })
}

function isScope(value: CallScope): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { signal: given, deadlineMs, requestId: id, traceparent: trace } = value
  return (
    given instanceof AbortSignal &&
    typeof deadlineMs === 'number' &&
    Number.isFinite(deadlineMs) &&
    isRequestId(id) &&
    (trace === undefined || isTraceparent(trace))
  )
}

function isTarget(target: Target): boolean {
  if (typeof target !== 'object' || target === null || Object.keys(target).length !== 3) return false
  const { hotkey, host, port } = target
  const isPort = Number.isInteger(port) && port >= 0 && port <= 0xffff
  return isPort && typeof hotkey === 'string' && typeof host === 'string'
}
