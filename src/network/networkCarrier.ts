import type { Clock } from '../clock/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import { type Carrier, createMemoryNetwork, webSocketCarrier } from '../transport/index.js'

interface CarrierOptions {
  readonly time?: 'virtual' | 'real'
  readonly carrier?: Carrier
}

/** Virtual time does not wait for what happens on real sockets. @throws InvalidArgumentError */
export function assertCarrier({ time = 'virtual', carrier }: CarrierOptions): void {
  if (time === 'real' || carrier === undefined || carrier.kind === 'memory') return
  throw new InvalidArgumentError({
    field: 'carrier',
    value: carrier.kind,
    remedy: "Leave the carrier out in virtual time, or run with time: 'real'.",
  })
}

/** What carries the calls of a network that is given nothing else. */
export function defaultCarrier({ time }: CarrierOptions, clock: Clock): Carrier {
  return time === 'real' ? webSocketCarrier() : createMemoryNetwork({ clock })
}
