import { check, func } from '../../checks/index.js'
import { AsyncContext, type Clock, onAbort, waitOn } from '../../clock/index.js'
import type { CanonicalValue } from '../../codec/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import { SeededRandom } from '../../math/index.js'
import {
  type ArtefactCommit,
  type ArtefactsOptions,
  type AskAllOptions,
  type AskOptions,
  type CodeJob,
  type LiveValue,
  MechanismError,
  type ModelJob,
  type ModelOutput,
  NotScoredError,
  type Reply,
  type Round,
  type RoundLimits,
  type RoundMiner,
  type RunResult,
  type ScriptRun,
  type SoldCall,
  type SoldSynapse,
  type Source,
  type StreamOptions,
  type StreamReply,
  type TaskSeed,
  type WaitUntil,
} from '../../mechanism/index.js'
import { assertSynapse, type StreamSynapse, type Synapse } from '../../synapse/index.js'
import type { BlockNumber, Hotkey } from '../../units/index.js'
import type { ArtefactsInRound } from '../artefacts/RoundArtefacts.js'
import type { SoldCalls } from '../customers/SoldLoan.js'
import { ArtefactDoors } from './ArtefactDoors.js'
import { type Addressee, Asking } from './Asking.js'
import { BlockDoors, type RoundWaiting } from './BlockDoors.js'
import type { Doorway } from './Doorway.js'
import { liveForm } from './liveForm.js'
import { beyond, MinerTally } from './MinerTally.js'
import { frozenCopy, plainValue } from './plainValue.js'
import type { Question } from './Question.js'
import type { RoundClient } from './RoundClient.js'
import { assertSource, queryOf, readSource } from './readSource.js'
import type { Asker } from './requestFaults.js'
import { anyLabel, askOptions, checkAskAllOptions, secretOptions, streamOptions } from './roundArguments.js'
import type { RoundBlocks } from './roundBlocks.js'
import { secretSeed } from './roundSecret.js'
import { secretForm } from './secretForm.js'
import { soldForm } from './soldForm.js'
import { TimeLimit } from './TimeLimit.js'

/** What a round is made of. */
export interface LiveRoundParts<State extends CanonicalValue> {
  readonly asker: Asker
  readonly client: RoundClient
  readonly clock: Clock
  readonly seed: TaskSeed
  readonly block: BlockNumber
  readonly mechanismId: number
  /** Whose round it is. */
  readonly validator: Hotkey
  readonly miners: readonly RoundMiner[]
  /** Any registered hotkey, and where it is asked; `undefined` for another. */
  readonly addressOf: (hotkey: Hotkey) => Addressee | undefined
  readonly state: State
  readonly limits: RoundLimits
  /** Asks under way at once. */
  readonly concurrency: number
  readonly secretKey: () => Uint8Array
  /** What the mechanism sells; where it is not known, anything may be asked for. */
  readonly sells?: readonly SoldSynapse[]
  /** Where artefacts are had from; a round without has none. */
  readonly artefacts?: ArtefactsInRound
  /** Stops the limit of the round's time; what it gives lets it go on. */
  readonly pause?: () => () => void
  readonly blocks: RoundBlocks
  /** How it waits for a block; where there is none it cannot. */
  readonly waiting?: RoundWaiting | undefined
  readonly signal: AbortSignal
  /** What customers asked of a synapse, with the chance that is drawn by; only where there may be any. */
  readonly sold?: SoldCalls
  /** What is read in place of a source. Default: the source. */
  readonly sourceFor?: <Query, Value>(source: Source<Query, Value>) => Source<Query, Value>
  /** Where what comes from outside comes through. */
  readonly doorway: Doorway
}

/** The script of one miner. */
interface Script {
  readonly tally: MinerTally
  /** Aborted when it has taken too long, and when the round is over. */
  readonly signal: AbortSignal
  /** None in a replay, in which no time passes. */
  readonly limit: TimeLimit | undefined
}

/** In which script something is done. */
const scripts = new AsyncContext<Script>()

/** A round that asks the world. */
export class LiveRound<State extends CanonicalValue> implements Round<State> {
  readonly #parts: LiveRoundParts<State>
  readonly #doorway: Doorway
  readonly #asking: Asking
  readonly #artefacts: ArtefactDoors
  readonly #blocks: BlockDoors
  readonly #tallies = new Map<Hotkey, MinerTally>()
  #startedAtMs: number
  #state: State | undefined
  #ofRound: ReadonlySet<Hotkey> | undefined
  #reads = 0
  /** Doors that were called and have not given anything yet. */
  #open = 0

