import type { InferenceSession } from 'onnxruntime-node'
import {
  assertMade,
  bytes,
  check,
  clock as clockCheck,
  eitherOf,
  made,
  optional,
  plainObject,
  shape,
  text,
  wholeNumber,
} from '../checks/index.js'
import { type Clock, systemClock } from '../clock/index.js'
import { BaseError, InvalidArgumentError } from '../errors/index.js'
import { type OnnxRuntime, onnxRuntime } from './onnxRuntime.js'

/** More than any machine has processors for. */
const MAX_THREADS = 1_024

/** A dense block of 32-bit floats in row-major order; the product of `dims` is the length of `data`. */
export interface FloatTensor {
  readonly data: Float32Array
  readonly dims: readonly number[]
}

/** One input or output a model declares; a size is a number, or a name when any size goes (`'batch'`). */
export interface TensorSpec {
  readonly name: string
  readonly dims: readonly (number | string)[]
}

/** How a model is run. */
export interface OnnxModelOptions {
  /** Threads inside and between operators; default 1, with which the same input gives the same bits every time. */
  readonly threads?: number
  /** Native work is wrapped in this clock's `hold`, so that virtual time waits for it. Default: the system clock. */
  readonly clock?: Clock
}

const optionsShape = shape<OnnxModelOptions>({
  threads: optional(wholeNumber({ min: 1, max: MAX_THREADS })),
  clock: optional(clockCheck),
})
const modelCheck = eitherOf('Pass a path, or the bytes of a model.', [text({ min: 1 }), bytes()])

/** A model file could not be used, or its run failed inside onnxruntime; `cause` is the runtime's own error. */
export class OnnxModelError extends BaseError {
  override readonly name = 'OnnxModelError'
  readonly code = 'OnnxModel'
  /** The path the model was read from, or `bytes`. */
  readonly source: string

  constructor(details: { source: string; why: string; remedy: string; cause?: unknown }) {
    super(`The ONNX model from ${details.source} ${details.why}.`, {
      hints: [details.remedy],
      docsPath: 'errors#onnx-model',
      cause: details.cause,
    })
    this.source = details.source
  }
}

/**
 * A neural network in an ONNX file, run on the processor by the optional package `onnxruntime-node`.
 *
 * Inputs and outputs are 32-bit floats. On one thread (the default) the same input gives the same bits
 * on the same machine, in any order and number of concurrent runs; another processor may round differently.
 *
 * @example
 * ```ts
 * import { OnnxModel } from 'subnetkit/compute'
 *
 * const model = await OnnxModel.load('models/good.onnx')
 * const { forecast } = await model.run({ features: { data: new Float32Array(44), dims: [1, 44] } })
 * forecast?.dims // [1, 4]
 * await model.close()
 * ```
 */
export class OnnxModel {
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
  readonly #runtime: OnnxRuntime
  readonly #session: InferenceSession
  readonly #source: string
  readonly #clock: Clock
  #closed = false

  private constructor(
    mark: typeof made,
    runtime: OnnxRuntime,
    session: InferenceSession,
    source: string,
    clock: Clock,
  ) {
    assertMade(mark, 'OnnxModel', 'await OnnxModel.load(source)')
    this.#runtime = runtime
    this.#session = session
    this.#source = source
    this.#clock = clock
    this.inputs = session.inputMetadata.map((value) => floatSpec(value, source))
    this.outputs = session.outputMetadata.map((value) => floatSpec(value, source))
  }

  /**
   * Reads a model from bytes or from a file.
   *
   * @throws MissingPackageError when `onnxruntime-node` is not installed.
   * @throws InvalidArgumentError when `threads` is no positive integer.
   * @throws OnnxModelError when the file cannot be read, is no ONNX model, or uses other types than 32-bit floats.
   */
  static async load(model: Uint8Array | string, options: OnnxModelOptions = {}): Promise<OnnxModel> {
    check('model', modelCheck, model)
    check('options', optionsShape, options)
    const { threads = 1, clock = systemClock } = options
    const source = typeof model === 'string' ? model : 'bytes'
    return clock.hold(async () => {
      const runtime = await onnxRuntime()
      const bytes = typeof model === 'string' ? await readModel(model) : model
      const session = await runtime.InferenceSession.create(bytes, sessionOptions(threads)).catch(
        (cause: unknown) => {
          throw new OnnxModelError({
            source,
            why: 'could not be loaded',
            remedy: 'Check that it is a whole ONNX file.',
            cause,
          })
        },
      )
      return new OnnxModel(made, runtime, session, source, clock)
    })
  }

