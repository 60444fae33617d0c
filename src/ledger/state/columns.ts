import {
  bigintWithin,
  type Check,
  custom,
  flag as flagCheck,
  instance,
  isEach,
  nullable as nullableCheck,
  oneOf,
  rao,
  recordOf,
  shape,
  text as textCheck,
  wholeNumber,
} from '../../checks/index.js'
import { isAddress } from '../../crypto/index.js'
import { assert } from '../../errors/index.js'
import { SAFE_FLOAT_ZERO, type SafeFloat } from '../../math/index.js'
import type { Address } from '../../units/index.js'
import type { AccountId } from './account.js'
import type { ByteReader, ByteWriter, Numbers } from './bytes.js'

/**
 * One column of a record: what a value must be, how it is written, and what it is before anybody wrote it. All that a table says of a
 * quantity follows from this.
 */
export interface Column<T> {
  readonly check: Check
  write(to: ByteWriter, value: T): void
  read(from: ByteReader): T
  /** Of a column of numbers, the least and the most that it holds. */
  readonly range?: Range<number | bigint>
  /** Whether it is a typed array of 64-bit entries. */
  readonly isCells?: boolean
  /** A new blank value; `undefined` where there is none, such as for an account. */
  blank(): T | undefined
}

/** From the least to the most, both included. */
export interface Range<T> {
  readonly least: T
  readonly most: T
}

/** What a column holds. */
export type ValueOf<C> = C extends Column<infer T> ? T : never

/** A whole number that a JavaScript number holds exactly: counts and block numbers. */
export function whole(bounds: { readonly min?: number; readonly max?: number } = {}): Column<number> {
  return {
    check: wholeNumber(bounds),
    range: { least: bounds.min ?? 0, most: bounds.max ?? Number.MAX_SAFE_INTEGER },
    write: (to, value) => to.f64(value),
    read: (from) => from.f64(),
    blank: () => Math.max(0, bounds.min ?? 0),
  }
}

/** A number of 16 bits, such as a netuid, a uid or a proportion. */
export function u16(bounds: { readonly min?: number; readonly max?: number } = {}): Column<number> {
  return {
    check: wholeNumber({ max: 65_535, ...bounds }),
    range: { least: bounds.min ?? 0, most: bounds.max ?? 65_535 },
    write: (to, value) => to.u16(value),
    read: (from) => from.u16(),
    blank: () => bounds.min ?? 0,
  }
}

/** A block number, or a count of blocks. */
export const blockNumber: Column<number> = whole()

const U64_MASK = (1n << 64n) - 1n

/** An amount of rao or alpha: 64 bits. What does not fit is a broken rule; written, it would be another amount. */
export const amount: Column<bigint> = {
  check: rao(),
  range: { least: 0n, most: U64_MASK },
  write(to, value) {
    if (value < 0n || value > U64_MASK) assert(false, `an amount is ${value}`)
    to.u64(value)
  },
  read: (from) => from.u64(),
  blank: () => 0n,
}

/** A whole number of up to 128 bits, such as raw fixed-point bits. */
export function bits(max: bigint, min = 0n): Column<bigint> {
  return {
    check: bigintWithin({ min, max }),
    range: { least: min, most: max },
    write(to, value) {
      to.u64(value & U64_MASK)
      to.u64(value >> 64n)
    },
    read: (from) => from.u64() | (from.u64() << 64n),
    blank: () => min,
  }
}

export const flag: Column<boolean> = {
  check: flagCheck,
  write: (to, value) => to.u8(value ? 1 : 0),
  read: (from) => from.u8() !== 0,
  blank: () => false,
}

