import type { EpochInput, EpochOutput } from '../../consensus/index.js'
import { assertKnown, INPUT_FIELDS, refuse } from '../checks.js'
import type { EngineName } from '../engineInfo.js'
import { grownRows } from '../grownRows.js'
import { assertRefused } from '../inSubnet.js'
import { itemAt } from '../itemAt.js'
import { YumaConsensus } from '../YumaConsensus.js'
import { type BatchSubnet, checkBatch, checkShape, type EpochBatchOptions } from './checkBatch.js'
import {
  advanceBlocks,
  currentBlockOf,
  inputBytes,
  readInput,
  readOutput,
  resultMemory,
  resultRoom,
  storedBonds,
  writeInput,
} from './layout.js'
import {
  inputIn,
  neededBonds,
  newPlace,
  type Place,
  readPlace,
  resultIn,
  setNeededBonds,
  writePlace,
} from './places.js'
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
    const { shared, fallback, indexed } = checkBatch(subnets, options.engine)
    this.#arena = arena
    this.#fallback = fallback
    this.#shared = { ...shared, segments: arena.segments }
    this.#changes = new Uint32Array(subnets.length)
    const unlaid = indexed.map(({ input, params }) => ({ input, place: newPlace(input, params) }))
    arena
      .reserve(unlaid, ({ place }) => bytesOf(place))
      .forEach(([{ input, place }, room], k) => {
        this.#lay(k, place, room, input)
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
    if (!Number.isInteger(index) || !computed[index]) {
      const remedy = `Pass a whole number from 0 to ${this.size - 1} of a subnet that a run has computed.`
      refuse('index', index, remedy)
    }
    const place = readPlace(places, index)
    const changes = this.#changes[index]
    return readOutput(resultMemory(segments, place), place.n, () => {
      if (this.#changes[index] !== changes)
        refuse('raw.bonds', 'gone', 'Read them before the batch advances or the subnet is set.')
      const yuma = new YumaConsensus(itemAt(params, place.params), { engine })
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
    if (missing >= 0)
      refuse(`subnets[${missing}]`, 'no result', 'Run the batch, to its end, before it advances.')
    const all = Array.from({ length: count }, (_, k) => readPlace(places, k))
    const latest = all.reduce((last, place) => Math.max(last, currentBlockOf(segments, place)), 0)
    if (!Number.isSafeInteger(blocks) || blocks < 0 || !Number.isSafeInteger(latest + blocks))
      refuse('blocks', blocks, `Pass a whole number from 0 to ${Number.MAX_SAFE_INTEGER - latest}.`)
    // Where results change places already, no room is missing.
    const rooms = this.#arena.reserve(all, (place) => (place.carriedSegment < 0 ? resultRoom(place) : 0))
    rooms.forEach(([place, fresh], k) => {
      const { carriedSegment, carriedOffset, carriedBonds } = place
      const spare =
        carriedSegment < 0
          ? resultIn(fresh)
          : { resultSegment: carriedSegment, resultOffset: carriedOffset, resultBonds: carriedBonds }
      writePlace(places, k, {
        ...place,
        bonds: storedBonds(segments, place),
        ...spare,
        carriedSegment: place.resultSegment,
        carriedOffset: place.resultOffset,
        carriedBonds: place.resultBonds,
      })
      advanceBlocks(segments, place, blocks)
    })
    this.#changes.forEach((changes, k) => {
      this.#changes[k] = changes + 1
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
    if (!Number.isInteger(index) || index < 0 || index >= this.size)
      refuse('index', index, `Pass a whole number from 0 to ${this.size - 1}.`)
    assertKnown(changes, 'changes', INPUT_FIELDS)
    const { places, segments, computed } = this.#shared
    const place = readPlace(places, index)
    const given = { ...readInput(segments, place), ...changes }
    const input = { ...given, bonds: grownRows(given.bonds, given.n) }
    checkShape(input, index)
    const fresh = newPlace(input, place.params)
    const { n, weights, bonds } = fresh
    const bondsRoom = place.carriedSegment < 0 ? place.bondsRoom : place.carriedBonds
    if (n === place.n && weights <= place.weightsRoom && bonds <= bondsRoom) {
      const next = { ...place, weights, bonds }
      writePlace(places, index, next)
      writeInput(segments, next, changes)
    } else {
      const larger = {
        ...fresh,
        weightsRoom: weights > place.weightsRoom ? withSpare(weights) : place.weightsRoom,
        bondsRoom: bonds > place.bondsRoom ? withSpare(bonds) : place.bondsRoom,
      }
      for (const [, room] of this.#arena.reserve([larger], bytesOf)) this.#lay(index, larger, room, input)
    }
    setNeededBonds(places, index, 0)
    computed[index] = 0
    this.#changes[index] = itemAt(this.#changes, index) + 1
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
      assertRefused: (index) => {
        const { places, segments } = this.#shared
        assertRefused(readInput(segments, readPlace(places, index)), index)
      },
    }
  }

  /** Lays a subnet in fresh memory, its result behind its input. */
  #lay(k: number, place: Place, { segment, offset }: Room, content: EpochInput): void {
    const result = resultIn({ segment, offset: offset + inputBytes(place) })
    const laid = { ...place, ...inputIn({ segment, offset }), ...result }
    writePlace(this.#shared.places, k, laid)
    writeInput(this.#shared.segments, laid, content)
  }

  /** New, larger room for results that found none; whether there were any. */
  #makeRoom(): boolean {
    const { count, places } = this.#shared
    const short = Array.from({ length: count }, (_, k) => k).filter((k) => neededBonds(places, k) > 0)
    const larger = short.map((k) => {
      return { k, place: { ...readPlace(places, k), resultBonds: withSpare(neededBonds(places, k)) } }
    })
    for (const [{ k, place }, room] of this.#arena.reserve(larger, (one) => resultRoom(one.place))) {
      writePlace(places, k, { ...place, ...resultIn(room) })
      setNeededBonds(places, k, 0)
    }
    return short.length > 0
  }

  #assertIdle(): void {
    if (this.#isRunning) refuse('batch', 'running', 'Await its run first.')
  }
}

function bytesOf(place: Place): number {
  return inputBytes(place) + resultRoom(place)
}
