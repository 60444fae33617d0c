// Every operation of the compute backends on every backend that works here, against the cpu backend in the same run, at sizes
// from a small round to a large one. Results are held to the cpu's, and those to recorded digests.
import type { ComputeBackend } from 'subnetkit/compute'
import { checkDigest, fail } from '../support/digest.js'
import { quick, report } from '../support/measure.js'
import { availableBackends, deviceOf } from './backends.js'
import { compare, type Measured } from './compare.js'
import { type Fixture, fixturesOf } from './fixtures.js'

interface Operation {
  readonly name: string
  /** Results are the same on every backend. */
  readonly isExact: boolean
  /** Steps that any backend takes at least; the slowest take this many. Foretells how long a larger size will take. */
  work(rows: number, columns: number): number
  run(on: ComputeBackend, input: Fixture): Promise<ArrayLike<number>>
}

const each = (rows: number, columns: number): number => rows * columns
const perRow = (rows: number, columns: number): number => rows * columns * columns

const operations: readonly Operation[] = [
  {
    name: 'matVec',
    isExact: false,
    work: each,
    run: (on, { matrix, byColumn }) => on.matVec(matrix, byColumn),
  },
  { name: 'vecMat', isExact: false, work: each, run: (on, { matrix, byRow }) => on.vecMat(byRow, matrix) },
  {
    name: 'normaliseRows',
    isExact: false,
    work: each,
    run: async (on, { matrix }) => (await on.normaliseRows(matrix)).data,
  },
  {
    name: 'normaliseColumns',
    isExact: false,
    work: each,
    run: async (on, { matrix }) => (await on.normaliseColumns(matrix)).data,
  },
  {
    name: 'clipColumns',
    isExact: true,
    work: each,
    run: async (on, { matrix, byColumn }) => (await on.clipColumns(matrix, byColumn)).data,
  },
  {
    name: 'weightedMedianColumns',
    isExact: true,
    work: each,
    run: (on, { scores, stakes, minority }) => on.weightedMedianColumns(scores, stakes, minority),
  },
  {
    name: 'ema',
    isExact: false,
    work: each,
    run: (on, { matrix }) => on.ema(matrix.data, matrix.data.subarray(), 0.1),
  },
  {
    name: 'topKRows k=16',
    isExact: true,
    work: perRow,
    run: async (on, { matrix }) => (await on.topKRows(matrix, 16)).indices,
  },
  {
    name: 'rankRows',
    isExact: true,
    work: perRow,
    run: async (on, { matrix }) => (await on.rankRows(matrix)).data,
  },
  {
    name: 'cosineRows',
    isExact: false,
    work: (rows, columns) => rows * rows * columns,
    run: async (on, { matrix }) => (await on.cosineRows(matrix)).data,
  },
]

const SIZES = quick
  ? [[64, 256] as const]
  : ([
      [64, 256],
      [64, 4_096],
      [512, 1_024],
    ] as const)
/** A backend that would take longer than this for one run sits a size out. */
const LIMIT_US = quick ? 100_000 : 150_000
/** float32 sums in any order, as a part of the largest result. */
const LARGEST_ERROR = 1e-5

const backends = await availableBackends()
const sizes = SIZES.map(([rows, columns]) => ({ rows, columns, fixtures: fixturesOf(rows, columns) }))
const unitUs = new Map<string, number>()

for (const operation of operations) {
  for (const { rows, columns, fixtures } of sizes) {
    const id = `${operation.name} ${rows} x ${columns}`
    const work = operation.work(rows, columns)
    const isInTime = ({ engine }: { engine: string }) =>
      engine === 'cpu' || (unitUs.get(`${operation.name} ${engine}`) ?? 0) * work < LIMIT_US
    const taking = backends.filter(isInTime)
    for (const { engine } of backends.filter((one) => !isInTime(one)))
      console.error(`  ${id}: too long for ${engine}`)
    const participants = taking.map(({ engine, backend }) => ({
      engine,
      device: deviceOf(backend),
      run: (input: Fixture) => operation.run(backend, input),
    }))
    checkDigest(`compute/ops ${id}`, [sumOf(await operation.run(backends[0]!.backend, fixtures[0]!))])
    const measured = await compare(id, fixtures, participants, operation.isExact ? 0 : LARGEST_ERROR)
    for (const row of measured) {
      unitUs.set(`${operation.name} ${row.engine}`, row.medianUs / work)
      tell(id, rows, columns, row)
    }
  }
}
for (const { backend } of backends) await backend.dispose()
// Dawn's threads would keep the process a while.
process.exit(0)

function tell(id: string, rows: number, columns: number, row: Measured): void {
  if (row.engine === 'wasm' && row.maxError !== 0) fail(`${id}: wasm does not have the bits of the cpu`)
  report({ bench: 'compute/ops', id, rows, columns, ...row })
}

/** One number over the bits of all values, in order. */
function sumOf(values: ArrayLike<number>): number {
  const bits = new Uint32Array(Float32Array.from(values).buffer)
  return bits.reduce((hash, word) => Math.imul(hash ^ word, 0x0100_0193) ^ (hash >>> 15), 0x811c_9dc5) >>> 0
}
