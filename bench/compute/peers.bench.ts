// The same matrix work in this library and in other packages, side by side: a matrix times a vector, and the cosine of each two
// rows. All get plain typed arrays and give them back; results are held to the cpu backend's.
import { type ComputeBackend, createBackend } from 'subnetkit/compute'
import { quick, report } from '../support/measure.js'
import { deviceOf } from './backends.js'
import { compare, type Participant } from './compare.js'
import { type Fixture, fixturesOf } from './fixtures.js'
import { availablePeers } from './peers.js'

const LARGEST_ERROR = 1e-5
const own: ComputeBackend[] = [await createBackend({ kind: 'cpu' }), await createBackend({ kind: 'wasm' })]
const peers = await availablePeers()

const work = {
  matVec: {
    sizes: quick
      ? [[64, 256] as const]
      : ([
          [64, 256],
          [256, 1_024],
          [1_024, 1_024],
        ] as const),
    run: (on: ComputeBackend, { matrix, byColumn }: Fixture) => on.matVec(matrix, byColumn),
  },
  cosineRows: {
    sizes: quick
      ? [[64, 256] as const]
      : ([
          [64, 256],
          [256, 1_024],
        ] as const),
    run: async (on: ComputeBackend, { matrix }: Fixture) => (await on.cosineRows(matrix)).data,
  },
} as const

for (const name of ['matVec', 'cosineRows'] as const) {
  const { sizes, run } = work[name]
  const participants: Participant<Fixture>[] = [
    ...own.map((backend) => ({
      engine: `subnetkit ${backend.info.kind}`,
      device: deviceOf(backend),
      run: (input: Fixture) => run(backend, input),
    })),
    ...peers.map((peer) => peer[name]),
  ]
  for (const [rows, columns] of sizes) {
    const id = `${name} ${rows} x ${columns}`
    const measured = await compare(id, fixturesOf(rows, columns), participants, LARGEST_ERROR)
    for (const row of measured) report({ bench: 'compute/peers', id, rows, columns, ...row })
  }
}
