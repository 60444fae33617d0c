// A subnet with large answers, scored as matrices. Run it: npm run example -- matrix
import { type ComputeBackend, createBackend } from 'subnetkit/compute'
import {
  IncentiveMechanism,
  MatrixScorer,
  type MovingScores,
  type ScoreRound,
  type TaskSeed,
  type WeightView,
} from 'subnetkit/mechanism'
import { LocalNetwork } from 'subnetkit/network'
import { defineSynapse } from 'subnetkit/synapse'
import type { Hotkey } from 'subnetkit/units'
import { z } from 'zod'

// What travels: many numbers there, their square roots back.
const squareRoots = defineSynapse({
  name: 'square-roots',
  request: z.array(z.number().min(0)),
  answer: z.array(z.number()),
})
type Task = number[]
type Answer = number[]

class SquareRoots extends IncentiveMechanism<Task, Answer, MovingScores> {
  readonly synapse = squareRoots
  readonly #scorer: MatrixScorer

  constructor(backend: ComputeBackend) {
    super()
    this.#scorer = new MatrixScorer(backend, { rate: 0.2, byRank: true })
  }

  initialState(): MovingScores {
    return {}
  }

  createTask({ random }: TaskSeed): Task {
    return Array.from({ length: 500 }, () => random.float())
  }

  /** Each of the 500 roots is ranked by its error; answers that are wrong in the same way are one and the same work. */
  score({ task, responses, state }: ScoreRound<Task, Answer, MovingScores>) {
    const errors = (answer: Answer) => task.map((x, at) => answer[at]! - Math.sqrt(x))
    return this.#scorer.score<Answer>({
      responses,
      state,
      parts: task.length,
      grade: (answer) =>
        answer.length === task.length ? errors(answer).map((error) => -Math.abs(error)) : undefined,
      features: errors,
    })
  }

  override weights(view: WeightView<MovingScores>) {
    return this.#scorer.weights(view)
  }

  override forget(state: MovingScores, hotkey: Hotkey) {
    return this.#scorer.forget(state, hotkey)
  }
}

/** A few of Heron's steps, from a poor start. */
const heron = (x: number, steps: number): number => {
  let root = 1
  for (let step = 0; step < steps; step++) root = (root + x / root) / 2
  return root
}

const miners: Record<string, (task: Task) => Answer> = {
  exact: (task) => task.map(Math.sqrt),
  heron: (task) => task.map((x) => heron(x, 4)),
  // The same work under another name, with a little noise so that it is not the same number.
  twin: (task) => task.map((x) => heron(x, 4) + 1e-9 * x),
  rough: (task) => task.map((x) => heron(x, 2)),
}

const backend = await createBackend()
console.log(`Scores are computed on ${backend.info.device}. ${backend.info.why}`)
await using network = await LocalNetwork.start({
  mechanism: new SquareRoots(backend),
  miners: Object.entries(miners).map(([name, answer]) => ({ name, answer })),
  validators: 2,
})
for await (const { epoch, metagraph, names } of network.epochs({ count: 8 })) {
  console.log(`epoch ${epoch}`)
  console.table(metagraph.rows().map(({ uid, incentive }) => ({ name: names[uid], incentive })))
}
await backend.dispose()
