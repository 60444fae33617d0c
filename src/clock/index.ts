export { type Clock, type Deadline, sleep, startDeadline, systemClock, type Timer } from './Clock.js'
export { onAbort } from './onAbort.js'
export { VirtualClock } from './VirtualClock.js'
