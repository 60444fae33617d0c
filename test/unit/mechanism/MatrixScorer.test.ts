import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeCanonical } from '../../../src/codec/index.js'
import { type ComputeBackend, createBackend } from '../../../src/compute/index.js'
import { SeededRandom } from '../../../src/math/index.js'
import {
  type MatrixRound,
  MatrixScorer,
  type MinerResponse,
  type MovingScores,
  type Standing,
} from '../../../src/mechanism/index.js'
import type { Hotkey } from '../../../src/units/index.js'
import { nodeWebGpu } from '../../support/gpu.js'
import { testNeeding } from '../../support/requirement.js'
import { hotkeyNamed } from '../metagraph/columns.js'

const cpu = await createBackend({ kind: 'cpu' })
const wasm = await createBackend({ kind: 'wasm' })
const webgpu = await nodeWebGpu()
const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(hotkeyNamed) as [Hotkey, Hotkey, Hotkey, Hotkey]

type Answer = readonly number[]

/** Responses in uid order; an answer of `null` is a time-out, a number beside it how long it took. */
function responses(...answers: (Answer | null | readonly [Answer, number])[]): MinerResponse<Answer>[] {
  return answers.map((given, at) => {
    const [answer, elapsedMs] = isTimed(given) ? given : [given, 10]
    const common = { hotkey: [a, b, c, d][at]!, uid: at, elapsedMs }
    return answer === null ? { ...common, status: 'timeout' } : { ...common, status: 'ok', answer }
  })
}

function isTimed(given: Answer | null | readonly [Answer, number]): given is readonly [Answer, number] {
  return given !== null && Array.isArray(given[0])
}

const round = (
  given: MinerResponse<Answer>[],
  changes: Partial<MatrixRound<Answer>> = {},
): MatrixRound<Answer> => ({
  responses: given,
  state: {},
  parts: 2,
  grade: (answer) => (answer.length === 2 ? answer : undefined),
  ...changes,
})

describe('MatrixScorer.score', () => {
  test('takes means over the parts; failures and malformed answers score 0', async () => {
    const scorer = new MatrixScorer(cpu, { rate: 0.5 })
    const { scores, state, copies } = await scorer.score(round(responses([1, 3], [-1, 0], null, [5])))
    expect([...scores]).toEqual([
      [a, 2],
      [b, -0.5],
      [c, 0],
      [d, 0],
    ])
    expect(state).toEqual({ [a]: 2, [b]: -0.5, [c]: 0, [d]: 0 })
    expect(copies).toEqual([])
  })

  test('by rank only the order within a part counts, among those who answered', async () => {
    const scorer = new MatrixScorer(cpu, { rate: 1, byRank: true })
    const { scores } = await scorer.score(round(responses([9, 1], [1, 1], null, [0.5, 0])))
    // Places 1 2 3 and 1.5 1.5 3 of three: (1 + 5/6) / 2, (2/3 + 5/6) / 2, 1/3.
    expect(scores.get(a)).toBeCloseTo(11 / 12, 6)
    expect(scores.get(b)).toBeCloseTo(3 / 4, 6)
    expect(scores.get(c)).toBe(0)
    expect(scores.get(d)).toBeCloseTo(1 / 3, 6)
  })

  test('moves scores by the rate; a new miner starts at its first one, and one that was not asked keeps its own', async () => {
    const scorer = new MatrixScorer(cpu, { rate: 0.25 })
    const state: MovingScores = { [a]: 4, [c]: 8, [d]: 3 }
    const outcome = await scorer.score(round(responses([0, 0], [2, 2], null), { state }))
    expect(outcome.state).toEqual({ [a]: 3, [b]: 2, [c]: 6, [d]: 3 })
    expect(state).toEqual({ [a]: 4, [c]: 8, [d]: 3 })
  })

  test('of answers that are alike the first counts, the others score 0 and are no rivals', async () => {
    const scorer = new MatrixScorer(cpu, { rate: 1, byRank: true })
    const given = responses([[1, 2], 30], [[2, 4.0001], 10], [[1, 2], 20], [3, 1])
    const { scores, copies } = await scorer.score(round(given, { features: (answer) => answer }))
    expect(copies).toEqual([c, a])
    // Of two: b is second and first, d first and second.
    expect(scores).toEqual(
      new Map([
        [a, 0],
        [b, 0.75],
        [c, 0],
        [d, 0.75],
      ]),
    )
  })

  test('at the same millisecond the lower uid came first; without features equal answers are no copies', async () => {
    const scorer = new MatrixScorer(cpu, { rate: 1 })
    const given = responses([1, 2], [1, 2])
    const { copies } = await scorer.score(round(given, { features: (answer) => answer }))
    expect(copies).toEqual([b])
    expect((await scorer.score(round(given))).scores).toEqual(
      new Map([
        [a, 1.5],
        [b, 1.5],
      ]),
    )
  })

  test('nobody, or nobody who answered, is no difficulty', async () => {
    const scorer = new MatrixScorer(wasm, { rate: 1, byRank: true })
    const features = (answer: Answer) => answer
    expect((await scorer.score(round([], { features }))).state).toEqual({})
    expect((await scorer.score(round(responses(null, null), { features }))).state).toEqual({ [a]: 0, [b]: 0 })
    expect((await scorer.score(round(responses([], []), { parts: 0, grade: () => [] }))).state).toEqual({
      [a]: 0,
      [b]: 0,
    })
  })

  test('names the miner whose grades or features are wrong', async () => {
    const scorer = new MatrixScorer(cpu, { rate: 1 })
    const scored = (answer: Answer, changes: Partial<MatrixRound<Answer>>) =>
      scorer.score(round(responses([1, 1], answer), changes))
    await expect(scored([1, 2], { grade: () => [1] })).rejects.toMatchObject({
      name: 'ShapeError',
      field: `grades[${a}]`,
    })
    await expect(scored([1, Number.NaN], {})).rejects.toMatchObject({
      name: 'InvalidArgumentError',
      field: `grades[${b}][1]`,
    })
    await expect(scored([1, 2e12], {})).rejects.toMatchObject({ field: `grades[${b}][1]` })
    await expect(scored([2, 1], { features: ([first]) => Array(first).fill(1) })).rejects.toMatchObject({
      name: 'ShapeError',
      field: `features[${b}]`,
    })
  })
})

