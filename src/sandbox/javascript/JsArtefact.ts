import {
  assertMade,
  bytes,
  check,
  clock as clockCheck,
  custom,
  func,
  listOf,
  made,
  optional,
  recordOf,
  shape,
  text,
  withDefaults,
} from '../../checks/index.js'
import { type Clock, systemClock } from '../../clock/index.js'
import { sha256 } from '../../crypto/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import type { PlainValue } from '../PlainValue.js'
import { plainValueOf } from '../plainValueOf.js'
import { ArtefactClosedError } from '../sandboxErrors.js'
import { engineModule } from './engineModule.js'
import { defaultJsLimits, type JsLimits, jsLimitsShape } from './jsLimits.js'
import type { JsOutcome } from './outcome.js'
import { type SandboxFunction, SandboxThread, type ThreadParts } from './SandboxThread.js'

/** How a program is run. */
export interface JsArtefactOptions {
  /** What each call may use; what is left out is as in `defaultJsLimits`. */
  readonly limits?: Partial<JsLimits>
  /**
   * All that the program can reach besides the language, by name. A function is called with copies and at once, in this thread; it returns a plain
   * value or nothing, never a promise: what has to be waited for belongs into the round, where it is recorded, and goes in as an argument. What it
   * throws, the program gets as an error with the same message. It is a part of the rules: the same arguments must give the same value everywhere.
   */
  readonly functions?: Readonly<Record<string, SandboxFunction>>
  /** A call is wrapped in this clock's `hold`, so that virtual time waits for it. Default: the system clock. */
  readonly clock?: Clock
}

/** How a call is made. */
export interface JsCallOptions {
  /** Bytes that `Math.random` starts from, such as those of the task's seed; the same bytes give the same numbers. Default: none. */
  readonly seed?: Uint8Array
}

const optionsShape = shape<JsArtefactOptions>({
  limits: optional(jsLimitsShape),
  functions: optional(recordOf(func)),
  clock: optional(clockCheck),
})
const callOptionsShape = shape<JsCallOptions>({ seed: optional(bytes()) })
const argsCheck = listOf(custom('Pass a plain value.', () => true))

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/

/**
 * A program of somebody else's, run where it can do nothing but compute: in QuickJS, compiled to WebAssembly and metered, in a thread of its own.
 *
 * The program is one ES module that imports nothing; `call` calls a function it exports. Each call begins from nothing: the module is run
 * anew, in a fresh engine, and knows nothing of calls before. It has the language and the functions handed in: no files, sockets, timers or processes, a
 * `Date` that stands at 0 in UTC, and a `Math.random` that starts from the seed of the call.
 *
 * What it does wrong is no exception but an outcome, so that whoever calls goes on; the outcome, the value and the number of steps are the same on every
 * machine.
 *
 * @example
 * ```ts
 * import { JsArtefact } from 'subnetkit/sandbox'
 *
 * const program = new TextEncoder().encode('export function double(x) { return 2 * x }')
 * const artefact = await JsArtefact.load(program, { limits: { steps: 10_000_000 } })
 * const outcome = await artefact.call('double', [21])
 * if (outcome.kind === 'ok') outcome.value // 42
 * await artefact.close()
 * ```
 */
export class JsArtefact {
  readonly limits: JsLimits
  readonly #workerProgram: string
  readonly #parts: ThreadParts
  readonly #clock: Clock
  #thread: SandboxThread | undefined
  #last: Promise<unknown> = Promise.resolve()
  #isClosed = false

  private constructor(
    mark: typeof made,
    workerProgram: string,
    parts: ThreadParts,
    limits: JsLimits,
    clock: Clock,
  ) {
    assertMade(mark, 'JsArtefact', 'await JsArtefact.load(program)')
    this.#workerProgram = workerProgram
    this.#parts = parts
    this.limits = limits
    this.#clock = clock
  }

  /**
   * Makes a program ready; none of it runs before the first call.
   *
   * @param program - UTF-8 of the module; copied. What is wrong with it is said by the calls.
   * @throws InvalidArgumentError when an option is wrong.
   * @throws SandboxEngineError when the engine is missing or another one.
   * PERF: the first in a process takes about 0.1 s.
   */
  static async load(program: Uint8Array, options: JsArtefactOptions = {}): Promise<JsArtefact> {
    check('program', bytes(), program)
    check('options', optionsShape, options)
    const { functions = {}, clock = systemClock } = options
    for (const name of Object.keys(functions)) {
      if (IDENTIFIER.test(name)) continue
      const remedy = 'Choose a name that the program can write, of letters, digits, _ and $.'
      throw new InvalidArgumentError({ field: 'functions', value: name, remedy })
    }
    const limits = withDefaults(defaultJsLimits, options.limits)
    const [engine, { workerProgram }] = await clock.hold(() =>
      Promise.all([engineModule(), import('./workerProgram.js')]),
    )
    const { steps, memoryBytes, outputBytes } = limits
    const bounds = { steps, memoryBytes, outputBytes }
    const parts = { engine, program: new Uint8Array(program), bounds, functions: { ...functions } }
    return new JsArtefact(made, workerProgram, parts, limits, clock)
  }

  /**
   * Runs the program from its first line and calls a function it exports. Calls run one after the other.
   *
   * @param args - plain values; copied.
   * @returns how it went; nothing that the program does makes this throw.
   * @throws InvalidArgumentError when an argument is no plain value.
   * @throws ArtefactClosedError
   * PERF: about 2 ms besides what the program does; the first one starts a thread, 30 ms.
   */
  async call(name: string, args: readonly PlainValue[], options: JsCallOptions = {}): Promise<JsOutcome> {
    check('name', text({ min: 1 }), name)
    check('args', argsCheck, args)
    check('options', callOptionsShape, options)
    const own = Array.from(args, (arg, index) => plainValueOf(`args[${index}]`, arg))
    if (this.#isClosed) throw new ArtefactClosedError()
    const order = { name, args: own, seed: seedOf(options.seed) }
    const outcome = this.#last.then(() => {
      if (this.#isClosed) throw new ArtefactClosedError()
      return this.#clock.hold(() => this.#run(order))
    })
    this.#last = outcome.catch(() => {})
    return outcome
  }

  /** Ends the thread and frees its memory; a call that is being made is `notScored`, those behind it are refused. Closing twice does nothing. */
  async close(): Promise<void> {
    this.#isClosed = true
    const thread = this.#thread
    this.#thread = undefined
    await this.#clock.hold(async () => thread?.end())
  }

  async #run(order: Parameters<SandboxThread['run']>[0]): Promise<JsOutcome> {
    this.#thread ??= new SandboxThread(this.#workerProgram, this.#parts)
    const thread = this.#thread
    let isLate = false
    // The machine's own time: virtual time stands still meanwhile.
    const timer = systemClock.setTimer(() => {
      isLate = true
      void thread.end()
    }, this.limits.wallMs)
    const outcome = await thread.run(order)
    timer.cancel()
    if (outcome.kind === 'notScored' && outcome.reason === 'crashed') {
      if (this.#thread === thread) this.#thread = undefined
      await thread.end()
    }
    return isLate
      ? { kind: 'notScored', reason: 'wallTime', detail: `It took longer than ${this.limits.wallMs} ms.` }
      : outcome
  }
}

/** 53 bits of a seed, none of which is plain to see: the engine's generator starts weakly from small numbers. */
function seedOf(seed: Uint8Array | undefined): number {
  const hash = sha256(seed ?? new Uint8Array())
  return Number(new DataView(hash.buffer, hash.byteOffset).getBigUint64(0) >> 11n)
}
