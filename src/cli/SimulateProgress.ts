import { type Clock, systemClock } from '../clock/index.js'
import type { SimulationProgress } from '../simulation/index.js'
import type { CliIo } from './io.js'

/** Between two lines where no bar can be drawn. */
const LINE_MS = 10_000
/** Between two looks of the bar. */
const BAR_MS = 100
const BAR_WIDTH = 24
/** What a block takes on the real chain. */
const BLOCK_SECONDS = 12

/** Shows how far a run has come and how long it will take: a bar on a terminal, else a line now and then. On standard error, since it is no result. */
export class SimulateProgress {
  readonly #io: CliIo
  readonly #clock: Pick<Clock, 'now'>
  readonly #before: number
  readonly #beganMs: number
  #phase: SimulationProgress['phase'] | undefined
  #phaseBeganMs = 0
  #shownMs: number
  #isBarShown = false

  /** @param before - blocks of a run that was made before it was taken up. */
  constructor(io: CliIo, before: number, clock: Pick<Clock, 'now'> = systemClock) {
    this.#io = io
    this.#clock = clock
    this.#before = before
    this.#beganMs = clock.now()
    this.#shownMs = this.#beganMs
  }

  show({ phase, done, of }: SimulationProgress): void {
    const now = this.#clock.now()
    if (phase !== this.#phase) {
      this.#phase = phase
      this.#phaseBeganMs = now
    }
    if (now - this.#shownMs < (this.#io.isErrorTerminal ? BAR_MS : LINE_MS)) return
    this.#shownMs = now
    const seconds = (now - this.#phaseBeganMs) / 1_000
    const text =
      phase === 'founding'
        ? `Founding the network: ${percent(done, of)}`
        : this.#lineOf({ done, of, seconds })
    if (!this.#io.isErrorTerminal) this.#io.err(`${text}\n`)
    else {
      const before = phase === 'founding' ? 0 : this.#before
      this.#io.err(`\r${bar(before + done, before + of)} ${text}\x1b[K`)
      this.#isBarShown = true
    }
  }

  /** Takes the bar away, so that what is printed next stands by itself. */
  end(): void {
    if (this.#isBarShown) this.#io.err('\r\x1b[K')
    this.#isBarShown = false
  }

  /** Since it was made. */
  get seconds(): number {
    return (this.#clock.now() - this.#beganMs) / 1_000
  }

  #lineOf({ done, of, seconds }: { done: number; of: number; seconds: number }): string {
    const [at, end] = [this.#before + done, this.#before + of]
    const where = `${percent(at, end)}  block ${grouped(at)} of ${grouped(end)}`
    if (done === 0 || seconds <= 0) return where
    const pace = done / seconds
    const left = duration((of - done) / pace)
    return `${where}  ${grouped(pace)} blocks/s, ${grouped(pace * BLOCK_SECONDS)} times real time  about ${left} left`
  }
}

function bar(done: number, of: number): string {
  const full = of === 0 ? BAR_WIDTH : Math.floor((BAR_WIDTH * done) / of)
  return `[${'#'.repeat(full)}${'-'.repeat(BAR_WIDTH - full)}]`
}

const percent = (done: number, of: number): string =>
  `${String(of === 0 ? 100 : Math.floor((100 * done) / of)).padStart(3)}%`

/** A whole number with commas between its thousands. */
export function grouped(value: number | bigint): string {
  const whole = typeof value === 'bigint' ? value : BigInt(Math.round(value))
  return whole.toString().replace(/\B(?=(\d{3})+$)/g, ',')
}

/** A time as a person says it, in its two largest units. */
export function duration(seconds: number): string {
  const units = [
    ['d', 86_400],
    ['h', 3_600],
    ['min', 60],
    ['s', 1],
  ] as const
  let rest = Math.max(0, Math.round(seconds))
  const parts = units.flatMap(([unit, size]) => {
    const count = Math.floor(rest / size)
    rest -= count * size
    return count === 0 ? [] : [`${count} ${unit}`]
  })
  return parts.length === 0 ? '0 s' : parts.slice(0, 2).join(' ')
}
