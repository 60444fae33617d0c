import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { CanonicalValue } from '../codec/index.js'
import type { SeededRandom } from '../math/index.js'
import type { Status, StreamSynapse, Synapse } from '../synapse/index.js'
import type { Address, BlockNumber, Hotkey, Uid } from '../units/index.js'
import type {
  ArtefactCommit,
  ArtefactsOptions,
  CodeJob,
  ModelJob,
  ModelOutput,
  RunResult,
} from './artefacts.js'
import type { MinerResponse, TaskSeed } from './types.js'

/** A miner of a round. */
export interface RoundMiner {
  readonly hotkey: Hotkey
  readonly uid: Uid
  readonly coldkey: Address
  readonly registeredAtBlock: BlockNumber
}

/** How a miner is asked. */
export interface AskOptions<Answer, Kept> {
  /** Its deadline. Default 1,000. */
  readonly timeoutMs?: number
  /** The ask is sent within this time, at a moment that no miner can know. Default 0: at once. */
  readonly withinMs?: number
  /** Reduces an answer to plain values before it is kept. Pure. Where it throws, that is this miner's fault. */
  readonly keep?: (answer: Answer) => Kept
}

/** How all miners are asked. */
export interface AskAllOptions<Answer, Kept> extends AskOptions<Answer, Kept> {
  /** All are sent at one moment, or none is, where the validator's `concurrency` is too small for that. Default false. */
  readonly together?: boolean
}

/**
 * What one ask came to. `fault` says what was wrong with what was to be asked of this miner, or done with its answer, with the status `failed`: a request that does
 * not fit, an ask too many, a `keep` that throws.
 */
export type Reply<Answer> = MinerResponse<Answer> & {
  /** Since the round began. */
  readonly sentAtMs: number
  readonly fault?: string
}

/** One part of a stream. */
export interface StreamPart<Chunk> {
  readonly chunk: Chunk
  /** When it arrived, since the round began. */
  readonly atMs: number
}

/** How a stream is asked for. */
export interface StreamOptions<Chunk> extends Pick<AskOptions<never, never>, 'timeoutMs' | 'withinMs'> {
  /** Ends the reading with this chunk when it gives true; the status is `ok`. Pure. */
  readonly until?: (chunk: Chunk, count: number) => boolean
}

/** What one stream came to. */
export interface StreamReply<Chunk> {
  readonly hotkey: Hotkey
  readonly uid: Uid
  /** `ok` where it came to its end, or `until` ended it. */
  readonly status: Status
  /** In order; those before a failure too. */
  readonly parts: readonly StreamPart<Chunk>[]
  readonly sentAtMs: number
  readonly elapsedMs: number
  readonly fault?: string
}

/** How the script of one miner ended. */
export type ScriptRun<T> = { readonly hotkey: Hotkey; readonly uid: Uid } & (
  | { readonly status: 'ok'; readonly result: T; readonly why?: undefined }
  /** It threw: a failed answer of that miner. */
  | { readonly status: 'fault'; readonly result?: undefined; readonly why: string }
  /** What the validator needs itself failed: the miner's standing stays. */
  | { readonly status: 'notScored'; readonly result?: undefined; readonly why: string }
)

/** A call of a customer that this validator passed on to a miner, and what came of it. */
export interface SoldCall<Request, Reply> {
  /** Who was asked. */
  readonly hotkey: Hotkey
  readonly uid: Uid
  /** Who asked: a hotkey that was proven, registered or not. */
  readonly customer: Hotkey
  readonly request: Request
  /** Its times are since it was sent, so `sentAtMs` is 0. A customer that gave up makes it `cancelled`. */
  readonly reply: Reply
}

/** Data from outside. */
export interface Source<Query, Value> {
  readonly name: string
  readonly query: StandardSchemaV1<unknown, Query>
  readonly value: StandardSchemaV1<unknown, Value>
  /** Default 10,000. */
  readonly timeoutMs?: number
  /**
   * Gives what there is, and where it was read. What is not there is a value as well, such as null; an error is thrown for an outage only, for
   * which nobody can be scored. The signal is aborted after `timeoutMs`; what is given within a second after is still taken.
   */
  read(
    query: Query,
    context: { readonly signal: AbortSignal },
  ): Promise<{ readonly value: Value; readonly from: string }>
}

/** A value from outside, and its provenance. */
export interface LiveValue<Value> {
  readonly value: Value
  /** Where it was read, as the source says. */
  readonly from: string
  /** Since the round began. */
  readonly readAtMs: number
}

/** Until when a round waits: so many blocks after the newest one, or for a block by its number. */
export type WaitUntil = { readonly blocks: number } | { readonly untilBlock: BlockNumber }

/**
 * What a mechanism's `play` is handed: the only door to anything outside. Each method rejects with a `MechanismError` once the round is over.
 *
 * @example
 * ```ts
 * import type { Round } from 'subnetkit/mechanism'
 * import { defineSynapse } from 'subnetkit/synapse'
 * import { z } from 'zod'
 *
 * const bid = defineSynapse({ name: 'bid', request: z.number(), answer: z.number() })
 * const prove = defineSynapse({ name: 'prove', request: z.number(), answer: z.string() })
 *
 * async function play(round: Round<null>) {
 *   const bids = await round.askAll(bid, round.random('item').int(100))
 *   const proofs = await round.each((miner) => round.ask(miner, prove, round.secret(miner.hotkey).int(100)))
 *   return { bids, proofs }
 * }
 * ```
 */
