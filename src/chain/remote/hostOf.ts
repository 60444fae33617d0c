import { isLoopbackHost } from '../../ledger/index.js'

/**
 * What counts as one host among the clients of a node, from the address of a channel: an IPv4 address, the first half of an IPv6
 * address, whose second half its owner picks as he likes, or `loopback` for all that is on this machine.
 */
export function hostOf(remote: string): string {
  const host = remote
    .slice(0, Math.max(0, remote.lastIndexOf(':')))
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/^::ffff:(?=\d+\.)/i, '')
  if (isLoopbackHost(host)) return 'loopback'
  return host.includes(':') ? networkOf(host) : host
}

function networkOf(address: string): string {
  const [head = '', tail = ''] = address.split('::').map((half) => (half === '' ? [] : half.split(':')))
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0')
  return `${[...head, ...zeros, ...tail].slice(0, 4).join(':')}::/64`
}