/** An account: 64 lower-case hex digits here, 32 bytes in the bytes. Nobody by default. */
export const account: Column<AccountId> = {
  check: custom(
    'Expected an account: 64 lower-case hex digits.',
    (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
  ),
  write: (to, value) => to.hex(value),
  read: (from) => from.account() as AccountId,
  blank: () => undefined,
}

/** An SS58 address, for what is read as it is shown. */
export const address: Column<Address> = {
  check: custom(
    'Pass an address from parseAddress.',
    (value) => typeof value === 'string' && isAddress(value),
  ),
  write: (to, value) => to.text(value),
  read: (from) => from.text() as Address,
  blank: () => undefined,
}

export function text(max: number): Column<string> {
  return {
    check: textCheck({ max }),
    write: (to, value) => to.text(value),
    read: (from) => from.text(),
    blank: () => '',
  }
}

/** Bytes of one length as lower-case hex digits. */
export function hexText(length: number): Column<string> {
  return {
    check: custom(
      `Pass ${length} bytes as ${2 * length} lower-case hex digits.`,
      (value) => typeof value === 'string' && value.length === 2 * length && /^[0-9a-f]*$/.test(value),
    ),
    write: (to, value) => to.text(value),
    read: (from) => from.text(),
    blank: () => undefined,
  }
}

/** One of some texts, the first at first. */
export function oneOfTexts<const T extends readonly [string, ...string[]]>(texts: T): Column<T[number]> {
  return {
    check: oneOf(texts),
    write: (to, value) => to.text(value),
    read: (from) => from.text() as T[number],
    blank: () => texts[0],
  }
}

/** A share of a stake pool, or the sum of all. Its exponent has the bounds of its arithmetic: with dividends on a stake of one rao it falls without end. */
export const safeFloat: Column<SafeFloat> = {
  check: shape<SafeFloat>({
    mantissa: bigintWithin({ max: 10n ** 21n }),
    exponent: wholeNumber({ min: Number.MIN_SAFE_INTEGER }),
  }),
  write: (to, { mantissa, exponent }) => to.safeFloat(mantissa, exponent),
  read: (from) => ({ mantissa: from.u64() | (from.u64() << 64n), exponent: from.f64() }),
  blank: () => SAFE_FLOAT_ZERO,
}

/** The same column, or `null`, which it is at first. */
export function nullable<T>(column: Column<T>): Column<T | null> {
  return {
    check: nullableCheck(column.check),
    write(to, value) {
      flag.write(to, value !== null)
      if (value !== null) column.write(to, value)
    },
    read: (from) => (flag.read(from) ? column.read(from) : null),
    blank: () => null,
  }
}

/** Values by name, written in the order of their names. */
export function named<T>(column: Column<T>): Column<{ readonly [name: string]: T }> {
  return {
    check: recordOf(column.check),
    write(to, values) {
      const names = Object.keys(values).sort()
      to.u32(names.length)
      for (const name of names) {
        to.text(name)
        column.write(to, values[name] as T)
      }
    },
    read(from) {
      const entries: [string, T][] = []
      for (let left = from.u32(); left > 0; left--) entries.push([from.text(), column.read(from)])
      return Object.fromEntries(entries)
    },
    blank: () => ({}),
  }
}

/** A typed array, empty at first. */
function cells<T extends Numbers>(
  Kind: { new (length: number): T },
  next: (from: ByteReader) => T[number],
  check: Check = instance(Kind),
): Column<T> {
  return {
    check,
    isCells: new Kind(0).BYTES_PER_ELEMENT === 8,
    write: (to, values) => to.numbers(values),
    read: (from) =>
      from.numbers(
        (length) => new Kind(length),
        () => next(from),
      ),
    blank: () => new Kind(0),
  }
}

/** Flags, a byte each. */
export const flags: Column<Uint8Array> = cells(
  Uint8Array,
  (from) => from.u8(),
  custom(
    'Expected bytes of 0 and 1.',
    (value) => value instanceof Uint8Array && value.every((byte) => byte <= 1),
  ),
)

/** Bytes, at most so many. */
export function someBytes(max: number): Column<Uint8Array> {
  return cells(
    Uint8Array,
    (from) => from.u8(),
    custom(`Expected at most ${max} bytes.`, (value) => value instanceof Uint8Array && value.length <= max),
  )
}
export const u16s: Column<Uint16Array> = cells(Uint16Array, (from) => from.u16())

export const u32s: Column<Uint32Array> = cells(Uint32Array, (from) => from.u32())

/** Amounts, 64 bits each. */
export const amounts: Column<BigUint64Array> = cells(BigUint64Array, (from) => from.u64())

/** Whole numbers, as the epoch takes them: f64. */
export const wholes: Column<Float64Array> = cells(
  Float64Array,
  (from) => from.f64(),
  custom(
    'Expected whole numbers of at least 0.',
    (value) =>
      value instanceof Float64Array && value.every((entry) => Number.isSafeInteger(entry) && entry >= 0),
  ),
)

/** 32 bytes each, in order: 64 lower-case hex digits here. */
function keyList<T extends string>(what: string): Column<readonly T[]> {
  return {
    check: custom(
      `Expected a list of ${what}.`,
      (value) =>
        Array.isArray(value) &&
        isEach(value, (entry) => typeof entry === 'string' && /^[0-9a-f]{64}$/.test(entry)),
    ),
    write(to, values) {
      to.u32(values.length)
      for (const value of values) to.hex(value)
    },
    read(from) {
      const list: T[] = []
      for (let left = from.u32(); left > 0; left--) list.push(from.account() as T)
      return list
    },
    blank: () => [],
  }
}

/** Accounts in order. */
export const accountList: Column<readonly AccountId[]> = keyList('accounts')

/** Hashes of 32 bytes in order. */
export const hashList: Column<readonly string[]> = keyList('hashes')

/** Columns of a record by name. */
export type Columns = { readonly [name: string]: Column<unknown> }

/** The record that columns make. */
export type RecordOfColumns<C extends Columns> = { readonly [N in keyof C]: ValueOf<C[N]> }

/** A column that holds records. */
export interface RecordColumn<R> extends Column<R> {
  /** Whether they hold nothing but typed arrays of 64-bit entries. */
  readonly isBlock: boolean
  blank(): R
}

/** A record as one column: its columns in the order in which they are declared. */
export function record<C extends Columns>(name: string, columns: C): RecordColumn<RecordOfColumns<C>> {
  const list = Object.entries(columns) as unknown as [keyof C & string, Column<unknown>][]
  const names = list.map(([column]) => column)
  const kinds = list.map(([, kind]) => kind)
  const collected = (columnValue: (kind: Column<unknown>, column: string) => unknown): RecordOfColumns<C> =>
    Object.fromEntries(
      list.map(([column, kind]) => [column, columnValue(kind, column)]),
    ) as RecordOfColumns<C>
  return {
    check: shape(Object.fromEntries(list.map(([column, kind]) => [column, kind.check]))),
    isBlock: kinds.every(({ isCells }) => isCells === true),
    write(to, values) {
      for (let at = 0; at < list.length; at++) kinds[at]?.write(to, values[names[at] as keyof C])
    },
    read: (from) => collected((kind) => kind.read(from)),
    blank: () =>
      collected((kind, column) => {
        const value = kind.blank()
        assert(value !== undefined, `${name} has no blank ${column}`)
        return value
      }),
  }
}
