import type { Clock } from '../clock/index.js'
import type { CallOptions } from '../dendrite/index.js'
import type { Metagraph } from '../metagraph/index.js'
import type { CallResult, CallScope } from '../synapse/index.js'
import type { BlockNumber, Hotkey } from '../units/index.js'

/** What work may use besides its request. Calls that it makes over a dendrite of its own are given it as `within`. */
export interface WorkContext extends CallScope {
  /** The miner's own hotkey. */
  readonly hotkey: Hotkey
  /** Verified hotkey of who asks. */
  readonly caller: Hotkey
  readonly receivedAtMs: number
  /** Aborted when the miner stops: what it has opened or written it can close or delete then. */
  readonly stopped: AbortSignal
  readonly clock: Clock
  /** The subnet as the miner sees it now: as of the newest block, or of an older one that it has not changed since. */
  metagraph(): Promise<Metagraph>
  /** The newest block that the miner has seen: whether a moment has come that the chain's blocks tell. */
  block(): BlockNumber
  /**
   * Hash of a block that the miner has seen, hex: the chance that came with it. `taskSeed` makes of it what a validator's `round.seedAt` and `round.wait` give.
   *
   * @throws InvalidArgumentError for a block that has not come yet.
   * @throws BlocksGoneError for one that the chain's node keeps no more.
   * @throws ChainClosedError where the chain has ended.
   * @throws AbortedError when the call is over first.
   */
  hashAt(block: BlockNumber): Promise<string>
}

/** How another neuron is asked. */
export type AskOptions = Pick<CallOptions, 'timeoutMs' | 'signal'>

/** What an answer may use besides the task. */
export interface AnswerContext<Task, Answer> extends WorkContext {
  /** Asks another neuron of the subnet the same kind of question, as this miner, in what is left of this answer's own time. */
  ask(hotkey: Hotkey, task: Task, options?: AskOptions): Promise<CallResult<Answer>>
}

/** What a stream of chunks may use besides the request. */
export interface StreamContext<Request, Chunk> extends WorkContext {
  /**
   * Asks another neuron of the subnet for the same kind of stream, as this miner, in what is left of this one's own time.
   *
   * @throws CallFailedError when it ends otherwise than by its own end.
   */
  ask(hotkey: Hotkey, request: Request, options?: AskOptions): AsyncIterable<Chunk>
}

/** A miner's work: one task in, one answer out. An answer that does not fit the synapse's schema never leaves. */
export type AnswerTask<Task, Answer> = (
  task: Task,
  context: AnswerContext<Task, Answer>,
) => Answer | Promise<Answer>

/** A miner's work in parts: the next chunk is asked for when the caller has room for it. */
export type AnswerStream<Request, Chunk> = (
  request: Request,
  context: StreamContext<Request, Chunk>,
) => AsyncIterable<Chunk>
