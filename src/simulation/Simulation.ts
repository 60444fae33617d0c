import {
  assertMade,
  bytes as bytesCheck,
  check,
  flag,
  func,
  made,
  optional,
  shape,
  signal as signalCheck,
  wholeNumber,
} from '../checks/index.js'
import { sleep, systemClock } from '../clock/index.js'
import { bytesEqual, decodeCanonical, encodeCanonical } from '../codec/index.js'
import { sha256 } from '../crypto/index.js'
import type { EmissionPolicy } from '../emission/index.js'
import { epochFunction } from '../engine/index.js'
import { AbortedError, assert } from '../errors/index.js'
import {
  type FinalizedBlock,
  Ledger,
  type LedgerOptions,
  SnapshotError,
  type TestCall,
} from '../ledger/index.js'
import { SeededRandom } from '../math/index.js'
import type { BlockNumber, Netuid } from '../units/index.js'
import { type Scene, tradeCalls, weightCalls } from './behaviour.js'
import { type Cast, castOf, type SubnetCast } from './cast.js'
import { endowmentsOf, foundingBlocks, foundingLength, weightsPauseBlocks } from './founding.js'
import type { SimulationFrame } from './frames.js'
import { Interval } from './Interval.js'
import { planOf, policyCheck, type SimulationOptions, type SimulationPlan } from './options.js'
import { RefusalCounts, type RefusedCalls } from './RefusalCounts.js'
import { changesOf, configOf, type SettingChange } from './settings.js'
import { FoundingRefusedError, SimulationBusyError } from './simulationErrors.js'

/** How far a simulation has come with what it is doing. */
export interface SimulationProgress {
  /** Founding the network, or running it. */
  readonly phase: 'founding' | 'running'
  /** Blocks of the phase that are made, and that there are to make. */
  readonly done: number
  readonly of: number
}

/** For work that takes a while. */
export interface SimulationWait {
  /** Ends the work after the block that is being made; the simulation stays as it is then. */
  readonly signal?: AbortSignal
  /** Is told of the progress some twenty times a second. */
  readonly onProgress?: (progress: SimulationProgress) => void
}

/** A stretch of a simulation. */
export interface SimulationStretch extends SimulationWait {
  /** How many blocks to make. */
  readonly blocks: number
}

/** A founded network. */
interface Founded {
  readonly scene: Scene
  readonly ledger: Ledger
  readonly foundedAtBlock: BlockNumber
}

const FORMAT = 'subnetkit/simulation/1'
/** Between two turns of the event loop, in which signals arrive and timers fire. */
const SLICE_MS = 50

const waitShape = shape<SimulationWait>({ signal: optional(signalCheck), onProgress: optional(func) })
const stretchShape = shape<SimulationStretch>({
  blocks: wholeNumber(),
  signal: optional(signalCheck),
  onProgress: optional(func),
})
const restoreShape = shape<PolicyOptions>({ policy: policyCheck, policyMayDiffer: optional(flag) })

type PolicyOptions = Pick<LedgerOptions, 'policy' | 'policyMayDiffer'>

/**
 * The ledger of a whole network, run thousands of times faster than real time: subnets with their owners, validators and miners, who set weights, are paid and trade
 * by a simple model, on the chain's real rules. What miners are worth and how much people want each subnet drifts with the seed; the same options give the same history,
 * to the last byte of every frame.
 *
 * PERF: a block costs about 10 us and half a microsecond per subnet, an epoch of 64 validators and 191 miners about half a millisecond; see `docs/simulate.md`.
 *
 * @example
 * ```ts
 * import { Simulation } from 'subnetkit/simulation'
 *
 * const simulation = await Simulation.start({ subnets: 4, seed: 'mine' })
 * for await (const { block, columns } of simulation.run({ blocks: 7_200 })) {
 *   console.log(block, columns.price, columns.emissionShare)
 * }
 * ```
 */
export class Simulation {
  /** The chain: any of its queries may be asked between two frames. */
  readonly ledger: Ledger
  /** What was decided, defaults included. */
  readonly plan: SimulationPlan
  readonly #scene: Scene
  readonly #interval: Interval
  readonly #refusals = new RefusalCounts()
  readonly #foundedAtBlock: BlockNumber
  #isRunning = false

  private constructor(mark: typeof made, founded: Founded) {
    assertMade(mark, 'Simulation', 'await Simulation.start(options)')
    const { scene, ledger, foundedAtBlock } = founded
    this.plan = scene.plan
    this.ledger = ledger
    this.#scene = scene
    this.#interval = new Interval(scene.plan.subnets, scene.plan.validators)
    this.#foundedAtBlock = foundedAtBlock
  }

