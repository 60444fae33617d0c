import ipaddr from 'ipaddr.js'

/** What counts as one address: that of IPv4, and the first half of IPv6, whose second half its owner picks as he likes. */
export function networkOf(address = '?'): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString()
  const half = parsed.parts.slice(0, 4).map((part) => part.toString(16))
  return `${half.join(':')}::/64`
}
