export { Axon } from './Axon.js'
export type { AxonCounters } from './AxonLog.js'
export {
  AnswerTooLargeError,
  type AxonState,
  AxonStateError,
  type HookName,
  HookResultError,
  OverrunError,
  RelayedError,
  type RelayedFailure,
} from './axonErrors.js'
export type {
  AnsweredEvent,
  AxonEvents,
  FailedEvent,
  FaultEvent,
  RefusalReason,
  RefusedEvent,
} from './events.js'
export { limitLine } from './limitLine.js'
export { type AxonLimits, defaultAxonLimits } from './limits.js'
export type { AxonQuotas, Quota } from './quotas.js'
export type { ReceivedCall, ReceivedObservation, ReceivedObserver } from './receivedCalls.js'
export { type SessionServerOptions, sessionServer } from './session/sessionServer.js'
export type {
  AxonEndpoint,
  AxonHost,
  AxonTransport,
  CallPort,
  IncomingCall,
  IncomingRequest,
  UnreadHolder,
  UnreadMeter,
} from './transport.js'
export type {
  AxonHooks,
  AxonOptions,
  CallContext,
  CallerInfo,
  Handler,
  StreamHandler,
} from './types.js'
