export { AsyncContext } from './AsyncContext.js'
export {
  type Clock,
  type Deadline,
  sleep,
  startDeadline,
  systemClock,
  waitOn,
} from './Clock.js'
export { HeldTooLongError } from './clockErrors.js'
export { drainMicrotasks } from './drainMicrotasks.js'
export { elapsedOf } from './elapsedOf.js'
export type { HoldOptions } from './HoldOptions.js'
export { onAbort } from './onAbort.js'
export type { Timer } from './timers.js'
export { VirtualClock, type VirtualClockOptions } from './VirtualClock.js'
export { WaitList } from './WaitList.js'
