// Other packages that do matrix work, on one thread where they let one choose.
import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { Participant } from './compare.js'
import type { Fixture } from './fixtures.js'
import { operatorModel } from './onnxOperator.js'

/** Ways to compute `matrix * vector`, and the cosine of each two rows. */
export interface Peer {
  readonly matVec: Participant<Fixture>
  readonly cosineRows: Participant<Fixture>
}

/** Every peer that works here. What is left out is said on standard error. */
export async function availablePeers(): Promise<Peer[]> {
  const openers: [string, () => Promise<Peer>][] = [
    ['onnxruntime-node', onnxPeer],
    ['tfjs wasm', () => tensorFlowPeer('wasm')],
    ['tfjs cpu', () => tensorFlowPeer('cpu')],
    ['gpu.js webasm', () => gpuJsPeer('webasm')],
    ['gpu.js cpu', () => gpuJsPeer('cpu')],
  ]
  const peers: Peer[] = []
  for (const [name, open] of openers) {
    try {
      peers.push(await open())
    } catch (error) {
      console.error(`  ${name} is left out: ${error instanceof Error ? error.message : error}`)
    }
  }
  return peers
}

async function onnxPeer(): Promise<Peer> {
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1 }
  const product = await InferenceSession.create(operatorModel('MatMul'), options)
  const square = await InferenceSession.create(operatorModel('Gemm', ['transB']), options)
  const named = { engine: 'onnxruntime-node', device: 'MatMul and Gemm, processor, 1 thread' }
  return {
    matVec: {
      ...named,
      run: async ({ matrix: { rows, columns, data }, byColumn }) => {
        const a = new Tensor('float32', data, [rows, columns])
        const { c } = await product.run({ a, b: new Tensor('float32', byColumn, [columns, 1]) })
        return c!.data as Float32Array
      },
    },
    cosineRows: {
      ...named,
      run: async ({ matrix: { rows, columns, data } }) => {
        const a = new Tensor('float32', data, [rows, columns])
        const { c } = await square.run({ a, b: a })
        return cosines(c!.data as Float32Array, rows)
      },
    },
  }
}

/** The part of TensorFlow.js that is used; its types stay out, for it is only here to be compared with. */
interface TensorFlow {
  setBackend(name: string): Promise<boolean>
  tensor2d(values: Float32Array, shape: [number, number]): TensorLike
  matMul(a: TensorLike, b: TensorLike, transposeA?: boolean, transposeB?: boolean): TensorLike
}
interface TensorLike {
  data(): Promise<Float32Array>
  dispose(): void
}

async function tensorFlowPeer(backend: 'cpu' | 'wasm'): Promise<Peer> {
  // Variables: these packages may not be installed, and then the peer is left out.
  const core: string = '@tensorflow/tfjs-core'
  const kernels: string = `@tensorflow/tfjs-backend-${backend}`
  const tf = (await import(core)) as TensorFlow
  const { setThreadsCount } = (await import(kernels)) as { setThreadsCount?: (count: number) => void }
  setThreadsCount?.(1)
  const named = { engine: `tfjs ${backend}`, device: `TensorFlow.js, ${backend} backend, 1 thread` }
  // The package has one backend at a time; to name it again costs nothing.
  const multiply = async (a: TensorLike, b: TensorLike, isTransposed: boolean) => {
    const c = tf.matMul(a, b, false, isTransposed)
    const values = await c.data()
    for (const tensor of new Set([a, b, c])) tensor.dispose()
    return values
  }
  return {
    matVec: {
      ...named,
      run: async ({ matrix: { rows, columns, data }, byColumn }) => {
        await tf.setBackend(backend)
        return multiply(tf.tensor2d(data, [rows, columns]), tf.tensor2d(byColumn, [columns, 1]), false)
      },
    },
    cosineRows: {
      ...named,
      run: async ({ matrix: { rows, columns, data } }) => {
        await tf.setBackend(backend)
        const a = tf.tensor2d(data, [rows, columns])
        return cosines(await multiply(a, a, true), rows)
      },
    },
  }
}

/** The part of gpu.js that is used. */
interface GpuJs {
  readonly GPU: new (options: { mode: string }) => { createKernel(source: string, settings: object): Kernel }
}
type Kernel = ((...inputs: unknown[]) => Float32Array | Float32Array[]) & { setOutput(sizes: number[]): void }

async function gpuJsPeer(mode: 'cpu' | 'webasm'): Promise<Peer> {
  const name: string = 'gpu.js'
  const { GPU } = (await import(name)) as GpuJs
  const gpu = new GPU({ mode })
  const settings = {
    precision: 'single',
    dynamicOutput: true,
    dynamicArguments: true,
    loopMaxIterations: 1 << 24,
  }
  // Flat matrices: its modes do not agree on how two-dimensional inputs of changing size lie.
  const product = gpu.createKernel(
    `function (m, v, columns) {
      let sum = 0;
      for (let j = 0; j < columns; j++) { sum += m[this.thread.x * columns + j] * v[j]; }
      return sum;
    }`,
    settings,
  )
  const square = gpu.createKernel(
    `function (m, columns) {
      let sum = 0;
      for (let j = 0; j < columns; j++) { sum += m[this.thread.y * columns + j] * m[this.thread.x * columns + j]; }
      return sum;
    }`,
    settings,
  )
  const named = { engine: `gpu.js ${mode}`, device: `gpu.js itself, mode ${mode}` }
  return {
    matVec: {
      ...named,
      run: async ({ matrix: { rows, columns, data }, byColumn }) => {
        product.setOutput([rows])
        return product(data, byColumn, columns) as Float32Array
      },
    },
    cosineRows: {
      ...named,
      run: async ({ matrix: { rows, columns, data } }) => {
        square.setOutput([rows, rows])
        const lines = square(data, columns) as Float32Array[]
        const flat = new Float32Array(rows * rows)
        lines.forEach((line, i) => {
          flat.set(line, i * rows)
        })
        return cosines(flat, rows)
      },
    },
  }
}

/** What none of them has in one step: products of rows to cosines. */
function cosines(products: Float32Array, rows: number): Float32Array {
  const lengths = Float64Array.from({ length: rows }, (_, i) => Math.sqrt(products[i * rows + i]!))
  const out = new Float32Array(products.length)
  for (let a = 0; a < rows; a++) {
    for (let b = 0; b < rows; b++) out[a * rows + b] = products[a * rows + b]! / (lengths[a]! * lengths[b]!)
  }
  return out
}