  constructor(parts: LiveRoundParts<State>) {
    this.#parts = parts
    this.#doorway = parts.doorway
    this.#startedAtMs = parts.clock.now()
    this.#asking = new Asking({
      ...parts,
      signal: () => scripts.current?.signal ?? parts.signal,
      pauser: () => {
        const limit = scripts.current?.limit
        return () => limit?.pause() ?? (() => {})
      },
      sinceBegin: () => this.#sinceBegin(),
      secret: (label) => new SeededRandom(this.#secretSeed(label, parts.block)),
    })
    this.#blocks = new BlockDoors({
      ...parts,
      script: () => this.#script,
      read: (name) => this.#countRead(name),
      open: () => this.#open,
    })
    this.#artefacts = new ArtefactDoors({
      ...parts,
      artefacts: parts.artefacts,
      doorway: this.#doorway,
      signal: () => scripts.current?.signal ?? parts.signal,
      read: (name) => this.#countRead(name),
      pause: () => this.#pause(),
    })
  }

  get seed(): TaskSeed {
    return this.#parts.seed
  }

  get block(): BlockNumber {
    return this.#parts.block
  }

  get validator(): Hotkey {
    return this.#parts.validator
  }

  get miners(): readonly RoundMiner[] {
    return this.#parts.miners
  }

  get signal(): AbortSignal {
    return this.#parts.signal
  }

  get state(): State {
    this.#state ??= frozenCopy(this.#parts.state)
    return this.#state
  }

  /** What each miner did that was asked, or whose script failed. */
  get tallies(): ReadonlyMap<Hotkey, MinerTally> {
    return this.#tallies
  }

  /** Ends the round. What was under way then. */
  end(): readonly Question[] {
    const left = this.#doorway.underWay.filter(({ signal }) => signal?.aborted !== true)
    this.#doorway.close()
    return left
  }

  ask<Request, Answer, Kept = Answer>(
    miner: RoundMiner | Hotkey,
    synapse: Synapse<Request, Answer>,
    request: NoInfer<Request>,
    options: AskOptions<Answer, Kept> = {},
  ): Promise<Reply<Kept>> {
    return this.#door(LiveRound.prototype.ask, () =>
      this.#outside(async () => {
        this.#assertAsk('ask', synapse, 'unary')
        check('options', askOptions, options)
        return await this.#asking.one(this.#addressee(miner), synapse, request, options)
      }),
    )
  }

  askAll<Request, Answer, Kept = Answer>(
    synapse: Synapse<Request, Answer>,
    request: NoInfer<Request> | ((miner: RoundMiner) => NoInfer<Request> | undefined),
    options: AskAllOptions<Answer, Kept> = {},
  ): Promise<readonly Reply<Kept>[]> {
    return this.#door(LiveRound.prototype.askAll, async () => {
      this.#assertAsk('askAll', synapse, 'unary')
      checkAskAllOptions(options)
      const to = this.miners.map((miner) => ({ miner, to: this.#addressee(miner) }))
      return await this.#outside(() => this.#asking.all(to, synapse, request, options))
    })
  }

  stream<Request, Chunk>(
    miner: RoundMiner | Hotkey,
    synapse: StreamSynapse<Request, Chunk>,
    request: NoInfer<Request>,
    options: StreamOptions<Chunk> = {},
  ): Promise<StreamReply<Chunk>> {
    return this.#door(LiveRound.prototype.stream, () =>
      this.#outside(async () => {
        this.#assertAsk('stream', synapse, 'stream')
        check('options', streamOptions, options)
        return await this.#asking.stream(this.#addressee(miner), synapse, request, options)
      }),
    )
  }

  each<T>(script: (miner: RoundMiner) => Promise<T>): Promise<readonly ScriptRun<T>[]> {
    return this.#door(LiveRound.prototype.each, async () => {
      this.#doorway.assertOpen('each')
      check('script', func, script)
      return await Promise.all(this.miners.map((miner) => this.#run(miner, script)))
    })
  }

  random(label: string): SeededRandom {
    check('label', anyLabel, label)
    return this.seed.random.fork(label)
  }

  secret(label: string, options: { readonly block?: BlockNumber } = {}): SeededRandom {
    check('label', anyLabel, label)
    check('options', secretOptions, options)
    const { block = this.block } = options
    if (block > this.block) {
      const remedy = `Pass the block of this round, ${this.block}, or of an earlier one.`
      throw new InvalidArgumentError({ field: 'options.block', value: block, remedy })
    }
    const question = { door: 'secret', name: label, asked: block } as const
    const seed = this.#doorway.calledBy(LiveRound.prototype.secret, () =>
      this.#doorway.passNow(question, () => this.#secretSeed(label, block), secretForm),
    )
    return new SeededRandom(seed)
  }

  live<Query, Value>(source: Source<Query, Value>, query: NoInfer<Query>): Promise<LiveValue<Value>> {
    return this.#door(LiveRound.prototype.live, () => this.#live(source, query))
  }

  record<T extends CanonicalValue>(name: string, work: () => T | Promise<T>): Promise<T> {
    return this.#door(LiveRound.prototype.record, () => this.#record(name, work))
  }

  artefacts(kind: string, options: ArtefactsOptions = {}): Promise<readonly ArtefactCommit[]> {
    return this.#door(LiveRound.prototype.artefacts, () => this.#artefacts.list(kind, options))
  }

  bytes(commit: ArtefactCommit, options: { readonly maxBytes: number }): Promise<Uint8Array | undefined> {
    return this.#door(LiveRound.prototype.bytes, () => this.#artefacts.bytes(commit, options))
  }

  runCode<Out>(what: ArtefactCommit | string, job: CodeJob<Out>): Promise<RunResult<Out>> {
    return this.#door(LiveRound.prototype.runCode, () => this.#artefacts.runCode(what, job))
  }

  runModel(
    commit: ArtefactCommit,
    job: ModelJob,
  ): Promise<RunResult<{ readonly [name: string]: ModelOutput }>> {
    return this.#door(LiveRound.prototype.runModel, () => this.#artefacts.runModel(commit, job))
  }

  seedAt(block: BlockNumber): Promise<TaskSeed> {
    return this.#door(LiveRound.prototype.seedAt, () => this.#blocks.seedAt(block))
  }

  wait(until: WaitUntil): Promise<TaskSeed> {
    return this.#door(LiveRound.prototype.wait, async () => {
      const seed = await this.#blocks.wait(until)
      this.#startedAtMs = this.#parts.clock.now()
      return seed
    })
  }

  async #live<Query, Value>(source: Source<Query, Value>, query: Query): Promise<LiveValue<Value>> {
    this.#doorway.assertOpen('live')
    assertSource(source)
    this.#countRead(source.name)
    const asked = await queryOf(source, query)
    const { clock, limits, sourceFor = (one) => one } = this.#parts
    const { hotkey, signal } = this.#script
    const read = async (): Promise<LiveValue<Value>> => {
      const bound = { clock, signal, valueBytes: limits.valueBytes }
      const given = await readSource(sourceFor(source), asked, bound)
      return { ...given, readAtMs: this.#sinceBegin() }
    }
    return await this.#doorway.pass(
      { door: 'live', name: source.name, hotkey, asked, signal },
      read,
      liveForm<Value>(),
    )
  }

  async #record<T extends CanonicalValue>(name: string, work: () => T | Promise<T>): Promise<T> {
    check('name', anyLabel, name)
    check('work', func, work)
    this.#doorway.assertOpen('record')
    this.#countRead(name)
    const { valueBytes } = this.#parts.limits
    return await this.#doorway.pass({ door: 'record', name, ...this.#script }, async () =>
      plainValue(await work(), `record ${name}`, valueBytes),
    )
  }

  sold<Request, Answer>(synapse: Synapse<Request, Answer>): readonly SoldCall<Request, Reply<Answer>>[]
  sold<Request, Chunk>(
    synapse: StreamSynapse<Request, Chunk>,
  ): readonly SoldCall<Request, StreamReply<Chunk>>[]
  sold(synapse: Synapse | StreamSynapse): readonly SoldCall<unknown, never>[] {
    this.#doorway.assertOpen('sold')
    assertSynapse('synapse', synapse)
    const { name } = synapse
    if (this.#parts.sells?.some((one) => one.synapse.name === name) === false) {
      throw new InvalidArgumentError({
        field: 'synapse.name',
        value: name,
        remedy: 'List it in sells of the mechanism.',
      })
    }
    const question = { door: 'sold', name, signal: this.signal } as const
    const rows = (): readonly SoldCall<unknown, never>[] =>
      this.#parts.sold?.(name, (label) => new SeededRandom(this.#secretSeed(label, this.block))) ?? []
    return this.#doorway.calledBy(LiveRound.prototype.sold, () =>
      this.#doorway.passNow(question, rows, soldForm),
    )
  }

  /** In whose script something is done, and until when. */
  get #script(): { readonly hotkey: Hotkey | undefined; readonly signal: AbortSignal } {
    const script = scripts.current
    return { hotkey: script?.tally.hotkey, signal: script?.signal ?? this.signal }
  }

  /** What a secret stream begins from. */
  #secretSeed(label: string, block: BlockNumber): Uint8Array {
    const { netuid, index } = this.seed
    const { mechanismId, secretKey } = this.#parts
    return secretSeed(secretKey(), { netuid, mechanismId, block, index }, label)
  }

  async #run<T>(miner: RoundMiner, script: (miner: RoundMiner) => Promise<T>): Promise<ScriptRun<T>> {
    const { hotkey, uid } = miner
    const tally = this.#tallyOf(miner)
    try {
      const result = await this.#inTime(tally, async () => await script(miner))
      return { hotkey, uid, status: 'ok', result }
    } catch (cause) {
      if (cause instanceof NotScoredError) {
        tally.isNotScored = true
        return { hotkey, uid, status: 'notScored', why: cause.shortMessage }
      }
      const error = cause instanceof MechanismError ? cause : MechanismError.threw('play', cause)
      tally.faults.push(error)
      return { hotkey, uid, status: 'fault', why: error.shortMessage }
    }
  }

  /** Runs a script within its time. @throws MechanismError when that is over; it goes on by itself, and its asks are cancelled. */
  async #inTime<T>(tally: MinerTally, work: () => Promise<T>): Promise<T> {
    const { clock, signal, limits } = this.#parts
    const over = new AbortController()
    const forget = onAbort(signal, () => over.abort())
    let giveUp = (_: MechanismError): void => {}
    const late = new Promise<never>((_, reject) => {
      giveUp = reject
    })
    let limit: TimeLimit | undefined
    const end = this.#doorway.mayCome(
      { door: 'each', name: '', hotkey: tally.hotkey },
      (came) => {
        const made = new TimeLimit(clock, limits.scriptMs, came)
        limit = made
        return () => made.end()
      },
      () => {
        over.abort()
        giveUp(beyond(`did not end a miner's script within ${limits.scriptMs / 1_000} s`, 'scriptMs'))
      },
    )
    try {
      return await Promise.race([scripts.run({ tally, signal: over.signal, limit }, work), late])
    } finally {
      end()
      forget()
    }
  }

  /** What is run in a sandbox takes time of nobody. */
  #pause(): () => void {
    const goOn = [this.#parts.pause?.(), scripts.current?.limit?.pause()]
    return () => {
      for (const one of goOn) one?.()
    }
  }

  #countRead(name: string): void {
    const tally = scripts.current?.tally
    if (tally !== undefined) {
      tally.read(name)
      return
    }
    const { reads } = this.#parts.limits
    if (this.#reads++ < reads) return
    throw beyond(`read more than ${reads} times in a round, the last time ${name}`, 'reads')
  }

  #assertAsk(door: string, synapse: unknown, kind: 'unary' | 'stream'): void {
    this.#doorway.assertOpen(door)
    assertSynapse('synapse', synapse, kind)
  }

  #addressee(miner: RoundMiner | Hotkey): Addressee & { readonly tally: MinerTally } {
    const hotkey = typeof miner === 'string' ? miner : miner?.hotkey
    const found = typeof hotkey === 'string' ? this.#found(hotkey) : undefined
    if (found !== undefined) return { ...found, tally: this.#tallyOf(found) }
    throw new InvalidArgumentError({
      field: 'miner',
      value: miner,
      remedy: 'Pass one of round.miners, or the hotkey of a registered miner.',
    })
  }

  /** Where one of the round is asked, or any that is registered: that is a fact of the chain. */
  #found(hotkey: Hotkey): Addressee | undefined {
    const address = this.#parts.addressOf(hotkey)
    this.#ofRound ??= new Set(this.miners.map((miner) => miner.hotkey))
    if (this.#ofRound.has(hotkey)) return address
    const question = { door: 'registered', name: '', hotkey } as const
    const uid = this.#doorway.passNow(question, () => address?.uid ?? null)
    return uid === null ? undefined : { hotkey, uid, address: address?.address ?? null }
  }

  #tallyOf(miner: Pick<RoundMiner, 'hotkey' | 'uid'>): MinerTally {
    const before = this.#tallies.get(miner.hotkey)
    if (before !== undefined) return before
    const tally = new MinerTally(miner, this.#parts)
    this.#tallies.set(miner.hotkey, tally)
    return tally
  }

  /** What an author called: a replay says where. */
  #door<T>(door: (...args: never[]) => unknown, work: () => Promise<T>): Promise<T> {
    this.#open++
    const given = this.#doorway.calledBy(door, work)
    const close = (): void => void this.#open--
    // Before whoever awaits it goes on. Where nobody waits for it, its failure ends no process: `play` is told of that otherwise.
    given.then(close, close)
    return given
  }

  /** Waits for miners: time passes meanwhile, also for work that the clock holds. */
  #outside<T>(work: () => Promise<T>): Promise<T> {
    return waitOn(this.#parts.clock, work)
  }

  #sinceBegin(): number {
    return this.#parts.clock.now() - this.#startedAtMs
  }
}