export interface Round<State extends CanonicalValue = null> {
  readonly seed: TaskSeed
  /** The block that seeds it. */
  readonly block: BlockNumber
  /** The validator whose round it is. */
  readonly validator: Hotkey
  /** Who is asked in this round, in uid order; those that are known and serve nothing are among them. */
  readonly miners: readonly RoundMiner[]
  /** As it was when the round began; frozen. */
  readonly state: State
  /** Aborted when the round is over, also when the validator stops. */
  readonly signal: AbortSignal

  /** Asks one miner: one of `miners`, or any registered hotkey. Never rejects for what a miner does. */
  ask<Request, Answer, Kept = Answer>(
    miner: RoundMiner | Hotkey,
    synapse: Synapse<Request, Answer>,
    request: NoInfer<Request>,
    options?: AskOptions<Answer, Kept>,
  ): Promise<Reply<Kept>>

  /** Asks all of `miners`, in uid order: the same of all, or what a pure function makes for each; who gets `undefined` is not asked. */
  askAll<Request, Answer, Kept = Answer>(
    synapse: Synapse<Request, Answer>,
    request: NoInfer<Request> | ((miner: RoundMiner) => NoInfer<Request> | undefined),
    options?: AskAllOptions<Answer, Kept>,
  ): Promise<readonly Reply<Kept>[]>

  /** Asks one miner for a stream and reads it. Never rejects for what a miner does. */
  stream<Request, Chunk>(
    miner: RoundMiner | Hotkey,
    synapse: StreamSynapse<Request, Chunk>,
    request: NoInfer<Request>,
    options?: StreamOptions<Chunk>,
  ): Promise<StreamReply<Chunk>>

  /** Runs a script for each of `miners` beside each other; one that fails stops no other. In uid order. */
  each<T>(script: (miner: RoundMiner) => Promise<T>): Promise<readonly ScriptRun<T>[]>

  /** A stream of random numbers that every validator of the round draws alike. A miner knows it as soon as the block is there. */
  random(label: string): SeededRandom

  /**
   * A stream of random numbers that no miner can know, from this validator's secret; other validators draw otherwise. What is shown of it tells the rest of it: take
   * a label for each thing that is shown.
   *
   * @param options.block - of an earlier round, by the block that seeded it.
   */
  secret(label: string, options?: { readonly block?: BlockNumber }): SeededRandom

  /**
   * What customers asked of a synapse that the mechanism `sells` since the last round that counted, the oldest first: all calls, or one per miner, as it says there. In the
   * first task of a round; the others are given none.
   *
   * @throws InvalidArgumentError for a synapse that is not sold.
   */
  sold<Request, Answer>(synapse: Synapse<Request, Answer>): readonly SoldCall<Request, Reply<Answer>>[]
  sold<Request, Chunk>(
    synapse: StreamSynapse<Request, Chunk>,
  ): readonly SoldCall<Request, StreamReply<Chunk>>[]

  /**
   * The seed that a block gave, as of a round that it seeded where each block seeds one: the same at every validator.
   *
   * @param block - that of this round, or an earlier one. How far back is the chain's matter; 1,024 blocks where its node says nothing else.
   * @throws NotScoredError when the chain does not give it any more, MechanismError for a read too many.
   */
  seedAt(block: BlockNumber): Promise<TaskSeed>

  /**
   * Waits for a block, and gives the seed of that block as `seedAt` does. The round is put away meanwhile, and other rounds go on; when the block is there `play` runs again
   * from its first line, is given what was recorded, and goes on for real where that ends, also after a restart. For a mechanism whose `waits` is true; outside `each`, with nothing
   * else under way. A block that has come already is not waited for.
   *
   * @throws MechanismError where it cannot wait, or waits once too often.
   */
  wait(until: WaitUntil): Promise<TaskSeed>

  /**
   * Reads a source. Where it fails, the script of a miner ends as `notScored`.
   *
   * @throws NotScoredError when the source fails, MechanismError for a query that does not fit or a read too many.
   */
  live<Query, Value>(source: Source<Query, Value>, query: NoInfer<Query>): Promise<LiveValue<Value>>

  /**
   * Does work whose result another machine may round otherwise, and gives the result as plain values.
   *
   * @throws what the work throws; MechanismError for a result that is not plain, or one too many.
   */
  record<T extends CanonicalValue>(name: string, work: () => T | Promise<T>): Promise<T>

  /**
   * What miners committed to before the block that seeds this round, of one kind: of registered ones, made in their present registration, the earliest first. Of
   * equal bytes only the earliest counts, once the bytes are known. Bytes that this validator has not are fetched from here on.
   */
  artefacts(kind: string, options?: ArtefactsOptions): Promise<readonly ArtefactCommit[]>

  /** The bytes of an artefact; `undefined` where they cannot be had, or are more than `maxBytes`. In a replay, as many zeros: what is derived from them belongs into `record`. */
  bytes(commit: ArtefactCommit, options: { readonly maxBytes: number }): Promise<Uint8Array | undefined>

  /** Runs a program in the sandbox: an artefact, or source that is given as text. Never rejects for what the program does. */
  runCode<Out>(what: ArtefactCommit | string, job: CodeJob<Out>): Promise<RunResult<Out>>

  /** Runs an ONNX model in the sandbox. Never rejects for what the model does. */
  runModel(
    commit: ArtefactCommit,
    job: ModelJob,
  ): Promise<RunResult<{ readonly [name: string]: ModelOutput }>>
}