  /**
   * Founds the network: every subnet is registered and started, its neurons register, an epoch runs on each, and validators set first weights. The blocks of a simulation are counted from then on.
   *
   * @throws InvalidArgumentError naming the option that is wrong or unknown; FoundingRefusedError where settings forbid what a subnet needs; AbortedError.
   */
  static async start(options: SimulationOptions = {}, wait: SimulationWait = {}): Promise<Simulation> {
    const plan = planOf(options)
    check('wait', waitShape, wait)
    const scene = sceneOf(plan, castOf(plan))
    const genesis = { config: configOf(plan), endowments: endowmentsOf(plan, scene.cast), seed: plan.seed }
    const ledger = new Ledger(genesis, ledgerOptions(options.policy))
    const pace = new Pace(wait, { phase: 'founding', of: foundingLength(plan) })
    for (const calls of foundingBlocks(plan, scene.cast)) {
      await pace.turn()
      const { receipts } = makeBlock(ledger, calls)
      for (const { refusal, callName } of receipts) {
        if (refusal !== null) throw new FoundingRefusedError({ callName, refusal })
      }
      pace.done++
    }
    const simulation = new Simulation(made, { scene, ledger, foundedAtBlock: ledger.info().head.number + 1 })
    simulation.#makeBlock()
    return simulation
  }

  /**
   * Takes a simulation up where `snapshot` left it; it goes on as if it had not been interrupted.
   *
   * @param options.policy - the policy that it was started with: a function is in no snapshot, but its name is.
   * @param options.policyMayDiffer - whether it goes on under another.
   * @throws SnapshotError when the bytes are damaged or of another version; InvalidArgumentError, for a policy of another name too.
   * PERF: reads and checks the whole state.
   */
  static restore(snapshot: Uint8Array, options: PolicyOptions = {}): Simulation {
    check('snapshot', bytesCheck(), snapshot)
    check('options', restoreShape, options)
    const { plan, foundedAtBlock, interval, refusals, chain } = readSnapshot(snapshot)
    const ledger = Ledger.restore(chain, { ...options, runEpoch: epochFunction() })
    const scene = sceneOf(plan, castOf(plan))
    const simulation = new Simulation(made, { scene, ledger, foundedAtBlock })
    if (!simulation.#interval.load(interval) || simulation.block < 0) throw damaged()
    if (!simulation.#refusals.load(refusals)) throw damaged()
    return simulation
  }

  /** Blocks made since the network was founded. */
  get block(): BlockNumber {
    return this.ledger.info().head.number - this.#foundedAtBlock
  }

  /** What the rules refused since the network was founded, by the names of call and refusal, the most frequent first. */
  get refusals(): readonly RefusedCalls[] {
    return this.#refusals.list
  }

  /** Every setting in which the chain differs from the reference, with the reason. */
  get changes(): readonly SettingChange[] {
    return changesOf(this.plan)
  }

  /**
   * Makes blocks, and gives a frame every `everyBlocks` of them: at the blocks that it divides. Others of the process have their turn some twenty times a second.
   *
   * A run begins when its first frame is asked for, and ends with its last block, an error, or when its loop is left. One goes on at a time: blocks are made one after the
   * other, and two runs would each get some of the frames.
   *
   * @throws InvalidArgumentError at the call. As frames are asked for: SimulationBusyError at the first where another run has not ended; AbortedError after the block in
   *   which the signal came; whatever `onProgress` throws. Each time the simulation can go on: with `run` again, or from its snapshot.
   */
  run(stretch: SimulationStretch): AsyncGenerator<SimulationFrame, void, undefined> {
    check('stretch', stretchShape, stretch)
    return this.#run({ ...stretch })
  }

  async *#run(stretch: SimulationStretch): AsyncGenerator<SimulationFrame, void, undefined> {
    if (this.#isRunning) throw new SimulationBusyError()
    this.#isRunning = true
    try {
      yield* this.#frames(stretch)
    } finally {
      this.#isRunning = false
    }
  }

  async *#frames(stretch: SimulationStretch): AsyncGenerator<SimulationFrame, void, undefined> {
    const { blocks } = stretch
    const pace = new Pace(stretch, { phase: 'running', of: blocks })
    while (pace.done < blocks) {
      await pace.turn()
      this.#makeBlock()
      pace.done++
      if (this.block % this.plan.everyBlocks === 0) yield this.#interval.frame(this.ledger, this.block)
    }
    pace.tell()
  }

  /** The simulation at this block as bytes, but for the policy. PERF: writes every record of the chain, about 1.3 MB a subnet of 256 neurons. */
  snapshot(): Uint8Array {
    const held = encodeCanonical([
      planText(this.plan),
      this.#foundedAtBlock,
      this.#interval.encode(),
      this.#refusals.encode(),
      this.ledger.snapshot(),
    ])
    return encodeCanonical([FORMAT, sha256(held), held])
  }

  #makeBlock(): void {
    const calls = this.#calls(this.block + 1)
    const block = makeBlock(this.ledger, calls)
    this.#interval.add(block, (position) => netuidOf(calls[position]))
    this.#refusals.add(block)
  }

