import type { Artefact } from '../artefact/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import type { AnswerTask } from '../neuron/index.js'
import type { MinerSelf, MinerSpec } from './specs.js'

/** What a miner works with, made ready. */
export interface ReadyMiner<Task, Answer> {
  /** How it answers the mechanism; `undefined` where it does not. */
  readonly answer: AnswerTask<Task, Answer> | undefined
  /** What it commits to. */
  readonly artefacts: readonly Artefact[] | undefined
}

/** Loads a miner's work and makes its artefacts; the clock stands still for it. @throws InvalidArgumentError for a `prepare` that makes no function. */
export async function readyMiner<Task, Answer>(
  spec: MinerSpec<Task, Answer>,
  self: MinerSelf,
): Promise<ReadyMiner<Task, Answer>> {
  const answer = await answerOf(spec, self)
  const { artefacts } = spec
  if (typeof artefacts !== 'function') return { answer, artefacts }
  return { answer, artefacts: await held(self, async () => await artefacts(self)) }
}

async function answerOf<Task, Answer>(
  { name, answer, prepare }: MinerSpec<Task, Answer>,
  self: MinerSelf,
): Promise<AnswerTask<Task, Answer> | undefined> {
  if (answer !== undefined || prepare === undefined) return answer
  const work: unknown = await held(self, async () => await prepare(self))
  if (typeof work === 'function') return work as AnswerTask<Task, Answer>
  throw new InvalidArgumentError({
    field: `miners[${name}].prepare`,
    value: work,
    remedy: 'Return the function that answers.',
  })
}

function held<T>({ name, clock }: MinerSelf, work: () => Promise<T>): Promise<T> {
  return clock.hold(work, { what: `Preparing miner ${name}` })
}
