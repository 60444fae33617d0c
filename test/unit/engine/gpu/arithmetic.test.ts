import { describe, expect } from 'vitest'
import { GpuDevice } from '../../../../src/compute/index.js'
import { ARITHMETIC, mainOf, STRUCTS, WEIGHTS } from '../../../../src/engine/gpu/shaders/common.js'
import { SeededRandom } from '../../../../src/math/index.js'
import { nodeWebGpu } from '../../../support/gpu.js'
import { testNeeding } from '../../../support/requirement.js'

const ONE = 1n << 32n
const MAX = 0xffff_ffff
const webGpu = await nodeWebGpu()
const random = new SeededRandom('gpu arithmetic')

const EDGES = [0, 1, 2, 3, 0xffff, 0x1_0000, 0x1_0001, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, MAX - 1, MAX]

/** Every pair of edge values, and many random ones of all magnitudes. */
function pairs(): [number, number][] {
  const any = (): number => random.nextU32() >>> random.int(32)
  return [
    ...EDGES.flatMap((a) => EDGES.map((b): [number, number] => [a, b])),
    ...Array.from({ length: 20_000 }, (_, k): [number, number] => {
      const whole = any()
      // Parts next to a whole, and quotients next to whole numbers.
      if (k % 4 === 0) return [Math.max(0, whole - random.int(3)), whole]
      if (k % 4 === 1) return [whole >>> (1 + random.int(31)), whole]
      return [any(), whole]
    }),
  ]
}

/** Evaluates `expression` of `a` and `b` on the device for each pair. */
async function onDevice(expression: string, values: readonly [number, number][]): Promise<Uint32Array> {
  const device = await GpuDevice.open()
  const input = device.upload(Uint32Array.from(values.flat()))
  const output = device.empty(4 * values.length)
  const shader = `${STRUCTS}
@group(0) @binding(0) var<storage, read> pairs: array<vec2<u32>>;
@group(0) @binding(1) var<storage, read_write> results: array<u32>;
${ARITHMETIC}${WEIGHTS}
${mainOf(64)}
  let at = group * 64u + lane;
  if (at >= arrayLength(&pairs)) { return; }
  let a = pairs[at].x;
  let b = pairs[at].y;
  results[at] = ${expression};
}`
  const step = { shader, buffers: [input, output], workgroups: Math.ceil(values.length / 64) }
  const [bytes] = await device.run([step], [output])
  device.close()
  return new Uint32Array(bytes!)
}

/** A raw number as the device holds it. */
const held = (raw: bigint): number => Number(raw >= ONE ? ONE - 1n : raw)
/** The raw number that the device holds. */
const meant = (word: number): bigint => (word === MAX ? ONE : BigInt(word))

describe('the arithmetic of the GPU', () => {
  testNeeding(webGpu, 'upper halves of products are exact', async () => {
    const values = pairs()
    const results = await onDevice('mulHigh(a, b)', values)
    expect([...results]).toEqual(values.map(([a, b]) => Number((BigInt(a) * BigInt(b)) >> 32n)))
  })

  testNeeding(webGpu, 'products of shares are exact, of 1 too', async () => {
    const values = pairs()
    const results = await onDevice('mulShare(a, b)', values)
    expect([...results]).toEqual(values.map(([a, b]) => held((meant(a) * meant(b)) >> 32n)))
  })

  testNeeding(webGpu, 'shares of a whole are exact', async () => {
    const values = pairs().filter(([a, b]) => a <= b)
    const results = await onDevice('shareOf(a, b)', values)
    expect([...results]).toEqual(values.map(([a, b]) => (b === 0 ? 0 : held((BigInt(a) << 32n) / BigInt(b)))))
  })

  testNeeding(webGpu, 'normalised weights are exact for rows of any sum', async () => {
    const values = pairs()
      .map(([a, b]): [number, number] => [a & 0xffff, b & 0x7fff_ffff])
      .filter(([score, sum]) => score <= sum && sum <= 32_768 * 65_535)
    const row = 'Row(b, select(65536f / f32(b) * 0.99999952, 0f, b == 0u), 0u, 0u)'
    const results = await onDevice(`weightOf(a, ${row})`, values)
    expect([...results]).toEqual(
      values.map(([score, sum]) => (sum === 0 ? 0 : held((BigInt(score) << 32n) / BigInt(sum)))),
    )
  })
})
