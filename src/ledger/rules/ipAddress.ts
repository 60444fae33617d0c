import ipaddr from 'ipaddr.js'
import { check, text } from '../../checks/index.js'

/** An IP address as a number, and which kind it is. */
export interface IpAddress {
  readonly type: 4 | 6
  readonly value: bigint
}

/** Longest text of an address: eight groups with an embedded IPv4 part. */
const MAX_TEXT = 45

const hostText = text()

/** Reads IPv4 or IPv6 text: decimal parts without leading zeros, which others read as octal, and no zone; `null` when it is neither. */
export function readIpAddress(address: string): IpAddress | null {
  const { IPv4, IPv6 } = ipaddr
  if (address.length > MAX_TEXT || address.includes('%')) return null
  if (IPv4.isValidFourPartDecimal(address)) return { type: 4, value: numberOf(IPv4.parse(address)) }
  // ipaddr.js takes any zeros in an embedded part, such as ::1.2.3.04.
  const last = address.slice(address.lastIndexOf(':') + 1)
  if (last.includes('.') && !IPv4.isValidFourPartDecimal(last)) return null
  return IPv6.isValid(address) ? { type: 6, value: numberOf(IPv6.parse(address)) } : null
}

function numberOf(address: ipaddr.IPv4 | ipaddr.IPv6): bigint {
  return address.toByteArray().reduce((value, byte) => (value << 8n) | BigInt(byte), 0n)
}

/** Whether the address is that of the machine itself. */
export function isLoopback({ type, value }: IpAddress): boolean {
  return type === 4 ? value === 0x7f000001n : value === 1n
}

/** Whether the reference chain lets an axon announce the address: not all ones, and not the machine itself. */
export function isAnnounceable(ip: IpAddress): boolean {
  return ip.value < (ip.type === 4 ? 0xffff_ffffn : (1n << 128n) - 1n) && !isLoopback(ip)
}

/** The number of an address as text; where it is of no type, or too large for it, the number. */
export function ipAddressText({
  ipType,
  value,
}: {
  readonly ipType: number
  readonly value: bigint
}): string {
  const bytes = ipType === 4 ? 4 : 16
  if ((ipType !== 4 && ipType !== 6) || value >> BigInt(8 * bytes) > 0n) return String(value)
  const list = Array.from({ length: bytes }, (_, at) =>
    Number((value >> BigInt(8 * (bytes - 1 - at))) & 0xffn),
  )
  return ipaddr.fromByteArray(list).toString()
}

/** Of an IPv6 address that stands for an IPv4 one, that one. */
function unmapped(ip: IpAddress): IpAddress {
  return ip.type === 6 && ip.value >> 32n === 0xffffn ? { type: 4, value: ip.value & 0xffff_ffffn } : ip
}

/** Whether text names this machine: `localhost`, 127.0.0.0/8 or ::1. */
export function isLoopbackHost(host: string): boolean {
  check('host', hostText, host)
  if (host === 'localhost') return true
  const ip = readIpAddress(host)
  if (ip === null) return false
  const { type, value } = unmapped(ip)
  return type === 4 ? value >> 24n === 127n : value === 1n
}

/** Whether text is the address that stands for all of a machine's own: 0.0.0.0 or ::. */
export function isUnspecifiedHost(host: string): boolean {
  check('host', hostText, host)
  const ip = readIpAddress(host)
  return ip !== null && unmapped(ip).value === 0n
}

/** Whether text is an IPv4 or IPv6 address that somebody may be reached at: neither unspecified, nor of many at once. */
export function isDialableHost(host: string): boolean {
  check('host', hostText, host)
  const ip = readIpAddress(host)
  if (ip === null || isUnspecifiedHost(host)) return false
  const { type, value } = unmapped(ip)
  const isOfMany = type === 4 ? value >> 28n >= 0xen : value >> 120n === 0xffn
  return !isOfMany
}
