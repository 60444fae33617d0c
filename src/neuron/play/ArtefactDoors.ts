import { type Clock, waitOn } from '../../clock/index.js'
import { type CanonicalValue, decodeCanonical, encodeCanonical } from '../../codec/index.js'
import { InvalidArgumentError, MissingPackageError, printable } from '../../errors/index.js'
import {
  type ArtefactCommit,
  type ArtefactsOptions,
  type CodeJob,
  type ModelJob,
  type ModelOutput,
  NotScoredError,
  type RoundLimits,
  type RunResult,
} from '../../mechanism/index.js'
import {
  type JsOutcome,
  type OnnxOutcome,
  plainCopy,
  roundToGrid,
  SandboxEngineError,
  type TensorData,
} from '../../sandbox/index.js'
import type { ArtefactsInRound } from '../artefacts/RoundArtefacts.js'
import {
  checkArtefactsArguments,
  checkBytesArguments,
  checkCodeArguments,
  checkModelArguments,
} from './artefactArguments.js'
import { commitsForm } from './commitsForm.js'
import type { Doorway } from './Doorway.js'
import { HostFunctions } from './HostFunctions.js'
import { recordable } from './recordable.js'
import { runForm } from './runForm.js'

/** What a machine gets for each step, and for each multiply-add, before it is too slow to judge: many times what they take. */
const WALL = { leastMs: 60_000, stepsPerMs: 5_000, multiplyAddsPerMs: 10_000 }

/** Characters of what a run failed by. */
const MOST_WHY = 1_000

/** Bytes of a plain number. */
const NUMBER_BYTES = 9

/** A sandbox ends its runs by itself. */
const NO_HOLD_LIMIT_MS = 2 ** 31

/** What the doors need of their round. */
export interface ArtefactDoorsParts {
  readonly artefacts: ArtefactsInRound | undefined
  readonly doorway: Doorway
  readonly clock: Clock
  readonly limits: RoundLimits
  readonly seed: { readonly bytes: Uint8Array }
  /** That of the script in which a door is used, or of the round. */
  readonly signal: () => AbortSignal
  /** Counts what is read. */
  readonly read: (name: string) => void
  /** Stops the limits of round and script; what it gives lets them go on. */
  readonly pause: () => () => void
}

/** How bytes were had, as it is recorded. */
interface HadBytes {
  readonly status: 'ok' | 'unavailable'
}

/** The doors of a round to what miners committed to. */
export class ArtefactDoors {
  readonly #parts: ArtefactDoorsParts

  constructor(parts: ArtefactDoorsParts) {
    this.#parts = parts
  }

  async list(kind: string, options: ArtefactsOptions): Promise<readonly ArtefactCommit[]> {
    checkArtefactsArguments(kind, options)
    const { artefacts, doorway, limits } = this.#parts
    const question = {
      door: 'artefacts',
      name: kind,
      asked: options,
      signal: this.#begin('artefacts', kind),
    } as const
    const { artefactBytes } = limits
    return await doorway.pass(
      question,
      async () => (await artefacts?.list(kind, options, artefactBytes)) ?? [],
      commitsForm,
    )
  }

  async bytes(
    commit: ArtefactCommit,
    options: { readonly maxBytes: number },
  ): Promise<Uint8Array | undefined> {
    checkBytesArguments(commit, options)
    const { artefacts, doorway } = this.#parts
    const { hotkey, digest } = commit
    const signal = this.#begin('bytes', digest)
    let bytes: Uint8Array | undefined
    const had = await doorway.pass(
      { door: 'bytes', name: digest, hotkey, asked: options, signal },
      async () => {
        const fits = commit.bytes <= options.maxBytes
        const fetched = fits ? await artefacts?.bytesOf(commit) : undefined
        if (fetched?.kind === 'ok') bytes = new Uint8Array(fetched.bytes)
        return { status: bytes === undefined ? 'unavailable' : 'ok' } satisfies HadBytes
      },
    )
    // A record says that they were there, not what they were.
    return had.status === 'ok' ? (bytes ?? new Uint8Array(commit.bytes)) : undefined
  }

