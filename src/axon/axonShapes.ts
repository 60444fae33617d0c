import {
  type Check,
  clock,
  func,
  having,
  host,
  listOf,
  logger,
  optional,
  origin,
  port,
  shape,
  signer,
} from '../checks/index.js'
import { axonLimitsShape } from './limits.js'
import { axonQuotasShape } from './quotas.js'
import type { AxonHooks, AxonOptions } from './types.js'

const hooks = { blacklist: optional(func), verify: optional(func), priority: optional(func) }

/** Who decides about the calls of one synapse. */
export const axonHooksShape: Check = shape<AxonHooks>(hooks)

const transport = having('what sessionServer() or another transport makes', ['listen'])

/** What an axon is made from. */
export const axonOptionsShape: Check = shape<AxonOptions>({
  signer,
  carrier: optional(having('a carrier such as webSocketCarrier()', ['listen', 'dial'])),
  transports: optional(listOf(transport, { min: 1 })),
  clock: optional(clock),
  host: optional(host),
  port: optional(port({ min: 0 })),
  allowedOrigins: optional(listOf(origin)),
  limits: optional(axonLimitsShape),
  logger: optional(logger),
  standing: optional(func),
  quotas: optional(axonQuotasShape),
  ...hooks,
})
