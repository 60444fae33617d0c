import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodeOnnx } from '../../../examples/forecast/training/onnxFile.js'
import { type Clock, VirtualClock } from '../../../src/clock/index.js'
import { OnnxModel, OnnxModelError } from '../../../src/compute/index.js'
import { onnxRuntime } from '../../../src/compute/onnxRuntime.js'
import { InvalidArgumentError, MissingPackageError } from '../../../src/errors/index.js'

/** y = 2·x0 + 3·x1 + 10·relu(x0 - x1) + 1: small enough to compute by hand. */
const file = encodeOnnx(
  {
    inputs: 2,
    units: 1,
    outputs: 1,
    direct: Float64Array.of(2, 3),
    hidden: Float64Array.of(1, -1),
    hiddenBias: Float64Array.of(0),
    output: Float64Array.of(10),
    bias: Float64Array.of(1),
  },
  'by-hand',
)

const features = (...rows: [number, number][]) => ({
  features: { data: Float32Array.from(rows.flat()), dims: [rows.length, 2] },
})

/** The protocol buffer of `y = Identity(x)` over vectors of 64-bit floats (element type 11). */
function identityOfDoubles(): Uint8Array {
  const field = (key: number, ...content: number[]): number[] => [key * 8 + 2, content.length, ...content]
  const text = (key: number, value: string): number[] => field(key, ...new TextEncoder().encode(value))
  const vector = (name: string): number[] => [
    ...text(1, name),
    ...field(2, ...field(1, 8, 11, ...field(2, ...field(1, 8, 1)))),
  ]
  const node = field(1, ...text(1, 'x'), ...text(2, 'y'), ...text(4, 'Identity'))
  const graph = field(7, ...node, ...text(2, 'g'), ...field(11, ...vector('x')), ...field(12, ...vector('y')))
  return Uint8Array.from([8, 8, ...graph, ...field(8, 16, 17)])
}

