import type { Fault } from '../../log/index.js'
import type { CarrierRefusal } from '../../transport/index.js'
import type { NodeRefusal } from './nodeRefusal.js'

/** What a person should know of limits of a node that were met, by reason; what clients do wrong by themselves is not among it. */
const sentences: Readonly<Partial<Record<NodeRefusal | CarrierRefusal, string>>> = {
  tooManyConnections:
    'The node turns clients away: as many are connected as limits.maxConnections allows, each of use. Raise it, or see who holds them.',
  pushedOut:
    'Clients of the node give way to newer ones: more come than limits.maxConnections allows. Raise it, or see who comes.',
  tooManyRequests:
    'The node refuses requests: as many wait as limits.maxRequests and limits.maxTotalRequests allow, or as many bytes of them. Raise them, or ask less at once.',
  tooManySubscriptions:
    'The node refuses to send blocks to more readers: limits.maxSubscriptions or limits.maxTotalSubscriptions is met. Raise them, or end readers that are not needed.',
  blockTooLarge:
    'A block is larger than a node sends in one message: who follows the chain over a socket misses it, and goes on after it. Make blocks smaller by the limits of the chain.',
}

/** What is said of a refusal for which a limit of the node's own is the reason. */
export function nodeLimitLine(reason: NodeRefusal | CarrierRefusal): Fault | undefined {
  const message = sentences[reason]
  return message === undefined
    ? undefined
    : { cause: `node limit ${reason}`, message, fields: {}, level: 'warn' }
}
