export { exponentOf, MIN_NORMAL, timesPowerOfTwo } from './doubles.js'
export { clamp, divFloor, mulFloor, mulShare, ONE_RAW, shareOfU16, u16OfShare } from './fixed.js'
export { divI32F32, expI32F32, mulI32F32, u16OfI32F32 } from './i32f32.js'
export { expI64F64 } from './i64f64.js'
export { E18, powRatioE18 } from './powRatio.js'
export { roundedExp, roundedLn, roundedPow } from './rounded.js'
export { SeededRandom } from './SeededRandom.js'
export {
  addSafeFloat,
  divideSafeFloat,
  grownSafeFloat,
  isSafeFloatGreater,
  mulDivSafeFloat,
  SAFE_FLOAT_ZERO,
  type SafeFloat,
  safeFloat,
  safeFloatToU64,
  subtractSafeFloat,
} from './safeFloat.js'
export { saturatedU64 } from './saturatedU64.js'
export { expRaw, sigmoidOfMinus } from './sigmoid.js'
export { LOW_WORD, wordsOf } from './words.js'
