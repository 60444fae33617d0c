import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { SeededRandom } from 'subnetkit/math'
import { describe, expect, test } from 'vitest'
import { EPSILON, SLACK } from '../../examples/text/mechanism.js'
import { type TextCheck, textModel } from '../../examples/text/model.js'
import type { TextRequest } from '../../examples/text/protocol.js'
import { drawRequest } from '../../examples/text/requests.js'
import { missOf, tokenAt } from '../../examples/text/sampler.js'
import { SYMBOLS } from '../../examples/text/symbols.js'

const read = (path: string): string => readFileSync(`examples/text/${path}`, 'utf8')

describe('The model', () => {
  test.each(['text.onnx', 'text-8bit.onnx'])('%s is the one that was trained, and small', (name) => {
    const bytes = readFileSync(`examples/text/models/${name}`)
    expect(bytes.length).toBeLessThan(1_000_000)
    expect(read('README.md')).toContain(createHash('sha256').update(bytes).digest('hex'))
  })

  test('was trained with the symbols that are served', () => {
    const [, literal = ''] = /^SYMBOLS = (".*")$/m.exec(read('training/train.py')) ?? []
    // The escapes of this text are those of JSON too, but for the one of a quotation mark.
    expect(JSON.parse(literal)).toBe(SYMBOLS)
    expect(new Set(SYMBOLS).size).toBe(SYMBOLS.length)
  })

  test('writes the same for the same seed, and otherwise for another', async () => {
    const request = { prompt: 'The whale', seed: 1, tokens: 40 }
    const { text } = await written('text', request)
    expect(await written('text', request)).toMatchObject({ text })
    expect(await written('text', { ...request, seed: 2 })).not.toMatchObject({ text })
    expect(text).toHaveLength(40)
  })

  test('writes what the page shows', async () => {
    const { text } = await written('text', { prompt: 'The whale', seed: 1, tokens: 138 })
    expect(read('README.md')).toContain(`>${text}\n`)
  })

  test('begins a text that was asked for shorter alike', async () => {
    const request = { prompt: 'The whale', seed: 7, tokens: 40 }
    const { text } = await written('text', request)
    expect((await written('text', { ...request, tokens: 10 })).text).toBe(text.slice(0, 10))
  })
})

describe('The evidence', () => {
  test('clears all of 2,000 honest tokens: one pass sees what was written step by step', async () => {
    const found = await checked('text', 2_000)
    expect(found.filter(({ off, miss }) => off > EPSILON || miss > SLACK)).toEqual([])
    // Far from the threshold: the grid takes a thousandth.
    expect(Math.max(...found.map(({ off }) => off))).toBeLessThanOrEqual(2 ** -10)
  })

  test('finds weights of 8 bits in more than half of their tokens, the sampler alone in less than a tenth', async () => {
    const found = await checked('text-8bit', 2_000)
    expect(found.filter(({ off }) => off > EPSILON).length).toBeGreaterThan(0.5 * found.length)
    expect(found.filter(({ miss }) => miss > SLACK).length).toBeLessThan(0.1 * found.length)
  })

  test('of the sampler finds a text that another seed wrote, whose log-probabilities are true', async () => {
    const model = await textModel()
    const request = { prompt: 'The whale', seed: 1, tokens: 200 }
    const { text } = await written('text', { ...request, seed: 2 })
    const { misses } = await model.check(request, text)
    expect(misses.filter((miss) => miss > SLACK).length).toBeGreaterThan(0.25 * misses.length)
  })
})

describe('The sampler', () => {
  const chances = Float32Array.of(0.5, 0.25, 0.125, 0.125)

  test.each([
    [0, 0],
    [0.49, 0],
    [0.5, 1],
    [0.74, 1],
    [0.75, 2],
    [0.875, 3],
    [0.999, 3],
  ])('draws with %d the symbol %d', (draw, symbol) => {
    expect(tokenAt(chances, draw)).toBe(symbol)
    expect(missOf(chances, symbol, draw)).toBe(0)
  })

  test('tells how far a draw is from another symbol', () => {
    expect(missOf(chances, 1, 0.25)).toBe(0.25)
    expect(missOf(chances, 0, 0.75)).toBe(0.25)
    expect(missOf(chances, 3, 0.375)).toBe(0.5)
  })

  test('takes the last symbol where rounding leaves the chances below the draw', () => {
    const short = Float32Array.of(0.5, 0.4375)
    expect(tokenAt(short, 0.99)).toBe(1)
    expect(missOf(short, 1, 0.99)).toBe(0)
  })
})

async function written(name: 'text' | 'text-8bit', request: TextRequest) {
  const model = await textModel(name)
  let text = ''
  const told: number[] = []
  for await (const { symbol, logp } of model.write(request)) {
    text += symbol
    told.push(logp)
  }
  return { text, told }
}

/** Tokens of one model as the other sees them: how far the told log-probability is off, and the draw beside the token. */
async function checked(name: 'text' | 'text-8bit', tokens: number) {
  const checker = await textModel()
  const found: { readonly off: number; readonly miss: number }[] = []
  for (let nth = 0; found.length < tokens; nth++) {
    const request = { ...drawRequest(new SeededRandom(`evidence ${nth}`)), tokens: 100 }
    const { text, told } = await written(name, request)
    const { logps, misses }: TextCheck = await checker.check(request, text)
    for (const [at, logp] of logps.entries()) {
      found.push({ off: Math.abs(logp - (told[at] ?? 0)), miss: misses[at] ?? 1 })
    }
  }
  return found
}
