import { elementwiseRules } from './elementwiseRules.js'
import { formRules } from './formRules.js'
import { matrixRules } from './matrixRules.js'
import type { NodeView } from './NodeView.js'
import { reductionRules } from './reductionRules.js'
import type { TensorFacts } from './tensors.js'

/** What a node gives, in the order of its outputs, and the multiply-adds it takes. */
export interface NodeFacts {
  readonly outputs: readonly TensorFacts[]
  readonly multiplyAdds: number
}

/** The shapes and the work of an operator, of what is known of its inputs. */
export type Rule = (node: NodeView) => NodeFacts

/** Every operator that a model may use. */
export const rules: ReadonlyMap<string, Rule> = new Map(
  Object.entries({ ...elementwiseRules, ...formRules, ...matrixRules, ...reductionRules }),
)
