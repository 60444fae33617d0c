import { describe, expect, test } from 'vitest'
import { twinOf } from '../../examples/agents/judge.js'
import { likeness, printsOf } from '../../examples/agents/likeness.js'
import {
  betterAgent,
  copiedAgent,
  overspenderAgent,
  worseAgent,
} from '../../examples/agents/miners/agents.js'
import { infer, tokensOf } from '../../examples/agents/model.js'
import { type Example, problemsOf } from '../../examples/agents/problems.js'
import { BUDGET, inputOf, patch, repair } from '../../examples/agents/protocol.js'
import { costOf } from '../../examples/agents/trial.js'
import { SeededRandom } from '../../src/math/index.js'
import { JsArtefact } from '../../src/sandbox/index.js'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const drawn = (seed = 'problems', count = 24) => problemsOf(new SeededRandom(seed), count)

function passes(source: string, list: readonly Example[]): boolean {
  const run = new Function(`return ${source}`)() as (list: readonly number[], k: number) => unknown
  return list.every((one) => run(one.list, one.k) === one.gives)
}

describe('problems', () => {
  test('are the same from the same chance, and others from another', () => {
    expect(drawn()).toEqual(drawn())
    expect(drawn().map(({ source }) => source)).not.toEqual(drawn('others').map(({ source }) => source))
  })

  test('have a function that is wrong on examples and tests, and one that is right on both', () => {
    for (const { source, right, examples, tests } of drawn('many', 200)) {
      expect([passes(right, examples), passes(right, tests)]).toEqual([true, true])
      expect([passes(source, examples), passes(source, tests)]).toEqual([false, false])
      expect([examples.length, tests.length]).toEqual([6, 10])
      for (const { gives } of [...examples, ...tests])
        expect([Number.isSafeInteger(gives), Object.is(gives, -0)]).toEqual([true, false])
    }
  })

  test('differ from what is right in one word, and every third in two', () => {
    const wrong = drawn().map(({ source, right }) => {
      const words = right.split(/\s+/)
      return source.split(/\s+/).filter((word, at) => word !== words[at]).length
    })
    expect(wrong).toEqual(Array.from({ length: 24 }, (_, nth) => (nth % 3 === 2 ? 2 : 1)))
  })

  test('have a twin that no function passes', () => {
    for (const { right, tests } of drawn()) {
      const twin = twinOf(tests)
      expect(passes(right, twin)).toBe(false)
      const [first, second] = twin
      expect([second?.list, second?.k]).toEqual([first?.list, first?.k])
      expect(second?.gives).not.toBe(first?.gives)
    }
  })
})

describe('a request', () => {
  const request = {
    source: 'function f ( list , k ) { return k }',
    examples: [{ list: [1], k: 2, gives: 3 }],
  }
  const isTaken = async (asked: unknown): Promise<boolean> =>
    (await repair.request['~standard'].validate(asked)).issues === undefined

  test('of a problem is taken', async () => {
    expect(await isTaken(request)).toBe(true)
    for (const { source, examples } of drawn()) expect(await isTaken({ source, examples })).toBe(true)
  })

  test.each([
    ['what no record can hold', { gives: 6.8e38 }],
    ['a minus nought', { gives: -0 }],
    ['a minus nought in a list', { list: [-0] }],
    ['a half', { k: 0.5 }],
    ['no number', { gives: Number.NaN }],
    ['a large argument', { k: 1_001 }],
  ])('with %s is not, since a round could not be recorded with it', async (_, odd) => {
    expect(await isTaken({ ...request, examples: [{ ...request.examples[0], ...odd }] })).toBe(false)
  })

  test('with half a pair of surrogates is not', async () => {
    expect(await isTaken({ ...request, source: 'return "\ud800"' })).toBe(false)
  })
})

describe('the model', () => {
  test('guesses what stands there in most functions, the same each time', () => {
    const guessed = infer('for ( item ? list ) {', 50)
    expect(guessed).toEqual({ of: 50 })
    const number = infer('let total = ?\nlet', 200)
    expect(Object.values(number).reduce((sum, one) => sum + one, 0)).toBe(200)
    expect(Math.max(...Object.values(number))).toBe(number['0'])
    expect(infer('let total = ?\nlet', 200)).toEqual(number)
  })

  test('reads three tokens, so that more of them cost more and say no more', () => {
    const [short, long] = [
      'let total = ? let',
      'function f ( list , k ) { let item = 0 let total = ? let last = 1',
    ]
    expect(infer(long, 20)).toEqual(infer(short, 20))
    expect(costOf(undefined, short, 20)).toBe(25)
    expect(costOf(undefined, long, 20)).toBe(20 + tokensOf(long).length)
  })

  test.each([
    [7, 1],
    ['no hole', 1],
    ['?'.repeat(2_001), 1],
    ['?', 0],
    ['?', 257],
    ['?', 1.5],
    ['?', 'many'],
  ])('refuses %s with %s draws', (prompt, draws) => {
    expect(() => infer(prompt, draws)).toThrow(TypeError)
  })
})

describe('likeness', () => {
  const like = (one: string, other: string): number =>
    likeness(printsOf(bytesOf(one)), printsOf(bytesOf(other)))

  test('finds a text again under other names, numbers, blanks and remarks, in part, and in quotation marks', () => {
    expect(like(betterAgent, copiedAgent)).toBe(1)
    expect(
      like(betterAgent, betterAgent.replaceAll(/\b(edits|kind|tries)\b/g, '$1Of /* so */ ')),
    ).toBeGreaterThan(0.9)
    expect(like(betterAgent, `${betterAgent}${overspenderAgent}`)).toBeGreaterThan(0.95)
    expect(like(betterAgent, betterAgent.slice(betterAgent.length / 3))).toBeGreaterThan(0.95)
    expect(like(betterAgent, `export const repair = eval(${JSON.stringify(betterAgent)})`)).toBeGreaterThan(
      0.9,
    )
  })

  test('tells agents apart that were written on their own, and says nothing of a few lines', () => {
    const agents = [betterAgent, worseAgent, overspenderAgent]
    for (const one of agents)
      for (const other of agents) if (one !== other) expect(like(one, other)).toBeLessThan(0.4)
    expect(like('export const repair = () => null', 'export const repair = () => null')).toBe(0)
    expect(like('', '')).toBe(0)
  })
})

describe('the honest agents', { timeout: 60_000 }, () => {
  async function solvedBy(agent: string) {
    let spent = 0
    const functions = {
      infer: (prompt: unknown, draws: unknown) => {
        spent += costOf(undefined, prompt, draws)
        return infer(prompt, draws)
      },
    }
    const { steps, memoryBytes } = BUDGET
    const artefact = await JsArtefact.load(bytesOf(agent), { limits: { steps, memoryBytes }, functions })
    let solved = 0
    for (const problem of drawn('problems', 12)) {
      spent = 0
      const outcome = await artefact.call('repair', [inputOf(problem)])
      const made = patch.parse(outcome.kind === 'ok' ? outcome.value : outcome.reason)
      expect(spent).toBeLessThan(BUDGET.tokens)
      if (made !== null && passes(made, problem.tests)) solved++
    }
    await artefact.close()
    return solved
  }

  test('stay within their budget; the better one repairs three of four, the worse one a third', async () => {
    expect(await solvedBy(betterAgent)).toBeGreaterThanOrEqual(9)
    const worse = await solvedBy(worseAgent)
    expect(worse).toBeGreaterThanOrEqual(2)
    expect(worse).toBeLessThanOrEqual(6)
  })
})
