import { IncentiveMechanism, type ScoreRound, type TaskSeed } from 'subnetkit/mechanism'
import { defineSynapse } from 'subnetkit/synapse'
import { z } from 'zod'
import { defineMarket } from '../../../examples/support/market.js'

const cubeRoot = defineSynapse({
  name: 'cube-root',
  request: z.object({ n: z.number().min(1) }),
  answer: z.object({ root: z.number(), claims: z.number() }),
})
type Task = { n: number }
type Answer = { root: number; claims: number }
type Defence = 'check'

/** The quickstart's subnet, with a defence: without it a miner is paid what it claims. */
class Claims extends IncentiveMechanism<Task, Answer> {
  readonly synapse = cubeRoot
  readonly #without: readonly Defence[]

  constructor(without: readonly Defence[]) {
    super()
    this.#without = without
  }

  initialState() {
    return null
  }

  createTask({ random }: TaskSeed): Task {
    return { n: 1 + random.int(1_000_000) }
  }

  score({ task, responses, state }: ScoreRound<Task, Answer>) {
    const worth = ({ root, claims }: Answer): number =>
      this.#without.includes('check')
        ? claims
        : Math.max(0, 1 - Math.abs(root * root * root - task.n) / task.n) ** 8
    const scores = responses.map(
      ({ hotkey, answer }) => [hotkey, answer === undefined ? 0 : worth(answer)] as const,
    )
    return { scores: new Map(scores), state }
  }
}

export const market = defineMarket({
  name: 'tiny',
  title: 'Cube roots, and who says they are right',
  defences: { check: 'the root is raised to its cube again' },
  epochs: 3,
  validators: 2,
  neuron: 'test/markets/tiny/neuron.ts',
  mechanism: ({ without }) => new Claims(without),
  miners: [
    {
      name: 'exact',
      is: 'honest',
      does: 'Takes the cube root.',
      spec: () => ({ answer: ({ n }: Task) => ({ root: Math.cbrt(n), claims: 1 }), answerCostMs: 5 }),
    },
    {
      name: 'near',
      is: 'honest',
      does: 'Takes it a little wrong.',
      spec: () => ({
        prepare:
          () =>
          ({ n }: Task) => ({ root: 1.02 * Math.cbrt(n), claims: 1 }),
      }),
    },
    {
      name: 'boaster',
      is: 'cheat',
      does: 'Guesses, and claims much.',
      spec: ({ random }) => ({ answer: () => ({ root: 1000 + random.int(1000), claims: 1_000 }) }),
    },
  ],
})
