import { type ChildProcess, fork } from 'node:child_process'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { type Clock, sleep } from '../clock/index.js'
import { AbortedError } from '../errors/index.js'
import { inheritableFlags, inheritableNodeOptions } from './childFlags.js'
import { childProgram } from './childProgram.js'
import { NeuronProcessError, NeuronStartError } from './networkErrors.js'
import { type ChildMessage, enveloped, messageIn, type NeuronConfig } from './processProtocol.js'
import { readLines } from './readLines.js'

/** Lines of a process's output that are kept, each cut to LINE_LIMIT. */
const LINES_KEPT = 200
const LINE_LIMIT = 2_000

/** How a process ended: by its own code, or by a signal. */
export interface ProcessExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** What starting a process needs. */
export interface NeuronProcessOptions {
  readonly module: URL | string
  readonly execArgv: readonly string[] | undefined
  readonly config: NeuronConfig
  readonly clock: Clock
  /** Settles when the neuron may begin; the process waits for it with its module loaded. */
  readonly mayBegin: Promise<void>
  readonly onMessage: (message: ChildMessage) => void
  readonly onLine: (line: string) => void
}

/** One neuron in a process of its own. */
export class NeuronProcess {
  /** Settles when the process has ended; never rejects. */
  readonly ended: Promise<ProcessExit>
  readonly #options: NeuronProcessOptions
  readonly #child: ChildProcess
  readonly #lines: string[] = []
  #ready: () => void = () => {}
  readonly #isReady = new Promise<void>((resolve) => {
    this.#ready = resolve
  })
  #failure: NeuronProcessError | undefined
  #isToldToDie = false
  #exit: ProcessExit | undefined

  constructor(options: NeuronProcessOptions) {
    this.#options = options
    const { module, execArgv } = options
    const path = module instanceof URL || module.startsWith('file:') ? fileURLToPath(module) : module
    this.#child = fork(path, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: childEnvironment(),
      execArgv: [...(execArgv ?? inheritableFlags(process.execArgv)), childProgram(process.pid)],
    })
    this.#child.on('message', (message) => this.#onMessage(message))
    this.#keepLines(this.#child.stdout)
    this.#keepLines(this.#child.stderr)
    this.ended = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        const { name, message, stack = message } = error
        this.#failure ??= new NeuronProcessError({ name, message, stack })
        // Only a process that could not be spawned has no pid; others end by `exit`.
        if (this.#child.pid === undefined) resolve(this.#ended({ code: 1, signal: null }))
      })
      this.#child.once('exit', (code, signal) => resolve(this.#ended({ code, signal })))
    })
  }

  /** Process id; `undefined` when it could not be spawned. */
  get pid(): number | undefined {
    return this.#child.pid
  }

  /** What it died of, where it said so. */
  get failure(): NeuronProcessError | undefined {
    return this.#failure
  }

  /** Whether the neuron's own program said that it ends now, by `die`. */
  get isToldToDie(): boolean {
    return this.#isToldToDie
  }

  get isRunning(): boolean {
    return this.#exit === undefined
  }

  /** Last lines it wrote, at most 200. */
  get lines(): readonly string[] {
    return [...this.#lines]
  }

  /**
   * Waits until the neuron is ready.
   *
   * @param timeoutMs - from when it may begin.
   * @throws NeuronStartError when it ends first or takes longer.
   */
  async ready(timeoutMs: number): Promise<void> {
    await Promise.race([this.#options.mayBegin, this.ended])
    const done = new AbortController()
    const late = sleep(this.#options.clock, timeoutMs, done.signal).then(
      () => 'late' as const,
      () => 'late' as const,
    )
    const first = await Promise.race([this.#isReady, this.ended, late])
    done.abort(new AbortedError({ what: 'The wait' }))
    if (first === undefined) return
    const why = first === 'late' ? `it took longer than ${timeoutMs} ms` : describeExit(first, this.#failure)
    const { name: neuron } = this.#options.config
    throw new NeuronStartError({ neuron, why, lastLines: this.#lines.slice(-5), cause: this.#failure })
  }

  /** Sends a signal; does nothing once it has ended. */
  kill(signal: NodeJS.Signals): void {
    if (this.isRunning) this.#child.kill(signal)
  }

  /** Asks the process to end, kills it after `graceMs`, and waits until it has ended. */
  async terminate(graceMs: number): Promise<ProcessExit> {
    this.kill('SIGTERM')
    const done = new AbortController()
    const grace = sleep(this.#options.clock, graceMs, done.signal).then(
      () => this.kill('SIGKILL'),
      () => {},
    )
    const exit = await this.ended
    done.abort()
    await grace
    return exit
  }

  #onMessage(received: unknown): void {
    const message = messageIn(received)
    if (message === undefined || message.type === 'config') return
    if (message.type === 'hello') {
      const answer = enveloped({ type: 'config', config: this.#options.config })
      // The child may be gone already; its exit says so.
      void this.#options.mayBegin.then(() => this.#child.send(answer, () => {}))
    } else if (message.type === 'ready') this.#ready()
    else if (message.type === 'dying') this.#isToldToDie = true
    else if (message.type === 'failed') this.#failure = new NeuronProcessError(message.error)
    this.#options.onMessage(message)
  }

  #ended(exit: ProcessExit): ProcessExit {
    this.#exit = exit
    return exit
  }

  #keepLines(stream: Readable | null): void {
    if (stream === null) return
    readLines(stream, LINE_LIMIT, (line) => {
      if (this.#lines.push(line) > LINES_KEPT) this.#lines.shift()
      this.#options.onLine(line)
    })
  }
}

function describeExit({ code, signal }: ProcessExit, failure: NeuronProcessError | undefined): string {
  const how = signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`
  return failure === undefined ? how : `${how} (${failure.shortMessage})`
}

function childEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS, ...others } = process.env
  return NODE_OPTIONS === undefined
    ? others
    : { ...others, NODE_OPTIONS: inheritableNodeOptions(NODE_OPTIONS) }
}
