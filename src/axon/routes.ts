import type { StreamSynapse, Synapse } from '../synapse/index.js'
import type { Handler, StreamHandler } from './types.js'

export interface UnaryRoute {
  readonly synapse: Synapse
  readonly handler: Handler<unknown, unknown>
}

export interface StreamRoute {
  readonly synapse: StreamSynapse
  readonly handler: StreamHandler<unknown, unknown>
}

/** A synapse and who answers it. */
export type Route = UnaryRoute | StreamRoute
