import type { EpochOutput } from '../../consensus/index.js'
import { assertRefused } from '../inSubnet.js'
import { itemAt } from '../itemAt.js'
import { YumaConsensus } from '../YumaConsensus.js'
import { type BatchSubnet, checkBatch, type EpochBatchOptions } from './checkBatch.js'
import { inputBytes, readOutput, resultMemory, resultRoom, writeInput } from './layout.js'
import { inputIn, newPlace, readPlace, resultIn, writePlace } from './places.js'
import { SharedArena } from './SharedArena.js'
import type { BatchWork, SharedBatch } from './sharedBatch.js'

/** Memory through which inputs pass: small enough to stay in the caches, and room for what threads work on meanwhile. */
const RING_BYTES = 2 ** 22
const MIN_SLOTS = 16

/**
 * Many subnets that are computed once: inputs are laid in shared memory shortly before a thread computes them, and make place
 * for others afterwards, so that few pages of memory are touched and copying overlaps with computing.
 */
export class StreamedBatch {
  readonly #shared: SharedBatch
  readonly #subnets: readonly BatchSubnet[]
  readonly #slots: number
  /** Subnets laid in place, and those before which all are computed. */
  #fed = 0
  #freed = 0

  /** @throws as the constructor of `EpochBatch` does. */
  constructor(subnets: readonly BatchSubnet[], options: EpochBatchOptions) {
    const arena = new SharedArena(subnets, options.maxBytes)
    const { shared, indexed } = checkBatch(subnets, options.engine)
    const unlaid = indexed.map(({ input, params }) => newPlace(input, params))
    const slotBytes = unlaid.reduce((most, place) => Math.max(most, inputBytes(place)), 8)
    this.#slots = Math.max(MIN_SLOTS, Math.floor(RING_BYTES / slotBytes))
    const ring = unlaid.slice(0, this.#slots).map(() => null)
    const rooms = arena.reserve([...ring, ...unlaid], (place) =>
      place === null ? slotBytes : resultRoom(place),
    )
    const slots = rooms.slice(0, ring.length)
    rooms.slice(ring.length).forEach(([place, result], k) => {
      const [, input] = itemAt(slots, k % slots.length)
      if (place !== null) writePlace(shared.places, k, { ...place, ...inputIn(input), ...resultIn(result) })
    })
    this.#subnets = subnets
    this.#shared = { ...shared, segments: arena.segments }
  }

  get work(): BatchWork {
    return {
      shared: this.#shared,
      isStreamed: true,
      startRun: () => {},
      endRun: () => {},
      feed: () => this.#feed(),
      makeRoom: () => false,
      assertRefused: (index) => assertRefused(itemAt(this.#subnets, index).input, index),
    }
  }

  output(index: number): EpochOutput {
    const { segments, places, engine } = this.#shared
    const place = readPlace(places, index)
    return readOutput(resultMemory(segments, place), place.n, () => {
      const { input, params } = itemAt(this.#subnets, index)
      return new YumaConsensus(params, { engine }).run(input).raw.bonds
    })
  }

  /** Lays inputs where those before have been computed. */
  #feed(): number {
    const { computed, count, segments, places } = this.#shared
    while (this.#freed < this.#fed && computed[this.#freed] !== 0) this.#freed++
    for (; this.#fed < Math.min(count, this.#freed + this.#slots); this.#fed++) {
      writeInput(segments, readPlace(places, this.#fed), itemAt(this.#subnets, this.#fed).input)
    }
    return this.#fed
  }
}
