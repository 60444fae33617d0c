import { check, clock as clockCheck, func, having, optional, shape, signer } from '../checks/index.js'
import type { Clock } from '../clock/index.js'
import type { Signer } from '../crypto/index.js'
import type { Carrier } from '../transport/index.js'
import { type DendriteLimits, dendriteLimitsShape } from './limits.js'
import type { DendriteTransport, TransportServices } from './transport.js'

/** How a dendrite is made. */
export interface DendriteOptions {
  /** Key of the hotkey that calls. */
  readonly signer: Signer
  /** What sessions are carried by. Default `webSocketCarrier()`. */
  readonly carrier?: Carrier
  /** Makes what carries the calls. Default `sessionClient()`: sessions over `carrier`. */
  readonly transport?: (services: TransportServices) => DendriteTransport
  /** Default the system clock. */
  readonly clock?: Clock
  readonly limits?: Partial<DendriteLimits>
}

const optionsShape = shape<DendriteOptions>({
  signer,
  carrier: optional(having('a carrier such as webSocketCarrier()', ['listen', 'dial'])),
  transport: optional(func),
  clock: optional(clockCheck),
  limits: optional(dendriteLimitsShape),
})

/** @throws InvalidArgumentError */
export function checkDendriteOptions(options: DendriteOptions): void {
  check('options', optionsShape, options)
}
