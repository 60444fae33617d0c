import type { StreamSynapse, Synapse } from '../synapse/index.js'
import type { HookName } from './axonErrors.js'
import type { ServiceTimes } from './ServiceTimes.js'
import type { AxonHooks, Handler, StreamHandler } from './types.js'

/** Who decides about the calls of one synapse. */
export type RouteHooks = { readonly [Name in HookName]: AxonHooks[Name] | undefined }

export interface UnaryRoute {
  readonly synapse: Synapse
  readonly handler: Handler<unknown, unknown>
  readonly hooks: RouteHooks
  readonly times: ServiceTimes
}

export interface StreamRoute {
  readonly synapse: StreamSynapse
  readonly handler: StreamHandler<unknown, unknown>
  readonly hooks: RouteHooks
  readonly times: ServiceTimes
}

/** A synapse, who answers it, and who decides about its calls. */
export type Route = UnaryRoute | StreamRoute

/** Each hook that the synapse has of its own, and the axon's where it has none. */
export function routeHooks(own: AxonHooks, general: AxonHooks): RouteHooks {
  return {
    blacklist: own.blacklist ?? general.blacklist,
    verify: own.verify ?? general.verify,
    priority: own.priority ?? general.priority,
  }
}
