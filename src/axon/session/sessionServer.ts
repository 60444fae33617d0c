import { check, having, optional, shape } from '../../checks/index.js'
import type { Carrier } from '../../transport/index.js'
import type { AxonTransport } from '../transport.js'
import { SessionEndpoint } from './SessionEndpoint.js'

/** How an axon's sessions are carried. */
export interface SessionServerOptions {
  /** Default: the axon's `carrier`. */
  readonly carrier?: Carrier
}

const optionsShape = shape<SessionServerOptions>({
  carrier: optional(having('a carrier such as webSocketCarrier()', ['listen', 'dial'])),
})

/**
 * Takes calls over secure sessions, the transport that an axon has by default: both ends prove their hotkeys once per connection, and
 * every frame is encrypted and counted.
 *
 * @throws InvalidArgumentError for what is no carrier, or a key that does not exist.
 *
 * @example
 * ```ts
 * import { Axon, sessionServer } from 'subnetkit/axon'
 * import { keyPairFromUri } from 'subnetkit/crypto'
 *
 * new Axon({ signer: keyPairFromUri('//Alice'), transports: [sessionServer()] })
 * ```
 */
export function sessionServer(options: SessionServerOptions = {}): AxonTransport {
  check('options', optionsShape, options)
  return {
    kind: 'session',
    listen: (host) => SessionEndpoint.listen(host, options.carrier ?? host.carrier),
  }
}
