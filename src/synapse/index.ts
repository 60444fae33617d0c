export { assertSynapse } from './assertSynapse.js'
export { type AtMiner, atMiner } from './atMiner.js'
export { CallObservers, type Observation, type ObservedEnd, type WatchedCall } from './CallObservers.js'
export { defineStream, defineSynapse } from './defineSynapse.js'
export { packValue, unpackValue } from './messageCodec.js'
export { MalformedMessageError, type SendableFault, UnencodableMessageError } from './messageErrors.js'
export { type MsgpackFault, messageShapeLimits } from './messageShape.js'
export {
  type CallerMessage,
  decodeCallerMessage,
  decodeServerMessage,
  encodeCallerMessage,
  encodeServerMessage,
  lendCallerMessage,
  lendServerMessage,
  MAX_STREAM_CREDIT,
  type ServerMessage,
} from './messages.js'
export { isRequestId, isTraceparent } from './requestId.js'
export { type StatusEntry, statusOfWire, statusTable } from './status.js'
export type { CallResult, CallScope, Status, StreamSynapse, Synapse } from './types.js'
export { type Checked, type MessageIssue, SchemaMismatchError, validated } from './validate.js'
