import type { EpochInput, EpochOutput, EpochParams, SparseRows } from '../../consensus/index.js'
import { assert, InvalidArgumentError } from '../../errors/index.js'
import { checkEpochInput, checkEpochParams, hasEpochShape } from '../checks.js'
import type { EngineName } from '../engineInfo.js'
import { errorOfSubnet } from '../errorOfSubnet.js'
import { EngineUnavailableError } from '../wasm/EngineUnavailableError.js'
import { compiledModule } from '../wasm/loadModule.js'
import { YumaConsensus } from '../YumaConsensus.js'
import {
  bytesOf,
  PLACE_LENGTH,
  type Place,
  readInput,
  readOutput,
  readPlace,
  resultMemory,
  sizeOf,
  writeInput,
  writePlace,
} from './layout.js'
import { BY_PLAIN, BY_WASM, type SharedBatch, sharedMemory } from './sharedBatch.js'

/** One subnet of a batch. The same parameters object may serve many. */
export interface BatchSubnet {
  readonly input: EpochInput
  readonly params: EpochParams
}

/** How a batch is laid out and computed. */
export interface EpochBatchOptions {
  /** `auto` (the default) takes WebAssembly where it can be used. */
  readonly engine?: 'auto' | EngineName
  /** Most memory that inputs and results may take together; 4 GiB unless given. */
  readonly maxBytes?: number
}

/** Which engine computes a batch, why, and how the last run went. */
export interface BatchInfo {
  readonly engine: EngineName
  /** Why it is not WebAssembly although nobody asked for the plain engine; `null` otherwise. */
  readonly fallback: string | null
  /** Subnets that each engine has computed in the last run: the plain one takes those beyond the bounds of WebAssembly. */
  readonly computed: Readonly<Record<EngineName, number>>
}

const GIB = 2 ** 30
/** Large enough that a batch has few, small enough that the system finds room. */
const SEGMENT_BYTES = GIB / 4

/**
 * Many subnets in shared memory: the inputs, copied in once, and room for the results.
 *
 * An `EpochPool` computes it, as often as wanted. Results are views on the batch's memory: they hold until the next run.
 *
 * PERF: about 12 bytes per weight or bond of the input and 4 per bond of the result; room for bonds that do not come about is
 * reserved, and never touched.
 */
export class EpochBatch {
  readonly #shared: SharedBatch
  readonly #fallback: string | null
  /** Bytes reserved for inputs and results. */
  readonly bytes: number

