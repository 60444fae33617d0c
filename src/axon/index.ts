export { Axon, type AxonState, AxonStateError } from './Axon.js'
export type { AxonCounters } from './AxonLog.js'
export type { AxonEvents, FailedEvent, RefusalReason, RefusedEvent } from './events.js'
export { type AxonLimits, defaultAxonLimits } from './limits.js'
export type {
  AxonHooks,
  AxonOptions,
  CallContext,
  CallerInfo,
  Handler,
  StreamHandler,
  VerifiableCall,
} from './types.js'