  /** All speak in block 0; then subnets have their turns one after the other, as far apart as they can be. */
  #calls(block: BlockNumber): TestCall[] {
    const { plan, cast, pauseBlocks } = this.#scene
    const { subnets } = cast
    if (block === 0) return subnets.flatMap((subnet) => weightCalls(this.#scene, subnet, 0))
    const speaking = block < pauseBlocks ? [] : turnsAt(block, plan.weightsEveryBlocks, subnets)
    const trading = turnsAt(block, plan.tempoBlocks, subnets)
    return [
      ...speaking.flatMap(({ subnet, round }) => weightCalls(this.#scene, subnet, round)),
      ...trading.flatMap(({ subnet, round }) => tradeCalls(this.#scene, this.ledger, subnet, round)),
    ]
  }
}

interface Turn {
  readonly subnet: SubnetCast
  readonly round: number
}

/** Whose turn it is in a block, where each has one in every `every` blocks. */
function turnsAt(block: BlockNumber, every: number, subnets: readonly SubnetCast[]): Turn[] {
  const phase = block % every
  const first = Math.ceil((phase * subnets.length) / every)
  const end = Math.ceil(((phase + 1) * subnets.length) / every)
  return subnets.slice(first, end).map((subnet) => ({ subnet, round: Math.floor(block / every) }))
}

function netuidOf(call: TestCall | undefined): Netuid {
  return call !== undefined && 'netuid' in call.args ? Number(call.args.netuid) : 0
}

function makeBlock(ledger: Ledger, calls: readonly TestCall[]): FinalizedBlock {
  const block = ledger.finalizeBlock(calls.map((call) => ledger.testCall(call)))
  ledger.commit()
  assert(block.dropped.length === 0, 'a chain that takes calls of test origin drops none')
  return block
}

function sceneOf(plan: SimulationPlan, cast: Cast): Scene {
  return { plan, cast, seed: new SeededRandom(plan.seed).nextU32(), pauseBlocks: weightsPauseBlocks(plan) }
}

function ledgerOptions(policy: EmissionPolicy | undefined) {
  return { runEpoch: epochFunction(), ...(policy === undefined ? {} : { policy }) }
}

/** Lets others have their turn while blocks are made, and looks whether they shall go on. */
class Pace {
  done = 0
  readonly #wait: SimulationWait
  readonly #phase: Pick<SimulationProgress, 'phase' | 'of'>
  #turnedAtMs = systemClock.now()

  constructor(wait: SimulationWait, phase: Pick<SimulationProgress, 'phase' | 'of'>) {
    this.#wait = wait
    this.#phase = phase
  }

  /** @throws AbortedError */
  async turn(): Promise<void> {
    if (systemClock.now() - this.#turnedAtMs >= SLICE_MS) {
      this.tell()
      await sleep(systemClock, 0)
      this.#turnedAtMs = systemClock.now()
    }
    const { signal } = this.#wait
    if (signal?.aborted) throw new AbortedError({ what: 'The simulation', cause: signal.reason })
  }

  tell(): void {
    this.#wait.onProgress?.({ ...this.#phase, done: this.done })
  }
}

function readSnapshot(bytes: Uint8Array) {
  const [format, hash, held] = listIn(bytes)
  if (format !== FORMAT) throw new SnapshotError({ why: `it is no simulation of the format ${FORMAT}` })
  if (!(hash instanceof Uint8Array) || !(held instanceof Uint8Array)) throw damaged()
  // The chain hashes to what its head says; the rest would be believed.
  if (!bytesEqual(hash, sha256(held))) throw damaged()
  const [plan, foundedAtBlock, interval, refusals, chain] = listIn(held)
  if (typeof plan !== 'string' || typeof foundedAtBlock !== 'number') throw damaged()
  if (!Array.isArray(refusals)) throw damaged()
  if (!Array.isArray(interval) || !(chain instanceof Uint8Array)) throw damaged()
  return {
    plan: planFrom(plan),
    foundedAtBlock,
    interval: interval.filter((part) => part instanceof Uint8Array),
    refusals,
    chain,
  }
}

/** A plan as text: settings may be larger than canonical bytes hold. */
function planText(plan: SimulationPlan): string {
  return JSON.stringify(plan, (_, value) => (typeof value === 'bigint' ? { $int: String(value) } : value))
}

function planFrom(text: string): SimulationPlan {
  try {
    return planOf(
      JSON.parse(text, (_, value) =>
        typeof value === 'object' && value !== null && '$int' in value ? BigInt(value.$int) : value,
      ),
    )
  } catch (cause) {
    throw damaged(cause)
  }
}

function listIn(bytes: Uint8Array): readonly unknown[] {
  try {
    const value = decodeCanonical(bytes)
    return Array.isArray(value) ? value : []
  } catch (cause) {
    throw damaged(cause)
  }
}

const damaged = (cause?: unknown): SnapshotError =>
  new SnapshotError({ why: 'the bytes of the simulation are damaged', cause })