const rejection = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('OnnxModel', () => {
  let model: OnnxModel

  beforeAll(async () => {
    model = await OnnxModel.load(file)
  })
  afterAll(() => model.close())

  test('says what goes in and what comes out', () => {
    expect(model.inputs).toEqual([{ name: 'features', dims: ['batch', 2] }])
    expect(model.outputs).toEqual([{ name: 'forecast', dims: ['batch', 1] }])
  })

  test('computes what the file says, row by row', async () => {
    const { forecast } = await model.run(features([5, 2], [2, 5], [0, 0]))
    // 10 + 6 + 30 + 1, 4 + 15 + 0 + 1, 1
    expect(forecast).toEqual({ data: Float32Array.of(47, 20, 1), dims: [3, 1] })
  })

  test('an empty batch has an empty answer', async () => {
    expect(await model.run(features())).toEqual({ forecast: { data: new Float32Array(0), dims: [0, 1] } })
  })

  test('repeats bit for bit, also when runs overlap', async () => {
    const rows = Array.from({ length: 50 }, (_, i): [number, number] => [Math.sqrt(i), 1 / (i + 1)])
    const first = await model.run(features(...rows))
    const again = await Promise.all(Array.from({ length: 8 }, () => model.run(features(...rows))))
    for (const result of again) expect(result).toEqual(first)
  })

  test('reads a file by its path', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'onnx-'))
    const path = join(folder, 'model.onnx')
    await writeFile(path, file)
    const fromPath = await OnnxModel.load(path)
    expect(await fromPath.run(features([1, 1]))).toEqual(await model.run(features([1, 1])))
    await fromPath.close()
    await rm(folder, { recursive: true })
  })

  test.each([
    ['a missing tensor', {}, 'inputs.features', 'Invalid inputs.features: undefined.'],
    [
      'an unknown name',
      { ...features([1, 2]), extra: features([1, 2]).features },
      'inputs',
      'Invalid inputs: "extra".',
    ],
    [
      'a wrong width',
      { features: { data: new Float32Array(3), dims: [1, 3] } },
      'inputs.features',
      'Invalid inputs.features: "[1, 3]".',
    ],
    [
      'a wrong rank',
      { features: { data: new Float32Array(2), dims: [2] } },
      'inputs.features',
      'Invalid inputs.features: "[2]".',
    ],
    [
      'a negative size',
      { features: { data: new Float32Array(2), dims: [-1, 2] } },
      'inputs.features',
      'Invalid inputs.features: "[-1, 2]".',
    ],
    [
      'fewer values than the shape holds',
      { features: { data: new Float32Array(3), dims: [2, 2] } },
      'inputs.features',
      'Invalid inputs.features: "3 values for [2, 2]".',
    ],
  ])('refuses %s', async (_, inputs, field, message) => {
    const error = await rejection(model.run(inputs))
    expect(error).toBeInstanceOf(InvalidArgumentError)
    expect(error).toMatchObject({ code: 'InvalidArgument', field, shortMessage: message })
  })

  test('refuses to run once closed; closing twice does nothing', async () => {
    const closed = await OnnxModel.load(file)
    await closed.close()
    await closed.close()
    const error = await rejection(closed.run(features([1, 2])))
    expect(error).toBeInstanceOf(OnnxModelError)
    expect(error).toMatchObject({
      code: 'OnnxModel',
      message: 'The ONNX model from bytes is closed. Load it again.',
    })
  })

  test('refuses bytes that are no model, naming the source and keeping the cause', async () => {
    const error = await rejection(OnnxModel.load(Uint8Array.of(1, 2, 3)))
    expect(error).toBeInstanceOf(OnnxModelError)
    expect(error).toMatchObject({
      source: 'bytes',
      message: 'The ONNX model from bytes could not be loaded. Check that it is a whole ONNX file.',
      docsPath: 'errors#onnx-model',
    })
    expect((error as OnnxModelError).cause).toBeInstanceOf(Error)
  })

  test('refuses a path that cannot be read', async () => {
    const error = await rejection(OnnxModel.load('/nowhere/model.onnx'))
    expect(error).toMatchObject({
      code: 'OnnxModel',
      source: '/nowhere/model.onnx',
      shortMessage: 'The ONNX model from /nowhere/model.onnx could not be read.',
    })
  })

  test('refuses a model whose tensors are no 32-bit floats', async () => {
    const error = await rejection(OnnxModel.load(identityOfDoubles()))
    expect(error).toBeInstanceOf(OnnxModelError)
    expect(error).toMatchObject({
      message:
        'The ONNX model from bytes has x, which is of type float64. Export it with 32-bit float inputs and outputs.',
    })
  })

  test('refuses a thread count that is none', async () => {
    expect(await rejection(OnnxModel.load(file, { threads: 0 }))).toMatchObject({
      field: 'threads',
      value: 0,
    })
  })

  test('virtual time stands still while it works', async () => {
    const clock = new VirtualClock()
    const held = await OnnxModel.load(file, { clock })
    const seen: number[] = []
    clock.setTimer(() => {
      void held.run(features([5, 2])).then(() => seen.push(clock.now()))
    }, 10)
    clock.setTimer(() => seen.push(clock.now()), 20)
    await clock.run()
    expect(seen).toEqual([10, 20])
    await held.close()
  })

  test('hands every piece of native work to the clock', async () => {
    let held = 0
    const counting: Clock = {
      now: () => 0,
      setTimer: () => ({ cancel: () => {} }),
      hold: (work) => {
        held++
        return work()
      },
    }
    const counted = await OnnxModel.load(file, { clock: counting })
    await counted.run(features([1, 2]))
    await counted.close()
    expect(held).toBe(3)
  })
})

describe('onnxRuntime', () => {
  test('an absent package is named, with what to install', async () => {
    const cause = new Error("Cannot find package 'onnxruntime-node'")
    const error = await rejection(onnxRuntime(() => Promise.reject(cause)))
    expect(error).toBeInstanceOf(MissingPackageError)
    expect(error).toMatchObject({
      code: 'MissingPackage',
      packageName: 'onnxruntime-node',
      message:
        'The package onnxruntime-node is needed for running ONNX models and could not be loaded. Install it: npm install onnxruntime-node',
      cause,
    })
  })
})
