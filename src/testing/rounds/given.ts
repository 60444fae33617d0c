import {
  assertMade,
  check,
  custom,
  durationMs,
  func,
  made,
  oneOf,
  optional,
  shape,
  text,
} from '../../checks/index.js'
import type { RoundMiner, Source } from '../../mechanism/index.js'
import {
  assertSynapse,
  type Status,
  type StreamSynapse,
  type Synapse,
  statusTable,
} from '../../synapse/index.js'

/** How one ask ends. */
export type ReplyParts<Answer> =
  | { readonly status?: 'ok'; readonly answer: Answer; readonly elapsedMs?: number }
  | { readonly status: Exclude<Status, 'ok'>; readonly answer?: undefined; readonly elapsedMs?: number }

/** How one ask ends, where it is not at once with an answer. Made by {@link replied}. */
export class GivenReply<Answer> {
  readonly parts: ReplyParts<Answer>

  constructor(mark: typeof made, parts: ReplyParts<Answer>) {
    assertMade(mark, 'GivenReply', 'replied({ answer, elapsedMs })')
    this.parts = parts
  }
}

/** One part of a stream. */
export interface GivenPart<Chunk> {
  readonly chunk: Chunk
  /** When it arrives, since it was asked for. Default: with the part before. */
  readonly afterMs?: number
}

/** What a stream gives, in order, and how it ends where that is not `ok`. */
export type GivenStream<Chunk> =
  | readonly GivenPart<Chunk>[]
  | { readonly parts: readonly GivenPart<Chunk>[]; readonly status: Exclude<Status, 'ok'> }

type MayWait<T> = T | Promise<T>

/** What stands for the miners of one synapse: given the request, and who is asked. */
export type GivenAnswer<Request, Answer> = (
  request: Request,
  miner: RoundMiner,
) => MayWait<Answer | GivenReply<Answer>>

/** What stands for the miners of one stream. */
export type GivenChunks<Request, Chunk> = (request: Request, miner: RoundMiner) => MayWait<GivenStream<Chunk>>

/** What stands for a source. What it throws is an outage. */
export type GivenValue<Query, Value> = (query: Query) => MayWait<Value>

/** What a round is given in place of one thing outside, by door. */
export type GivenThing =
  | { readonly door: 'ask'; readonly name: string; readonly gives: GivenAnswer<unknown, unknown> }
  | { readonly door: 'stream'; readonly name: string; readonly gives: GivenChunks<unknown, unknown> }
  | { readonly door: 'live'; readonly name: string; readonly gives: GivenValue<unknown, unknown> }

/** What a round is given in place of one thing outside. Made by {@link given}. */
export class Given {
  readonly thing: GivenThing

  constructor(mark: typeof made, thing: GivenThing) {
    assertMade(mark, 'Given', 'given(synapse, answer)')
    this.thing = thing
  }
}

const anything = custom('Pass any value.', () => true)
const replyShape = shape<{ status?: Status; answer?: unknown; elapsedMs?: number }>({
  status: optional(oneOf(Object.keys(statusTable))),
  answer: optional(anything),
  elapsedMs: optional(durationMs()),
})
const sourceName = text({ min: 1, max: 64 })

/**
 * Says how one ask of a round by `roundOf` ends, and after how long.
 *
 * @param parts - its `status`, by default `ok`; the `answer` of one that is; `elapsedMs` of the round's own time, which passes at once, by default 0: from its
 * deadline on an ask ends as `timeout`.
 * @throws InvalidArgumentError naming the part that is wrong.
 *
 * @example
 * ```ts
 * import { defineSynapse } from 'subnetkit/synapse'
 * import { given, replied } from 'subnetkit/testing'
 * import { z } from 'zod'
 *
 * const bid = defineSynapse({ name: 'bid', request: z.number(), answer: z.number() })
 * given(bid, (item, { uid }) => (uid === 0 ? replied({ answer: item, elapsedMs: 40 }) : replied({ status: 'overloaded' })))
 * ```
 */
export function replied<Answer = never>(parts: ReplyParts<Answer>): GivenReply<Answer> {
  check('parts', replyShape, parts)
  return new GivenReply(made, parts)
}

/**
 * Gives a round by `roundOf` what stands for one thing outside: for the miners that answer a synapse, with an answer or with a list of chunks, or for a source.
 *
 * @throws InvalidArgumentError naming the part that is wrong.
 *
 * @example
 * ```ts
 * import { defineStream, defineSynapse } from 'subnetkit/synapse'
 * import { given } from 'subnetkit/testing'
 * import { z } from 'zod'
 *
 * const double = defineSynapse({ name: 'double', request: z.number(), answer: z.number() })
 * const words = defineStream({ name: 'words', request: z.string(), chunk: z.string() })
 *
 * const outside = [
 *   given(double, (value, { uid }) => (uid === 0 ? 2 * value : 0)),
 *   given(words, (text) => text.split(' ').map((chunk, at) => ({ chunk, afterMs: 10 * at }))),
 * ]
 * ```
 */
export function given<Request, Answer>(
  synapse: Synapse<Request, Answer>,
  gives: GivenAnswer<NoInfer<Request>, NoInfer<Answer>>,
): Given
export function given<Request, Chunk>(
  synapse: StreamSynapse<Request, Chunk>,
  gives: GivenChunks<NoInfer<Request>, NoInfer<Chunk>>,
): Given
export function given<Query, Value>(
  source: Source<Query, Value>,
  gives: GivenValue<NoInfer<Query>, NoInfer<Value>>,
): Given
export function given(
  what: Synapse | StreamSynapse | Source<unknown, unknown>,
  gives: GivenThing['gives'],
): Given {
  const isSource = typeof (what as { read?: unknown } | null | undefined)?.read === 'function'
  if (isSource) check('source.name', sourceName, what.name)
  else assertSynapse('synapse', what)
  check('gives', func, gives)
  const door = isSource ? 'live' : (what as Synapse | StreamSynapse).kind === 'unary' ? 'ask' : 'stream'
  return new Given(made, { door, name: what.name, gives } as GivenThing)
}
