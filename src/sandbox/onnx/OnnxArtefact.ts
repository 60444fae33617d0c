import {
  assertMade,
  bytes,
  check,
  clock as clockCheck,
  durationMs,
  listOf,
  made,
  oneOf,
  optional,
  plainObject,
  recordOf,
  shape,
  wholeNumber,
  withDefaults,
} from '../../checks/index.js'
import { type Clock, systemClock } from '../../clock/index.js'
import { InvalidArgumentError, printable } from '../../errors/index.js'
import { ArtefactClosedError } from '../sandboxErrors.js'
import { boundOf, type OnnxBound, type OnnxBounds, type OnnxSignature, type TensorForm } from './boundOf.js'
import { OnnxProcess, type ProcessAnswer, type ProcessEnd, runtimePath } from './OnnxProcess.js'
import type { OnnxFailure } from './OnnxRefusal.js'
import { bytesIn, ELEMENT_ARRAYS, type NamedForm, type OnnxAnswer, type TensorData } from './onnxFrames.js'
import { bytesOf, ELEMENT_TYPES, elementsOf } from './tensors.js'

/** What a model may be and take. The first three are counted from its bytes, before it runs; the rest protects this machine. */
export interface OnnxLimits extends OnnxBounds {
  /** Memory of the process besides what Node and onnxruntime take themselves; beyond it a run is not scored. */
  readonly memoryBytes: number
  /** Longest time to load it, and of each run; beyond it a run is not scored. */
  readonly wallMs: number
}

/** What a model may be and take unless told otherwise. */
export const defaultOnnxLimits: OnnxLimits = {
  nodes: 10_000,
  tensorBytes: 256 * 2 ** 20,
  multiplyAdds: 1_000_000_000,
  memoryBytes: 1_024 * 2 ** 20,
  wallMs: 60_000,
}

/** How a model is run. */
export interface OnnxArtefactOptions extends OnnxSignature {
  /** What is left out is as in `defaultOnnxLimits`. */
  readonly limits?: Partial<OnnxLimits>
  /** Work is wrapped in this clock's `hold`, so that virtual time waits for it. Default: the system clock. */
  readonly clock?: Clock
}

/** What kept a run from being judged, which is nothing the model is to blame for. */
export type OnnxUnscored = 'wallTime' | 'memory' | 'crashed'

/** How a run went; as `JsOutcome`, with the tensors that were wanted. */
export type OnnxOutcome =
  | {
      readonly kind: 'ok'
      readonly outputs: Readonly<Record<string, TensorData>>
      readonly multiplyAdds: number
    }
  | { readonly kind: 'failed'; readonly reason: OnnxFailure; readonly detail: string }
  | { readonly kind: 'notScored'; readonly reason: OnnxUnscored; readonly detail: string }

const form = shape<TensorForm>({
  type: oneOf(Object.keys(ELEMENT_TYPES)),
  dims: listOf(wholeNumber({ max: 2 ** 31 }), { max: 8 }),
})
const optionsShape = shape<OnnxArtefactOptions>({
  inputs: recordOf(form),
  outputs: recordOf(form),
  limits: optional(
    shape<OnnxLimits>({
      nodes: optional(wholeNumber({ min: 1 })),
      tensorBytes: optional(wholeNumber({ min: 1, max: 2 ** 31 })),
      multiplyAdds: optional(wholeNumber({ min: 1 })),
      memoryBytes: optional(wholeNumber({ min: 2 ** 20 })),
      wallMs: optional(durationMs({ min: 1 })),
    }),
  ),
  clock: optional(clockCheck),
})

/** What is said of onnxruntime's words. */
const MESSAGE_LIMIT = 300

/**
 * A neural network of somebody else's in an ONNX file, judged by its bytes before it runs, and run in a process of its own by the optional package
 * `onnxruntime-node`, on one thread.
 *
 * `bound` says at once what it takes, or why it is not run. What it does wrong is an outcome and no exception, as with `JsArtefact`.
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 * import { OnnxArtefact } from 'subnetkit/sandbox'
 *
 * const artefact = await OnnxArtefact.load(await readFile('model.onnx'), {
 *   inputs: { features: { type: 'float32', dims: [1, 44] } },
 *   outputs: { forecast: { type: 'float32', dims: [1, 4] } },
 *   limits: { multiplyAdds: 10_000_000 },
 * })
 * const outcome = await artefact.run({ features: new Float32Array(44) })
 * if (outcome.kind === 'ok') outcome.outputs.forecast // a Float32Array of 4
 * await artefact.close()
 * ```
 */
