import { describe, expect, test } from 'vitest'
import {
  type Answer,
  type Environment,
  environments,
  problemsOf,
} from '../../examples/reasoning/environments.js'
import {
  betterPolicy,
  giantPolicy,
  memoriserPolicy,
  perturbed,
  specialistPolicy,
  squatterPolicy,
  worsePolicy,
} from '../../examples/reasoning/miners/policies.js'
import { SeededRandom } from '../../src/math/index.js'
import { JsArtefact } from '../../src/sandbox/index.js'

const [parity, walk, powers] = environments as [Environment, Environment, Environment]
const drawn = (environment: Environment, count = 300, seed = 'problems') =>
  problemsOf(environment, new SeededRandom(seed), count)

describe('the environments', () => {
  test('draw the same problems from the same seed, whatever else was drawn', () => {
    const random = new SeededRandom('problems')
    random.nextU32()
    const questions = problemsOf(walk, random, 5).map(({ question }) => question)
    expect(questions).toEqual(drawn(walk, 5).map(({ question }) => question))
    expect(questions).not.toEqual(drawn(walk, 5, 'others').map(({ question }) => question))
  })

  test('draw each problem on its own: what one shows of its numbers tells nothing of the next', () => {
    const counting = (draws: number): Environment => ({
      name: 'numbers',
      problem(random) {
        const question = Array.from({ length: draws }, () => random.nextU32())
        return { question, answer: 0, isRight: () => true }
      },
    })
    const [one, five] = [1, 5].map((draws) =>
      drawn(counting(draws), 20).map(({ question }) => (question as number[])[0]),
    )
    expect(one).toEqual(five)
    expect(new Set(one).size).toBe(20)
  })

  test.each(environments)('judge their own answers right, and show none: $name', (environment) => {
    const keys = { parity: ['examples', 'asked'], walk: ['rows'], powers: ['base', 'exponent', 'modulus'] }
    for (const { question, answer, isRight } of drawn(environment)) {
      expect(isRight(answer)).toBe(true)
      expect(isRight(typeof answer === 'number' ? answer + 1 : `${answer}N`)).toBe(false)
      expect(isRight(String(answer) === answer ? Number.NaN : String(answer))).toBe(false)
      expect(Object.keys(question as object)).toEqual(keys[environment.name as keyof typeof keys])
    }
  })

  test('ask in parity for what all secrets say that fit the examples; the few examples fit many', () => {
    const isOdd = (bits: number): number => [...bits.toString(2)].filter((bit) => bit === '1').length % 2
    const secrets = drawn(parity).map(({ question, answer }) => {
      const { examples, asked } = question as { examples: number[]; asked: number[] }
      const fits = (secret: number): boolean =>
        examples.every((example) => isOdd((example >> 1) & secret) === (example & 1))
      const fitting = Array.from({ length: 256 }, (_, secret) => secret).filter(fits)
      const said = fitting.map((secret) => asked.reduce((sum, bits) => 2 * sum + isOdd(bits & secret), 0))
      expect(said).toContain(answer)
      return { examples: examples.length, sure: new Set(said).size === 1 }
    })
    expect(new Set(secrets.map(({ examples }) => examples))).toEqual(new Set([4, 16]))
    const few = secrets.filter(({ examples }) => examples === 4)
    expect(few.length / secrets.length).toBeCloseTo(0.1, 1)
    expect(few.filter(({ sure }) => sure).length).toBeLessThan(few.length / 4)
    expect(secrets.filter(({ examples, sure }) => examples === 16 && sure).length).toBeGreaterThan(
      0.95 * (secrets.length - few.length),
    )
  })

  test('take any shortest walk, and none that is longer, stops early or goes through a wall', () => {
    const { question, isRight } = drawn(walk).find(({ answer }) => (answer as string).length === 4) ?? {
      question: null,
      isRight: () => false,
    }
    const { rows } = question as { rows: string[] }
    const ways: Record<string, [number, number]> = { N: [-1, 0], E: [0, 1], S: [1, 0], W: [0, -1] }
    const all = (length: number): string[] =>
      length === 0 ? [''] : all(length - 1).flatMap((one) => ['N', 'E', 'S', 'W'].map((way) => one + way))
    const end = (said: string): string | undefined => {
      let row = rows.findIndex((one) => one.includes('A'))
      let column = rows[row]?.indexOf('A') ?? -1
      for (const way of said) {
        row += ways[way]?.[0] ?? 0
        column += ways[way]?.[1] ?? 0
        if (!'.AB'.includes(rows[row]?.[column] ?? '#')) return undefined
      }
      return rows[row]?.[column]
    }
    for (const length of [1, 2, 3]) expect(all(length).filter((one) => end(one) === 'B')).toEqual([])
    expect(all(4).filter(isRight)).toEqual(all(4).filter((one) => end(one) === 'B'))
    expect(all(4).some(isRight)).toBe(true)
    expect(all(6).some(isRight)).toBe(false)
    expect(isRight('__proto__')).toBe(false)
  })

  test('know the rest of a power exactly, where doubles do not', () => {
    const small = drawn(powers).filter(({ question }) => (question as { exponent: number }).exponent < 500)
    expect(small.length).toBeGreaterThan(50)
    for (const { question, answer } of small) {
      const { base, exponent, modulus } = question as { base: number; exponent: number; modulus: number }
      expect(BigInt(answer)).toBe(BigInt(base) ** BigInt(exponent) % BigInt(modulus))
    }
  })
})