describe('MatrixScorer.weights', () => {
  const standing: Standing = { mean: 0, count: 1, failuresInRow: 0, lastSeenBlock: 1 }
  const standings = new Map([a, b, c].map((hotkey) => [hotkey, standing]))

  test('normalises the moving scores of registered miners, negative ones as 0', () => {
    const scorer = new MatrixScorer(cpu, { rate: 1 })
    expect([...scorer.weights({ state: { [a]: 3, [b]: -1, [c]: 1, [d]: 9 }, standings })]).toEqual([
      [a, 0.75],
      [b, 0],
      [c, 0.25],
    ])
    expect([...scorer.weights({ state: {}, standings }).values()]).toEqual([0, 0, 0])
  })

  test('keeps the best only', () => {
    const scorer = new MatrixScorer(cpu, { rate: 1, keep: 1 })
    expect([...scorer.weights({ state: { [a]: 3, [b]: 4, [c]: 1 }, standings }).values()]).toEqual([0, 1, 0])
  })
})

describe('MatrixScorer', () => {
  test('forgets a hotkey', () => {
    const state = { [a]: 1, [b]: 2 }
    expect(new MatrixScorer(cpu, { rate: 1 }).forget(state, a)).toEqual({ [b]: 2 })
    expect(state).toEqual({ [a]: 1, [b]: 2 })
  })

  test.each([
    ['rate', { rate: 0 }],
    ['rate', { rate: 1.5 }],
    ['rate', { rate: Number.NaN }],
    ['copyThreshold', { rate: 1, copyThreshold: 2 }],
    ['keep', { rate: 1, keep: 0 }],
  ])('refuses a wrong %s', (field, options) => {
    expect(() => new MatrixScorer(cpu, options)).toThrow(expect.objectContaining({ field }))
  })

  test('leaves the same state, byte by byte, on the cpu and in WebAssembly', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.boolean(), async (seed, byRank) => {
        const [here, there] = await Promise.all([cpu, wasm].map((on) => statesOn(on, seed, byRank)))
        expect(there!.map(encodeCanonical)).toEqual(here!.map(encodeCanonical))
      }),
      { numRuns: 50 },
    )
  })

  testNeeding(webgpu, 'leaves states within 1e-6 of that on WebGPU', async () => {
    const backend = await createBackend({ kind: 'webgpu' })
    for (const byRank of [false, true]) {
      const here = await statesOn(cpu, 'webgpu', byRank)
      const there = await statesOn(backend, 'webgpu', byRank)
      for (const [at, state] of here.entries()) {
        expect(Object.keys(there[at]!)).toEqual(Object.keys(state))
        for (const [hotkey, score] of Object.entries(state)) {
          expect(Math.abs(there[at]![hotkey]! - score)).toBeLessThan(1e-6)
        }
      }
    }
    await backend.dispose()
  })
})

/** Three rounds of four miners, one of which copies; answers from -1 to 1. */
async function statesOn(backend: ComputeBackend, seed: string, byRank: boolean): Promise<MovingScores[]> {
  const scorer = new MatrixScorer(backend, { rate: 0.3, byRank })
  const random = new SeededRandom(seed)
  const parts = 1 + random.int(60)
  const states: MovingScores[] = []
  for (let count = 0; count < 3; count++) {
    const answers = Array.from({ length: 3 }, () =>
      Array.from({ length: parts }, () => 2 * random.float() - 1),
    )
    const given = responses(...answers, answers[0]!)
    const state = states.at(-1) ?? {}
    const grade = (answer: Answer) => answer
    const outcome = await scorer.score({ responses: given, state, parts, grade, features: grade })
    states.push(outcome.state)
  }
  return states
}
