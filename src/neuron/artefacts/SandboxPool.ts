import type { Clock } from '../../clock/index.js'
import { hexOf, sha256 } from '../../crypto/index.js'
import {
  ArtefactClosedError,
  JsArtefact,
  type JsCallOptions,
  type JsLimits,
  type JsOutcome,
  OnnxArtefact,
  type OnnxArtefactOptions,
  type OnnxOutcome,
  type PlainValue,
  type SandboxFunction,
  type TensorData,
} from '../../sandbox/index.js'
import { Slots } from '../play/Slots.js'
import { runMemory } from './RunMemory.js'

/** Runs at once: each has a processor for itself, and the memory that its limits allow. */
const RUNS_AT_ONCE = 2

/** Artefacts that are kept loaded, a thread or a process each, for the next run. */
const MOST_IDLE = 4

/** A program to run, and how. Nobody changes what it holds. */
export interface CodeRun {
  readonly program: Uint8Array
  readonly call: string
  readonly args: readonly PlainValue[]
  readonly limits: Partial<JsLimits>
  readonly functions: Readonly<Record<string, SandboxFunction>>
  readonly options: JsCallOptions
}

/** A model to run, and how. */
export interface ModelRun extends Pick<OnnxArtefactOptions, 'inputs' | 'outputs'> {
  readonly model: Uint8Array
  readonly limits: NonNullable<OnnxArtefactOptions['limits']>
  readonly data: Readonly<Record<string, TensorData>>
}

interface Code {
  readonly artefact: JsArtefact
  /** Those of the run that has it now. */
  functions: Readonly<Record<string, SandboxFunction>>
}

/** What runs strangers' programs and models: so many at once, and as many kept loaded as a round has use for. */
export class SandboxPool {
  readonly #clock: Clock
  readonly #slots = new Slots(RUNS_AT_ONCE)
  readonly #code = new LoadedArtefacts<Code>((code) => code.artefact.close())
  readonly #models = new LoadedArtefacts<OnnxArtefact>((model) => model.close())
  /** Of those who may be waiting for a run of another pool. */
  readonly #stops = new Set<() => void>()
  #isClosed = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A run that is known to this process is not made again. */
  async runCode(run: CodeRun): Promise<JsOutcome> {
    const { program, call, args, limits, options } = run
    const names = Object.keys(run.functions).sort()
    const digest = hexOf(sha256(program))
    const key = JSON.stringify([digest, limits, names])
    // Who waits for another's run holds no place, and waits for it no longer than this is open.
    let stop = (): void => {}
    const stopped = new Promise<typeof STOPPED>((resolve) => {
      stop = () => resolve(STOPPED)
    })
    this.#stops.add(stop)
    try {
      return await Promise.race([
        runMemory.outcomeOf({
          given: [digest, call, args, limits, options.seed],
          functions: run.functions,
          run: (functions) => this.#ran({ ...run, functions }, names, key),
          isOver: () => this.#isClosed,
        }),
        stopped,
      ])
    } finally {
      this.#stops.delete(stop)
    }
  }

  async #ran(run: CodeRun, names: readonly string[], key: string): Promise<JsOutcome> {
    return await this.#withSlot<JsOutcome>(() =>
      this.#code.lend(
        key,
        () => this.#loaded(run, names),
        async (code) => {
          code.functions = run.functions
          return await code.artefact.call(run.call, run.args, run.options)
        },
      ),
    )
  }

  /** @throws MissingPackageError where onnxruntime is not installed. */
  async runModel({ model, data, ...options }: ModelRun): Promise<OnnxOutcome> {
    const key = JSON.stringify([hexOf(sha256(model)), options])
    return await this.#withSlot<OnnxOutcome>(() =>
      this.#models.lend(
        key,
        () => OnnxArtefact.load(model, { ...options, clock: this.#clock }),
        (loaded) => loaded.run(data),
      ),
    )
  }

  /** Ends every thread and process; a run under way is not scored. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const stop of this.#stops) stop()
    await Promise.all([this.#code.close(), this.#models.close()])
  }

  async #loaded({ program, limits }: CodeRun, names: readonly string[]): Promise<Code> {
    const functions = Object.fromEntries(
      names.map((name): [string, SandboxFunction] => [name, (...args) => code.functions[name]?.(...args)]),
    )
    const artefact = await JsArtefact.load(program, { limits, functions, clock: this.#clock })
    const code: Code = { artefact, functions: {} }
    return code
  }

  /** A run for which there is a place; while it waits, others end. */
  async #withSlot<T extends JsOutcome | OnnxOutcome>(work: () => Promise<T>): Promise<T | typeof STOPPED> {
    await this.#slots.take()
    try {
      return this.#isClosed ? STOPPED : await work()
    } catch (error) {
      if (error instanceof ArtefactClosedError) return STOPPED
      throw error
    } finally {
      this.#slots.give()
    }
  }
}

const STOPPED = { kind: 'notScored', reason: 'crashed', detail: 'The validator stops.' } as const

/** Loaded artefacts: those that something runs on, and a few that wait for the next run. */
class LoadedArtefacts<T> {
  readonly #end: (artefact: T) => Promise<void>
  readonly #idle: { readonly key: string; readonly artefact: T }[] = []
  readonly #inUse = new Set<T>()
  #isClosed = false

  constructor(end: (artefact: T) => Promise<void>) {
    this.#end = end
  }

  /** Lends an artefact that is loaded already, or a new one, for some work. */
  async lend<R>(key: string, load: () => Promise<T>, work: (artefact: T) => Promise<R>): Promise<R> {
    const at = this.#idle.findIndex((one) => one.key === key)
    const artefact = this.#idle.splice(at, at < 0 ? 0 : 1)[0]?.artefact ?? (await load())
    this.#inUse.add(artefact)
    try {
      // It was closed while this one was loaded, and knows nothing of it.
      if (this.#isClosed) await this.#end(artefact)
      return await work(artefact)
    } finally {
      this.#inUse.delete(artefact)
      this.#idle.push({ key, artefact })
      const most = this.#isClosed ? 0 : MOST_IDLE
      for (const left of this.#idle.splice(0, this.#idle.length - most)) await this.#end(left.artefact)
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const all = [...this.#idle.splice(0).map(({ artefact }) => artefact), ...this.#inUse]
    await Promise.all(all.map((artefact) => this.#end(artefact)))
  }
}
