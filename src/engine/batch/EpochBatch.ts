import type { EpochInput, EpochOutput, EpochParams } from '../../consensus/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import { checkEpochInput, checkEpochParams } from '../checks.js'
import {
  bytesOf,
  PLACE_LENGTH,
  type Place,
  readOutput,
  readPlace,
  sizeOf,
  writeInput,
  writePlace,
} from './layout.js'

/** One subnet of a batch. The same parameters object may serve many. */
export interface BatchSubnet {
  readonly input: EpochInput
  readonly params: EpochParams
}

/** How a batch is laid out. */
export interface EpochBatchOptions {
  /** Most memory that inputs and results may take together; 4 GiB unless given. */
  readonly maxBytes?: number
}

/** What the threads need to know of a batch; all memory in it is shared, none is copied. */
export interface SharedBatch {
  readonly count: number
  readonly segments: readonly SharedArrayBuffer[]
  /** f64[count x 7], one place per subnet. */
  readonly places: Float64Array
  readonly params: readonly EpochParams[]
  /** u8[count], 1 where the result is there. */
  readonly computed: Uint8Array
}

const GIB = 2 ** 30
/** Large enough that a batch has few, small enough that the system finds room. */
const SEGMENT_BYTES = GIB / 4

/**
 * Many subnets in shared memory: the inputs, copied in once, and room for the results.
 *
 * An `EpochPool` computes it, as often as wanted. Results are views on the batch's memory: they hold until the next run.
 *
 * PERF: about 12 bytes per weight or bond of the input and 14 per bond of the result; room for bonds that do not come about is
 * reserved, and never touched.
 */
export class EpochBatch {
  readonly #shared: SharedBatch
  /** Bytes reserved for inputs and results. */
  readonly bytes: number

  /**
   * Checks every subnet and copies it in.
   *
   * @throws InvalidArgumentError naming the subnet and the field (`subnets[3].input.lastUpdate[0]`), or `options.maxBytes` when
   *   the batch does not fit.
   * @throws ShapeError as `YumaConsensus.run` does.
   */
  constructor(subnets: readonly BatchSubnet[], options: EpochBatchOptions = {}) {
    const maxBytes = options.maxBytes ?? 4 * GIB
    subnets.forEach((subnet, k) => {
      checkSubnet(subnet, k)
    })
    const params = [...new Set(subnets.map((subnet) => subnet.params))]
    const indexOf = new Map(params.map((one, index) => [one, index]))
    const lengths: number[] = []
    const places = subnets.map(({ input, params: one }): Place => {
      const size = sizeOf(input)
      const bytes = bytesOf(size)
      if (lengths.length === 0 || lengths.at(-1)! + bytes > SEGMENT_BYTES) lengths.push(0)
      const offset = lengths.at(-1)!
      lengths[lengths.length - 1] = offset + bytes
      return { ...size, segment: lengths.length - 1, offset, params: indexOf.get(one)! }
    })
    this.bytes = lengths.reduce((sum, length) => sum + length, 0)
    if (this.bytes > maxBytes) {
      throw new InvalidArgumentError({
        field: 'options.maxBytes',
        value: maxBytes,
        remedy: `These ${subnets.length} subnets need ${this.bytes} bytes: split the batch, or allow more.`,
      })
    }
    this.#shared = {
      count: subnets.length,
      segments: lengths.map((length) => new SharedArrayBuffer(length)),
      places: new Float64Array(new SharedArrayBuffer(8 * PLACE_LENGTH * subnets.length)),
      params: params.map((one) => ({ ...one })),
      computed: new Uint8Array(new SharedArrayBuffer(subnets.length)),
    }
    places.forEach((place, k) => {
      writePlace(this.#shared.places, k, place)
      writeInput(this.#shared.segments[place.segment]!, place, subnets[k]!.input)
    })
  }

  /** How many subnets there are. */
  get size(): number {
    return this.#shared.count
  }

  /**
   * The result of one subnet: views on the batch's memory, which the next run overwrites.
   *
   * @throws InvalidArgumentError when there is no such subnet, or its epoch has not been computed.
   */
  output(index: number): EpochOutput {
    const { computed, places, segments } = this.#shared
    if (computed[index] !== 1) {
      throw new InvalidArgumentError({
        field: 'index',
        value: index,
        remedy: `Pass an integer from 0 to ${this.size - 1} of a subnet that a run has computed.`,
      })
    }
    const place = readPlace(places, index)
    return readOutput(segments[place.segment]!, place)
  }

  /** What threads are handed. */
  get shared(): SharedBatch {
    return this.#shared
  }
}

function checkSubnet({ input, params }: BatchSubnet, k: number): void {
  try {
    checkEpochParams(params)
    checkEpochInput(input)
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error
    throw new InvalidArgumentError({
      field: `subnets[${k}].${error.field}`,
      value: error.value,
      remedy: error.hints.join(' '),
      cause: error,
    })
  }
}
