import { check, having, optional, shape } from '../../checks/index.js'
import type { Carrier } from '../../transport/index.js'
import type {
  DendriteTransport,
  TransportAnswer,
  TransportCall,
  TransportServices,
  TransportStream,
} from '../transport.js'
import { ConnectionPool } from './ConnectionPool.js'
import { StreamCall } from './StreamCall.js'
import { UnaryCall } from './UnaryCall.js'

/** How a dendrite's sessions are carried. */
export interface SessionClientOptions {
  /** Default: the dendrite's `carrier`. */
  readonly carrier?: Carrier
}

const optionsShape = shape<SessionClientOptions>({
  carrier: optional(having('a carrier such as webSocketCarrier()', ['listen', 'dial'])),
})

/**
 * Calls over secure sessions, the transport that a dendrite has by default: one session per target, kept and shared by its calls, in which
 * both ends have proven their hotkeys.
 *
 * @throws InvalidArgumentError for what is no carrier, or a key that does not exist.
 *
 * @example
 * ```ts
 * import { keyPairFromUri } from 'subnetkit/crypto'
 * import { Dendrite, sessionClient } from 'subnetkit/dendrite'
 * import { createMemoryNetwork } from 'subnetkit/transport'
 *
 * const carrier = createMemoryNetwork()
 * new Dendrite({ signer: keyPairFromUri('//Bob'), transport: sessionClient({ carrier }) })
 * ```
 */
export function sessionClient(
  options: SessionClientOptions = {},
): (services: TransportServices) => DendriteTransport {
  check('options', optionsShape, options)
  const { carrier } = options
  return (services) => new SessionClient(carrier === undefined ? services : { ...services, carrier })
}

class SessionClient implements DendriteTransport {
  readonly kind = 'session'
  readonly #pool: ConnectionPool
  readonly #clock: TransportServices['clock']

  constructor(services: TransportServices) {
    this.#pool = new ConnectionPool(services)
    this.#clock = services.clock
  }

  get connectionCount(): number {
    return this.#pool.size
  }

  unary(call: TransportCall): Promise<TransportAnswer> {
    const outgoing = new UnaryCall({ pool: this.#pool, clock: this.#clock, call })
    outgoing.start()
    return outgoing.ended
  }

  stream(call: TransportCall, credit: number): TransportStream {
    const outgoing = new StreamCall({ pool: this.#pool, clock: this.#clock, call }, credit)
    outgoing.start()
    return outgoing
  }

  close(): void {
    this.#pool.close()
  }
}
