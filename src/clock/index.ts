export { type Clock, type Deadline, sleep, startDeadline, systemClock } from './Clock.js'
export { onAbort } from './onAbort.js'
export type { Timer } from './timers.js'
export { VirtualClock } from './VirtualClock.js'