  /**
   * Copies every subnet in. Parameters, types, lengths and the rows' starts are checked now; what the columns hold is checked by
   * the threads, and `EpochPool.run` refuses it.
   *
   * @throws InvalidArgumentError naming the subnet and the field (`subnets[3].input.lastUpdate`), an option, or
   *   `options.maxBytes` when the batch does not fit.
   * @throws EngineUnavailableError when `engine` is `wasm` and it cannot be used here.
   */
  constructor(subnets: readonly BatchSubnet[], options: EpochBatchOptions = {}) {
    const { maxBytes = 4 * GIB } = options
    if (!Number.isSafeInteger(maxBytes)) {
      throw new InvalidArgumentError({
        field: 'options.maxBytes',
        value: maxBytes,
        remedy: 'Pass a whole number of bytes.',
      })
    }
    const indexOf = checkedParams(subnets)
    const { engine, fallback, module } = chosenEngine(options.engine)
    const lengths: number[] = []
    const places = subnets.map(({ input, params }, k): Place => {
      checkShape(input, k)
      const size = sizeOf(input)
      const bytes = bytesOf(size)
      if (lengths.length === 0 || lengths.at(-1)! + bytes > SEGMENT_BYTES) lengths.push(0)
      const offset = lengths.at(-1)!
      lengths[lengths.length - 1] = offset + bytes
      return { ...size, segment: lengths.length - 1, offset, params: indexOf.get(params)! }
    })
    this.bytes = lengths.reduce((sum, length) => sum + length, 0)
    if (this.bytes > maxBytes) {
      throw new InvalidArgumentError({
        field: 'options.maxBytes',
        value: maxBytes,
        remedy: `These ${subnets.length} subnets need ${this.bytes} bytes: split the batch, or allow more.`,
      })
    }
    this.#fallback = fallback
    this.#shared = {
      count: subnets.length,
      segments: lengths.map(sharedMemory),
      places: new Float64Array(sharedMemory(8 * PLACE_LENGTH * subnets.length)),
      params: [...indexOf.keys()].map((one) => ({ ...one })),
      computed: new Uint8Array(sharedMemory(subnets.length)),
      engine,
      module,
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

  /** Which engine computes, why, and how the last run went. Cost: reads one byte per subnet. */
  get info(): BatchInfo {
    const { engine, computed } = this.#shared
    const by = (code: number): number => computed.reduce((sum, one) => sum + (one === code ? 1 : 0), 0)
    return { engine, fallback: this.#fallback, computed: { wasm: by(BY_WASM), plain: by(BY_PLAIN) } }
  }

  /**
   * The result of one subnet: views on the batch's memory, which the next run overwrites.
   *
   * `raw.bonds` is not kept: whoever reads it has the calling thread compute the subnet again.
   *
   * @throws InvalidArgumentError when there is no such subnet, or its epoch has not been computed.
   */
  output(index: number): EpochOutput {
    const { computed, places, segments, params, engine } = this.#shared
    if (!(computed[index]! > 0)) {
      throw new InvalidArgumentError({
        field: 'index',
        value: index,
        remedy: `Pass an integer from 0 to ${this.size - 1} of a subnet that a run has computed.`,
      })
    }
    const place = readPlace(places, index)
    const segment = segments[place.segment]!
    return readOutput(resultMemory(segment, place), place.n, () => {
      const yuma = new YumaConsensus(params[place.params]!, { engine })
      return yuma.run(readInput(segment, place)).raw.bonds
    })
  }

  /** What threads are handed. */
  get shared(): SharedBatch {
    return this.#shared
  }

  /** Names what is wrong with a subnet that was refused. */
  refusalOf(index: number): InvalidArgumentError {
    const place = readPlace(this.#shared.places, index)
    try {
      checkEpochInput(readInput(this.#shared.segments[place.segment]!, place))
    } catch (error) {
      return errorOfSubnet(error, index)
    }
    assert(false, `subnet ${index} was refused, and nothing is wrong with it`)
  }
}

/** Index of each set of parameters, checked once each. */
function checkedParams(subnets: readonly BatchSubnet[]): Map<EpochParams, number> {
  const indexOf = new Map<EpochParams, number>()
  if (!Array.isArray(subnets)) {
    throw new InvalidArgumentError({ field: 'subnets', value: subnets, remedy: 'Pass an array.' })
  }
  subnets.forEach((subnet, k) => {
    if (typeof subnet !== 'object' || subnet === null) {
      throw new InvalidArgumentError({ field: `subnets[${k}]`, value: subnet, remedy: 'Pass an object.' })
    }
    const { params } = subnet
    if (indexOf.has(params)) return
    try {
      checkEpochParams(params)
    } catch (error) {
      throw errorOfSubnet(error, k)
    }
    indexOf.set(params, indexOf.size)
  })
  return indexOf
}

/** Checks what the layout in memory depends on. */
function checkShape(input: EpochInput, k: number): void {
  if (hasEpochShape(input) && startsRight(input.weights) && startsRight(input.bonds)) return
  try {
    checkEpochInput(input)
  } catch (error) {
    throw errorOfSubnet(error, k)
  }
}

function startsRight({ rowStart, column }: SparseRows): boolean {
  let last = 0
  for (let i = 0; i < rowStart.length; i++) {
    if (rowStart[i]! < last) return false
    last = rowStart[i]!
  }
  return rowStart[0] === 0 && last === column.length
}

function chosenEngine(
  wanted: EpochBatchOptions['engine'] = 'auto',
): Pick<SharedBatch, 'engine' | 'module'> & { readonly fallback: string | null } {
  if (!['auto', 'plain', 'wasm'].includes(wanted)) {
    throw new InvalidArgumentError({
      field: 'options.engine',
      value: wanted,
      remedy: 'Pass auto, plain, wasm.',
    })
  }
  if (wanted === 'plain') return { engine: 'plain', module: null, fallback: null }
  try {
    return { engine: 'wasm', module: compiledModule(), fallback: null }
  } catch (error) {
    if (wanted === 'wasm' || !(error instanceof EngineUnavailableError)) throw error
    return { engine: 'plain', module: null, fallback: error.reason }
  }
}
