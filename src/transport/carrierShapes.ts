import {
  type Check,
  check,
  clock,
  durationMs,
  eitherOf,
  func,
  having,
  host,
  listOf,
  optional,
  origin,
  port,
  shape,
  signal,
  text,
  u16,
  wholeNumber,
} from '../checks/index.js'
import type { DialOptions, ListenOptions, NetworkAddress } from './types.js'

const count = wholeNumber({ min: 1 })

const listenShape = shape<ListenOptions>({
  host,
  port: port({ min: 0 }),
  maxFrameBytes: count,
  maxUntrustedBytes: optional(count),
  maxUnfinishedBytes: optional(count),
  maxConnections: count,
  allowedOrigins: optional(listOf(origin)),
  onChannel: func,
  onRequest: optional(func),
  onRefused: optional(func),
})
/** Nobody answers at a host or port that is none, which a dial finds out. */
const addressShape = shape<NetworkAddress>({ host: text(), port: u16() })
const dialShape = shape<DialOptions>({
  maxFrameBytes: count,
  timeoutMs: optional(durationMs({ min: 1 })),
  signal: optional(signal),
})

/** @throws InvalidArgumentError for what no carrier can listen with. */
export function checkListen(options: ListenOptions): void {
  check('options', listenShape, options)
}

/** @throws InvalidArgumentError for what no carrier can dial with. */
export function checkDial(address: NetworkAddress, options: DialOptions): void {
  check('address', addressShape, address)
  check('options', dialShape, options)
}

/** What sends and gets frames. */
export const anyChannel: Check = having('a channel of a carrier', ['receive', 'send', 'close', 'trust'])

/** Checks that more than one file here needs. */
export const optionalClock: Check = optional(clock)
const ms = durationMs()
export const optionalMs: Check = optional(ms)
export const optionalLatency: Check = optional(
  eitherOf('Pass milliseconds from 0, or a function from an address to them.', [ms, func]),
)

/** @throws InvalidArgumentError for a latency that nothing can take. */
export function checkLatency(latencyMs: number): number {
  check('latencyMs(address)', ms, latencyMs)
  return latencyMs
}