  async runCode<Out>(what: ArtefactCommit | string, job: CodeJob<Out>): Promise<RunResult<Out>> {
    checkCodeArguments(what, job)
    const { doorway, limits, seed: taskSeed } = this.#parts
    const { call, input, steps, memoryBytes } = job
    const functions = { ...job.functions }
    const seed = new Uint8Array(job.seed ?? taskSeed.bytes)
    const whose = typeof what === 'string' ? {} : { hotkey: what.hotkey }
    // What is recorded is what is run, whatever becomes of the author's value.
    const given = plainCopy('job.input', input)
    const plain = recordable(given, Number.POSITIVE_INFINITY)
    if ('why' in plain) {
      const remedy = `Pass what a record can hold, and so no NaN: ${plain.why}`
      throw new InvalidArgumentError({ field: 'job.input', value: input, remedy })
    }
    const asked = {
      what: typeof what === 'string' ? what : what.digest,
      input: plain.value,
      steps,
      memoryBytes: memoryBytes ?? null,
      functions: Object.keys(functions).sort(),
      seed,
    }
    const signal = this.#begin('runCode', call)
    const run = async (): Promise<RunResult<CanonicalValue>> => {
      const had =
        typeof what === 'string' ? { bytes: new TextEncoder().encode(what) } : await this.#bytesOf(what)
      if ('status' in had) return had
      const host = new HostFunctions(functions, limits.hostCalls)
      const outcome = await this.#inSandbox((pool) =>
        pool.runCode({
          program: had.bytes,
          call,
          args: [given],
          limits: {
            steps,
            ...(memoryBytes === undefined ? {} : { memoryBytes }),
            outputBytes: limits.valueBytes,
            wallMs: WALL.leastMs + Math.ceil(steps / WALL.stepsPerMs),
          },
          functions: host.functions,
          options: { seed },
        }),
      )
      return resultOf(outcome, host, limits.valueBytes)
    }
    const question = { door: 'runCode', name: call, ...whose, asked, signal } as const
    const ran = await doorway.pass(question, run, runForm)
    return ran.status === 'ok' ? await fitting(ran, job.output) : ran
  }

  async runModel(
    commit: ArtefactCommit,
    job: ModelJob,
  ): Promise<RunResult<{ readonly [name: string]: ModelOutput }>> {
    const { doorway, limits } = this.#parts
    checkModelArguments(commit, job, Math.floor(limits.valueBytes / NUMBER_BYTES))
    const { hotkey, digest } = commit
    // What is recorded is what is run here as well.
    const { inputs, outputs, bound, grid } = structuredClone(job)
    const asked = {
      digest,
      inputs: Object.fromEntries(
        Object.entries(inputs).map(([name, { dims, data }]) => [
          name,
          { dims, data: Array.from(data, (one) => one + 0) },
        ]),
      ),
      outputs,
      bound,
      grid,
    }
    const signal = this.#begin('runModel', digest)
    const run = async (): Promise<RunResult<CanonicalValue>> => {
      const had = await this.#bytesOf(commit)
      if ('status' in had) return had
      const names = Object.entries(inputs)
      const outcome = await this.#inSandbox((pool) =>
        pool.runModel({
          model: had.bytes,
          inputs: Object.fromEntries(names.map(([name, { dims }]) => [name, { type: 'float32', dims }])),
          outputs,
          limits: { ...bound, wallMs: WALL.leastMs + Math.ceil(bound.multiplyAdds / WALL.multiplyAddsPerMs) },
          data: Object.fromEntries(names.map(([name, { data }]) => [name, data])),
        }),
      )
      return modelResultOf(outcome, job, limits.valueBytes)
    }
    const question = { door: 'runModel', name: digest, hotkey, asked, signal } as const
    return (await doorway.pass(question, run, runForm)) as RunResult<{ readonly [name: string]: ModelOutput }>
  }

  /** @throws MechanismError once the round is over, or for a read too many. */
  #begin(door: string, name: string): AbortSignal {
    this.#parts.doorway.assertOpen(door)
    this.#parts.read(name)
    return this.#parts.signal()
  }

  /** The bytes to run, or what the run comes to without them. */
  async #bytesOf(
    commit: ArtefactCommit,
  ): Promise<{ readonly bytes: Uint8Array } | Exclude<RunResult<never>, { status: 'ok' }>> {
    const { artefacts, limits } = this.#parts
    if (commit.bytes > limits.artefactBytes) {
      const why = `size: It has ${commit.bytes} bytes, more than ${limits.artefactBytes}.`
      return { status: 'failed', why, steps: 0, used: {} }
    }
    const fetched = await artefacts?.bytesOf(commit)
    if (fetched === undefined) return { status: 'unavailable', why: 'Nothing is fetched here.', used: {} }
    if (fetched.kind === 'unavailable') return { status: 'unavailable', why: fetched.why, used: {} }
    const original = artefacts?.original(commit, fetched.contentHash)
    if (original === undefined) return { bytes: fetched.bytes }
    const why = `copy: ${original.hotkey} committed to the same bytes before.`
    return { status: 'failed', why, steps: 0, used: {} }
  }

  /** A run takes none of the round's time, and none on virtual time. @throws NotScoredError where this machine cannot run it. */
  async #inSandbox<T extends JsOutcome | OnnxOutcome>(
    run: (pool: ArtefactsInRound['pool']) => Promise<T>,
  ): Promise<T> {
    const { artefacts, clock, pause } = this.#parts
    if (artefacts === undefined) throw new NotScoredError('nothing is run here')
    const goOn = pause()
    try {
      return await waitOn(clock, () =>
        clock.hold(() => run(artefacts.pool), { what: 'A run in the sandbox', limitMs: NO_HOLD_LIMIT_MS }),
      )
    } catch (cause) {
      if (!(cause instanceof MissingPackageError || cause instanceof SandboxEngineError)) throw cause
      throw new NotScoredError(cause.shortMessage, { cause })
    } finally {
      goOn()
    }
  }
}

