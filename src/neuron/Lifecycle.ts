import { setMaxListeners } from 'node:events'
import { NeuronStateError } from './neuronErrors.js'

/**
 * The start and stop of something that runs loops: starts once, runs until stopped or until a loop ends, and
 * `stop` returns when nothing of it is left running.
 */
export class Lifecycle {
  readonly #what: string
  readonly #controller = new AbortController()
  #state: 'new' | 'running' | 'stopped' = 'new'
  #done: Promise<void> | undefined

  constructor(what: string) {
    // Every query under way listens, and there may be many more than the ten after which Node warns of a leak.
    setMaxListeners(0, this.#controller.signal)
    this.#what = what
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get isRunning(): boolean {
    return this.#state === 'running'
  }

  /** Claims the one start. @throws NeuronStateError when it was started or stopped before. */
  begin(): void {
    if (this.#state !== 'new') throw new NeuronStateError({ what: this.#what, state: this.#state })
    this.#state = 'running'
  }

  /**
   * Runs the loops until all have ended. The first to end, well or badly, ends the others; then `cleanUp` runs, and `onCrash`
   * when one ended badly.
   */
  run(
    loops: readonly Promise<void>[],
    cleanUp: () => Promise<void>,
    onCrash: (error: unknown) => void,
  ): void {
    const ended = loops.map((loop) => loop.finally(() => this.#controller.abort()))
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
    await this.#done?.catch(() => {})
    this.#state = 'stopped'
  }
}
