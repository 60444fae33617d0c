// The program of the process in which an `OnnxArtefact` runs its model. The build bundles it into one text: `childProgram.js`. Its argument is the
// path of onnxruntime-node.
import { createRequire } from 'node:module'
import {
  bytesIn,
  ELEMENT_ARRAYS,
  FrameReader,
  frameOf,
  type NamedForm,
  type OnnxAnswer,
  type OnnxOrder,
  type TensorData,
} from './onnxFrames.js'
import type { ElementType } from './tensors.js'

type Runtime = typeof import('onnxruntime-node')
type Session = Awaited<ReturnType<Runtime['InferenceSession']['create']>>

const [path = ''] = process.argv.slice(1)
const runtime = createRequire('file:///')(path) as Runtime
let session: Session | undefined

function answer(header: OnnxAnswer, body: readonly Uint8Array[] = []): void {
  for (const bytes of frameOf(header, body)) process.stdout.write(bytes)
}

async function obey(order: OnnxOrder, body: Uint8Array): Promise<void> {
  if (order.kind === 'load') {
    session = await runtime.InferenceSession.create(body, {
      executionProviders: ['cpu'],
      // One thread adds in one order.
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      // What is run is what was counted.
      graphOptimizationLevel: 'disabled',
      enableCpuMemArena: false,
      enableMemPattern: false,
      logSeverityLevel: 4,
    })
    answer({ kind: 'loaded' })
    return
  }
  const feeds = tensorsOf(order.inputs, body)
  const results = (await session?.run(feeds, [...order.outputs])) ?? {}
  const outputs = order.outputs.map((name) => {
    const tensor = results[name]
    return {
      name,
      type: tensor?.type as ElementType,
      dims: tensor?.dims ?? [],
      data: tensor?.data as TensorData,
    }
  })
  answer(
    { kind: 'ran', outputs: outputs.map(({ name, type, dims }) => ({ name, type, dims })) },
    outputs.map(({ data }) => bytesIn(data)),
  )
}

function tensorsOf(
  forms: readonly NamedForm[],
  body: Uint8Array,
): Record<string, InstanceType<Runtime['Tensor']>> {
  let at = 0
  return Object.fromEntries(
    forms.map(({ name, type, dims }) => {
      const Elements = ELEMENT_ARRAYS[type]
      const count = dims.reduce((product, size) => product * size, 1)
      const end = at + count * Elements.BYTES_PER_ELEMENT
      const data = new Elements(body.slice(at, end).buffer)
      at = end
      return [name, new runtime.Tensor(type as 'float32', data as Float32Array, dims)]
    }),
  )
}

// One after the other.
let last = Promise.resolve()
const reader = new FrameReader(2 ** 31, (header, body) => {
  last = last
    .then(() => obey(header as OnnxOrder, body))
    .catch((error: unknown) => {
      answer({
        kind: 'failed',
        message: String(error instanceof Error ? error.message : error).slice(0, 1_000),
      })
    })
})
process.stdin.on('data', (chunk: Buffer) => reader.push(chunk))
process.stdin.on('end', () => process.exit(0))
