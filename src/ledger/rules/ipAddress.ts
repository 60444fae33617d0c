import { check, text } from '../../checks/index.js'

/** An IP address as a number, and which kind it is. */
export interface IpAddress {
  readonly type: 4 | 6
  readonly value: bigint
}

/** Longest text of an address: eight groups with an embedded IPv4 part. */
const MAX_TEXT = 45

const hostText = text()

/** Reads IPv4 or IPv6 text; `null` when it is neither. */
export function readIpAddress(address: string): IpAddress | null {
  if (address.length > MAX_TEXT) return null
  return address.includes(':') ? readIpv6(address) : readIpv4(address)
}

/** Whether the address is that of the machine itself. */
export function isLoopback({ type, value }: IpAddress): boolean {
  return type === 4 ? value === 0x7f000001n : value === 1n
}

/** Whether the reference chain lets an axon announce the address: not all ones, and not the machine itself. */
export function isAnnounceable(ip: IpAddress): boolean {
  return ip.value !== (ip.type === 4 ? 0xffff_ffffn : (1n << 128n) - 1n) && !isLoopback(ip)
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

function readIpv4(text: string): IpAddress | null {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) {
    return null
  }
  return { type: 4, value: parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n) }
}

function readIpv6(text: string): IpAddress | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const head = groupsOf(halves[0]!)
  const tail = halves.length === 2 ? groupsOf(halves[1]!) : []
  if (head === null || tail === null) return null
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail]
  return { type: 6, value: groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n) }
}

function groupsOf(text: string): number[] | null {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':')
  for (const [index, part] of parts.entries()) {
    const embedded = index === parts.length - 1 && part.includes('.') ? readIpv4(part) : null
    if (embedded !== null) groups.push(Number(embedded.value >> 16n), Number(embedded.value & 0xffffn))
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16))
    else return null
  }
  return groups
}
