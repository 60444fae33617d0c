export { type Check, check } from './check.js'
export {
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
  instance,
  listOf,
  logger,
  mapOf,
  nullable,
  oneOf,
  optional,
  rao,
  secret,
  signal,
  signer,
  text,
  u16,
  wholeNumber,
} from './kinds.js'
export { nearest } from './nearest.js'
export { plainObject, type ShapeOf, shape } from './shape.js'
