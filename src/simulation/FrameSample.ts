import { check, wholeNumber } from '../checks/index.js'
import { checkFrame } from './arrow/arrowFrames.js'
import type { SimulationFrame } from './frames.js'

/**
 * A few frames of a run of any length, evenly apart: to draw it without keeping all. Which are kept follows from how many were added alone.
 *
 * @example
 * ```ts
 * import { FrameSample, Simulation } from 'subnetkit/simulation'
 *
 * const simulation = await Simulation.start({ subnets: 2 })
 * const sample = new FrameSample(100)
 * for await (const frame of simulation.run({ blocks: 72_000 })) sample.add(frame)
 * sample.frames.length // 100 or fewer, the last one among them
 * ```
 */
export class FrameSample {
  readonly #most: number
  readonly #kept: SimulationFrame[] = []
  #last: SimulationFrame | undefined
  #added = 0
  /** One of so many is kept. */
  #stride = 1

  /** @param most - how many frames are kept at most, from 2. */
  constructor(most: number) {
    check('most', wholeNumber({ min: 2 }), most)
    this.#most = most
  }

  /** @throws InvalidArgumentError, ShapeError for what is no frame. */
  add(frame: SimulationFrame): void {
    checkFrame(frame)
    this.#last = frame
    if (this.#added++ % this.#stride !== 0) return
    this.#kept.push(frame)
    // The last one may stand beside those that are kept.
    if (this.#kept.length < this.#most) return
    this.#stride *= 2
    const halved = this.#kept.filter((_, at) => at % 2 === 0)
    this.#kept.splice(0, this.#kept.length, ...halved)
  }

  /** In order; the last one that was added is among them. */
  get frames(): readonly SimulationFrame[] {
    const last = this.#last
    return last === undefined || this.#kept.at(-1) === last ? [...this.#kept] : [...this.#kept, last]
  }
}
