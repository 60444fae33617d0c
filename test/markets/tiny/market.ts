import { sleep } from 'subnetkit/clock'
import { IncentiveMechanism, type ScoreRound, type TaskSeed } from 'subnetkit/mechanism'
import { defineSynapse } from 'subnetkit/synapse'
import type { Hotkey } from 'subnetkit/units'
import { z } from 'zod'
import { defineMarket } from '../../../examples/support/market.js'

export const cubeRoot = defineSynapse({
  name: 'cube-root',
  request: z.object({ n: z.number().min(1) }),
  answer: z.object({ root: z.number(), claims: z.number() }),
})
type Task = { n: number }
type Answer = { root: number; claims: number }
type Defence = 'check'

/** What the shopper got, of which validator, while a run of this process went on. */
export const bought: { readonly desk: Hotkey; readonly status: string; readonly n: number }[] = []

/** The quickstart's subnet, with a defence: without it a miner is paid what it claims. */
class Claims extends IncentiveMechanism<Task, Answer> {
  readonly synapse = cubeRoot
  override readonly sells = [{ synapse: cubeRoot, keep: 'onePerMiner' as const }]
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
  validator: { customers: {} },
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
      owner: 'near',
      is: 'cheat',
      does: 'Guesses, and claims much.',
      spec: ({ random }) => ({ answer: () => ({ root: 1000 + random.int(1000), claims: 1_000 }) }),
    },
  ],
  buyers: [
    {
      name: 'shopper',
      does: 'Asks each validator for a root, again and again.',
      async buys({ dendrite, desks, random, clock, signal }) {
        for (;;) {
          for (const desk of desks) {
            const n = 1 + random.int(1_000)
            const { status } = await dendrite.call(cubeRoot, desk, { n }, { timeoutMs: 5_000, signal })
            if (signal.aborted) return
            bought.push({ desk: desk.hotkey, status, n })
          }
          await sleep(clock, 100, signal)
        }
      },
    },
    {
      name: 'hater',
      does: 'Would fail at once, and is not there without its friend.',
      friendOf: 'nobody',
      async buys() {
        throw new TypeError('It has nothing to buy.')
      },
    },
  ],
})
