export type { BreakerState } from './Breaker.js'
export type { CandidateView } from './candidateView.js'
export type {
  AttemptEvent,
  BreakerEvent,
  CalledEvent,
  FailedOverEvent,
  RouterEvents,
  RouterFaultEvent,
} from './events.js'
export { defaultRouterLimits, type RouterLimits } from './limits.js'
export type { RoutedStream } from './RoutedStream.js'
export { Router } from './Router.js'
export type { RouterCounters } from './RouterLog.js'
export { fileRouterStore, type RouterStore } from './RouterStore.js'
export type { CandidateInfo, CandidateSource, RouterTarget } from './readCandidates.js'
export type { Attempt, AttemptKind, RoutedResult, StreamPart } from './routedResult.js'
export {
  CandidatesError,
  RouterClosedError,
  RouterMemoryError,
  RouterStoreError,
  type RouterStoreFault,
  StreamTruncatedError,
} from './routerErrors.js'
export type { RoutedCallOptions, RouterOptions } from './routerOptions.js'
export { type CandidateWorth, defaultWeight } from './weigh.js'
