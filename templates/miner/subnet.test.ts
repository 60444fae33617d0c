import { taskSeed } from 'subnetkit/mechanism'
import { testNetwork } from 'subnetkit/testing'
import { describe, expect, test } from 'vitest'
import { factorise } from '../src/factorise.js'
import { Factorising } from '../src/subnet.js'

describe('the work', () => {
  test('gives the prime factors, smallest first', () => {
    expect(factorise({ n: 360 })).toEqual({ factors: [2, 2, 2, 3, 3, 5] })
    expect(factorise({ n: 999_999_937 })).toEqual({ factors: [999_999_937] })
  })
})

describe('the rules', { timeout: 60_000 }, () => {
  test('pay the one whose factors are right, and nobody else, without a fault', async () => {
    const { earnedAlpha, faults } = await testNetwork({
      mechanism: new Factorising(),
      miners: [
        { name: 'careful', answer: factorise },
        { name: 'guesser', answer: () => ({ factors: [2, 3] }) },
      ],
      validators: 2,
      epochs: 3,
    })
    expect(earnedAlpha.get('careful')).toBeGreaterThan(0n)
    expect(earnedAlpha.get('guesser')).toBe(0n)
    expect(faults).toEqual([])
  })

  test('are pure: each round that is played again from its record gives every score again', async () => {
    const { faults } = await testNetwork({
      mechanism: new Factorising(),
      miners: [{ name: 'careful', answer: factorise }],
      validators: 2,
      epochs: 2,
      replay: () => new Factorising(),
    })
    expect(faults).toEqual([])
  })

  test('ask what follows from the seed alone', () => {
    const seed = () => taskSeed({ blockHash: '5a'.repeat(32), netuid: 1, round: 0, index: 0 })
    expect(new Factorising().createTask(seed())).toEqual(new Factorising().createTask(seed()))
  })
})
