import { check, durationMs, optional, shape, signal, text, u16, wholeNumber } from '../checks/index.js'
import { parseAddress } from '../crypto/index.js'
import type { Target } from './ConnectionPool.js'
import type { CallAllOptions, CallOptions } from './callOptions.js'

const timeoutMs = optional(durationMs({ min: Number.MIN_VALUE }))

const optionsShape = shape<CallOptions>({ timeoutMs, signal: optional(signal) })
const allOptionsShape = shape<CallAllOptions>({
  timeoutMs,
  signal: optional(signal),
  concurrency: optional(wholeNumber({ min: 1 })),
})

/** As on chain: nobody answers at port 0 or at a host that is none, which is a status and no mistake of the caller. */
const targetShape = shape<Target>({ hotkey: text({ min: 1 }), host: text(), port: u16() })

/**
 * Holds the options of a call to what they must be.
 *
 * PERF: by hand for those that are right, since every call has some; what is wrong is named the slow way.
 *
 * @throws InvalidArgumentError
 */
export function checkCallOptions(options: CallOptions): void {
  if (!areRight(options)) check('options', optionsShape, options)
}

/** @throws InvalidArgumentError */
export function checkCallAllOptions(options: CallAllOptions): void {
  check('options', allOptionsShape, options)
}

/**
 * Holds a target to what it must be.
 *
 * @param isKnown - whether it was called before; its hotkey, the costly part, was looked at then.
 * @throws InvalidArgumentError for a target of another shape.
 * @throws InvalidAddressError for a hotkey that is no address.
 */
export function checkTarget(target: Target, isKnown: (target: Target) => boolean): void {
  if (!isTarget(target)) check('target', targetShape, target)
  if (!isKnown(target)) parseAddress(target.hotkey)
}

function areRight(options: CallOptions): boolean {
  if (typeof options !== 'object' || options === null || Object.getPrototypeOf(options) !== Object.prototype)
    return false
  for (const key of Object.keys(options)) if (key !== 'timeoutMs' && key !== 'signal') return false
  const { timeoutMs: ms, signal: given } = options
  const isTime = ms === undefined || (typeof ms === 'number' && ms > 0 && ms <= Number.MAX_SAFE_INTEGER)
  return isTime && (given === undefined || given instanceof AbortSignal)
}

function isTarget(target: Target): boolean {
  if (typeof target !== 'object' || target === null || Object.keys(target).length !== 3) return false
  const { hotkey, host, port } = target
  const isPort = Number.isInteger(port) && port >= 0 && port <= 0xffff
  return isPort && typeof hotkey === 'string' && typeof host === 'string'
}
