import type { EpochInput, EpochOutput } from '../../consensus/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import { assertKnown, INPUT_FIELDS } from '../checks.js'
import type { EngineName } from '../engineInfo.js'
import { refusalOf } from '../errorOfSubnet.js'
import { grownRows } from '../grownRows.js'
import { YumaConsensus } from '../YumaConsensus.js'
import { type BatchSubnet, checkBatch, checkShape, type EpochBatchOptions } from './checkBatch.js'
import {
  inputBytes,
  inputSizeOf,
  mostBonds,
  readInput,
  readOutput,
  resultMemory,
  resultRoom,
  SCALARS,
  scalarsOf,
  storedBonds,
  writeInput,
} from './layout.js'
import { neededBonds, type Place, readPlace, setNeededBonds, writePlace } from './places.js'
import { type Room, SharedArena } from './SharedArena.js'
import { type BatchWork, BY_PLAIN, BY_WASM, type SharedBatch } from './sharedBatch.js'

/** Which engine computes a batch, why, and how the last run went. */
export interface BatchInfo {
  readonly engine: EngineName
  /** Why it is not WebAssembly although nobody asked for the plain engine; `null` otherwise. */
  readonly fallback: string | null
  /** Subnets that each engine has computed in the last run: the plain one takes those beyond the bounds of WebAssembly. */
  readonly computed: Readonly<Record<EngineName, number>>
}

/** What grows gets half as much again, so that it seldom has to grow again. */
const withSpare = (entries: number): number => Math.ceil(1.5 * entries)

/**
 * Many subnets in shared memory: the inputs, copied in once, and room for the results.
 *
 * An `EpochPool` computes it, as often as wanted. Between runs `advance` makes every result the start of the next epoch, and `set`
 * changes what one subnet starts from; neither copies more than it is given. Results are views on the batch's memory: they hold
 * until the next run, or until their subnet is set.
 *
 * PERF: about 12 bytes per weight or bond of the input and 4 per bond of the result, twice that for results once the batch
 * advances; room for bonds that do not come about is reserved, and never touched.
 *
 * @example
 * ```ts
 * import { type BatchSubnet, EpochBatch, EpochPool } from 'subnetkit/engine'
 * import type { SparseRows } from 'subnetkit/consensus'
 *
 * // Many scenarios of 100 epochs each; validators change their weights from epoch to epoch.
 * async function lastDividends(
 *   scenarios: readonly BatchSubnet[],
 *   weightsOf: (scenario: number, epoch: number) => SparseRows,
 * ): Promise<Uint16Array[]> {
 *   await using pool = await EpochPool.start()
 *   const batch = new EpochBatch(scenarios)
 *   await pool.run(batch)
 *   for (let epoch = 1; epoch < 100; epoch++) {
 *     batch.advance({ blocks: 361 })
 *     scenarios.forEach((_, k) => batch.set(k, { weights: weightsOf(k, epoch) }))
 *     await pool.run(batch)
 *   }
 *   return scenarios.map((_, k) => batch.output(k).dividendsU16.slice())
 * }
 * ```
 */
export class EpochBatch {
  readonly #arena: SharedArena
  readonly #shared: SharedBatch
  readonly #fallback: string | null
  /** How often the input of each subnet has changed. */
  readonly #changes: Uint32Array
  #isRunning = false

  /**
   * Copies every subnet in. Parameters, types, lengths and the rows' starts are checked now; what the columns hold is checked by
   * the threads, and `EpochPool.run` refuses it.
   *
   * @throws InvalidArgumentError naming the subnet and the field (`subnets[3].input.lastUpdate`), an option, or
   *   `options.maxBytes` when the batch does not fit.
   * @throws EngineUnavailableError when `engine` is `wasm` and it cannot be used here.
   */
  constructor(subnets: readonly BatchSubnet[], options: EpochBatchOptions = {}) {
    assertKnown(options, 'options', ['engine', 'maxBytes'])
    const arena = new SharedArena(subnets, options.maxBytes)
    const { shared, fallback, paramsOf } = checkBatch(subnets, options.engine)
    this.#arena = arena
    this.#fallback = fallback
    this.#shared = { ...shared, segments: arena.segments }
    this.#changes = new Uint32Array(subnets.length)
    const places = subnets.map(({ input }, k) => unplaced(input, paramsOf[k]!))
    const rooms = arena.reserve(places.flatMap(sizesOf))
    places.forEach((place, k) => {
      this.#lay(k, place, rooms.slice(2 * k, 2 * k + 2), subnets[k]!.input)
    })
  }

