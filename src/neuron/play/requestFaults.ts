import { describeValue } from '../../errors/index.js'
import { MechanismError, type MechanismMethod } from '../../mechanism/index.js'
import { SchemaMismatchError, UnencodableMessageError } from '../../synapse/index.js'

/** Whose request it is: that of a task in the short form, or of `play`. */
export type Asker = Extract<MechanismMethod, 'createTask' | 'play'>

/** What a call says of a request that its synapse cannot carry, as the mechanism's fault; `undefined` for any other error. */
export function requestFault(asker: Asker, error: unknown, request: unknown): MechanismError | undefined {
  const isInvalid = error instanceof SchemaMismatchError && error.part === 'request'
  if (!isInvalid && !(error instanceof UnencodableMessageError)) return undefined
  return unsendable(asker, request, error.shortMessage.replace(/\.$/, ''), error)
}

/** A request that no miner can be sent. */
export function unsendable(asker: Asker, request: unknown, why: string, cause?: unknown): MechanismError {
  const isTask = asker === 'createTask'
  return new MechanismError({
    method: asker,
    fault: isTask ? 'invalid task' : 'invalid request',
    what: `made a ${isTask ? 'task' : 'request'} that cannot be sent, ${describeValue(request)}: ${why}`,
    remedy: `Make ${isTask ? 'tasks' : 'requests'} that fit the request schema of the synapse, and a frame (1 MiB unless limits.maxFrameBytes says otherwise).`,
    cause,
  })
}
