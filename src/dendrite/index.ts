export { checkCallOptions } from './callChecks.js'
export {
  CallFailedError,
  DendriteClosedError,
  type Failure,
  type FailureStatus,
  failureOf,
  isRequestTooLarge,
} from './callErrors.js'
export type { CallAllOptions, CallOptions } from './callOptions.js'
export { Dendrite } from './Dendrite.js'
export type { DendriteOptions } from './dendriteOptions.js'
export { isPresent } from './isPresent.js'
export { type DendriteLimits, defaultDendriteLimits } from './limits.js'
export type { CallObservation, CallObserver, ObservedCall } from './sentCalls.js'
export { PoolFullError } from './session/ConnectionPool.js'
export { type SessionClientOptions, sessionClient } from './session/sessionClient.js'
export type { Target } from './target.js'
export type {
  DendriteTransport,
  StreamItem,
  TransportAnswer,
  TransportCall,
  TransportServices,
  TransportStream,
} from './transport.js'
