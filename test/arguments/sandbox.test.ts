import { systemClock } from 'subnetkit/clock'
import * as sandbox from 'subnetkit/sandbox'
import { describe, expect, test } from 'vitest'
import { describeRefusals } from './refuses.js'

const program = () => new TextEncoder().encode('export function f(x) { return x }')
const one = await sandbox.JsArtefact.load(program())
const noWhole = [0, -1, 1.5, Number.POSITIVE_INFINITY]

describeRefusals('sandbox', sandbox, {
  'JsArtefact.load': {
    params: ['program', 'options'],
    args: () => [
      program(),
      {
        limits: { steps: 10_000_000, memoryBytes: 8 * 2 ** 20, outputBytes: 1_000, wallMs: 10_000 },
        functions: { lookup: () => 1 },
        clock: systemClock,
      },
    ],
    call: sandbox.JsArtefact.load,
    after: (artefact) => (artefact as sandbox.JsArtefact).close(),
    optional: [
      ...['options', 'options.limits', 'options.functions', 'options.clock', 'options.functions.lookup'],
      ...['steps', 'memoryBytes', 'outputBytes', 'wallMs'].map((key) => `options.limits.${key}`),
    ],
    alsoRight: { options: [{}], 'options.limits': [{}], 'options.functions': [{}] },
    free: ['options.clock.unheardOf'],
    alsoWrong: {
      'options.limits.steps': noWhole,
      'options.limits.memoryBytes': [...noWhole, 1_000, 2 ** 32],
      'options.limits.outputBytes': [...noWhole, 2 ** 31],
      'options.limits.wallMs': noWhole.filter((value) => value !== 1.5),
    },
  },
  'JsArtefact#call': {
    params: ['name', 'args', 'options'],
    args: () => ['f', [1], { seed: new Uint8Array([1]) }],
    call: (...args: never[]) => one.call(...(args as unknown as Parameters<typeof one.call>)),
    free: ['args'],
    alsoRight: { options: [{}] },
    optional: ['options', 'options.seed'],
    alsoWrong: { name: [''] },
  },
  plainCopy: {
    params: ['field', 'value'],
    args: () => ['value', { cells: [1] }],
    call: sandbox.plainCopy,
    free: ['value', 'value.cells', 'value.cells[0]', 'value.unheardOf'],
    alsoWrong: { field: [''] },
  },
  JsArtefact: 'its constructor names the door: test/arguments/constructors.test.ts',
  'JsArtefact#close': 'takes nothing',
  OnnxArtefact: 'its constructor names the door: test/arguments/constructors.test.ts',
  'OnnxArtefact.load': {
    params: ['model', 'options'],
    args: () => [
      new Uint8Array(4),
      {
        inputs: { x: { type: 'float32', dims: [1, 2] } },
        outputs: { y: { type: 'int64', dims: [1] } },
        limits: { nodes: 10, tensorBytes: 1_000, multiplyAdds: 1_000, memoryBytes: 2 ** 26, wallMs: 1_000 },
        clock: systemClock,
      },
    ],
    call: sandbox.OnnxArtefact.load,
    after: (artefact) => (artefact as sandbox.OnnxArtefact).close(),
    optional: [
      ...['options.limits', 'options.clock', 'options.inputs.x', 'options.outputs.y'],
      ...['nodes', 'tensorBytes', 'multiplyAdds', 'memoryBytes', 'wallMs'].map(
        (key) => `options.limits.${key}`,
      ),
    ],
    // Bytes may be any: what they are is told by `bound`.
    alsoRight: {
      model: [new Uint8Array(3)],
      'options.limits': [{}],
      'options.inputs': [{}],
      'options.outputs': [{}],
      'options.inputs.x.dims': [[]],
      'options.outputs.y.dims': [[]],
    },
    free: ['options.clock.unheardOf'],
    alsoWrong: {
      'options.inputs.x.type': ['float16', ''],
      'options.inputs.x.dims': [[-1], [1.5], [1, 1, 1, 1, 1, 1, 1, 1, 1]],
      'options.limits.multiplyAdds': noWhole,
    },
  },
  'OnnxArtefact#run': 'test/unit/sandbox/onnx/OnnxArtefact.test.ts tries its inputs',
  'OnnxArtefact#close': 'takes nothing',
  roundToGrid: {
    params: ['score', 'step'],
    args: () => [0.5, 0.1],
    call: sandbox.roundToGrid,
    alsoRight: { score: [-7.5] },
    alsoWrong: { score: [Number.POSITIVE_INFINITY], step: [0, -1] },
  },
})

