import {
  alpha,
  type Check,
  custom,
  fits,
  flag,
  isEach,
  nullable,
  oneOf,
  optional,
  rao,
  text,
  wholeNumber,
} from '../../checks/index.js'
import type { CanonicalValue } from '../../codec/index.js'
import { bytesOfHex, hexOf, isAddress, publicKeyOf } from '../../crypto/index.js'
import { type Address, type Coldkey, type Hotkey, U16_MAX, U64_MAX } from '../../units/index.js'
import { MAIN_MECHANISM } from '../neurons/columns.js'
import type { AccountId } from '../state/account.js'

/** An argument in words. */
export type ArgumentWords = Pick<Field<never, unknown>, 'type' | 'holds' | 'says' | 'isOptional' | 'parts'>

/**
 * One argument of a call: `check` says what callers pass, `encode` takes what callers pass into the signed bytes, `decode` reads it back in the
 * ledger's form, `undefined` when it is malformed.
 */
export interface Field<Surface, Inner> {
  readonly check: Check
  /** Its type as callers write it. */
  readonly type: string
  /** What it may be, in words: bounds and unit. */
  readonly holds: string
  /** What it means to the call. The kinds of field that mean the same everywhere say it themselves. */
  readonly says?: string
  readonly isOptional?: boolean
  /** What each entry of a list has. */
  readonly parts?: { readonly [name: string]: ArgumentWords }
  /** Whether a block counts each entry of the list as a call. */
  readonly isBatch?: boolean
  encode(value: Surface): CanonicalValue
  decode(value: CanonicalValue): Inner | undefined
}

/** The same argument, with what it means to a call. Of one that may be `null`, that says what `null` means. */
export function described<Surface, Inner>(field: Field<Surface, Inner>, says: string): Field<Surface, Inner> {
  return { ...field, says }
}

/** The same argument, which callers may leave out: it is `usual` then. */
export function defaulted<Surface, Inner>(
  field: Field<Surface, Inner>,
  usual: NoInfer<Surface>,
): Field<Surface | undefined, Inner> {
  return {
    ...field,
    check: optional(field.check),
    isOptional: true,
    holds: `${field.holds}; ${usual} when left out`,
    encode: (value = usual) => field.encode(value),
    decode: (value) => field.decode(value),
  }
}

function keyField<A extends Address>(type: string, holds: string): Field<A, AccountId> {
  return {
    type,
    holds,
    check: custom(
      'Pass an address from parseAddress.',
      (value) => typeof value === 'string' && isAddress(value),
    ),
    encode: (address) => publicKeyOf(address),
    decode: (value) =>
      value instanceof Uint8Array && value.length === 32 ? (hexOf(value) as AccountId) : undefined,
  }
}

/** An address at the surface, a 32-byte public key in the bytes. */
export const accountField = keyField<Address>('Address', 'SS58 address')
/** The same, used as a hotkey. */
export const hotkeyField = keyField<Hotkey>('Hotkey', 'SS58 address of a hotkey')
/** The same, used as a coldkey. */
export const coldkeyField = keyField<Coldkey>('Coldkey', 'SS58 address of a coldkey')

/** A u64 amount of something. */
const amountField: Omit<Field<bigint, bigint>, 'holds'> = {
  type: 'bigint',
  check: rao(),
  encode: (amount) => amount,
  decode: (value) => (typeof value === 'bigint' && value >= 0n && value <= U64_MAX ? value : undefined),
}

const U64_RANGE = '0n to 2^64 - 1'

/** TAO. */
export const raoField: Field<bigint, bigint> = {
  ...amountField,
  holds: `rao (a TAO is 1_000_000_000n), ${U64_RANGE}`,
}

/** Alpha of a subnet. */
export const alphaField: Field<bigint, bigint> = {
  ...amountField,
  check: alpha(),
  holds: `alpha in units of 1e-9 (an alpha is 1_000_000_000n), ${U64_RANGE}`,
}

/** A price of alpha. */
export const priceField: Field<bigint, bigint> = { ...amountField, holds: `rao per alpha, ${U64_RANGE}` }

/** A price of one subnet's alpha in that of another. */
export const priceE9Field: Field<bigint, bigint> = {
  ...amountField,
  holds: `billionths (1_000_000_000n is a price of 1), ${U64_RANGE}`,
}

/** Parts of 2^64 - 1. */
export const proportionField: Field<bigint, bigint> = {
  ...amountField,
  holds: `parts of 2^64 - 1, ${U64_RANGE}`,
}

/** The same check, or `null`, which its remedy offers too: it is all that is said to whoever leaves the argument out. */
function checkOrNull(expected: Check): Check {
  if ('pipe' in expected || !('message' in expected) || typeof expected.message !== 'string')
    return nullable(expected)
  return custom(
    `${expected.message.slice(0, -1)}; null is possible too.`,
    (value) => value === null || fits(expected, value),
  )
}

/** The same argument, or `null`. */
export function orNull<Surface, Inner>(field: Field<Surface, Inner>): Field<Surface | null, Inner | null> {
  return {
    ...field,
    type: `${field.type} | null`,
    holds: `${field.holds}, or null`,
    check: checkOrNull(field.check),
    encode: (value) => (value === null ? null : field.encode(value)),
    decode: (value) => (value === null ? null : field.decode(value)),
  }
}