describe('the policies', () => {
  const COUNT = 200
  const LIMITS = { steps: 50_000_000, memoryBytes: 16 * 2 ** 20 }

  async function ratesOf(policy: string, seed = 'problems'): Promise<(number | string)[]> {
    const artefact = await JsArtefact.load(new TextEncoder().encode(policy), { limits: LIMITS })
    const rates: (number | string)[] = []
    for (const environment of environments) {
      const problems = drawn(environment, COUNT, seed)
      const questions = problems.map(({ question }) => question)
      const outcome = await artefact.call('solve', [{ environment: environment.name, questions }])
      if (outcome.kind !== 'ok') rates.push(outcome.reason)
      else {
        expect(outcome.steps).toBeLessThan(LIMITS.steps / 4)
        const said = outcome.value as Answer[]
        rates.push(problems.filter(({ isRight }, nth) => isRight(said[nth] ?? '')).length / COUNT)
      }
    }
    await artefact.close()
    return rates
  }

  test('of the honest miners: the better one leads everywhere, and is not perfect', async () => {
    const [worse, better, squatter] = await Promise.all(
      [worsePolicy, betterPolicy, squatterPolicy].map((one) => ratesOf(one)),
    )
    expect(better?.map((rate, at) => Number(rate) > Number(worse?.[at]) + 0.1)).toEqual([true, true, true])
    expect(better?.[1]).toBe(1)
    expect(Math.max(Number(better?.[0]), Number(better?.[2]))).toBeLessThan(0.97)
    expect(Math.min(...(worse as number[]))).toBeGreaterThan(0.3)
    expect(Math.min(...(squatter as number[]))).toBeGreaterThan(0.2)
  })

  test('of the cheats: each is what it is said to be', async () => {
    const problems = environments.flatMap((environment) => drawn(environment, COUNT))
    const known = new Map(problems.map(({ question, answer }) => [JSON.stringify(question), answer]))
    expect(await ratesOf(memoriserPolicy(known))).toEqual([1, 1, 1])
    for (const rate of await ratesOf(memoriserPolicy(known), 'others')) expect(rate).toBeLessThan(0.2)
    expect((await ratesOf(specialistPolicy)).map((rate) => Number(rate) > 0.2)).toEqual([false, false, true])
    expect(await ratesOf(giantPolicy)).toEqual(['memory', 'memory', 'memory'])
    const [own, copy] = [await ratesOf(betterPolicy), await ratesOf(perturbed(255))]
    expect(copy.slice(1)).toEqual(own.slice(1))
    expect(Math.abs(Number(copy[0]) - Number(own[0]))).toBeLessThan(0.05)
  })
})