  /**
   * Runs the model once.
   *
   * @param inputs - one tensor for every name in `inputs`; they are not kept or changed.
   * @returns one tensor per name in `outputs`, owned by the caller.
   * @throws InvalidArgumentError when a tensor is missing, unknown, or does not have the declared shape.
   * @throws OnnxModelError when the runtime fails, or the model was closed.
   */
  async run(inputs: Readonly<Record<string, FloatTensor>>): Promise<Record<string, FloatTensor>> {
    if (this.#closed) throw this.#failure('is closed', 'Load it again.')
    check('inputs', plainObject, inputs)
    this.#checkInputs(inputs)
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, { data, dims }]) => {
        return [name, new this.#runtime.Tensor('float32', data, dims)]
      }),
    )
    const results = await this.#clock.hold(() =>
      this.#session.run(feeds).catch((cause: unknown) => {
        throw this.#failure('failed to run', 'See the cause for what onnxruntime says.', cause)
      }),
    )
    return Object.fromEntries(
      this.outputs.map(({ name }) => {
        const tensor = results[name]
        if (tensor === undefined) throw this.#failure(`gave no output ${name}`, 'Export the model anew.')
        return [name, { data: Float32Array.from(tensor.data as Float32Array), dims: [...tensor.dims] }]
      }),
    )
  }

  /** Frees the native session; closing twice does nothing. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#clock.hold(() => this.#session.release())
  }

  #checkInputs(inputs: Readonly<Record<string, FloatTensor>>): void {
    const declared = this.inputs.map((spec) => spec.name)
    for (const name of Object.keys(inputs)) {
      if (!declared.includes(name)) {
        throw new InvalidArgumentError({
          field: 'inputs',
          value: name,
          remedy: `The model's inputs are: ${declared.join(', ')}.`,
        })
      }
    }
    for (const spec of this.inputs) checkTensor(spec, inputs[spec.name])
  }

  #failure(why: string, remedy: string, cause?: unknown): OnnxModelError {
    return new OnnxModelError({ source: this.#source, why, remedy, cause })
  }
}

function sessionOptions(threads: number): InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: threads,
    executionMode: 'sequential',
    // 3 = errors only: warnings about unknown hardware would land on the terminal of every miner.
    logSeverityLevel: 3,
  }
}

/** Node hands the module out itself: an import would keep browsers from loading this room. */
async function readModel(path: string): Promise<Uint8Array> {
  try {
    return await globalThis.process.getBuiltinModule('node:fs/promises').readFile(path)
  } catch (cause) {
    throw new OnnxModelError({
      source: path,
      why: 'could not be read',
      remedy: 'Check the path and that the file is readable.',
      cause,
    })
  }
}

function floatSpec(value: InferenceSession.ValueMetadata, source: string): TensorSpec {
  if (!value.isTensor || value.type !== 'float32') {
    throw new OnnxModelError({
      source,
      why: `has ${value.name}, which is ${value.isTensor ? `of type ${value.type}` : 'no tensor'}`,
      remedy: 'Export it with 32-bit float inputs and outputs.',
    })
  }
  return { name: value.name, dims: [...value.shape] }
}

function checkTensor(spec: TensorSpec, tensor: FloatTensor | undefined): void {
  const field = `inputs.${spec.name}`
  const shape = `[${spec.dims.join(', ')}]`
  if (!(tensor?.data instanceof Float32Array) || !Array.isArray(tensor.dims)) {
    throw new InvalidArgumentError({
      field,
      value: tensor?.data instanceof Float32Array ? tensor.dims : tensor?.data,
      remedy: `Pass { data: Float32Array, dims } of shape ${shape}.`,
    })
  }
  const { dims } = tensor
  const fits =
    dims.length === spec.dims.length &&
    spec.dims.every((wanted, axis) => {
      const size = dims[axis]
      return (
        Number.isInteger(size) && Number(size) >= 0 && (typeof wanted === 'number' ? size === wanted : true)
      )
    })
  if (!fits) {
    throw new InvalidArgumentError({
      field,
      value: `[${dims.map(String).join(', ')}]`,
      remedy: `Pass dims ${shape}.`,
    })
  }
  const length = dims.reduce((product, size) => product * size, 1)
  if (tensor.data.length !== length) {
    throw new InvalidArgumentError({
      field,
      value: `${tensor.data.length} values for [${dims.join(', ')}]`,
      remedy: `Pass ${length} values.`,
    })
  }
}
