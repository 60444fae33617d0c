import { check, optional, shape } from '../../checks/index.js'
import { type Clock, sleep } from '../../clock/index.js'
import { AbortedError } from '../../errors/index.js'
import type { Carrier } from '../../transport/index.js'
import { restartEntries } from './faultShapes.js'
import type { PeerLife, RunningPeer, Stoppable } from './peers.js'
import type { RestartFault } from './types.js'

type Restart = Partial<Pick<RestartFault, 'downMs' | 'how' | 'loses'>>

const restartShape = shape<Restart>({ ...restartEntries, downMs: optional(restartEntries.downMs) })

interface PeerRunDetails {
  readonly name: string
  readonly start: (life: PeerLife) => Promise<Stoppable>
  /** The network's own. */
  readonly clock: Clock
  readonly peerClock: Clock
  readonly carrierOf: (isAlive: () => boolean) => Carrier
  /** Loses every connection of the peer; who else learns of it. */
  readonly loseConnections: (told: 'everybody' | 'itself') => void
  readonly onRestart: () => void
  readonly onStopped: () => void
}

/** The lives of one peer. */
export class PeerRun implements RunningPeer {
  readonly #details: PeerRunDetails
  readonly #errors: unknown[] = []
  readonly #ending = new AbortController()
  #life: PeerLife
  #alive = 0
  #running: Stoppable | undefined
  /** Listeners of the present life. */
  #listeners: (() => Promise<void>)[] = []
  #restarting: Promise<void> | undefined

  constructor(details: PeerRunDetails) {
    this.#details = details
    this.#life = this.#lifeAfter(undefined, 'nothing')
  }

  get life(): PeerLife {
    return this.#life
  }

  get isUp(): boolean {
    return this.#running !== undefined
  }

  /** Starts the first life. */
  async begin(): Promise<void> {
    this.#running = await this.#details.start(this.#life)
  }

  /** A life listens: its address is free again when it goes down. */
  listening(close: () => Promise<void>, isAlive: () => boolean): void {
    if (isAlive()) this.#listeners.push(close)
    else void close()
  }

  async restart(options: Restart = {}): Promise<void> {
    check('options', restartShape, options)
    await this.#restart(options)
  }

  /** A fault takes it down. */
  async goDown(fault: RestartFault): Promise<void> {
    await this.#restart(fault).catch((error: unknown) => this.#errors.push(error))
  }

  async stop(): Promise<void> {
    this.#ending.abort(new AbortedError({ what: 'The restart' }))
    await this.#restarting?.catch(() => {})
    const running = this.#running
    this.#running = undefined
    await running?.stop()
    this.#alive++
    this.#details.onStopped()
    if (this.#errors.length > 0) throw this.#errors[0]
  }

  #restart(options: Restart): Promise<void> {
    this.#restarting ??= this.#restartNow(options).finally(() => {
      this.#restarting = undefined
    })
    return this.#restarting
  }

  async #restartNow({ downMs = 0, how = 'reset', loses = 'nothing' }: Restart): Promise<void> {
    if (this.#ending.signal.aborted) return
    const { clock, start, loseConnections, onRestart } = this.#details
    const ended = this.#running
    this.#running = undefined
    if (how === 'stop') await ended?.stop()
    this.#alive++
    for (const close of this.#listeners.splice(0)) await close()
    loseConnections(how === 'powerLoss' ? 'itself' : 'everybody')
    // What is left of the process lets go of its timers. It is dead: nobody waits for it, nor hears of it.
    if (how !== 'stop') void ended?.stop().catch((error: unknown) => this.#errors.push(error))
    onRestart()
    try {
      await sleep(clock, downMs, this.#ending.signal)
    } catch {
      return
    }
    this.#life = this.#lifeAfter(this.#life, loses)
    this.#running = await start(this.#life)
  }

  #lifeAfter(before: PeerLife | undefined, loses: RestartFault['loses']): PeerLife {
    const { name, peerClock, carrierOf } = this.#details
    const alive = this.#alive
    const keepsMemory = before !== undefined && loses !== 'memory' && loses !== 'both'
    const losesKey = loses === 'key' || loses === 'both'
    return {
      name,
      clock: peerClock,
      carrier: carrierOf(() => this.#alive === alive),
      number: before === undefined ? 0 : before.number + 1,
      keyNumber: (before?.keyNumber ?? 0) + (losesKey ? 1 : 0),
      memory: keepsMemory ? before.memory : new Map(),
    }
  }
}