export class OnnxArtefact {
  readonly limits: OnnxLimits
  /** What the model takes, by its bytes alone; the same on every machine. */
  readonly bound: OnnxBound
  readonly #model: Uint8Array
  readonly #signature: OnnxSignature
  readonly #program: string
  readonly #clock: Clock
  #process: OnnxProcess | undefined
  #last: Promise<unknown> = Promise.resolve()
  #isClosed = false

  private constructor(
    mark: typeof made,
    model: Uint8Array,
    signature: OnnxSignature,
    limits: OnnxLimits,
    program: string,
    clock: Clock,
  ) {
    assertMade(mark, 'OnnxArtefact', 'await OnnxArtefact.load(model, options)')
    this.#model = model
    this.#signature = signature
    this.limits = limits
    this.bound = boundOf(model, signature, limits)
    this.#program = program
    this.#clock = clock
  }

  /**
   * Judges a model by its bytes and makes it ready; none of it runs before the first run.
   *
   * @param model - the file; copied. What is wrong with it is said by `bound` and by the runs.
   * @throws InvalidArgumentError when an option is wrong.
   * @throws MissingPackageError when `onnxruntime-node` is not installed.
   */
  static async load(model: Uint8Array, options: OnnxArtefactOptions): Promise<OnnxArtefact> {
    check('model', bytes(), model)
    check('options', optionsShape, options)
    runtimePath()
    const { inputs, outputs, clock = systemClock } = options
    const limits = withDefaults(defaultOnnxLimits, options.limits)
    const { workerProgram } = await clock.hold(() => import('./childProgram.js'))
    const signature = structuredClone({ inputs, outputs })
    return new OnnxArtefact(made, new Uint8Array(model), signature, limits, workerProgram, clock)
  }

  /**
   * Runs the model once. Runs are made one after the other.
   *
   * @param inputs - the elements of each input, in the array of its type and in row-major order; copied.
   * @returns how it went; nothing that the model does makes this throw.
   * @throws InvalidArgumentError when an input is missing, unknown, or not of the length that `load` was told.
   * @throws ArtefactClosedError
   * PERF: the first run starts a process and loads the model, some 0.3 s.
   */
  async run(inputs: Readonly<Record<string, TensorData>>): Promise<OnnxOutcome> {
    check('inputs', plainObject, inputs)
    const body = this.#bodyOf(inputs)
    if (this.#isClosed) throw new ArtefactClosedError()
    if (this.bound.kind === 'failed') return this.bound
    const { multiplyAdds } = this.bound
    const outcome = this.#last.then(() => {
      if (this.#isClosed) throw new ArtefactClosedError()
      return this.#clock.hold(() => this.#run(body, multiplyAdds))
    })
    this.#last = outcome.catch(() => {})
    return outcome
  }

