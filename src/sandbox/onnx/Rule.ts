import type { NodeView } from './NodeView.js'
import type { TensorFacts } from './tensors.js'

/** What a node gives, in the order of its outputs, and the multiply-adds it takes. */
export interface NodeFacts {
  readonly outputs: readonly TensorFacts[]
  readonly multiplyAdds: number
}

/** The shapes and the work of an operator, of what is known of its inputs. */
export type Rule = (node: NodeView) => NodeFacts
