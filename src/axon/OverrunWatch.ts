import type { Clock, Timer } from '../clock/index.js'
import type { AxonLog } from './AxonLog.js'
import { OverrunError } from './axonErrors.js'
import type { CallerInfo } from './types.js'

interface OverrunWatchOptions {
  readonly clock: Clock
  readonly log: AxonLog
  readonly overrunMs: number
  readonly call: Pick<CallerInfo, 'hotkey' | 'synapse'>
  readonly requestId: string
}

/** Watches the owner's code of one call, whose call may end before it does: counts it, and names it when it does not end either. */
export class OverrunWatch {
  readonly #options: OverrunWatchOptions
  #part: 'handler' | 'hooks' | undefined
  #timer: Timer | undefined

  constructor(options: OverrunWatchOptions) {
    this.#options = options
  }

  /** A part of the owner's code begins. */
  begins(part: 'handler' | 'hooks'): void {
    this.#part = part
  }

  /** It has ended. */
  ends(): void {
    this.#part = undefined
    if (this.#timer === undefined) return
    this.#timer.cancel()
    this.#timer = undefined
    this.#options.log.callsOverrunning--
  }

  /** The call is over. */
  callEnded(): void {
    const part = this.#part
    if (part === undefined) return
    const { clock, log, overrunMs, call, requestId } = this.#options
    const { synapse, hotkey: caller } = call
    log.callsOverrunning++
    this.#timer = clock.setTimer(() => {
      const cause = new OverrunError({ part, synapse, overrunMs })
      log.fault({ part, synapse, caller, requestId, cause })
    }, overrunMs)
  }
}
