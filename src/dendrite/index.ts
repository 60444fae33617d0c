export { PoolFullError, type Target } from './ConnectionPool.js'
export { CallFailedError, DendriteClosedError, type FailureStatus } from './callErrors.js'
export { type CallAllOptions, type CallOptions, Dendrite, type DendriteOptions } from './Dendrite.js'
export { type DendriteLimits, defaultDendriteLimits } from './limits.js'