  /** Ends the process; a run that is being made is `notScored`, those behind it are refused. Closing twice does nothing. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#clock.hold(async () => this.#process?.end())
  }

  /** The elements of all inputs, copied, in the order of the signature. */
  #bodyOf(inputs: Readonly<Record<string, TensorData>>): Uint8Array[] {
    const forms = this.#signature.inputs
    for (const name of Object.keys(inputs)) {
      if (Object.hasOwn(forms, name)) continue
      const remedy = `The inputs are: ${Object.keys(forms).join(', ')}.`
      throw new InvalidArgumentError({ field: 'inputs', value: name, remedy })
    }
    return Object.entries(forms).map(([name, { type, dims }]) => {
      const data = inputs[name]
      const Elements = ELEMENT_ARRAYS[type]
      if (!(data instanceof Elements) || data.length !== elementsOf(dims)) {
        const remedy = `Pass a ${Elements.name} of ${elementsOf(dims)} elements.`
        throw new InvalidArgumentError({ field: `inputs.${name}`, value: data, remedy })
      }
      return new Uint8Array(bytesIn(data))
    })
  }

  async #run(body: readonly Uint8Array[], multiplyAdds: number): Promise<OnnxOutcome> {
    const { outputs } = this.#signature
    const started = await this.#started()
    if ('kind' in started) return started
    const inputs = Object.entries(this.#signature.inputs).map(([name, { type, dims }]) => ({
      name,
      type,
      dims,
    }))
    const answer = await this.#within(started, (process) =>
      process.ask({ kind: 'run', inputs, outputs: Object.keys(outputs) }, body),
    )
    if (answer.kind === 'notScored') return answer
    const { header } = answer
    if (header.kind === 'failed') return failedBy(header.message)
    const results = header.kind === 'ran' ? resultsOf(outputs, header.outputs, answer.body) : undefined
    if (results === undefined) {
      await started.end()
      return {
        kind: 'failed',
        reason: 'refused',
        detail: 'onnxruntime gave other tensors than the model says.',
      }
    }
    const infinite = Object.entries(results).find(
      ([, data]) => data instanceof Float32Array && !data.every(Number.isFinite),
    )
    return infinite === undefined
      ? { kind: 'ok', outputs: results, multiplyAdds }
      : {
          kind: 'failed',
          reason: 'notFinite',
          detail: `The output ${infinite[0]} has a number that is not finite.`,
        }
  }

  /** A process that has the model. */
  async #started(): Promise<OnnxProcess | OnnxOutcome> {
    if (this.#process?.isOver === false) return this.#process
    const mostAnswerBytes = Object.values(this.#signature.outputs).reduce((sum, one) => sum + bytesOf(one), 0)
    const fresh = new OnnxProcess({
      program: this.#program,
      runtimePath: runtimePath(),
      memoryBytes: this.limits.memoryBytes,
      mostAnswerBytes,
    })
    this.#process = fresh
    const answer = await this.#within(fresh, (process) => process.ask({ kind: 'load' }, [this.#model]))
    if (answer.kind === 'notScored') return answer
    if (answer.header.kind === 'loaded') return fresh
    await fresh.end()
    return failedBy(answer.header.kind === 'failed' ? answer.header.message : 'It gave no answer.')
  }

  /** An answer within the time, or why there is none; then the process is over. */
  async #within(
    process: OnnxProcess,
    ask: (process: OnnxProcess) => Promise<ProcessAnswer | ProcessEnd>,
  ): Promise<ProcessAnswer | Extract<OnnxOutcome, { kind: 'notScored' }>> {
    let isLate = false
    // The machine's own time: virtual time stands still meanwhile.
    const timer = systemClock.setTimer(() => {
      isLate = true
      void process.end()
    }, this.limits.wallMs)
    const answer = await ask(process)
    timer.cancel()
    if (answer.kind === 'answer')
      return isOutOfMemory(answer.header, this.#model) ? outOfMemory(process) : answer
    return isLate
      ? { kind: 'notScored', reason: 'wallTime', detail: `It took longer than ${this.limits.wallMs} ms.` }
      : { kind: 'notScored', reason: answer.reason, detail: answer.detail }
  }
}

async function outOfMemory(process: OnnxProcess): Promise<Extract<OnnxOutcome, { kind: 'notScored' }>> {
  await process.end()
  return { kind: 'notScored', reason: 'memory', detail: 'The process had no memory left.' }
}

/** Words of onnxruntime, of C++ and of Node where there is no memory. */
const NO_MEMORY = /failed to allocate|bad_alloc|alloc(ation)? failed|cannot allocate|out of memory/i

/** Messages have names of the model in them: one that has such words itself would choose not to be scored by failing, so its messages say nothing of memory. */
function isOutOfMemory(header: OnnxAnswer, model: Uint8Array): boolean {
  return header.kind === 'failed' && NO_MEMORY.test(header.message) && !NO_MEMORY.test(latin1.decode(model))
}

const latin1 = new TextDecoder('latin1')

function failedBy(message: string): OnnxOutcome {
  return { kind: 'failed', reason: 'refused', detail: printable(message, MESSAGE_LIMIT) }
}

/** The outputs in arrays of their types; `undefined` unless they are what was asked to the last byte. */
function resultsOf(
  wanted: OnnxSignature['outputs'],
  given: readonly NamedForm[],
  body: Uint8Array,
): Record<string, TensorData> | undefined {
  const names = Object.keys(wanted)
  if (!Array.isArray(given) || given.length !== names.length) return undefined
  const results: Record<string, TensorData> = {}
  let at = 0
  for (const [index, name] of names.entries()) {
    const form = wanted[name]
    const has = given[index]
    if (form === undefined || has?.type !== form.type || String(has.dims) !== String(form.dims))
      return undefined
    const end = at + bytesOf(form)
    results[name] = new ELEMENT_ARRAYS[form.type](body.slice(at, end).buffer)
    at = end
  }
  return at === body.length ? results : undefined
}
