import { type CanonicalValue, decodeCanonical, encodeCanonical } from '../../codec/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import { MechanismError, type MechanismMethod } from '../../mechanism/index.js'
import { beyond } from './MinerTally.js'

/**
 * A value as it would come out of a record.
 *
 * @param what - what gave it, for the error: `record "gain"`.
 * @param method - whose mistake it is.
 * @throws MechanismError for one that is not plain, with the place in it, or that is too large.
 */
export function plainValue<T>(
  value: T,
  what: string,
  valueBytes: number,
  method: MechanismMethod = 'play',
): T {
  let bytes: Uint8Array
  try {
    bytes = encodeCanonical(value as CanonicalValue)
  } catch (cause) {
    if (!(cause instanceof InvalidArgumentError)) throw MechanismError.threw(method, cause)
    throw new MechanismError({
      method,
      fault: 'wrong form',
      what: `got from ${what} a value that cannot be recorded: ${cause.shortMessage.replace(/\.$/, '')}`,
      remedy:
        'Give plain values: write typed arrays as lists or bytes, a Map as a plain object, NaN as null.',
      cause,
    })
  }
  if (bytes.length > valueBytes)
    throw beyond(
      `got from ${what} a value of ${bytes.length} bytes, more than ${valueBytes}`,
      'valueBytes',
      method,
    )
  return decodeCanonical(bytes) as T
}

/** A state for reading: what is written into it would be lost. */
export function frozenCopy<State extends CanonicalValue>(state: State): State {
  return frozen(decodeCanonical(encodeCanonical(state))) as State
}

function frozen(value: CanonicalValue): CanonicalValue {
  // Bytes cannot be frozen; they are a copy.
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  for (const part of Object.values(value)) frozen(part)
  return Object.freeze(value)
}
