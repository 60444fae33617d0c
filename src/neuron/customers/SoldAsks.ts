import type { Clock } from '../../clock/index.js'
import {
  CallFailedError,
  type CallOptions,
  failureOf,
  isRequestTooLarge,
  type Target,
} from '../../dendrite/index.js'
import { assert } from '../../errors/index.js'
import type { Metagraph } from '../../metagraph/index.js'
import type { CallResult, Status, StreamSynapse, Synapse } from '../../synapse/index.js'
import type { Hotkey } from '../../units/index.js'
import { forChecked, type RoundClient } from '../play/RoundClient.js'
import { sizeOf } from '../play/sizeOf.js'
import { ChunkBuffer } from './ChunkBuffer.js'
import type { CustomerCall } from './CustomerCall.js'
import type { DetachedWork } from './DetachedWork.js'
import { MinerPlaces } from './MinerPlaces.js'
import type { SoldReply } from './SoldRows.js'

/** What a row weighs besides what was asked and answered. */
const ROW_WEIGHT = 200

/** What asking for customers needs. */
export interface SoldAsksParts {
  readonly hotkey: Hotkey
  readonly client: RoundClient
  readonly clock: Clock
  readonly places: number
  readonly detached: DetachedWork
  /** The subnet as it was last seen. */
  readonly known: () => Metagraph | undefined
}

/**
 * The client by which miners are asked for customers. What a miner sees is what it sees of a round: the same client, the deadline of the synapse, a request id made anew and no
 * trace. Each ask goes on to its own end and is kept as a row, whatever came of the call meanwhile; only a customer that is gone ends it.
 */
export class SoldAsks {
  readonly hotkey: Hotkey
  readonly #parts: SoldAsksParts
  readonly #places: MinerPlaces
  readonly #calls = new Map<string, CustomerCall>()

  constructor(parts: SoldAsksParts) {
    this.hotkey = parts.hotkey
    this.#parts = parts
    this.#places = new MinerPlaces(parts.places)
  }

  /** Takes in a call, so that its asks are known by its id. */
  begin(call: CustomerCall): void {
    this.#calls.set(call.id, call)
  }

  end({ id }: CustomerCall): void {
    this.#calls.delete(id)
  }

  async call<Request, Answer>(
    synapse: Synapse<Request, Answer>,
    target: Target,
    request: Request,
    { requestId }: CallOptions = {},
  ): Promise<CallResult<Answer>> {
    const call = this.#calls.get(requestId ?? '')
    // The router would like to know whether a miner that is silent is there: no round asks that, so no miner is asked.
    if (call === undefined)
      return { ...failureOf('unknownSynapse', true), requestId: requestId ?? '', elapsedMs: 0 }
    return await this.#parts.detached.run(() => this.#ask(call, synapse, target, request))
  }

  async *stream<Request, Chunk>(
    synapse: StreamSynapse<Request, Chunk>,
    target: Target,
    request: Request,
    { requestId, signal }: CallOptions = {},
  ): AsyncGenerator<Chunk, void, undefined> {
    const call = this.#calls.get(requestId ?? '')
    assert(call !== undefined, 'a stream is asked for within a call')
    const buffer = new ChunkBuffer<Chunk>()
    void this.#parts.detached.run(() => this.#read(call, synapse, target, request, buffer))
    yield* buffer.read(signal, () => failed(call, failureOf('cancelled', false)))
  }

  async #ask<Request, Answer>(
    call: CustomerCall,
    synapse: Synapse<Request, Answer>,
    target: Target,
    request: Request,
  ): Promise<CallResult<Answer>> {
    const { client } = this.#parts
    const { sale, signal } = call
    const leave = await this.#places.take(target.hotkey, signal)
    const notAsked = { ...failureOf('cancelled', true), requestId: call.id, elapsedMs: 0 }
    if (leave === undefined) return notAsked
    const done = call.asks(target.hotkey)
    try {
      if (signal.aborted) return notAsked
      const { timeoutMs } = sale
      const result = await client.call(forChecked(synapse), target, request, { timeoutMs, signal })
      const { elapsedMs } = result
      if (result.status !== 'ok') {
        // Nobody was asked.
        if (!isRequestTooLarge(result.reason))
          this.#keep(call, target.hotkey, request, { status: result.status, elapsedMs }, 0)
        return { ...result, requestId: call.id }
      }
      const { bytesPerMiner } = sale.limits
      const weight = sizeOf(result.answer, bytesPerMiner)
      if (weight > bytesPerMiner) {
        this.#keep(call, target.hotkey, request, { status: 'tooLarge', elapsedMs }, 0)
        return { ...failureOf('tooLarge', false), requestId: call.id, elapsedMs }
      }
      this.#keep(call, target.hotkey, request, { status: 'ok', answer: result.answer, elapsedMs }, weight)
      return result
    } finally {
      done()
      leave()
    }
  }

  /** Reads a stream as a round does, however slowly its customer reads: its parts have the times at which they came. */
  async #read<Request, Chunk>(
    call: CustomerCall,
    synapse: StreamSynapse<Request, Chunk>,
    target: Target,
    request: Request,
    buffer: ChunkBuffer<Chunk>,
  ): Promise<void> {
    const { client, clock } = this.#parts
    const { sale, signal } = call
    const { bytesPerMiner, partsPerStream } = sale.limits
    const notAsked = (): void => buffer.end({ error: failed(call, failureOf('cancelled', true)) })
    const leave = await this.#places.take(target.hotkey, signal)
    if (leave === undefined) return notAsked()
    const done = call.asks(target.hotkey)
    try {
      if (signal.aborted) return notAsked()
      const sentAtMs = clock.now()
      const parts: { readonly chunk: Chunk; readonly atMs: number }[] = []
      let weight = 0
      const ended = (status: Status): void => {
        const elapsedMs = clock.now() - sentAtMs
        this.#keep(call, target.hotkey, request, { status, parts, elapsedMs }, weight)
      }
      try {
        const { timeoutMs } = sale
        for await (const chunk of client.stream(forChecked(synapse), target, request, {
          timeoutMs,
          signal,
        })) {
          const left = bytesPerMiner - weight
          const size = sizeOf(chunk, left)
          if (parts.length >= partsPerStream || size > left) throw failed(call, failureOf('tooLarge', false))
          weight += size
          parts.push({ chunk, atMs: clock.now() - sentAtMs })
          buffer.push(chunk)
        }
        ended('ok')
        buffer.end()
      } catch (error) {
        if (error instanceof CallFailedError && !isRequestTooLarge(error.reason)) ended(error.status)
        buffer.end({ error })
      }
    } finally {
      done()
      leave()
    }
  }

  #keep(
    { customer, sale, requestWeight }: CustomerCall,
    hotkey: Hotkey,
    request: unknown,
    reply: Omit<SoldReply, 'hotkey' | 'sentAtMs'>,
    weight: number,
  ): void {
    const metagraph = this.#parts.known()
    const uid = metagraph?.uidOf(hotkey)
    const registeredAtBlock = uid === undefined ? undefined : metagraph?.columns.registeredAtBlock[uid]
    // It left the subnet meanwhile.
    if (registeredAtBlock === undefined) return
    sale.rows.add({
      hotkey,
      registeredAtBlock,
      customer,
      request,
      reply: { hotkey, ...reply, sentAtMs: 0 },
      weight: ROW_WEIGHT + requestWeight + weight,
    })
  }
}

function failed({ id, sale }: CustomerCall, failure: ReturnType<typeof failureOf>): CallFailedError {
  return new CallFailedError({ synapse: sale.synapse.name, requestId: id, ...failure })
}
