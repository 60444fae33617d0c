import { describeValue } from '../errors/index.js'
import { MechanismError, type MechanismMethod } from '../mechanism/index.js'
import { type Address, asHotkey, type Hotkey } from '../units/index.js'

/** Values by hotkey that can be used, and those that cannot. */
export interface ReadValues {
  readonly values: Map<Hotkey, number>
  /** `undefined` when all can be used. */
  readonly refused: Refused | undefined
}

/** Values that cannot be used. */
export interface Refused {
  /** What was given, described, by what it was given for. */
  readonly values: ReadonlyMap<string, string>
  readonly error: MechanismError
}

/** How the values of one method are read. */
interface Reading {
  readonly method: MechanismMethod
  /** `scores`, `weights`. */
  readonly what: string
  readonly isRight: (value: number) => boolean
  /** Which values are right. */
  readonly remedy: string
  /** Whether a hotkey may have a value at all. */
  readonly isExpected: (hotkey: Hotkey) => boolean
  /** What a hotkey is that may not. */
  readonly unexpected: string
}

/**
 * Reads what a mechanism says of each hotkey. A value that cannot be used is refused for that hotkey alone.
 *
 * @throws MechanismError for what is no Map by hotkey.
 */
export function readValues(given: unknown, reading: Reading): ReadValues {
  try {
    return valuesOf(given, reading)
  } catch (cause) {
    // A proxy, or a Map of the mechanism's own making, may throw wherever it is read.
    throw cause instanceof MechanismError ? cause : MechanismError.threw(reading.method, cause)
  }
}

function valuesOf(given: unknown, reading: Reading): ReadValues {
  const { method, what } = reading
  if (!(given instanceof Map)) throw wrongForm(method, `gave ${what} as ${describeValue(given)}`, what)
  const values = new Map<Hotkey, number>()
  const refused = new Map<string, string>()
  for (const [key, value] of given as Map<unknown, unknown>) {
    if (typeof key !== 'string') {
      throw wrongForm(method, `keyed its ${what} by ${describeValue(key)}`, what)
    }
    const hotkey = asHotkey(key as Address)
    const isRight = typeof value === 'number' && Number.isFinite(value) && reading.isRight(value)
    if (isRight && reading.isExpected(hotkey)) values.set(hotkey, value)
    else refused.set(key, isRight ? reading.unexpected : describeValue(value))
  }
  return {
    values,
    refused: refused.size === 0 ? undefined : { values: refused, error: invalidValues(reading, refused) },
  }
}

function wrongForm(method: MechanismMethod, did: string, what: string): MechanismError {
  return new MechanismError({
    method,
    fault: 'wrong form',
    what: did,
    remedy: `Give ${what} as a Map from hotkey to number, such as new Map(responses.map((r) => [r.hotkey, 1])).`,
  })
}

function invalidValues(
  { method, what, remedy }: Reading,
  refused: ReadonlyMap<string, string>,
): MechanismError {
  const [[hotkey, value]] = refused as unknown as [[string, string]]
  return new MechanismError({
    method,
    fault: 'invalid values',
    what: `gave ${what} that cannot be used, ${refused.size} of them, the first for ${describeValue(hotkey)}: ${value}`,
    remedy,
  })
}
