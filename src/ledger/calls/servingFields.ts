import { bigintWithin, custom, fits, shape, text, wholeNumber } from '../../checks/index.js'
import type { CanonicalValue } from '../../codec/index.js'
import { ipAddressText, readIpAddress } from '../rules/ipAddress.js'
import type { Field } from './fields.js'
import { defaulted, described, netuidField, u16Field, wholeField } from './fields.js'

/** An address as the reference has it: a number, and what it is said to be, 4 or 6. */
export interface NumberedIp {
  readonly ipType: number
  /** Of 128 bits. */
  readonly value: bigint
}

/** What an announcement says of an address; text that is no address has a type that no address has. */
export interface AnnouncedIp extends NumberedIp {
  readonly text: string
}

const MAX_TEXT = 64
const IP_BYTES = 16

const numbered = shape<NumberedIp>({
  ipType: wholeNumber({ max: 255 }),
  value: bigintWithin({ max: (1n << 128n) - 1n }),
})

/** An address: text of IPv4 or IPv6, or the reference's number and type. */
export const ipField: Field<string | NumberedIp, AnnouncedIp> = {
  type: 'string | NumberedIp',
  holds: `text of IPv4 or IPv6 of at most ${MAX_TEXT} characters, or { ipType, value }: 4 or 6, and the address as a bigint of 128 bits`,
  says: 'Address at which the neuron answers.',
  check: custom(
    `Pass an address as text of at most ${MAX_TEXT} characters, or as ipType and value.`,
    (value) => fits(text({ max: MAX_TEXT }), value) || fits(numbered, value),
  ),
  encode: (ip) => (typeof ip === 'string' ? ip : [ip.ipType, bytesOf(ip.value)]),
  decode(value) {
    if (typeof value === 'string') return value.length <= MAX_TEXT ? announcedText(value) : undefined
    const parts = numberedParts(value)
    if (parts === undefined) return undefined
    return { ...parts, text: ipAddressText(parts) }
  },
}

/** A byte that may be left out: 0 then. */
const byteField = defaulted(wholeField(255), 0)

/** Where a neuron answers. */
export const ADDRESS_FIELDS = {
  netuid: netuidField,
  ip: ipField,
  port: described(u16Field, 'Port at which the neuron answers.'),
  version: described(wholeField(0xffff_ffff), "Version of the neuron's software; no rule reads it."),
}

/** The same of an axon, with what is there for people only. */
export const AXON_FIELDS = {
  ...ADDRESS_FIELDS,
  protocol: described(byteField, 'Protocol of the axon; no rule reads it.'),
  placeholder1: described(byteField, 'For whatever people agree on; no rule reads it.'),
  placeholder2: described(byteField, 'For whatever people agree on; no rule reads it.'),
}

/** Where a neuron answers, as all kinds of announcements say it. */
export const SERVING_REFUSALS = [
  'HotKeyNotRegisteredInNetwork',
  'InvalidIpType',
  'InvalidIpAddress',
  'ServingRateLimitExceeded',
  'InvalidPort',
] as const

function announcedText(given: string): AnnouncedIp {
  const address = readIpAddress(given)
  return address === null
    ? { ipType: 0, value: 0n, text: given }
    : { ipType: address.type, value: address.value, text: given }
}

function numberedParts(value: CanonicalValue): NumberedIp | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined
  const [ipType, bytes] = value
  if (typeof ipType !== 'number' || !Number.isInteger(ipType) || ipType < 0 || ipType > 255) return undefined
  if (!(bytes instanceof Uint8Array) || bytes.length !== IP_BYTES) return undefined
  return { ipType, value: bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n) }
}

function bytesOf(value: bigint): Uint8Array {
  return Uint8Array.from({ length: IP_BYTES }, (_, at) =>
    Number((value >> BigInt(8 * (IP_BYTES - 1 - at))) & 0xffn),
  )
}
