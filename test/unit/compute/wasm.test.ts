import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createBackend, type Matrix } from '../../../src/compute/index.js'
import type { ComputeExports } from '../../../src/compute/wasm/startModule.js'
import { WasmMemory } from '../../../src/compute/wasm/WasmMemory.js'

const cpu = await createBackend({ kind: 'cpu' })
const wasm = await createBackend({ kind: 'wasm' })

/** Values that meet every branch: ties, both zeros, subnormal and very large ones. */
const value = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, 0.5, 1e-45, 3e38, -3e38),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.float({ min: -1, max: 1, noNaN: true }),
)
const shape = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 100 }))

function matrixOf([rows, columns]: [number, number], sign: 'any' | 'positive'): fc.Arbitrary<Matrix> {
  const length = rows * columns
  return fc.array(value, { minLength: length, maxLength: length }).map((values) => ({
    rows,
    columns,
    data: Float32Array.from(values, sign === 'any' ? (x) => x : Math.abs),
  }))
}

/** The bits, for -0 and 0 are equal as numbers. */
const bits = (values: Float32Array): Uint32Array => new Uint32Array(values.buffer, 0, values.length)

describe('the wasm backend', () => {
  test('gives the bits of the cpu backend on any input', async () => {
    const any = shape.chain((size) => fc.tuple(matrixOf(size, 'any'), matrixOf(size, 'positive')))
    await fc.assert(
      fc.asyncProperty(
        any,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(),
        async (pair, rate, seed) => {
          const [matrix, positive] = pair
          const { rows, columns, data } = matrix
          const byRow = {
            rows: 1,
            columns: rows,
            data: Float32Array.from({ length: rows }, (_, i) => data[i]!),
          }
          const k = 1 + (seed % columns)
          const [a, b] = await Promise.all(
            [cpu, wasm].map(async (on) => {
              const top = await on.topKRows(matrix, k)
              const floats = [
                await on.matVec(matrix, data.slice(0, columns)),
                await on.vecMat(byRow.data, matrix),
                (await on.normaliseRows(positive)).data,
                (await on.normaliseColumns(positive)).data,
                (await on.clipColumns(matrix, positive.data.slice(0, columns))).data,
                await on.ema(data, positive.data, rate),
                (await on.rankRows(matrix)).data,
                (await on.cosineRows(matrix)).data,
                top.values,
                await on.scoresToWeights(matrix),
              ]
              return [...floats.map(bits), top.indices]
            }),
          )
          expect(b).toEqual(a)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('takes the weighted medians of the cpu backend, for any stakes that sum below 2^64', async () => {
    const votes = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 20 })).chain((size) =>
      fc.record({
        scores: fc.array(fc.oneof(fc.constantFrom(0, 1, 65_535), fc.nat(65_535)), {
          minLength: size[0] * size[1],
          maxLength: size[0] * size[1],
        }),
        stakes: fc.array(fc.bigInt(0n, (1n << 64n) / 40n - 1n), { minLength: size[0], maxLength: size[0] }),
        columns: fc.constant(size[1]),
        minority: fc.bigInt(0n, (1n << 64n) - 1n),
      }),
    )
    await fc.assert(
      fc.asyncProperty(votes, async ({ scores, stakes, columns, minority }) => {
        const matrix = { rows: stakes.length, columns, data: Uint16Array.from(scores) }
        const stake = BigUint64Array.from(stakes)
        expect(await wasm.weightedMedianColumns(matrix, stake, minority)).toEqual(
          await cpu.weightedMedianColumns(matrix, stake, minority),
        )
      }),
      { numRuns: 300 },
    )
  })

  test('grows its memory with the work, and small work after large gives the same', async () => {
    const rows = 300
    const large = { rows, columns: 2_001, data: new Float32Array(rows * 2_001).fill(2) }
    const small = { rows: 1, columns: 5, data: Float32Array.of(1, 2, 3, 4, 10) }
    const before = await wasm.normaliseRows(small)
    expect((await wasm.normaliseRows(large)).data.every((part) => part === Math.fround(1 / 2_001))).toBe(true)
    expect(await wasm.normaliseRows(small)).toEqual(before)
    expect(await wasm.matVec(small, Float32Array.of(1, 1, 1, 1, 1))).toEqual(Float32Array.of(20))
  })

  test.each([
    ['its code was not compiled into these sources', async () => null],
    ['this runtime refuses its code', async () => btoa('not a module')],
  ])('cannot be opened when %s', async (why, loadCode) => {
    await expect(createBackend({ kind: 'wasm', wasm: { loadCode } })).rejects.toMatchObject({
      name: 'DeviceUnavailableError',
      code: 'DeviceUnavailable',
      kind: 'wasm',
      why,
    })
    const { info } = await createBackend({ kind: 'wasm', fallback: 'cpu', wasm: { loadCode } })
    expect(info).toMatchObject({ kind: 'cpu', requested: 'wasm', fallbacks: [{ from: 'wasm' }] })
  })

  test('cannot be opened in a runtime without WebAssembly', async () => {
    const own = Object.getOwnPropertyDescriptor(globalThis, 'WebAssembly')!
    Reflect.deleteProperty(globalThis, 'WebAssembly')
    try {
      await expect(createBackend({ kind: 'wasm' })).rejects.toMatchObject({
        why: 'this runtime has no WebAssembly',
      })
    } finally {
      Object.defineProperty(globalThis, 'WebAssembly', own)
    }
  })
})

describe('WasmMemory', () => {
  const stubborn = {
    heapStart: () => 100,
    memory: {
      buffer: new ArrayBuffer(65_536),
      grow: () => {
        throw new RangeError('no more')
      },
    },
  } as unknown as ComputeExports

  test('places blocks one after the other, on multiples of 16', () => {
    expect(new WasmMemory(stubborn).place(1, 16, 17)).toEqual([112, 128, 144])
  })

  test.each([2 ** 20, 2 ** 32])('refuses %d bytes that it cannot have, with both sizes', (bytes) => {
    expect(() => new WasmMemory(stubborn).place(bytes)).toThrow(
      expect.objectContaining({
        name: 'DeviceTooSmallError',
        code: 'DeviceTooSmall',
        kind: 'wasm',
        what: 'bytes of memory',
        needed: 112 + bytes,
        limit: 65_536,
      }),
    )
  })
})
