import { assertMade, check, func, having, made, shape } from '../checks/index.js'
import { assertSynapseOf } from '../mechanism/index.js'
import type { Synapse } from '../synapse/index.js'
import type { AnswerTask } from './answerTask.js'

/** Opens a door of an axon: a kind of question, and who answers it. */
export type OpenDoor = <Task, Answer>(
  synapse: Synapse<Task, Answer>,
  answer: AnswerTask<Task, Answer>,
) => void

/** What a miner answers besides the questions of its subnet's first mechanism. Made by {@link furtherAnswer}. */
export class FurtherAnswer {
  readonly #addTo: (open: OpenDoor) => void

  constructor(mark: typeof made, addTo: (open: OpenDoor) => void) {
    assertMade(mark, 'FurtherAnswer', 'furtherAnswer({ mechanism, answer })')
    this.#addTo = addTo
  }

  /** The same with another way to answer made of its own. */
  wrapped(wrap: <Task, Answer>(answer: AnswerTask<Task, Answer>) => AnswerTask<Task, Answer>): FurtherAnswer {
    return new FurtherAnswer(made, (open) => this.#addTo((synapse, answer) => open(synapse, wrap(answer))))
  }

  /** Opens its door. */
  addTo(open: OpenDoor): void {
    this.#addTo(open)
  }
}

const optionsShape = shape<{ readonly mechanism: unknown; readonly answer: unknown }>({
  mechanism: having('a mechanism', []),
  answer: func,
})

/**
 * What a miner answers under a further mechanism of its subnet, on the same axon. Mechanisms whose synapses have one name cannot be told apart there.
 *
 * @throws InvalidArgumentError naming the option, or the part of the synapse, that is wrong.
 *
 * @example
 * ```ts
 * import type { IncentiveMechanism } from 'subnetkit/mechanism'
 * import { type FurtherAnswer, furtherAnswer } from 'subnetkit/neuron'
 *
 * function lengths(mechanism: IncentiveMechanism<string, number>): FurtherAnswer {
 *   return furtherAnswer({ mechanism, answer: (text) => text.length })
 * }
 * ```
 */
export function furtherAnswer<Task, Answer>(options: {
  readonly mechanism: { readonly synapse: Synapse<Task, Answer> }
  readonly answer: AnswerTask<Task, Answer>
}): FurtherAnswer {
  check('options', optionsShape, options)
  assertSynapseOf(options.mechanism)
  const { mechanism, answer } = options
  return new FurtherAnswer(made, (open) => open(mechanism.synapse, answer))
}
