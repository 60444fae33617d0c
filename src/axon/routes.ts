import { assert } from '../errors/index.js'
import type { StreamSynapse, Synapse } from '../synapse/index.js'
import type { HookName } from './axonErrors.js'
import type { FixedRefusal } from './events.js'
import { ServiceTimes } from './ServiceTimes.js'
import type { AxonHooks, Handler, StreamHandler } from './types.js'

/** Who decides about the calls of one synapse. */
export type RouteHooks = { readonly [Name in HookName]: AxonHooks[Name] | undefined }

export interface UnaryRoute {
  readonly synapse: Synapse
  readonly handler: Handler<unknown, unknown>
  readonly hooks: RouteHooks
  readonly times: ServiceTimes
  /** Set where calls are refused whatever they ask: no handler is asked then. */
  readonly refusal?: FixedRefusal
}

export interface StreamRoute {
  readonly synapse: StreamSynapse
  readonly handler: StreamHandler<unknown, unknown>
  readonly hooks: RouteHooks
  readonly times: ServiceTimes
}

/** A synapse, who answers it, and who decides about its calls. */
export type Route = UnaryRoute | StreamRoute

const anything = {
  '~standard': { version: 1, vendor: 'subnetkit', validate: (value: unknown) => ({ value }) },
} as const

/** A route that refuses: whom the blacklist turns away is told that alone, so that nobody of them learns which names there are. */
export function refusingRoute(
  name: string,
  blacklist: AxonHooks['blacklist'],
  refusal: FixedRefusal,
): UnaryRoute {
  return {
    synapse: { kind: 'unary', name, request: anything, answer: anything },
    handler: () => assert(false, 'no handler is asked where a call is refused'),
    hooks: { blacklist, verify: undefined, priority: undefined },
    times: new ServiceTimes(),
    refusal,
  }
}

/** Each hook that the synapse has of its own, and the axon's where it has none. */
export function routeHooks(own: AxonHooks, general: AxonHooks): RouteHooks {
  return {
    blacklist: own.blacklist ?? general.blacklist,
    verify: own.verify ?? general.verify,
    priority: own.priority ?? general.priority,
  }
}