/** A whole number from 0 to `max`. */
export function wholeField(max: number): Field<number, number> {
  return {
    type: 'number',
    holds: `whole number 0 to ${max}`,
    check: wholeNumber({ max }),
    encode: (value) => value,
    decode: (value) => (isWhole(value, max) ? value : undefined),
  }
}

export const flagField: Field<boolean, boolean> = {
  type: 'boolean',
  holds: 'true or false',
  check: flag,
  encode: (value) => value,
  decode: (value) => (typeof value === 'boolean' ? value : undefined),
}

export const u16Field: Field<number, number> = wholeField(U16_MAX)

/** A take. */
export const takeField: Field<number, number> = {
  ...u16Field,
  check: custom(`Pass parts of ${U16_MAX}, a whole number from 0 to ${U16_MAX}: 18% is 11796.`, (value) =>
    fits(u16Field.check, value),
  ),
}

/** The number of a subnet. */
export const netuidField: Field<number, number> = described(u16Field, 'Number of the subnet.')

/** The number of a mechanism of a subnet; the one that every subnet has where none is named. */
export const mechanismField: Field<number | undefined, number> = described(
  defaulted(u16Field, MAIN_MECHANISM),
  'Mechanism of the subnet.',
)

/** A hash of 32 bytes: 64 lower-case hex digits at the surface. */
export const hashField: Field<string, string> = {
  type: 'string',
  holds: '64 lower-case hex digits',
  check: custom(
    'Pass a hash: 64 lower-case hex digits.',
    (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
  ),
  encode: (hash) => bytesOfHex(hash),
  decode: (value) => (value instanceof Uint8Array && value.length === 32 ? hexOf(value) : undefined),
}

/** As many as there may be uids. */
const MAX_LIST = U16_MAX + 1

/** A list of at most so many u16 numbers, two little-endian bytes each. */
export function u16ListOf(mostEntries: number): Field<readonly number[], Uint16Array> {
  return {
    type: 'readonly number[]',
    holds: `at most ${mostEntries} whole numbers 0 to ${U16_MAX}`,
    check: custom(
      `Pass a list of at most ${mostEntries} whole numbers from 0 to ${U16_MAX}.`,
      (value) =>
        Array.isArray(value) &&
        value.length <= mostEntries &&
        isEach(value, (entry) => isWhole(entry, U16_MAX)),
    ),
    encode(values) {
      const bytes = new DataView(new ArrayBuffer(2 * values.length))
      for (const [at, value] of values.entries()) bytes.setUint16(2 * at, value, true)
      return new Uint8Array(bytes.buffer)
    },
    decode(value) {
      if (!(value instanceof Uint8Array) || value.length % 2 !== 0 || value.length > 2 * mostEntries)
        return undefined
      const bytes = new DataView(value.buffer, value.byteOffset, value.byteLength)
      const list = new Uint16Array(value.length / 2)
      for (let at = 0; at < list.length; at++) list[at] = bytes.getUint16(2 * at, true)
      return list
    },
  }
}

/** A list of at most 65,536 u16 numbers. */
export const u16ListField: Field<readonly number[], Uint16Array> = u16ListOf(MAX_LIST)

/** A row of weights, as setting and revealing it give it. */
export const WEIGHTS_FIELDS = {
  uids: described(u16ListField, 'Neurons that are weighed, each once.'),
  values: described(
    u16ListField,
    'Weight of each of `uids`, in their order. Only their ratios count: they are scaled to a largest of 65535.',
  ),
}

/** Of weights. */
export const versionKeyField: Field<number, number> = described(
  wholeField(Number.MAX_SAFE_INTEGER),
  "Version of the validator's code: at least the subnet's `weightsVersionKey`, where that is not 0.",
)

/** Bytes, at most so many. */
export function bytesField(max: number): Field<Uint8Array, Uint8Array> {
  const isFit = (value: unknown): value is Uint8Array => value instanceof Uint8Array && value.length <= max
  return {
    type: 'Uint8Array',
    holds: `at most ${max} bytes`,
    check: custom(`Pass at most ${max} bytes as a Uint8Array.`, isFit),
    encode: (bytes) => bytes,
    decode: (value) => (isFit(value) ? value : undefined),
  }
}

/** One of some texts. */
export function oneOfField<const T extends readonly string[]>(texts: T): Field<T[number], T[number]> {
  return {
    type: texts.map((text) => `'${text}'`).join(' | '),
    holds: 'one of these',
    check: oneOf(texts),
    encode: (value) => value,
    decode: (value) => texts.find((text) => text === value),
  }
}

/** Text of at most `maxLength` UTF-16 units. */
export function textField<T extends string>(maxLength: number): Field<T, T> {
  return {
    type: 'string',
    holds: `at most ${maxLength} characters`,
    check: text({ max: maxLength }),
    encode: (value) => value,
    decode: (value) => (typeof value === 'string' && value.length <= maxLength ? (value as T) : undefined),
  }
}

function isWhole(value: unknown, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max
}