test('a copy is what the value was, and of plain values alone', () => {
  const value = { list: [1, -0], column: Float32Array.of(2) }
  const copy = sandbox.plainCopy('value', value)
  value.list[0] = 5
  value.column[0] = 5
  expect(copy).toEqual({ list: [1, -0], column: Float32Array.of(2) })
  for (const [field, wrong] of [
    ['it.at', { at: new Date(0) }],
    ['it', new (class Odd {})()],
    ['it[0]', [() => 1]],
  ] as const)
    expect(() => sandbox.plainCopy('it', wrong as never)).toThrow(
      expect.objectContaining({ code: 'InvalidArgument', field }),
    )
})

describe('what goes into a program', () => {
  test.each<[string, unknown, string]>([
    ['a function', [() => 1], 'args[0]'],
    ['undefined', [undefined], 'args[0]'],
    ['a symbol inside', [{ a: [Symbol('s')] }], 'args[0].a[0]'],
    ['a map', [new Map()], 'args[0]'],
    ['a date', [{ at: new Date(0) }], 'args[0].at'],
    ['a promise', [Promise.resolve(1)], 'args[0]'],
    ['a data view', [new DataView(new ArrayBuffer(1))], 'args[0]'],
    ['half a surrogate pair', ['\ud800'], 'args[0]'],
    ['a list with a hole', [new Array(1)], 'args[0][0]'],
  ])('is refused by name when it is %s', async (_, args, field) => {
    await expect(one.call('f', args as never)).rejects.toMatchObject({ code: 'InvalidArgument', field })
  })

  test('is refused when it holds itself', async () => {
    const around: unknown[] = []
    around.push(around)
    await expect(one.call('f', [around] as never)).rejects.toThrow('nothing that holds itself')
  })

  test('is refused when it is no list', async () => {
    for (const args of [null, 5, {}, 'text', undefined]) {
      await expect(one.call('f', args as never)).rejects.toMatchObject({ field: 'args' })
    }
  })
})

test('a function needs a name that a program can write', async () => {
  for (const name of ['', 'a-b', '1x', 'a b', 'é']) {
    const functions = { [name]: () => 1 }
    await expect(sandbox.JsArtefact.load(program(), { functions })).rejects.toMatchObject({
      field: 'functions',
      message: expect.stringContaining('Choose a name'),
    })
  }
})

test('plainCopy reads each part once, and takes no more of it than goes into a program', () => {
  let reads = 0
  const turning = {
    get board() {
      return reads++ === 0 ? [1] : new Map([[1, 2]])
    },
  }
  expect(sandbox.plainCopy('it', turning as never)).toEqual({ board: [1] })
  const matched = /(a)(b)/.exec('ab')
  expect(sandbox.plainCopy('it', matched as never)).toStrictEqual(['ab', 'a', 'b'])
  const part = new Uint8Array(2 ** 16).subarray(0, 4)
  expect((sandbox.plainCopy('it', part) as Uint8Array).buffer.byteLength).toBe(4)
  const shared = new Uint8Array(new SharedArrayBuffer(2))
  const copy = sandbox.plainCopy('it', shared)
  shared[0] = 9
  expect([...copy]).toEqual([0, 0])
})

test.each<[string, () => object]>([
  [
    'a getter that throws',
    () => ({
      get a() {
        throw new RangeError('no')
      },
    }),
  ],
  ['a proxy that throws', () => new Proxy({}, { ownKeys: () => [1] as never })],
  ['more parts than a record holds', () => new Array(2 ** 21).fill(0)],
  [
    'a view that says that it is a column',
    () =>
      Object.defineProperty(new DataView(new ArrayBuffer(1)), Symbol.toStringTag, { value: 'Uint8Array' }),
  ],
])('plainCopy refuses %s by its name', (_what, made) => {
  expect(() => sandbox.plainCopy('it', made() as never)).toThrow(
    expect.objectContaining({ code: 'InvalidArgument', field: expect.stringMatching(/^it/) }),
  )
})
