import { ArtefactClosedError, OnnxArtefact, type OnnxArtefactOptions, roundToGrid } from 'subnetkit/sandbox'
import { describe, expect, test } from 'vitest'
import { onnxFile, type WrittenModel } from '../../../support/onnxWriter.js'

const signature = {
  inputs: { x: { type: 'float32', dims: [1, 4] } },
  outputs: { y: { type: 'float32', dims: [1, 2] } },
} as const
const honest: WrittenModel = {
  inputs: { x: [1, 4] },
  constants: [{ name: 'w', dims: [4, 2], data: Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8]) }],
  nodes: [{ op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
  outputs: ['y'],
}

async function withArtefact<T>(
  model: Uint8Array,
  options: Partial<OnnxArtefactOptions>,
  use: (artefact: OnnxArtefact) => Promise<T>,
): Promise<T> {
  const artefact = await OnnxArtefact.load(model, { ...signature, ...options })
  try {
    return await use(artefact)
  } finally {
    await artefact.close()
  }
}

const x = Float32Array.of(1, 1, 1, 2)

/** Squares a tensor of 512 MiB that the bound was told to allow. */
const large: WrittenModel = {
  inputs: { x: [1, 4] },
  constants: [{ name: 's', dims: [2], data: BigInt64Array.of(8_192n, 16_384n) }],
  nodes: [
    { op: 'ConstantOfShape', inputs: ['s'], outputs: ['a'] },
    { op: 'ReduceSum', inputs: ['a'], outputs: ['b'], attributes: { keepdims: 0 } },
    { op: 'MatMul', inputs: ['x', 'w'], outputs: ['m'] },
    { op: 'Add', inputs: ['m', 'b'], outputs: ['y'] },
  ],
  outputs: ['y'],
}

describe('a model', () => {
  test('is run in a process of its own, again and again', async () => {
    await withArtefact(onnxFile(honest), {}, async (artefact) => {
      expect(artefact.bound).toMatchObject({ kind: 'ok', multiplyAdds: 8 })
      for (let round = 0; round < 3; round++) {
        // 1 + 3 + 5 + 2 * 7 and 2 + 4 + 6 + 2 * 8.
        expect(await artefact.run({ x })).toEqual({
          kind: 'ok',
          outputs: { y: Float32Array.of(23, 28) },
          multiplyAdds: 8,
        })
      }
    })
  })

  test('may take and give whole numbers', async () => {
    const model = onnxFile({
      inputs: { i: [3] },
      types: { i: 7 },
      nodes: [{ op: 'Add', inputs: ['i', 'i'], outputs: ['o'] }],
      outputs: ['o'],
    })
    const form = { type: 'int64', dims: [3] } as const
    await withArtefact(model, { inputs: { i: form }, outputs: { o: form } }, async (artefact) => {
      expect(await artefact.run({ i: BigInt64Array.of(1n, -2n, 2n ** 40n) })).toMatchObject({
        outputs: { o: BigInt64Array.of(2n, -4n, 2n ** 41n) },
      })
    })
  })

  test('that is refused by its bytes never runs', async () => {
    await withArtefact(onnxFile({ ...honest, opset: 3 }), {}, async (artefact) => {
      expect(artefact.bound).toMatchObject({ kind: 'failed', reason: 'unsupported' })
      expect(await artefact.run({ x })).toEqual(artefact.bound)
    })
  })

  test('that onnxruntime does not take is refused, and the next is run', async () => {
    const odd = onnxFile({
      ...honest,
      nodes: [{ op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'], attributes: { unheard: 1 } }],
    })
    await withArtefact(odd, {}, async (artefact) => {
      expect(artefact.bound).toMatchObject({ kind: 'ok' })
      expect(await artefact.run({ x })).toMatchObject({
        kind: 'failed',
        reason: 'refused',
        detail: expect.stringContaining('unheard'),
      })
      expect(await artefact.run({ x })).toMatchObject({ kind: 'failed', reason: 'refused' })
    })
  })

  test('that looks beyond a tensor is refused when it runs', async () => {
    const beyond = onnxFile({
      inputs: { x: [1, 4] },
      constants: [{ name: 'i', dims: [1, 2], data: BigInt64Array.of(0n, 9n) }],
      nodes: [
        { op: 'Squeeze', inputs: ['x'], outputs: ['s'] },
        { op: 'Gather', inputs: ['s', 'i'], outputs: ['y'] },
      ],
      outputs: ['y'],
    })
    await withArtefact(beyond, {}, async (artefact) => {
      expect(await artefact.run({ x })).toMatchObject({ kind: 'failed', reason: 'refused' })
    })
  })

  test('that fails does not choose to be unscored by names that speak of memory', async () => {
    const beyond = onnxFile({
      inputs: { x: [1, 4] },
      constants: [{ name: 'i', dims: [1, 2], data: BigInt64Array.of(0n, 9n) }],
      nodes: [
        { op: 'Squeeze', inputs: ['x'], outputs: ['s'] },
        { op: 'Gather', name: 'std::bad_alloc', inputs: ['s', 'i'], outputs: ['y'] },
      ],
      outputs: ['y'],
    })
    await withArtefact(beyond, {}, async (artefact) => {
      expect(await artefact.run({ x })).toMatchObject({
        kind: 'failed',
        reason: 'refused',
        detail: expect.stringContaining('std::bad_alloc'),
      })
    })
  })

  test.each([
    ['no number', 'Log', -1],
    ['infinite', 'Exp', 1_000],
  ])('whose output is %s ends as notFinite', async (_, op, value) => {
    const model = onnxFile({
      inputs: { x: [1, 4] },
      nodes: [{ op, inputs: ['x'], outputs: ['y'] }],
      outputs: ['y'],
    })
    const outputs = { y: { type: 'float32', dims: [1, 4] } } as const
    await withArtefact(model, { outputs }, async (artefact) => {
      expect(await artefact.run({ x: new Float32Array(4).fill(value) })).toMatchObject({
        kind: 'failed',
        reason: 'notFinite',
      })
      expect(await artefact.run({ x: new Float32Array(4).fill(1) })).toMatchObject({ kind: 'ok' })
    })
  })

  test('that takes more memory than this machine gives it is not scored, and the process is made anew', async () => {
    const model = onnxFile({ ...large, constants: [...(large.constants ?? []), ...(honest.constants ?? [])] })
    const limits = { tensorBytes: 2 ** 30, multiplyAdds: 1e10, memoryBytes: 64 * 2 ** 20 }
    await withArtefact(model, { limits }, async (artefact) => {
      expect(artefact.bound).toMatchObject({ kind: 'ok' })
      expect(await artefact.run({ x })).toMatchObject({ kind: 'notScored', reason: 'memory' })
      expect(await artefact.run({ x })).toMatchObject({ kind: 'notScored', reason: 'memory' })
    })
  })

  test('that takes longer than this machine waits is not scored', async () => {
    const limits = { wallMs: 1 }
    await withArtefact(onnxFile(honest), { limits }, async (artefact) => {
      expect(await artefact.run({ x })).toEqual({
        kind: 'notScored',
        reason: 'wallTime',
        detail: 'It took longer than 1 ms.',
      })
    })
  })

  test('that is closed leaves the run in hand unscored and refuses those behind it and after', async () => {
    const artefact = await OnnxArtefact.load(onnxFile(honest), signature)
    const running = artefact.run({ x })
    const waiting = artefact.run({ x }).catch((error: unknown) => error)
    await new Promise((resolve) => setTimeout(resolve, 20))
    await artefact.close()
    expect(await running).toMatchObject({ kind: 'notScored', reason: 'crashed' })
    expect(await waiting).toBeInstanceOf(ArtefactClosedError)
    await expect(artefact.run({ x })).rejects.toThrow(ArtefactClosedError)
  })

  test('is given what load was told, or the caller is told', async () => {
    await withArtefact(onnxFile(honest), {}, async (artefact) => {
      const wrong: readonly (readonly [unknown, string])[] = [
        [{}, 'inputs.x'],
        [{ x: new Float32Array(5) }, 'inputs.x'],
        [{ x: [1, 2, 3, 4] }, 'inputs.x'],
        [{ x: new Float64Array(4) }, 'inputs.x'],
        [{ x, z: x }, 'inputs'],
        [null, 'inputs'],
      ]
      for (const [inputs, field] of wrong)
        await expect(artefact.run(inputs as never)).rejects.toMatchObject({ code: 'InvalidArgument', field })
    })
  })
})

describe('a score on a grid', () => {
  test.each([
    [0.7312345, 0.01, 0.73],
    [0.735, 0.01, 0.74],
    [-1.26, 0.5, -1.5],
    [2.5, 1, 3],
    [7, 2, 8],
    [1e-9, 0.001, 0],
  ])('of %d by steps of %d is %d', (score, step, rounded) => {
    expect(roundToGrid(score, step)).toBe(rounded)
  })

  test('is the same for what machines differ by', () => {
    for (let at = 0; at < 1_000; at++) {
      const score = at / 1_000 + 0.0002
      expect(roundToGrid(score + 1e-7, 0.001)).toBe(roundToGrid(score, 0.001))
    }
  })

  test.each([
    [Number.NaN, 1],
    [1, 0],
    [1, -1],
    [1, Number.NaN],
    [Number.POSITIVE_INFINITY, 1],
  ])('is refused for %d by %d', (score, step) => {
    expect(() => roundToGrid(score, step)).toThrow(/score|step/)
  })
})
