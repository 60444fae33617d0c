export { type Check, check, fits, whyUnfit } from './check.js'
export { hostAndPort } from './hostAndPort.js'
export {
  alpha,
  bigintWithin,
  bytes,
  clock,
  custom,
  durationMs,
  eitherOf,
  finiteNumber,
  flag,
  func,
  having,
  host,
  instance,
  isBytes,
  isEach,
  isWellFormed,
  listOf,
  logger,
  mapOf,
  nullable,
  oneOf,
  optional,
  origin,
  pairOf,
  port,
  rao,
  secret,
  signal,
  signer,
  text,
  u16,
  unicode,
  wholeNumber,
} from './kinds.js'
export { assertMade, made } from './made.js'
export { nearest } from './nearest.js'
export { plainCopy, readPart } from './plainCopy.js'
export { plainObject, recordOf, type ShapeOf, shape } from './shape.js'
export { vouchedForm, vouchFor } from './vouched.js'
export { withDefaults } from './withDefaults.js'
