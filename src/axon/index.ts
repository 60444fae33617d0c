export { Axon } from './Axon.js'
export type { AxonCounters } from './AxonLog.js'
export {
  AnswerTooLargeError,
  type AxonState,
  AxonStateError,
  type HookName,
  HookResultError,
  OverrunError,
} from './axonErrors.js'
export type { AxonEvents, FailedEvent, FaultEvent, RefusalReason, RefusedEvent } from './events.js'
export { type AxonLimits, defaultAxonLimits } from './limits.js'
export type {
  AxonHooks,
  AxonOptions,
  CallContext,
  CallerInfo,
  Handler,
  StreamHandler,
} from './types.js'
