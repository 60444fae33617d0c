import type { Chain } from '../chain/index.js'
import { hostAndPort } from '../checks/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import { isDialableHost, isLoopbackHost, isUnspecifiedHost } from '../ledger/index.js'
import type { AxonInfo } from '../metagraph/index.js'

const REMEDY =
  "Pass announce: { host, port } with the address at which the subnet's validators reach this axon."

/** A miner would announce an address that nobody can dial; `code` is the chain's own name of that. */
export class UnannounceableAddressError extends InvalidArgumentError {
  override readonly name = 'UnannounceableAddressError'
  override readonly code = 'InvalidIpAddress'

  constructor(details: { value: string; remedy: string }) {
    super({ field: 'announce', ...details })
  }
}

/**
 * Holds the address that a miner is about to announce to what others can dial.
 *
 * @throws UnannounceableAddressError
 */
export function assertAnnounceable(
  chain: Pick<Chain, 'allowsLoopbackAxons'>,
  { host, port }: AxonInfo,
): void {
  const refuse = (why: string): never => {
    throw new UnannounceableAddressError({ value: hostAndPort({ host, port }), remedy: `${why} ${REMEDY}` })
  }
  if (isUnspecifiedHost(host)) {
    refuse('An axon that listens on all interfaces has no address that others can dial by that name.')
  }
  if (isLoopbackHost(host) && !chain.allowsLoopbackAxons) {
    refuse(
      'A loopback address leads each validator to itself: the chain does not take it, or its node is elsewhere.',
    )
  }
  if (!isDialableHost(host)) refuse('The chain takes IPv4 and IPv6 addresses of one machine, no names.')
  if (port === 0) refuse('Nobody can dial port 0.')
}
