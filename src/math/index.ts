export { clamp, divFloor, mulFloor, mulShare, ONE_RAW, shareOfU16, u16OfShare } from './fixed.js'
export { divI32F32, expI32F32, mulI32F32, u16OfI32F32 } from './i32f32.js'
export { LOW_WORD, lowProduct, toBigInt64Array, wordsOf, writeProduct, writeWords } from './rawColumns.js'
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
export { factorOf, highHalf, lesserOf, mulSplit, reciprocalOf, shareOf, smallShare } from './shares.js'
export { expRaw, sigmoidOfMinus } from './sigmoid.js'
export { sigmoidPart } from './sigmoidPart.js'
