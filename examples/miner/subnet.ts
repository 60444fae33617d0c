import { IncentiveMechanism, type ScoreRound, type TaskSeed } from 'subnetkit/mechanism'
import { defineSynapse } from 'subnetkit/synapse'
import type { Hotkey } from 'subnetkit/units'
import { z } from 'zod'

/** A whole number goes to the miner; its prime factors, smallest first, come back. */
const factorise = defineSynapse({
  name: 'factorise',
  request: z.object({ n: z.number().int().min(2) }),
  answer: z.object({ factors: z.array(z.number().int().min(2)).max(64) }),
})

export type Task = { n: number }
export type Answer = { factors: number[] }

/** The rules of the subnet: numbers are hard to factor and factors are easy to check. */
export class Factorising extends IncentiveMechanism<Task, Answer> {
  readonly synapse = factorise
  override readonly tasksPerRound = 4

  initialState() {
    return null
  }

  createTask({ random }: TaskSeed): Task {
    return { n: 2 + random.int(1_000_000_000) }
  }

  score({ task, responses, state }: ScoreRound<Task, Answer>) {
    const scores = new Map<Hotkey, number>()
    for (const { hotkey, answer } of responses) scores.set(hotkey, answer && isRight(task, answer) ? 1 : 0)
    return { scores, state }
  }
}

function isRight({ n }: Task, { factors }: Answer): boolean {
  return factors.reduce((product, factor) => product * factor, 1) === n && factors.every(isPrime)
}

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false
  return n > 1
}
