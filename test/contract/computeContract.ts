import { afterAll, describe, expect } from 'vitest'
import type { ComputeBackend, Matrix } from '../../src/compute/index.js'
import { SeededRandom } from '../../src/math/index.js'
import { type Requirement, testNeeding } from '../support/requirement.js'

/** What every compute backend must do, whatever it runs on. References are sums in double precision. */
export function computeContract(
  name: string,
  requirement: Requirement,
  create: () => Promise<ComputeBackend>,
): void {
  describe(`compute backend: ${name}`, () => {
    let shared: Promise<ComputeBackend> | undefined
    const backend = (): Promise<ComputeBackend> => {
      shared ??= create()
      return shared
    }
    const check = (title: string, body: (backend: ComputeBackend) => Promise<void>): void =>
      testNeeding(requirement, title, async () => body(await backend()))

    afterAll(async () => (await shared)?.dispose())

    check('says what it is', async ({ info }) => {
      expect(info.device).not.toBe('')
      expect(info.fallbacks).toEqual([])
      expect(info.why).toMatch(/\.$/)
    })

    for (const [rows, columns] of SHAPES) {
      const size = `${rows} x ${columns}`

      check(`multiplies, ${size}: error below 1e-6 of the terms' size`, async (on) => {
        const matrix = randomMatrix(rows, columns, 'signed')
        const byColumn = randomMatrix(1, columns, 'signed').data
        const byRow = randomMatrix(1, rows, 'signed').data
        const products = await on.matVec(matrix, byColumn)
        expect(products.length).toBe(rows)
        products.forEach((value, i) => {
          const terms = Array.from(byColumn, (factor, j) => factor * matrix.data[i * columns + j]!)
          expectSum(value, terms)
        })
        const sums = await on.vecMat(byRow, matrix)
        expect(sums.length).toBe(columns)
        sums.forEach((value, j) => {
          const terms = Array.from(byRow, (factor, i) => factor * matrix.data[i * columns + j]!)
          expectSum(value, terms)
        })
      })

      check(`normalises and clips, ${size}: relative error below 2e-6, clip exact`, async (on) => {
        const matrix = randomMatrix(rows, columns, 'positive')
        matrix.data.fill(0, 0, columns)
        const byRow = await on.normaliseRows(matrix)
        const byColumn = await on.normaliseColumns(matrix)
        const bounds = randomMatrix(1, columns, 'positive').data
        const clipped = await on.clipColumns(matrix, bounds)
        expect([byRow, byColumn, clipped].map((m) => [m.rows, m.columns])).toEqual(
          Array(3).fill([rows, columns]),
        )
        matrix.data.forEach((value, at) => {
          const [i, j] = [Math.floor(at / columns), at % columns]
          expectRatio(byRow.data[at]!, value, sumOf(matrix.data.subarray(i * columns, (i + 1) * columns)))
          expectRatio(
            byColumn.data[at]!,
            value,
            sumOf(Array.from({ length: rows }, (_, row) => matrix.data[row * columns + j]!)),
          )
          expect(clipped.data[at]).toBe(Math.min(value, bounds[j]!))
        })
      })

      check(`takes weighted medians, ${size}: exact`, async (on) => {
        const random = new SeededRandom(`median ${size}`)
        for (const style of ['any', 'ties', 'huge'] as const) {
          const data = Uint16Array.from({ length: rows * columns }, () =>
            style === 'ties' ? random.pick([0, 1, 65_535]) : random.int(65_536),
          )
          const stakes = BigUint64Array.from({ length: rows }, () => stake(random, style, rows))
          const total = stakes.reduce((sum, part) => sum + part, 0n)
          for (const minority of [
            0n,
            total / 2n,
            total - total / 3n,
            total === 0n ? 0n : total - 1n,
            total,
          ]) {
            const medians = await on.weightedMedianColumns({ rows, columns, data }, stakes, minority)
            expect(Array.from(medians)).toEqual(referenceMedians(rows, columns, data, stakes, minority))
          }
        }
      })

      check(`ranks and picks the best, ${size}: exact, ties in column order`, async (on) => {
        const random = new SeededRandom(`rank ${size}`)
        const data = Float32Array.from({ length: rows * columns }, () =>
          random.pick([-1, 0, 0.5, random.float()]),
        )
        const matrix = { rows, columns, data }
        const k = Math.min(5, columns)
        const best = await on.topKRows(matrix, k)
        const ranks = await on.rankRows(matrix)
        expect(best.k).toBe(k)
        for (let i = 0; i < rows; i++) {
          const row = Array.from(data.subarray(i * columns, (i + 1) * columns))
          const order = row.map((_, j) => j).sort((a, b) => row[b]! - row[a]! || a - b)
          expect(Array.from(best.indices.subarray(i * k, (i + 1) * k))).toEqual(order.slice(0, k))
          expect(Array.from(best.values.subarray(i * k, (i + 1) * k))).toEqual(
            order.slice(0, k).map((j) => row[j]!),
          )
          const expected = row.map((value) => {
            const above = row.filter((other) => other > value).length
            return above + (row.filter((other) => other === value).length + 1) / 2
          })
          expect(Array.from(ranks.data.subarray(i * columns, (i + 1) * columns))).toEqual(expected)
        }
      })

      check(
        `compares rows, ${size}: cosine within 2e-6, 1 on the diagonal, 0 for a row of zeros`,
        async (on) => {
          const matrix = randomMatrix(rows, columns, 'signed')
          if (rows > 1) matrix.data.fill(0, 0, columns)
          const cosines = await on.cosineRows(matrix)
          expect([cosines.rows, cosines.columns]).toEqual([rows, rows])
          const row = (i: number) => Array.from(matrix.data.subarray(i * columns, (i + 1) * columns))
          const dot = (a: number[], b: number[]) => a.reduce((sum, value, j) => sum + value * b[j]!, 0)
          for (let a = 0; a < rows; a += 7) {
            for (let b = 0; b < rows; b += 3) {
              const lengths = Math.sqrt(dot(row(a), row(a)) * dot(row(b), row(b)))
              const expected = lengths === 0 ? 0 : dot(row(a), row(b)) / lengths
              expect(Math.abs(cosines.data[a * rows + b]! - expected)).toBeLessThan(2e-6)
            }
          }
        },
      )
    }

    check('moves averages: relative error below 1e-6, rates 0 and 1 exact', async (on) => {
      const before = randomMatrix(1, 500, 'signed').data
      const next = randomMatrix(5, 100, 'signed').data
      const moved = await on.ema(before, next, 0.1)
      moved.forEach((value, at) => {
        expectSum(value, [0.1 * next[at]!, 0.9 * before[at]!])
      })
      expect(await on.ema(before, next, 0)).toEqual(before)
      expect(await on.ema(before, next, 1)).toEqual(next)
    })

    check('turns scores into weights: mean per miner, negative means to 0, sum 1', async (on) => {
      const data = Float32Array.of(1, 0, 3, -4, 1, 2, 1, 2)
      const weights = await on.scoresToWeights({ rows: 2, columns: 4, data })
      // Means 1, 1, 2, -1.
      const expected = [0.25, 0.25, 0.5, 0]
      expected.forEach((weight, j) => {
        expect(weights[j]).toBeCloseTo(weight, 6)
      })
      expect(await on.scoresToWeights({ rows: 2, columns: 3, data: new Float32Array(6) })).toEqual(
        new Float32Array(3),
      )
    })

    check('answers empty work without a device', async (on) => {
      const none = { rows: 3, columns: 0, data: new Float32Array(0) }
      expect(await on.matVec(none, new Float32Array(0))).toEqual(new Float32Array(3))
      expect(await on.vecMat(new Float32Array(0), { ...none, rows: 0, columns: 2 })).toEqual(
        new Float32Array(2),
      )
      expect(await on.normaliseRows(none)).toEqual(none)
      expect(await on.ema(none.data, none.data, 0.5)).toEqual(none.data)
      expect((await on.cosineRows(none)).data).toEqual(new Float32Array(9))
      expect((await on.topKRows(none, 0)).indices.length).toBe(0)
    })

    check('leaves its inputs as they are, and calls may overlap', async (on) => {
      const matrix = randomMatrix(20, 30, 'positive')
      const copy = matrix.data.slice()
      const results = await Promise.all([1, 2, 3].map(() => on.normaliseRows(matrix)))
      expect(matrix.data).toEqual(copy)
      expect(results[1]).toEqual(results[0])
      expect(results[2]).toEqual(results[0])
    })

    check('names the argument that does not fit', async (on) => {
      const matrix = randomMatrix(2, 3, 'positive')
      const wrong = [
        [on.matVec({ ...matrix, rows: 3 }, new Float32Array(3)), 'matrix.data'],
        [on.matVec(matrix, new Float32Array(2)), 'vector'],
        [on.vecMat(new Float32Array(3), matrix), 'vector'],
        [on.normaliseRows({ ...matrix, data: Float32Array.of(1, 2, 3, 4, 5, -1) }), 'matrix.data[5]'],
        [on.normaliseColumns({ ...matrix, rows: -1 }), 'matrix.rows'],
        [on.clipColumns(matrix, Float32Array.of(1, Number.NaN, 2)), 'bounds[1]'],
        [on.ema(new Float32Array(1), new Float32Array(1), 1.5), 'rate'],
        [on.topKRows(matrix, 4), 'k'],
        [
          on.weightedMedianColumns(
            { rows: 1, columns: 0, data: new Uint16Array(0) },
            new BigUint64Array(2),
            0n,
          ),
          'stakes',
        ],
        [
          on.weightedMedianColumns(
            { rows: 1, columns: 1, data: new Uint16Array(1) },
            BigUint64Array.of(1n),
            -1n,
          ),
          'minority',
        ],
      ] as const
      for (const [call, field] of wrong) {
        await expect(call).rejects.toMatchObject({
          name: expect.stringMatching(/^(InvalidArgument|Shape)Error$/),
          field,
        })
      }
    })

    testNeeding(requirement, 'refuses work after it was disposed of', async () => {
      const own = await create()
      await own.dispose()
      await own.dispose()
      await expect(own.rankRows(randomMatrix(1, 2, 'signed'))).rejects.toMatchObject({
        name: 'DeviceLostError',
        code: 'DeviceLost',
        reason: 'disposed',
      })
    })
  })
}