  /** How many subnets there are. */
  get size(): number {
    return this.#shared.count
  }

  /** Bytes reserved for inputs and results. */
  get bytes(): number {
    return this.#arena.bytes
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
   * `raw.bonds` is not kept: whoever reads it has the calling thread compute the subnet again, as long as its input is there.
   *
   * @throws InvalidArgumentError when there is no such subnet, or its epoch has not been computed.
   */
  output(index: number): EpochOutput {
    const { computed, places, segments, params, engine } = this.#shared
    if (!Number.isInteger(index) || !(computed[index]! > 0)) {
      throw new InvalidArgumentError({
        field: 'index',
        value: index,
        remedy: `Pass an integer from 0 to ${this.size - 1} of a subnet that a run has computed.`,
      })
    }
    const place = readPlace(places, index)
    const changes = this.#changes[index]
    return readOutput(resultMemory(segments, place), place.n, () => {
      if (this.#changes[index] !== changes) {
        throw new InvalidArgumentError({
          field: 'raw.bonds',
          value: 'gone',
          remedy: 'Read them before the batch advances or the subnet is set.',
        })
      }
      const yuma = new YumaConsensus(params[place.params]!, { engine })
      return yuma.run(readInput(segments, place)).raw.bonds
    })
  }

  /**
   * Makes every result the start of the subnet's next epoch, as a chain does: its bonds and permits are inputs now, `lastStepBlock`
   * is what `currentBlock` was, and `currentBlock` is so many blocks later. All else stays as it is until it is set: validators
   * whose `lastUpdate` nobody moves become inactive in time.
   *
   * @throws InvalidArgumentError when a subnet has no result, when `blocks` leads beyond 2^53 - 1, during a run, or naming
   *   `options.maxBytes`; nothing has changed then.
   * PERF: copies nothing; the first time it reserves room for a second set of results.
   */
  advance(options: { readonly blocks: number }): void {
    assertKnown(options, 'options', ['blocks'])
    const { blocks } = options
    this.#assertIdle()
    const { count, computed, places, segments } = this.#shared
    const missing = computed.indexOf(0)
    if (missing >= 0) {
      throw new InvalidArgumentError({
        field: `subnets[${missing}]`,
        value: 'no result',
        remedy: 'Run the batch, to its end, before it advances.',
      })
    }
    const all = Array.from({ length: count }, (_, k) => readPlace(places, k))
    const scalars = all.map((place) => scalarsOf(segments, place))
    const latest = scalars.reduce((last, one) => Math.max(last, one[SCALARS.currentBlock]!), 0)
    if (!Number.isSafeInteger(blocks) || blocks < 0 || !Number.isSafeInteger(latest + blocks)) {
      throw new InvalidArgumentError({
        field: 'blocks',
        value: blocks,
        remedy: `Pass an integer from 0 to ${Number.MAX_SAFE_INTEGER - latest}.`,
      })
    }
    const first = all.filter(({ carriedSegment }) => carriedSegment < 0)
    const rooms = this.#arena.reserve(first.map(({ n, resultBonds }) => resultRoom(n, resultBonds)))
    let taken = 0
    all.forEach((place, k) => {
      const spare = place.carriedSegment < 0 ? rooms[taken++]! : undefined
      writePlace(places, k, {
        ...place,
        bonds: storedBonds(segments, place),
        resultSegment: spare?.segment ?? place.carriedSegment,
        resultOffset: spare?.offset ?? place.carriedOffset,
        resultBonds: spare === undefined ? place.carriedBonds : place.resultBonds,
        carriedSegment: place.resultSegment,
        carriedOffset: place.resultOffset,
        carriedBonds: place.resultBonds,
      })
      const one = scalars[k]!
      one[SCALARS.lastStepBlock] = one[SCALARS.currentBlock]!
      one[SCALARS.currentBlock]! += blocks
      this.#changes[k]!++
    })
    computed.fill(0)
  }

  /**
   * Changes what one subnet starts from; fields that are not given stay as they are. Neurons may join: `n` and every column of
   * neurons are given then, and `bonds` without the new ones get empty rows.
   *
   * @throws InvalidArgumentError naming the field (`subnets[3].input.weights`), when there is no such subnet, during a run, or
   *   naming `options.maxBytes`; nothing has changed then.
   * PERF: copies what is given; more entries than there is room for move the subnet to new, larger room.
   */
  set(index: number, changes: Partial<EpochInput>): void {
    this.#assertIdle()
    if (!Number.isInteger(index) || index < 0 || index >= this.size) {
      throw new InvalidArgumentError({
        field: 'index',
        value: index,
        remedy: `Pass an integer from 0 to ${this.size - 1}.`,
      })
    }
    assertKnown(changes, 'changes', INPUT_FIELDS)
    const { places, segments, computed } = this.#shared
    const place = readPlace(places, index)
    const given = { ...readInput(segments, place), ...changes }
    const input = { ...given, bonds: grownRows(given.bonds, given.n) }
    checkShape(input, index)
    const { n, weights, bonds } = inputSizeOf(input)
    const bondsRoom = place.carriedSegment < 0 ? place.bondsRoom : place.carriedBonds
    if (n === place.n && weights <= place.weightsRoom && bonds <= bondsRoom) {
      const next = { ...place, weights, bonds }
      writePlace(places, index, next)
      writeInput(segments, next, changes)
    } else {
      const larger = {
        ...unplaced(input, place.params),
        weightsRoom: weights > place.weightsRoom ? withSpare(weights) : place.weightsRoom,
        bondsRoom: bonds > place.bondsRoom ? withSpare(bonds) : place.bondsRoom,
      }
      this.#lay(index, larger, this.#arena.reserve(sizesOf(larger)), input)
    }
    setNeededBonds(places, index, 0)
    computed[index] = 0
    this.#changes[index]!++
  }

  /** What the pool takes. */
  get work(): BatchWork {
    return {
      shared: this.#shared,
      isStreamed: false,
      startRun: () => {
        this.#assertIdle()
        this.#isRunning = true
        this.#shared.computed.fill(0)
      },
      endRun: () => {
        this.#isRunning = false
      },
      feed: () => this.size,
      makeRoom: () => this.#makeRoom(),
      refusalOf: (index) => {
        const { places, segments } = this.#shared
        return refusalOf(readInput(segments, readPlace(places, index)), index)
      },
    }
  }

  /** Lays a subnet in fresh memory. */
  #lay(k: number, place: Place, [input, result]: readonly Room[], content: EpochInput): void {
    const laid: Place = {
      ...place,
      inputSegment: input!.segment,
      inputOffset: input!.offset,
      resultSegment: result!.segment,
      resultOffset: result!.offset,
    }
    writePlace(this.#shared.places, k, laid)
    writeInput(this.#shared.segments, laid, content)
  }

  /** New, larger room for results that found none; whether there were any. */
  #makeRoom(): boolean {
    const { count, places } = this.#shared
    const short: number[] = []
    for (let k = 0; k < count; k++) if (neededBonds(places, k) > 0) short.push(k)
    const larger = short.map((k): Place => {
      return { ...readPlace(places, k), resultBonds: withSpare(neededBonds(places, k)) }
    })
    const rooms = this.#arena.reserve(larger.map(({ n, resultBonds }) => resultRoom(n, resultBonds)))
    short.forEach((k, index) => {
      const { segment, offset } = rooms[index]!
      writePlace(places, k, { ...larger[index]!, resultSegment: segment, resultOffset: offset })
      setNeededBonds(places, k, 0)
    })
    return short.length > 0
  }

  #assertIdle(): void {
    if (!this.#isRunning) return
    throw new InvalidArgumentError({ field: 'batch', value: 'running', remedy: 'Await its run first.' })
  }
}

/** The place of a subnet of its own bonds, somewhere. */
function unplaced(input: EpochInput, params: number): Place {
  return {
    ...inputSizeOf(input),
    inputSegment: 0,
    inputOffset: 0,
    resultSegment: 0,
    resultOffset: 0,
    resultBonds: mostBonds(input),
    carriedSegment: -1,
    carriedOffset: 0,
    carriedBonds: 0,
    params,
  }
}

function sizesOf(place: Place): [input: number, result: number] {
  return [inputBytes(place), resultRoom(place.n, place.resultBonds)]
}
