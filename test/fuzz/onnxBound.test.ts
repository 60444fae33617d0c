import { SeededRandom } from 'subnetkit/math'
import { expect, test } from 'vitest'
import { boundOf, type OnnxBound } from '../../src/sandbox/onnx/boundOf.js'
import { onnxFile } from '../support/onnxWriter.js'
import { leastCost } from './Meter.js'

const bounds = { nodes: 1_000, tensorBytes: 1e7, multiplyAdds: 1e7 }
const signature = {
  inputs: { x: { type: 'float32', dims: [2, 4] } },
  outputs: { y: { type: 'float32', dims: [2, 2] } },
} as const
const words = (name: string, ...values: number[]) => ({
  name,
  dims: [values.length],
  data: BigInt64Array.from(values, BigInt),
})

/** A model with something of everything. */
const sample = onnxFile({
  inputs: { x: ['batch', 4] },
  constants: [
    { name: 'w', dims: [4, 2], data: new Float32Array(8) },
    words('s', 2, -1),
    words('r', 1, 1),
    words('p', 0, 0, 0, 0),
    words('b', 0),
    words('e', 9),
  ],
  nodes: [
    { op: 'Reshape', inputs: ['x', 's'], outputs: ['a'] },
    { op: 'Tile', inputs: ['a', 'r'], outputs: ['t'] },
    { op: 'Pad', inputs: ['t', 'p'], outputs: ['d'] },
    { op: 'Slice', inputs: ['d', 'b', 'e'], outputs: ['c'] },
    { op: 'Gemm', inputs: ['c', 'w'], outputs: ['g'], attributes: { transB: 0, alpha: { float: 1 } } },
    { op: 'Concat', inputs: ['g', 'g'], outputs: ['k'], attributes: { axis: 1 } },
    { op: 'Split', inputs: ['k'], outputs: ['y', 'z'], attributes: { axis: 1 } },
    { op: 'ReduceMean', inputs: ['z'], outputs: ['m'], attributes: { axes: [0, 1] } },
    { op: 'Softmax', inputs: ['m'], outputs: ['q'] },
  ],
  outputs: ['y'],
})

function mutated(random: SeededRandom): Uint8Array {
  if (random.int(20) === 0) return Uint8Array.from({ length: random.int(200) }, () => random.int(256))
  let bytes = [...sample]
  const changes = 1 + random.int(4)
  for (let change = 0; change < changes; change++) {
    if (bytes.length === 0) break
    const at = random.int(bytes.length)
    const kind = random.int(6)
    if (kind === 0) bytes[at] = random.int(256)
    else if (kind === 1) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.int(8))
    else if (kind === 2) bytes = bytes.slice(0, at + 1)
    else if (kind === 3) bytes.splice(at, random.int(8))
    else if (kind === 4) bytes.splice(at, 0, ...Array.from({ length: random.int(10) }, () => random.int(256)))
    else bytes.splice(at, 0, ...bytes.slice(at, at + random.int(60)))
  }
  return Uint8Array.from(bytes)
}

test('whatever bytes are given for a model, they are bounded or refused by a name, at once and in little memory', () => {
  expect(boundOf(sample, signature, bounds)).toMatchObject({ kind: 'ok' })
  const random = new SeededRandom(new TextEncoder().encode('onnx'))
  const reasons = new Map<string, number>()
  const before = process.memoryUsage().heapUsed
  for (let round = 0; round < 100_000; round++) {
    const bytes = mutated(random)
    const bounding = (): OnnxBound => boundOf(bytes, signature, bounds)
    const start = performance.now()
    const bound = bounding()
    // A pause of another process may fall into one: what takes long is done again before it counts.
    if (performance.now() - start > 100) leastCost(bounding, { ms: 100, bytes: Number.POSITIVE_INFINITY })
    const end = bound.kind === 'ok' ? 'ok' : bound.reason
    reasons.set(end, (reasons.get(end) ?? 0) + 1)
    if (bound.kind === 'ok') {
      expect(bound.multiplyAdds).toBeLessThanOrEqual(bounds.multiplyAdds)
      expect(bound.tensorBytes).toBeLessThanOrEqual(bounds.tensorBytes)
    }
  }
  // Every way to end is met, so that each is tried.
  expect([...reasons.keys()].sort()).toEqual(
    ['ok', 'shape', 'size', 'unreadable', 'unsupported', 'work'].filter((reason) => reasons.has(reason)),
  )
  expect(reasons.size).toBeGreaterThanOrEqual(5)
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * 2 ** 20)
}, 120_000)
