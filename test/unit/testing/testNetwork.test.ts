import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { IncentiveMechanism, type ScoreRound, type TaskSeed } from '../../../src/mechanism/index.js'
import { defineSynapse } from '../../../src/synapse/index.js'
import { testNetwork } from '../../../src/testing/index.js'
import type { Hotkey } from '../../../src/units/index.js'

class Doubling extends IncentiveMechanism<number, number> {
  readonly synapse = defineSynapse({ name: 'double', request: z.number(), answer: z.number() })

  initialState() {
    return null
  }

  createTask({ random }: TaskSeed): number {
    return random.int(100)
  }

  score({ task, responses, state }: ScoreRound<number, number>) {
    const scores = responses.map(({ hotkey, answer }): [Hotkey, number] => [
      hotkey,
      answer === undefined ? 0 : 1 / (1 + Math.abs(answer - 2 * task)),
    ])
    return { scores: new Map(scores), state }
  }
}

const miners = [
  { name: 'right', answer: (task: number) => 2 * task },
  { name: 'wrong', answer: (task: number) => 2 * task + 3 },
]
const mechanism = new Doubling()

describe('testNetwork', () => {
  it('tells who was paid what, alike for one seed', async () => {
    const options = { mechanism, miners, validators: 2, epochs: 4, seed: 'once' }
    const first = await testNetwork(options)
    expect(first.frames.map(({ epoch }) => epoch - (first.frames[0]?.epoch ?? 0))).toEqual([0, 1, 2, 3])
    const [right = 0n, wrong = 0n] = ['right', 'wrong'].map((name) => first.earnedAlpha.get(name))
    expect(right).toBeGreaterThan(2n * wrong)
    expect(wrong).toBeGreaterThan(0n)
    // One of four against a whole: 0.8 to 0.2.
    expect(first.incentive.get('right')).toBeCloseTo(0.8, 2)
    expect(first.faults).toEqual([])
    expect(first.events.some((event) => event.type === 'roundScored')).toBe(true)
    const second = await testNetwork(options)
    expect(second.earnedAlpha).toEqual(first.earnedAlpha)
  })

  it('tells what went wrong', async () => {
    const broken = {
      name: 'broken',
      answer: (): number => {
        throw new TypeError('no answer')
      },
    }
    const heard: unknown[] = []
    const { faults, events } = await testNetwork({
      mechanism,
      miners: [...miners, broken],
      validators: 1,
      epochs: 2,
      onEvent: (event) => heard.push(event),
    })
    expect(faults.some((fault) => fault.includes('no answer'))).toBe(true)
    expect(heard).toEqual(events)
  })

  it('says once what is wrong alike in the replays of many rounds', async () => {
    let drawn = 0
    class Impure extends Doubling {
      override score(round: ScoreRound<number, number>) {
        drawn++
        return { scores: new Map(round.responses.map(({ hotkey }) => [hotkey, 1 / drawn])), state: null }
      }
    }
    const options = { miners, validators: 1, epochs: 2, replay: true } as const
    const { faults, rounds } = await testNetwork({ mechanism: new Impure(), ...options })
    expect(rounds.length).toBeGreaterThan(2)
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatch(/^The replay of block \d+, task 0, differs: the score of 5/)
    expect(faults[0]?.split('\n').at(-1)).toBe(`(and ${rounds.length - 1} more)`)
  })

  it.each(['time', 'carrier', 'logger'])('refuses %s, which it decides itself', async (field) => {
    const options = { mechanism, miners, validators: 1, epochs: 1, [field]: 'real' }
    await expect(testNetwork(options)).rejects.toMatchObject({ code: 'InvalidArgument', field })
  })
})
