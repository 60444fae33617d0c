import { sleep, systemClock } from '../clock/index.js'
import { AbortedError } from '../errors/index.js'
import type { Fault } from '../log/index.js'
import { NeuronProcess, type ProcessExit } from './NeuronProcess.js'
import type { NeuronConfig, NeuronEvent } from './processProtocol.js'

/** Wait before a process that ended by itself is started again. */
const RESTART_DELAY_MS = 500

/** What happens to a slot's process, and in it. */
export type SlotEvent =
  | NeuronEvent
  | { readonly type: 'started'; readonly pid: number }
  | { readonly type: 'line'; readonly line: string }
  | ({ readonly type: 'ended'; readonly restarts: boolean } & ProcessExit)

/** What a slot is given. */
export interface NeuronSlotOptions {
  readonly module: URL | string
  readonly execArgv: readonly string[] | undefined
  /** How often it starts a process again that ended by itself. */
  readonly restarts: number
  readonly startMs: number
  readonly stopMs: number
  /** Aborts when the network stops: no process is started from then on. */
  readonly signal: AbortSignal
  /** Settles when neurons of this role may begin. */
  readonly mayBegin: Promise<void>
  readonly config: NeuronConfig
  readonly tell: (event: SlotEvent, fault: Fault | undefined) => void
}

/** A neuron's place in a network of processes: at most one process at a time runs in it. */
export class NeuronSlot {
  readonly #options: NeuronSlotOptions
  #process: NeuronProcess | undefined
  #restartsLeft: number
  #restarting: Promise<void> | undefined
  /** The process that was ended from here, so that its end is no fault. */
  #killed: NeuronProcess | undefined

  constructor(options: NeuronSlotOptions) {
    this.#options = options
    this.#restartsLeft = options.restarts
  }

  /** `undefined` while nothing runs. */
  get pid(): number | undefined {
    return this.#process?.isRunning === true ? this.#process.pid : undefined
  }

  get lines(): readonly string[] {
    return this.#process?.lines ?? []
  }

  /**
   * Starts a process, and returns when it is ready.
   *
   * @throws NeuronStartError when it ends early or is not ready in time.
   * @throws AbortedError when the network stops first.
   */
  async start(): Promise<void> {
    const { signal, startMs } = this.#options
    if (signal.aborted) throw this.#aborted()
    try {
      await this.#spawn().ready(startMs)
    } catch (error) {
      throw signal.aborted ? this.#aborted(error) : error
    }
  }

  /** Ends the process and starts another; one restart at a time, which all who ask wait for. */
  async restart(): Promise<void> {
    this.#restarting ??= this.#restart().finally(() => {
      this.#restarting = undefined
    })
    await this.#restarting
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    this.#killed = this.#process
    this.#process?.kill(signal)
    await this.#process?.ended
  }

  /** Ends the process, and with it a restart under way. The network's signal has been aborted before. */
  async stop(): Promise<void> {
    await this.#process?.terminate(this.#options.stopMs)
    await this.#restarting?.catch(() => {})
  }

  async #restart(): Promise<void> {
    this.#killed = this.#process
    await this.#process?.terminate(this.#options.stopMs)
    await this.start()
  }

  #spawn(): NeuronProcess {
    const { module, execArgv, config, mayBegin, tell } = this.#options
    const started = new NeuronProcess({
      module,
      execArgv,
      clock: systemClock,
      config,
      mayBegin,
      onMessage: (message) => {
        if (message.type === 'event') tell(message.event, message.fault)
      },
      onLine: (line) => tell({ type: 'line', line }, undefined),
    })
    this.#process = started
    if (started.pid !== undefined) tell({ type: 'started', pid: started.pid }, undefined)
    void started.ended.then((exit) => this.#onEnded(started, exit))
    return started
  }

  async #onEnded(ended: NeuronProcess, exit: ProcessExit): Promise<void> {
    const { signal, tell } = this.#options
    const isCurrent = (): boolean =>
      !signal.aborted && this.#restarting === undefined && this.#process === ended
    const restarts = isCurrent() && this.#restartsLeft > 0
    const isFault = !signal.aborted && this.#killed !== ended
    tell({ type: 'ended', restarts, ...exit }, isFault ? this.#faultOf(ended, exit, restarts) : undefined)
    if (!restarts) return
    this.#restartsLeft--
    await sleep(systemClock, RESTART_DELAY_MS, signal).catch(() => {})
    if (isCurrent()) this.#spawn()
  }

  #faultOf({ failure, isToldToDie }: NeuronProcess, { code, signal }: ProcessExit, restarts: boolean): Fault {
    const { name } = this.#options.config
    if (isToldToDie) {
      return {
        cause: `process of ${name} died as told`,
        message: `The process of ${name} ended, as its own program told it to. ${restarts ? 'It is started again.' : 'It stays down.'}`,
        fields: { code, signal },
        level: 'warn',
      }
    }
    const how = signal === null ? `with code ${code}` : `by ${signal}`
    const why = failure === undefined ? '' : `: ${failure.shortMessage.replace(/\.$/, '')}`
    const then = restarts ? 'It is started again.' : 'It stays down; network.restart starts it again.'
    return {
      cause: `process of ${name} ended ${how} ${failure?.errorName ?? ''}`,
      message: `The process of ${name} ended by itself ${how}${why}. ${then}`,
      fields: failure === undefined ? { code, signal } : { code, signal, err: failure },
    }
  }

  #aborted(cause?: unknown): AbortedError {
    return new AbortedError({
      what: `Starting ${this.#options.config.name}`,
      ...(cause === undefined ? {} : { cause }),
    })
  }
}
