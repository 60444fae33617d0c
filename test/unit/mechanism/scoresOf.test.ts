import { describe, expect, test } from 'vitest'
import {
  assertMechanism,
  IncentiveMechanism,
  isShortForm,
  ProtocolMechanism,
  type ScoreMap,
  scoresOf,
} from '../../../src/mechanism/index.js'
import type { Hotkey } from '../../../src/units/index.js'
import { Guess } from '../neuron/Guess.js'

const [ann, bob, cat] = ['ann', 'bob', 'cat'] as unknown as [Hotkey, Hotkey, Hotkey]

describe('scoresOf', () => {
  test('scores each entry, and takes the mean of several of one hotkey', () => {
    const entries = [
      { hotkey: ann, value: 1 },
      { hotkey: bob, value: 5 },
      { hotkey: ann, value: 2 },
    ]
    expect([...scoresOf(entries, ({ value }) => value)]).toEqual([
      [ann, 1.5],
      [bob, 5],
    ])
  })

  test('leaves out what has no score, and what could not be scored', () => {
    const entries = [
      { hotkey: ann, status: 'ok' },
      { hotkey: bob, status: 'notScored' },
      { hotkey: cat, status: 'timeout' },
    ]
    expect([...scoresOf(entries, ({ status }) => (status === 'ok' ? undefined : 0))]).toEqual([[cat, 0]])
  })

  test('makes what throws a score that is none, of that hotkey alone', () => {
    const scores = scoresOf([{ hotkey: ann }, { hotkey: bob }, { hotkey: ann }], ({ hotkey }) => {
      if (hotkey === ann) throw new RangeError('odd')
      return 1
    })
    expect([...scores]).toEqual([
      [ann, Number.NaN],
      [bob, 1],
    ])
    expect((scores as ScoreMap).faults.get(ann)?.message).toContain('score threw RangeError: odd')
  })
})

class Steps extends ProtocolMechanism {
  initialState() {
    return null
  }

  async play() {
    return {}
  }

  score() {
    return { scores: new Map(), state: null }
  }
}

describe('a mechanism with steps', () => {
  test('needs neither synapse nor createTask', () => {
    assertMechanism(new Steps())
    expect(isShortForm(new Steps())).toBe(false)
    expect(isShortForm(new Guess())).toBe(true)
    expect(IncentiveMechanism.prototype).toBeInstanceOf(ProtocolMechanism)
  })

  test.each([
    ['play', 7, 'Pass a function.'],
    ['score', undefined, 'Pass a function.'],
    ['roundLimits', { asksPerMiner: 0 }, 'whole number from 1'],
    ['roundLimits', { asks: 5 }, 'asksPerMiner'],
    ['roundLimits', { scriptMs: 0 }, 'Pass milliseconds from 1'],
  ])('names %s when it is %j', (part, value, remedy) => {
    const take = () => assertMechanism(Object.assign(new Steps(), { [part]: value }))
    expect(take).toThrow(`Invalid mechanism.${part}`)
    expect(take).toThrow(remedy)
  })
})
