import { elementwiseRules } from './elementwiseRules.js'
import { formRules } from './formRules.js'
import { matrixRules } from './matrixRules.js'
import type { Rule } from './Rule.js'
import { reductionRules } from './reductionRules.js'

/** Every operator that a model may use. */
export const rules: ReadonlyMap<string, Rule> = new Map(
  Object.entries({ ...elementwiseRules, ...formRules, ...matrixRules, ...reductionRules }),
)
