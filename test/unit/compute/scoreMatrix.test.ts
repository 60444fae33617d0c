import { describe, expect, test } from 'vitest'
import {
  copyGroups,
  createBackend,
  findCopies,
  scoreRound,
  similarPairs,
} from '../../../src/compute/index.js'

const backend = await createBackend({ kind: 'cpu' })

describe('similarPairs and copyGroups', () => {
  test('list pairs above the threshold, most alike first, and join what is linked', () => {
    const similarity = { rows: 3, columns: 3, data: Float32Array.of(1, 0.5, 0.75, 0.5, 1, 1, 0.75, 1, 1) }
    const pairs = similarPairs(similarity, 0.75)
    expect(pairs).toEqual([
      { first: 1, second: 2, similarity: 1 },
      { first: 0, second: 2, similarity: 0.75 },
    ])
    expect(copyGroups(pairs)).toEqual([[0, 1, 2]])
    expect(copyGroups([])).toEqual([])
  })

  test('refuse a matrix that is not square and a threshold that is no cosine', () => {
    const wide = { rows: 1, columns: 2, data: new Float32Array(2) }
    expect(() => similarPairs(wide, 0.5)).toThrow('Invalid similarity: "1 x 2".')
    expect(() => similarPairs({ ...wide, columns: 1, data: new Float32Array(1) }, 2)).toThrow(
      'Invalid threshold: 2.',
    )
  })
})

describe('findCopies', () => {
  test('finds answers that point the same way, scaled copies too', async () => {
    const answers = { rows: 4, columns: 2, data: Float32Array.of(1, 2, 2, 1, 3, 6, 0, 0) }
    expect(await findCopies(backend, answers, 0.9999)).toEqual([[0, 2]])
  })
})

describe('scoreRound', () => {
  const scores = { rows: 2, columns: 3, data: Float32Array.of(4, 2, 0, 2, 2, -2) }

  test('takes means, moves them and normalises, negative ones as 0', async () => {
    const first = await scoreRound(backend, scores, { rate: 0.5 })
    expect(first.scores).toEqual(Float32Array.of(3, 2, -1))
    expect(first.weights).toEqual(Float32Array.of(0.6, 0.4, 0))
    const second = await scoreRound(backend, scores, { rate: 0.5, previous: Float32Array.of(1, 0, 1) })
    expect(second.scores).toEqual(Float32Array.of(2, 1, 0))
  })

  test('by rank only the order within a task counts', async () => {
    const { scores: graded } = await scoreRound(backend, scores, { rate: 1, byRank: true })
    // Places 1, 2, 3 and 1.5, 1.5, 3 of 3.
    expect(Array.from(graded, (score) => Math.round(score * 12))).toEqual([11, 9, 4])
  })

  test('keeps the best only', async () => {
    const { weights } = await scoreRound(backend, scores, { rate: 1, keep: 1 })
    expect(weights).toEqual(Float32Array.of(1, 0, 0))
  })
})
