import {
  type Check,
  custom,
  flag,
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

/**
 * One argument of a call: `check` says what callers pass, `encode` takes what callers pass into the signed bytes, `decode` reads it back in the
 * ledger's form, `undefined` when it is malformed.
 */
export interface Field<Surface, Inner> {
  readonly check: Check
  encode(value: Surface): CanonicalValue
  decode(value: CanonicalValue): Inner | undefined
}

/** The same argument, which callers may leave out: it is `usual` then. */
export function defaulted<Surface, Inner>(
  field: Field<Surface, Inner>,
  usual: NoInfer<Surface>,
): Field<Surface | undefined, Inner> {
  return {
    check: optional(field.check),
    encode: (value = usual) => field.encode(value),
    decode: (value) => field.decode(value),
  }
}

function keyField<A extends Address>(): Field<A, AccountId> {
  return {
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
export const accountField = keyField<Address>()
/** The same, used as a hotkey. */
export const hotkeyField = keyField<Hotkey>()
/** The same, used as a coldkey. */
export const coldkeyField = keyField<Coldkey>()

/** A u64 amount. */
export const amountField: Field<bigint, bigint> = {
  check: rao(),
  encode: (amount) => amount,
  decode: (value) => (typeof value === 'bigint' && value >= 0n && value <= U64_MAX ? value : undefined),
}

/** A u64 amount, or `null`. */
export const optionalAmountField: Field<bigint | null, bigint | null> = {
  check: nullable(rao()),
  encode: (amount) => amount,
  decode: (value) => (value === null ? null : amountField.decode(value)),
}

/** A whole number from 0 to `max`. */
export function wholeField(max: number): Field<number, number> {
  return {
    check: wholeNumber({ max }),
    encode: (value) => value,
    decode: (value) => (isWhole(value, max) ? value : undefined),
  }
}

export const flagField: Field<boolean, boolean> = {
  check: flag,
  encode: (value) => value,
  decode: (value) => (typeof value === 'boolean' ? value : undefined),
}

export const u16Field: Field<number, number> = wholeField(U16_MAX)

/** The number of a mechanism of a subnet; the one that every subnet has where none is named. */
export const mechanismField: Field<number | undefined, number> = defaulted(u16Field, MAIN_MECHANISM)

/** A hash of 32 bytes: 64 lower-case hex digits at the surface. */
export const hashField: Field<string, string> = {
  check: custom(
    'Pass a hash: 64 lower-case hex digits.',
    (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
  ),
  encode: (hash) => bytesOfHex(hash),
  decode: (value) => (value instanceof Uint8Array && value.length === 32 ? hexOf(value) : undefined),
}

/** A number of 16 bits, or `null`. */
export const optionalU16Field: Field<number | null, number | null> = {
  check: nullable(u16Field.check),
  encode: (value) => value,
  decode: (value) => (value === null ? null : u16Field.decode(value)),
}

/** As many as there may be uids. */
const MAX_LIST = U16_MAX + 1

/** A list of at most 65,536 u16 numbers, two little-endian bytes each. */
export const u16ListField: Field<readonly number[], Uint16Array> = {
  check: custom(
    `Pass a list of at most ${MAX_LIST} whole numbers from 0 to ${U16_MAX}.`,
    (value) =>
      Array.isArray(value) && value.length <= MAX_LIST && value.every((entry) => isWhole(entry, U16_MAX)),
  ),
  encode(values) {
    const bytes = new DataView(new ArrayBuffer(2 * values.length))
    for (const [at, value] of values.entries()) bytes.setUint16(2 * at, value, true)
    return new Uint8Array(bytes.buffer)
  },
  decode(value) {
    if (!(value instanceof Uint8Array) || value.length % 2 !== 0 || value.length > 2 * MAX_LIST)
      return undefined
    const bytes = new DataView(value.buffer, value.byteOffset, value.byteLength)
    const list = new Uint16Array(value.length / 2)
    for (let at = 0; at < list.length; at++) list[at] = bytes.getUint16(2 * at, true)
    return list
  },
}

/** The same, or `null`. */
export const optionalU16ListField: Field<readonly number[] | null, Uint16Array | null> = {
  check: nullable(u16ListField.check),
  encode: (values) => (values === null ? null : u16ListField.encode(values)),
  decode: (value) => (value === null ? null : u16ListField.decode(value)),
}

/** Bytes, at most so many. */
export function bytesField(max: number): Field<Uint8Array, Uint8Array> {
  const isFit = (value: unknown): value is Uint8Array => value instanceof Uint8Array && value.length <= max
  return {
    check: custom(`Pass at most ${max} bytes as a Uint8Array.`, isFit),
    encode: (bytes) => bytes,
    decode: (value) => (isFit(value) ? value : undefined),
  }
}

/** One of some texts. */
export function oneOfField<const T extends readonly string[]>(texts: T): Field<T[number], T[number]> {
  return {
    check: oneOf(texts),
    encode: (value) => value,
    decode: (value) => texts.find((text) => text === value),
  }
}

/** Text of at most `maxLength` UTF-16 units. */
export function textField<T extends string>(maxLength: number): Field<T, T> {
  return {
    check: text({ max: maxLength }),
    encode: (value) => value,
    decode: (value) => (typeof value === 'string' && value.length <= maxLength ? (value as T) : undefined),
  }
}

function isWhole(value: CanonicalValue, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max
}
