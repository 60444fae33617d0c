import {
  clock as clockCheck,
  durationMs,
  eitherOf,
  func,
  having,
  logger as loggerCheck,
  optional,
  shape,
  signal as signalCheck,
  text,
  u16,
} from '../../checks/index.js'
import type { Clock } from '../../clock/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import type { Logger } from '../../log/index.js'
import type { Carrier, NetworkAddress } from '../../transport/index.js'
import type { RemoteChainEvent } from './ChainReporter.js'

/** How a lost connection is made again. */
export interface ReconnectOptions {
  /** Wait before the first attempt; doubled after each, 50 ms by default. */
  readonly firstDelayMs: number
  /** Longest wait between two attempts, 2 s by default. */
  readonly maxDelayMs: number
  /** After this long without a connection the chain is given up for good, 60 s by default. */
  readonly giveUpAfterMs: number
}

export interface RemoteChainOptions {
  /** `ws://127.0.0.1:9944`, or host and port. */
  readonly url: string | NetworkAddress
  /** WebSocket by default. */
  readonly carrier?: Carrier
  readonly clock?: Clock
  readonly reconnect?: Partial<ReconnectOptions>
  /** Ends the wait for the first connection. */
  readonly signal?: AbortSignal
  /** Told when the connection is lost, tried again, made again or given up. One that throws is reported and disturbs nothing. */
  readonly onEvent?: (event: RemoteChainEvent) => void
  /** Is told the same; standard error by default. */
  readonly logger?: Logger
}

const reconnectShape = shape<Partial<ReconnectOptions>>({
  firstDelayMs: optional(durationMs({ min: 1 })),
  maxDelayMs: optional(durationMs({ min: 1 })),
  giveUpAfterMs: optional(durationMs()),
})

export const optionsShape = shape<RemoteChainOptions>({
  url: eitherOf('Pass ws://host:port, such as ws://127.0.0.1:9944, or an object with host and port.', [
    text({ min: 1 }),
    shape<NetworkAddress>({ host: text({ min: 1 }), port: u16({ min: 1 }) }),
  ]),
  carrier: optional(having('a carrier', ['listen', 'dial'])),
  clock: optional(clockCheck),
  reconnect: optional(reconnectShape),
  signal: optional(signalCheck),
  onEvent: optional(func),
  logger: optional(loggerCheck),
})

export const DEFAULT_RECONNECT: ReconnectOptions = {
  firstDelayMs: 50,
  maxDelayMs: 2_000,
  giveUpAfterMs: 60_000,
}

export function addressFrom(url: string | NetworkAddress): NetworkAddress {
  if (typeof url !== 'string') return url
  const match = /^ws:\/\/(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})\/?$/.exec(url)
  if (match === null) {
    throw new InvalidArgumentError({
      field: 'url',
      value: url,
      remedy: 'Pass ws://host:port, such as ws://127.0.0.1:9944.',
    })
  }
  return { host: (match[1] ?? match[2])!, port: Number(match[3]) }
}
