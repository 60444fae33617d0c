import { type Clock, waitOn } from '../clock/index.js'
import { describeValue } from '../errors/index.js'
import { Metagraph } from '../metagraph/index.js'
import { CandidatesError } from './routerErrors.js'

/** A read that has not ended after this is left to itself. */
const OVERDUE_MS = 60_000

/** Reads the latest metagraph when a call finds that the last one is old: one read at a time, and none while nobody calls. */
export class MetagraphFollower {
  readonly #clock: Clock
  readonly #latest: () => Metagraph | Promise<Metagraph>
  readonly #everyMs: number
  #readAtMs = Number.NEGATIVE_INFINITY
  #reading: Promise<Metagraph> | undefined

  constructor(options: { clock: Clock; latest: () => Metagraph | Promise<Metagraph>; everyMs: number }) {
    this.#clock = options.clock
    this.#latest = options.latest
    this.#everyMs = options.everyMs
  }

  get isDue(): boolean {
    return this.#reading === undefined && this.#clock.now() - this.#readAtMs >= this.#everyMs
  }

  /** @throws CandidatesError when it cannot be read. */
  read(): Promise<Metagraph> {
    this.#reading ??= this.#readNow().finally(() => {
      this.#reading = undefined
      this.#readAtMs = this.#clock.now()
    })
    return this.#reading
  }

  async #readNow(): Promise<Metagraph> {
    let value: unknown
    try {
      value = await waitOn(this.#clock, () => this.#inTime(async () => await this.#latest()))
    } catch (cause) {
      if (cause instanceof CandidatesError) throw cause
      const detail = cause instanceof Error ? cause.message : describeValue(cause)
      throw new CandidatesError({ detail, cause })
    }
    if (value instanceof Metagraph) return value
    throw new CandidatesError({ detail: `the function gave ${describeValue(value)} instead of a Metagraph` })
  }

  async #inTime<T>(read: () => Promise<T>): Promise<T> {
    return await new Promise<T>((resolve, reject) => {
      const detail = `the function has not ended for ${OVERDUE_MS / 1_000} s`
      const timer = this.#clock.setTimer(() => reject(new CandidatesError({ detail })), OVERDUE_MS)
      read()
        .then(resolve, reject)
        .finally(() => timer.cancel())
    })
  }
}
