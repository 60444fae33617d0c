import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { richFeatures } from '../../../examples/forecast/features.js'
import { modelMiner } from '../../../examples/forecast/miners/model.js'
import { askableDays, FIRST_LIVE_YEAR, questionAt } from '../../../examples/forecast/questions.js'
import { forward } from '../../../examples/forecast/training/denseNet.js'
import { liveErrors, type TrainedModel, trainModels } from '../../../examples/forecast/training/models.js'
import { encodeOnnx } from '../../../examples/forecast/training/onnxFile.js'
import { trainRidge } from '../../../examples/forecast/training/ridge.js'
import { loadWeather } from '../../../examples/forecast/weather.js'
import { systemClock } from '../../../src/clock/index.js'
import { OnnxModel } from '../../../src/compute/index.js'

const days = loadWeather()
const live = askableDays(days, FIRST_LIVE_YEAR, 9999)
const file = (name: string): Uint8Array =>
  readFileSync(new URL(`../../../examples/forecast/models/${name}.onnx`, import.meta.url))

describe('trainModels', () => {
  let models: TrainedModel[]

  beforeAll(() => {
    models = trainModels(days)
  })

  test('gives the committed files, byte for byte', () => {
    for (const { name, net } of models) {
      expect(Buffer.compare(encodeOnnx(net, name), file(name)), `${name}.onnx differs`).toBe(0)
    }
  })

  test('good beats weaker, weaker beats persistence, persistence beats guessing, clearly', () => {
    const errors = liveErrors(days, models)
    expect(errors.good).toBeLessThan(2.65)
    expect(errors.weaker).toBeGreaterThan(errors.good! + 0.2)
    expect(errors.persistence).toBeGreaterThan(errors.weaker! + 0.2)
    expect(errors.random).toBeGreaterThan(errors.persistence! + 5)
  })

  test('onnxruntime computes what the TypeScript forward pass does, for every live day', async () => {
    for (const { name, features, net } of models) {
      const model = await OnnxModel.load(file(name))
      const rows = live.map((index) => features(questionAt(days, index)))
      const data = Float32Array.from(rows.flat())
      const { forecast } = await model.run({ features: { data, dims: [rows.length, net.inputs] } })
      let worst = 0
      rows.forEach((row, at) => {
        forward(net, row).forEach((value, k) => {
          worst = Math.max(worst, Math.abs(value - forecast!.data[4 * at + k]!))
        })
      })
      // f32 against f64 on values near 20: a few units in the last place of f32.
      expect(worst).toBeLessThan(1e-4)
      await model.close()
    }
  })
})

describe('modelMiner', () => {
  let answer: Awaited<ReturnType<typeof modelMiner>>
  beforeAll(async () => {
    answer = await modelMiner({ model: 'good', features: richFeatures, clock: systemClock })
  })

  test('answers a batch question by question, to a hundredth of a degree', async () => {
    const questions = live.slice(100, 140).map((index) => questionAt(days, index))
    const { highestC } = await answer({ questions })
    expect(highestC).toHaveLength(40)
    const alone = await answer({ questions: [questions[7]!] })
    for (const [k, value] of alone.highestC[0]!.entries()) {
      expect(highestC[7]![k]).toBeCloseTo(value, 1)
      expect(Math.round(value * 100)).toBeCloseTo(value * 100, 6)
    }
  })

  test('an empty batch has an empty answer', async () => {
    expect(await answer({ questions: [] })).toEqual({ highestC: [] })
  })
})

describe('trainRidge', () => {
  test('without a penalty it finds an exact line', () => {
    const features = [
      [0, 1],
      [1, 0],
      [2, 5],
      [3, 3],
    ]
    const targets = features.map(([a, b]) => [2 * a! - 3 * b! + 7])
    const { weights, bias } = trainRidge({ features, targets }, 0)
    expect(weights[0]).toBeCloseTo(2, 10)
    expect(weights[1]).toBeCloseTo(-3, 10)
    expect(bias[0]).toBeCloseTo(7, 10)
  })

  test('a huge penalty leaves the mean', () => {
    const { weights, bias } = trainRidge({ features: [[0], [1]], targets: [[4], [6]] }, 1e12)
    expect(weights[0]).toBeCloseTo(0, 9)
    expect(bias[0]).toBeCloseTo(5, 9)
  })
})

describe('richFeatures', () => {
  test('the season is a wave of one turn and one of two turns a year', () => {
    const window = questionAt(days, 100).window
    for (const dayOfYear of [0, 45, 46, 91, 137, 183, 228, 274, 320, 365]) {
      const angle = (2 * Math.PI * dayOfYear) / 365.25
      const season = richFeatures({ dayOfYear, window }).slice(-4)
      const expected = [Math.cos(angle), Math.sin(angle), Math.cos(2 * angle), Math.sin(2 * angle)]
      season.forEach((value, at) => {
        expect(value).toBeCloseTo(expected[at]!, 8)
      })
    }
  })
})
