import { type FaultEvent, type HookName, OverrunError } from '../axon/index.js'
import { portableError } from '../errors/index.js'
import type { MinerEvent } from './minerEvents.js'

/** The hooks whose failures are events of their own. */
const isHook = (part: FaultEvent['part']): part is HookName =>
  part === 'blacklist' || part === 'verify' || part === 'priority'

/** What a neuron tells of a fault on its axon; `undefined` for an answer that failed, which is told otherwise. */
export function axonFaultEvent({
  part,
  synapse,
  caller,
  requestId: id,
  cause,
}: FaultEvent): Extract<MinerEvent, { type: 'axonFault' | 'hookFailed' }> | undefined {
  if (part === 'handler' && !(cause instanceof OverrunError)) return undefined
  const error = portableError(cause)
  const requestId = id ?? null
  if (!isHook(part)) return { type: 'axonFault', part, synapse: synapse ?? null, requestId, error }
  if (synapse === undefined || caller === undefined) return undefined
  return { type: 'hookFailed', hook: part, synapse, caller, requestId, error }
}
