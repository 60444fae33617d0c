import { AbortedError } from '../errors/index.js'
import { NeuronStateError } from './neuronErrors.js'

/** What something that runs loops does from its start to its end. */
export interface Life {
  readonly prepare: () => Promise<void>
  /** Starts the loops. The first to end, well or badly, ends the others. */
  readonly loops: () => readonly Promise<void>[]
  /** Runs when all loops have ended, or when the start fails. */
  readonly cleanUp: () => Promise<void>
  /** Runs when a loop ended badly. */
  readonly onCrash: (error: unknown) => void
}

/**
 * The start and stop of something that runs loops: starts once, runs until stopped or until a loop ends, and
 * `stop` returns when nothing of it is left running.
 */
export class Lifecycle {
  readonly #what: string
  readonly #controller = new AbortController()
  #state: 'new' | 'running' | 'stopped' = 'new'
  #starting: Promise<void> | undefined
  #done: Promise<void> | undefined

  constructor(what: string) {
    this.#what = what
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get isRunning(): boolean {
    return this.#state === 'running'
  }

  /**
   * Makes the one start. One that fails, or is stopped meanwhile, leaves nothing running.
   *
   * @throws NeuronStateError when it was started or stopped before.
   * @throws AbortedError when it is stopped meanwhile.
   */
  async start(life: Life): Promise<void> {
    if (this.#state !== 'new') throw new NeuronStateError({ what: this.#what, state: this.#state })
    this.#state = 'running'
    this.#starting = this.#begin(life)
    await this.#starting
  }

  async #begin(life: Life): Promise<void> {
    try {
      await life.prepare()
      if (this.signal.aborted)
        throw new AbortedError({ what: `The start of ${this.#what.replace('The', 'the')}` })
    } catch (error) {
      this.#controller.abort()
      this.#state = 'stopped'
      await life.cleanUp()
      throw error
    }
    this.#run(life)
  }

  #run({ loops, cleanUp, onCrash }: Life): void {
    const ended = loops().map((loop) => loop.finally(() => this.#controller.abort()))
    this.#done = Promise.allSettled(ended).then(async (results) => {
      this.#state = 'stopped'
      await cleanUp()
      const failure = results.find((result) => result.status === 'rejected')
      if (failure === undefined) return
      onCrash(failure.reason)
      throw failure.reason
    })
    // Whoever waits for `done` sees the failure; without a waiter it must not end the process.
    this.#done.catch(() => {})
  }

  /** Settles when everything has ended; rejects with what broke a loop. */
  get done(): Promise<void> {
    return this.#done ?? Promise.resolve()
  }

  /** Asks the loops to end and waits until they have. Failures are left to `done`. */
  async stop(): Promise<void> {
    this.#controller.abort()
    await this.#starting?.catch(() => {})
    await this.#done?.catch(() => {})
    this.#state = 'stopped'
  }
}