const SHAPES = [
  [1, 1],
  [3, 7],
  [64, 65],
  [150, 33],
] as const

function randomMatrix(rows: number, columns: number, sign: 'signed' | 'positive'): Matrix {
  const random = new SeededRandom(`${rows} ${columns} ${sign}`)
  const low = sign === 'signed' ? -1 : 0
  return {
    rows,
    columns,
    data: Float32Array.from({ length: rows * columns }, () => low + random.float() * 2),
  }
}

function stake(random: SeededRandom, style: 'any' | 'ties' | 'huge', rows: number): bigint {
  if (style === 'ties') return random.pick([0n, 1n, 1n, 2n])
  if (style === 'any') return BigInt(random.nextU32()) * 1_000_003n
  // The sum comes close to 2^64, and the lower halves carry.
  return ((1n << 64n) - 1n) / BigInt(rows) - BigInt(random.int(3))
}

function referenceMedians(
  rows: number,
  columns: number,
  data: Uint16Array,
  stakes: BigUint64Array,
  minority: bigint,
): number[] {
  return Array.from({ length: columns }, (_, j) => {
    const votes = Array.from({ length: rows }, (_, i) => ({
      score: data[i * columns + j]!,
      stake: stakes[i]!,
    }))
      .filter((vote) => vote.stake > 0n)
      .sort((a, b) => a.score - b.score)
    let sum = 0n
    for (const vote of votes) {
      sum += vote.stake
      if (sum > minority) return vote.score
    }
    return votes.at(-1)?.score ?? 0
  })
}

function expectSum(value: number, terms: readonly number[]): void {
  const size = terms.reduce((sum, term) => sum + Math.abs(term), 0)
  expect(Math.abs(value - sumOf(terms))).toBeLessThanOrEqual(1e-6 * size + 1e-30)
}

function expectRatio(value: number, part: number, whole: number): void {
  const expected = whole === 0 ? 0 : part / whole
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(2e-6 * expected)
}

function sumOf(values: Iterable<number>): number {
  let sum = 0
  for (const value of values) sum += value
  return sum
}