/** @throws MechanismError for a meter that gives no number. */
function resultOf(outcome: JsOutcome, host: HostFunctions, mostBytes: number): RunResult<CanonicalValue> {
  const used = asRecorded(host.used) as typeof host.used
  if (host.fault !== undefined) throw host.fault
  if (host.notScored !== undefined) return { status: 'notScored', why: host.notScored.shortMessage, used }
  if (outcome.kind === 'notScored')
    return { status: 'notScored', why: `${outcome.reason}: ${outcome.detail}`, used }
  // What a program says of itself may be cut within a pair, which no record could hold.
  const failed = (why: string): RunResult<never> => ({
    status: 'failed',
    why: printable(why, MOST_WHY),
    steps: outcome.steps,
    used,
  })
  if (host.isBeyondCalls) return failed('calls: It called the functions that were handed in too often.')
  if (outcome.kind === 'failed') return failed(`${outcome.reason}: ${outcome.detail}`)
  const plain = recordable(outcome.value, mostBytes)
  if ('why' in plain) return failed(`output: ${plain.why}`)
  return { status: 'ok', value: asRecorded(plain.value), steps: outcome.steps, used }
}

/** What a program returned, held to what it must be: in a replay too, since a schema is pure. */
async function fitting<Out>(
  ran: Extract<RunResult<CanonicalValue>, { status: 'ok' }>,
  schema: CodeJob<Out>['output'],
): Promise<RunResult<Out>> {
  const checked = await schema['~standard'].validate(ran.value)
  const { steps, used } = ran
  if (checked.issues === undefined) return { status: 'ok', value: checked.value, steps, used }
  const [first] = checked.issues
  return {
    status: 'failed',
    why: printable(`output: ${first?.message ?? 'It does not fit.'}`, 300),
    steps,
    used,
  }
}

function modelResultOf(
  outcome: OnnxOutcome,
  { outputs, grid }: ModelJob,
  mostBytes: number,
): RunResult<CanonicalValue> {
  const used = {}
  if (outcome.kind === 'notScored')
    return { status: 'notScored', why: `${outcome.reason}: ${outcome.detail}`, used }
  if (outcome.kind === 'failed')
    return { status: 'failed', why: `${outcome.reason}: ${outcome.detail}`, steps: 0, used }
  const steps = outcome.multiplyAdds
  const made = Object.entries(outputs).map(([name, { dims }]): [string, ModelOutput] => [
    name,
    { dims: [...dims], data: onGrid(outcome.outputs[name], grid) },
  ])
  const plain = recordable(
    Object.fromEntries(made.map(([name, { dims, data }]) => [name, { dims, data }])),
    mostBytes,
  )
  if ('why' in plain) return { status: 'failed', why: `output: ${plain.why}`, steps, used }
  return {
    status: 'ok',
    value: asRecorded(plain.value),
    steps,
    used,
  }
}

function onGrid(data: TensorData | undefined, grid: number): number[] {
  return Array.from(data ?? [], (one: number | bigint) => roundToGrid(Number(one), grid))
}

/** As it comes out of a record: keys in their order. */
function asRecorded(value: CanonicalValue): CanonicalValue {
  return decodeCanonical(encodeCanonical(value))
}
