import { assertMade, check, func, made, optional, shape } from '../checks/index.js'
import { assertSynapse, type StreamSynapse, type Synapse } from '../synapse/index.js'
import type { AnswerStream, AnswerTask } from './answerTask.js'
import type { MinerHooks } from './minerHooks.js'

/** Where the answers of a miner go: the synapse, who answers it, and who decides about its calls. */
export interface AnswerDoor {
  unary<Request, Answer>(
    synapse: Synapse<Request, Answer>,
    answer: AnswerTask<Request, Answer>,
    hooks: MinerHooks<Request>,
  ): void
  stream<Request, Chunk>(
    synapse: StreamSynapse<Request, Chunk>,
    answer: AnswerStream<Request, Chunk>,
    hooks: MinerHooks<Request>,
  ): void
}

/** A synapse and how a miner answers it. Made by {@link answerTo}. */
export class SynapseAnswer {
  readonly #addTo: (door: AnswerDoor) => void

  constructor(mark: typeof made, addTo: (door: AnswerDoor) => void) {
    assertMade(mark, 'SynapseAnswer', 'answerTo(synapse, answer)')
    this.#addTo = addTo
  }

  /** The same, each part of it put through another door first, which hands on what it makes of it. */
  through(make: (next: AnswerDoor) => AnswerDoor): SynapseAnswer {
    return new SynapseAnswer(made, (door) => this.#addTo(make(door)))
  }

  /** Opens its door. */
  addTo(door: AnswerDoor): void {
    this.#addTo(door)
  }
}

/** Who decides about the calls of one synapse of a miner. */
export const minerHooksKeys = { blacklist: optional(func), verify: optional(func), priority: optional(func) }

const hooksShape = shape<MinerHooks>(minerHooksKeys)

/**
 * A synapse that a miner answers, with one answer or with a stream of chunks: for customers, or under a further mechanism of its subnet
 * (`answerTo(mechanism.synapse, answer)`). Two synapses of one name cannot be told apart on one axon.
 *
 * @param hooks - who decides about its calls. Each replaces the miner's own hook of that name, so that a synapse may be open to those whom the
 *   miner turns away elsewhere.
 * @throws InvalidArgumentError naming the part that is wrong.
 *
 * @example
 * ```ts
 * import { answerTo } from 'subnetkit/neuron'
 * import { defineStream, defineSynapse } from 'subnetkit/synapse'
 * import { z } from 'zod'
 *
 * const length = defineSynapse({ name: 'length', request: z.string(), answer: z.number() })
 * const words = defineStream({ name: 'words', request: z.string(), chunk: z.string() })
 *
 * const answers = [
 *   // Open to everyone, short texts first.
 *   answerTo(length, (text) => text.length, {
 *     blacklist: () => false,
 *     priority: (_caller, _metagraph, { request }) => -request.length,
 *   }),
 *   answerTo(words, async function* (text) {
 *     yield* text.split(' ')
 *   }),
 * ]
 * ```
 */
export function answerTo<Request, Answer>(
  synapse: Synapse<Request, Answer>,
  answer: AnswerTask<NoInfer<Request>, NoInfer<Answer>>,
  hooks?: MinerHooks<NoInfer<Request>>,
): SynapseAnswer
export function answerTo<Request, Chunk>(
  synapse: StreamSynapse<Request, Chunk>,
  answer: AnswerStream<NoInfer<Request>, NoInfer<Chunk>>,
  hooks?: MinerHooks<NoInfer<Request>>,
): SynapseAnswer
export function answerTo(
  synapse: Synapse | StreamSynapse,
  answer: AnswerTask<unknown, unknown> | AnswerStream<unknown, unknown>,
  hooks: MinerHooks = {},
): SynapseAnswer {
  assertSynapse('synapse', synapse)
  check('answer', func, answer)
  check('hooks', hooksShape, hooks)
  return new SynapseAnswer(made, (door) => {
    if (synapse.kind === 'unary') door.unary(synapse, answer as AnswerTask<unknown, unknown>, hooks)
    else door.stream(synapse, answer as AnswerStream<unknown, unknown>, hooks)
  })
}
