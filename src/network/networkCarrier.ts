import type { Clock } from '../clock/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import { SeededRandom } from '../math/index.js'
import {
  type Carrier,
  createMemoryNetwork,
  type NetworkAddress,
  webSocketCarrier,
} from '../transport/index.js'
import type { LatencyRange } from './specs.js'

interface CarrierOptions {
  readonly time?: 'virtual' | 'real'
  readonly carrier?: Carrier
  readonly latencyMs?: number | LatencyRange
}

/** Virtual time does not wait for what happens on real sockets, and those take what they take. @throws InvalidArgumentError */
export function assertCarrier({ time = 'virtual', carrier, latencyMs }: CarrierOptions): void {
  if (latencyMs !== undefined && (time === 'real' || carrier !== undefined)) {
    throw new InvalidArgumentError({
      field: 'latencyMs',
      value: latencyMs,
      remedy: 'Leave it out in real time and with a carrier of your own: both have a latency already.',
    })
  }
  if (typeof latencyMs === 'object' && latencyMs.mostMs < latencyMs.leastMs) {
    throw new InvalidArgumentError({
      field: 'latencyMs.mostMs',
      value: latencyMs.mostMs,
      remedy: `Pass at least leastMs, ${latencyMs.leastMs}.`,
    })
  }
  if (time === 'real' || carrier === undefined || carrier.kind === 'memory') return
  throw new InvalidArgumentError({
    field: 'carrier',
    value: carrier.kind,
    remedy: "Leave the carrier out in virtual time, or run with time: 'real'.",
  })
}

/** What carries the calls of a network that is given nothing else. */
export function defaultCarrier({ time, latencyMs = 0 }: CarrierOptions, seed: string, clock: Clock): Carrier {
  if (time === 'real') return webSocketCarrier()
  if (typeof latencyMs === 'number') return createMemoryNetwork({ clock, latencyMs })
  const { leastMs, mostMs } = latencyMs
  const drawn = ({ host, port }: NetworkAddress): number =>
    leastMs + new SeededRandom(`${seed}/latency/${host}:${port}`).int(mostMs - leastMs + 1)
  return createMemoryNetwork({ clock, latencyMs: drawn })
}
