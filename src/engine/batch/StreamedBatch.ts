import type { EpochOutput } from '../../consensus/index.js'
import type { InvalidArgumentError } from '../../errors/index.js'
import { refusalOf } from '../errorOfSubnet.js'
import { YumaConsensus } from '../YumaConsensus.js'
import { type BatchSubnet, type CheckedBatch, checkBatch, type EpochBatchOptions } from './checkBatch.js'
import {
  inputBytes,
  inputSizeOf,
  mostBonds,
  readOutput,
  resultMemory,
  resultRoom,
  writeInput,
} from './layout.js'
import { type Place, readPlace, writePlace } from './places.js'
import { SharedArena } from './SharedArena.js'
import type { BatchWork, SharedBatch } from './sharedBatch.js'

/** Memory through which inputs pass: small enough to stay in the caches, and room for what threads work on meanwhile. */
const RING_BYTES = 2 ** 22
/** Inputs of the largest size that the ring holds at the least. */
const RING_INPUTS = 8

/**
 * Many subnets that are computed once: inputs are laid in shared memory shortly before a thread computes them, and make place
 * for others afterwards, so that few pages of memory are touched and copying overlaps with computing.
 */
export class StreamedBatch implements BatchWork {
  readonly isStreamed = true
  readonly shared: SharedBatch
  readonly #subnets: readonly BatchSubnet[]
  readonly #paramsOf: CheckedBatch['paramsOf']
  readonly #results: readonly { readonly segment: number; readonly offset: number; readonly bonds: number }[]
  readonly #ringSegment: number
  readonly #ringBytes: number
  /** Subnets laid in place, and those before which all are computed. */
  #fed = 0
  #freed = 0
  /** Where the next input goes in the ring, and where the oldest that is still needed begins. */
  #head = 0
  #starts: number[] = []

  /** @throws as the constructor of `EpochBatch` does. */
  constructor(subnets: readonly BatchSubnet[], options: EpochBatchOptions) {
    const arena = new SharedArena(subnets, options.maxBytes)
    const { shared, paramsOf } = checkBatch(subnets, options.engine)
    this.#subnets = subnets
    this.#paramsOf = paramsOf
    let largest = 0
    let all = 0
    const bonds = subnets.map(({ input }) => {
      const bytes = inputBytes(inputSizeOf(input))
      largest = Math.max(largest, bytes)
      all += bytes
      return mostBonds(input)
    })
    this.#ringBytes = Math.min(all, Math.max(RING_BYTES, RING_INPUTS * largest))
    const sizes = subnets.map(({ input }, k) => resultRoom(input.n, bonds[k]!))
    const [ring, ...results] = arena.reserve([this.#ringBytes, ...sizes])
    this.#ringSegment = ring!.segment
    this.#head = ring!.offset
    this.#results = results.map((room, k) => ({ ...room, bonds: bonds[k]! }))
    this.shared = { ...shared, segments: arena.segments }
  }

  startRun(): void {}

  endRun(): void {}

  feed(): number {
    const { computed, count, segments, places } = this.shared
    while (this.#freed < this.#fed && computed[this.#freed]! > 0) this.#freed++
    for (; this.#fed < count; this.#fed++) {
      const k = this.#fed
      const { input } = this.#subnets[k]!
      const size = inputSizeOf(input)
      const inputOffset = this.#place(inputBytes(size))
      if (inputOffset === null) break
      this.#starts[k] = inputOffset
      const result = this.#results[k]!
      const place: Place = {
        ...size,
        inputSegment: this.#ringSegment,
        inputOffset,
        resultSegment: result.segment,
        resultOffset: result.offset,
        resultBonds: result.bonds,
        carriedSegment: -1,
        carriedOffset: 0,
        carriedBonds: 0,
        params: this.#paramsOf[k]!,
      }
      writePlace(places, k, place)
      writeInput(segments, place, input)
    }
    return this.#fed
  }

  makeRoom(): boolean {
    return false
  }

  refusalOf(index: number): InvalidArgumentError {
    return refusalOf(this.#subnets[index]!.input, index)
  }

  get work(): BatchWork {
    return this
  }

  output(index: number): EpochOutput {
    const { segments, places, engine } = this.shared
    const place = readPlace(places, index)
    return readOutput(resultMemory(segments, place), place.n, () => {
      const { input, params } = this.#subnets[index]!
      return new YumaConsensus(params, { engine }).run(input).raw.bonds
    })
  }

  /** Where `bytes` are free in the ring; `null` when threads have to finish something first. The ring begins at offset 0. */
  #place(bytes: number): number | null {
    const isEmpty = this.#freed === this.#fed
    const tail = isEmpty ? 0 : this.#starts[this.#freed]!
    if (isEmpty) this.#head = 0
    if (isEmpty || this.#head > tail) {
      if (this.#head + bytes <= this.#ringBytes) return this.#taken(this.#head, bytes)
      return bytes <= tail ? this.#taken(0, bytes) : null
    }
    return this.#head + bytes <= tail ? this.#taken(this.#head, bytes) : null
  }

  #taken(offset: number, bytes: number): number {
    this.#head = offset + bytes
    return offset
  }
}
