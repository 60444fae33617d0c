export { SeededRandom } from './SeededRandom.js'
export {
  addSafeFloat,
  divideSafeFloat,
  isSafeFloatGreater,
  mulDivSafeFloat,
  SAFE_FLOAT_ZERO,
  type SafeFloat,
  safeFloat,
  safeFloatToU64,
  subtractSafeFloat,
} from './safeFloat.js'
