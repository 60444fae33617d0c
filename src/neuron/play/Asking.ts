import { type Clock, sleep } from '../../clock/index.js'
import { CallFailedError, isRequestTooLarge } from '../../dendrite/index.js'
import type { SeededRandom } from '../../math/index.js'
import {
  type AskAllOptions,
  type AskOptions,
  MechanismError,
  type Reply,
  type RoundLimits,
  type RoundMiner,
  type StreamOptions,
  type StreamPart,
  type StreamReply,
} from '../../mechanism/index.js'
import type { AxonInfo } from '../../metagraph/index.js'
import { type Status, type StreamSynapse, type Synapse, validated } from '../../synapse/index.js'
import type { Hotkey, Uid } from '../../units/index.js'
import { AskLine } from './AskLine.js'
import { askForm, type Came, type EndedAsk, type EndedStream, streamForm, witnessed } from './askForms.js'
import type { Doorway } from './Doorway.js'
import type { MinerTally } from './MinerTally.js'
import { plainValue } from './plainValue.js'
import { forChecked, type RoundClient } from './RoundClient.js'
import { type Asker, requestFault, unsendable } from './requestFaults.js'
import { Slots } from './Slots.js'

const TIMEOUT_MS = 1_000

/** A registered hotkey, and where it is asked; `null` where it serves nothing. */
export interface Addressee {
  readonly hotkey: Hotkey
  readonly uid: Uid
  readonly address: AxonInfo | null
}

type Asked = Addressee & { readonly tally: MinerTally }

/** What asking needs of its round. */
export interface AskingParts {
  readonly asker: Asker
  readonly client: RoundClient
  readonly clock: Clock
  readonly limits: RoundLimits
  readonly concurrency: number
  /** That of the script in which an ask is made, or of the round. */
  readonly signal: () => AbortSignal
  /** What stops the time of the script in which an ask is made. */
  readonly pauser: () => () => () => void
  readonly doorway: Doorway
  readonly sinceBegin: () => number
  readonly secret: (label: string) => SeededRandom
}

/** A request as its schema made it, or what is wrong with it. */
type Prepared<Request> =
  | { readonly body: Request; readonly fault?: undefined }
  | { readonly body?: undefined; readonly fault: MechanismError }

/** How one ask is sent. */
interface Sending {
  /** Its slot is taken already. */
  readonly hasSlot?: boolean
  /** The request is that of all miners: where it cannot be sent, it is no miner's fault. */
  readonly isCommon?: boolean
}

/** How the miners of a round are asked. Whatever depends on one of them ends in its own reply. */
export class Asking {
  readonly #parts: AskingParts
  readonly #slots: Slots
  readonly #lines = new Map<Hotkey, AskLine>()

  constructor(parts: AskingParts) {
    this.#parts = parts
    this.#slots = new Slots(parts.concurrency)
  }

  /** Asks one miner. @throws MechanismError in a loop of asks that has long gone beyond what one miner may be asked. */
  async one<Request, Answer, Kept>(
    to: Asked,
    synapse: Synapse<Request, Answer>,
    request: Request,
    options: AskOptions<Answer, Kept>,
  ): Promise<Reply<Kept>> {
    if (to.tally.isInLoop) throw to.tally.tooMany(synapse.name)
    return await this.#send(to, synapse, await this.#prepared(synapse, request), options, {})
  }

  /**
   * Asks many.
   *
   * @throws MechanismError for a request of all that cannot be sent, or more than can be sent together.
   */
  async all<Request, Answer, Kept>(
    miners: readonly { readonly miner: RoundMiner; readonly to: Asked }[],
    synapse: Synapse<Request, Answer>,
    request: Request | ((miner: RoundMiner) => Request | undefined),
    options: AskAllOptions<Answer, Kept>,
  ): Promise<Reply<Kept>[]> {
    const { together = false, ...each } = options
    const [first] = miners
    if (first !== undefined && miners.every(({ to }) => to.tally.isInLoop))
      throw first.to.tally.tooMany(synapse.name)
    const isCommon = typeof request !== 'function'
    const asks = isCommon
      ? await this.#common(miners, synapse, request)
      : await this.#drawn(miners, synapse, request as (miner: RoundMiner) => Request | undefined)
    if (together) await this.#takeTogether(asks, synapse.name)
    const sending = { hasSlot: together, isCommon }
    return await Promise.all(asks.map(({ to, prepared }) => this.#send(to, synapse, prepared, each, sending)))
  }

  /** Asks one miner for a stream and reads it. */
  async stream<Request, Chunk>(
    to: Asked,
    synapse: StreamSynapse<Request, Chunk>,
    request: Request,
    options: StreamOptions<Chunk>,
  ): Promise<StreamReply<Chunk>> {
    const { hotkey, uid, tally } = to
    if (tally.isInLoop) throw tally.tooMany(synapse.name)
    const prepared = await this.#prepared(synapse, request)
    const fault = tally.ask(synapse.name) ?? prepared.fault
    if (fault !== undefined) {
      const words = this.#fails(tally, fault)
      return { hotkey, uid, status: 'failed', parts: [], sentAtMs: 0, elapsedMs: 0, fault: words }
    }
    const signal = this.#parts.signal()
    const question = { door: 'stream', name: synapse.name, hotkey, asked: prepared.body, signal } as const
    const form = streamForm(synapse, options)
    const ended = await this.#parts.doorway.pass(
      question,
      () => this.#streamed(to, synapse, prepared.body as Request, options),
      form,
    )
    const { status, parts, sentAtMs, elapsedMs } = ended
    if (ended.fault === undefined) {
      tally.statuses.push(status)
      return { hotkey, uid, status, parts, sentAtMs, elapsedMs }
    }
    const words = this.#fails(tally, ended.fault)
    return { hotkey, uid, status: 'failed', parts, sentAtMs, elapsedMs, fault: words }
  }

  async #streamed<Request, Chunk>(
    to: Asked,
    synapse: StreamSynapse<Request, Chunk>,
    body: Request,
    options: StreamOptions<Chunk>,
  ): Promise<EndedStream<Chunk>> {
    const { sinceBegin } = this.#parts
    const unsent = (status: Status): EndedStream<Chunk> => {
      return { status, parts: [], bodies: [], sentAtMs: sinceBegin(), elapsedMs: 0 }
    }
    if (to.address === null) return unsent('unreachable')
    if (!(await this.#itsMoment(to, synapse.name, options))) return unsent('cancelled')
    const line = this.#lineOf(to.tally)
    await line.enter(this.#parts.pauser())
    const sentAtMs = sinceBegin()
    const parts: StreamPart<Chunk>[] = []
    const bodies: Uint8Array[] = []
    const ended = (status: Status, fault?: MechanismError): EndedStream<Chunk> => {
      return { status, parts, bodies, sentAtMs, elapsedMs: sinceBegin() - sentAtMs, ...(fault && { fault }) }
    }
    try {
      return ended(await this.#read(to, synapse, body, options, { parts, bodies }))
    } catch (error) {
      if (error instanceof MechanismError) return ended('failed', error)
      throw error
    } finally {
      line.leave()
    }
  }

  /** Reads a stream to its end, or to the end of what its miner may fill. @throws MechanismError for a fault of the author's. */
  async #read<Request, Chunk>(
    { hotkey, address, tally }: Asked,
    synapse: StreamSynapse<Request, Chunk>,
    body: Request,
    { timeoutMs = TIMEOUT_MS, until }: StreamOptions<Chunk>,
    { parts, bodies }: { readonly parts: StreamPart<Chunk>[]; readonly bodies: Uint8Array[] },
  ): Promise<Status> {
    const { client, limits, asker } = this.#parts
    const signal = this.#parts.signal()
    const target = { hotkey, ...(address as AxonInfo) }
    const checked = forChecked(synapse)
    const came: Came = { weight: 0 }
    const asked = { ...checked, chunk: witnessed(checked.chunk, came, this.#witness(tally)) }
    try {
      for await (const chunk of client.stream(asked, target, body, { timeoutMs, signal })) {
        if (parts.length >= limits.partsPerStream || !this.#fits(tally, came)) return 'tooLarge'
        parts.push({ chunk, atMs: this.#parts.sinceBegin() })
        if (came.body !== undefined) bodies.push(came.body)
        if (until !== undefined && ofTheAuthor(() => until(chunk, parts.length))) return 'ok'
      }
      return 'ok'
    } catch (error) {
      if (error instanceof CallFailedError) {
        if (isRequestTooLarge(error.reason)) throw tooLarge(asker, body)
        return error.status
      }
      throw requestFault(asker, error, body) ?? error
    }
  }

  async #send<Request, Answer, Kept>(
    to: Asked,
    synapse: Synapse<Request, Answer>,
    prepared: Prepared<Request>,
    options: AskOptions<Answer, Kept>,
    { hasSlot = false, isCommon = false }: Sending,
  ): Promise<Reply<Kept>> {
    const { hotkey, uid, tally } = to
    const holdsSlot = hasSlot && to.address !== null && prepared.fault === undefined
    try {
      const fault = tally.ask(synapse.name) ?? prepared.fault
      if (fault !== undefined) {
        const words = this.#fails(tally, fault)
        return { hotkey, uid, status: 'failed', sentAtMs: 0, elapsedMs: 0, fault: words }
      }
      const signal = this.#parts.signal()
      const question = { door: 'ask', name: synapse.name, hotkey, asked: prepared.body, signal } as const
      const ended = await this.#parts.doorway.pass(
        question,
        () => this.#asked(to, synapse, prepared.body as Request, options, { hasSlot, isCommon }),
        askForm<Answer, Kept>(synapse, options.keep !== undefined),
      )
      const { sentAtMs, elapsedMs } = ended
      if (ended.fault !== undefined) {
        const words = this.#fails(tally, ended.fault)
        return { hotkey, uid, status: 'failed', sentAtMs, elapsedMs, fault: words }
      }
      const { status } = ended
      tally.statuses.push(status)
      return status === 'ok'
        ? { hotkey, uid, status, answer: ended.answer as Kept, elapsedMs, sentAtMs }
        : { hotkey, uid, status, elapsedMs, sentAtMs }
    } finally {
      if (holdsSlot) this.#slots.give()
    }
  }

  #lineOf({ hotkey }: MinerTally): AskLine {
    const line = this.#lines.get(hotkey) ?? new AskLine(this.#slots)
    this.#lines.set(hotkey, line)
    return line
  }

  /** Takes in what is wrong on the part of a miner; in words. */
  #fails(tally: MinerTally, fault: MechanismError): string {
    tally.faults.push(fault)
    tally.statuses.push('failed')
    return fault.shortMessage
  }

  async #asked<Request, Answer, Kept>(
    to: Asked,
    synapse: Synapse<Request, Answer>,
    body: Request,
    options: AskOptions<Answer, Kept>,
    { hasSlot = false, isCommon = false }: Sending,
  ): Promise<EndedAsk<Kept>> {
    const unsent = (status: Status): EndedAsk<Kept> => {
      return { status, sentAtMs: this.#parts.sinceBegin(), elapsedMs: 0 }
    }
    if (to.address === null) return unsent('unreachable')
    if (!(await this.#itsMoment(to, synapse.name, options))) return unsent('cancelled')
    const line = hasSlot ? undefined : this.#lineOf(to.tally)
    await line?.enter(this.#parts.pauser())
    const sentAtMs = this.#parts.sinceBegin()
    try {
      return await this.#call(to, synapse, body, options, sentAtMs)
    } catch (fault) {
      if (!(fault instanceof MechanismError) || isCommon) throw fault
      return { status: 'failed', fault, sentAtMs, elapsedMs: 0 }
    } finally {
      line?.leave()
    }
  }

  /** @throws MechanismError for a request that cannot be sent. */
  async #call<Request, Answer, Kept>(
    { hotkey, address, tally }: Asked,
    synapse: Synapse<Request, Answer>,
    body: Request,
    { timeoutMs = TIMEOUT_MS, keep }: AskOptions<Answer, Kept>,
    sentAtMs: number,
  ): Promise<EndedAsk<Kept>> {
    const { client, asker } = this.#parts
    const signal = this.#parts.signal()
    const target = { hotkey, ...(address as AxonInfo) }
    const checked = forChecked(synapse)
    const came: Came = { weight: 0 }
    const asked = { ...checked, answer: witnessed(checked.answer, came, this.#witness(tally)) }
    const result = await client.call(asked, target, body, { timeoutMs, signal }).catch((error: unknown) => {
      throw requestFault(asker, error, body) ?? error
    })
    const { elapsedMs } = result
    if (result.status !== 'ok') {
      // Nobody was asked: it is no miner's failure.
      if (isRequestTooLarge(result.reason)) throw tooLarge(asker, body)
      return { status: result.status, elapsedMs, sentAtMs }
    }
    if (!this.#fits(tally, came)) return { status: 'tooLarge', elapsedMs, sentAtMs }
    const { body: sent } = came
    const ended = { status: 'ok', elapsedMs, sentAtMs, ...(sent && { body: sent }) } as const
    if (keep === undefined) return { ...ended, answer: result.answer as unknown as Kept }
    try {
      return { ...ended, answer: this.#kept(result.answer, synapse.name, keep) }
    } catch (fault) {
      return { ...ended, status: 'failed', fault: fault as MechanismError }
    }
  }

  /** Takes in an answer, where there is room for it. */
  #fits(tally: MinerTally, { weight }: Came): boolean {
    if (weight > tally.bytesLeft) return false
    tally.fill(weight)
    return true
  }

  #witness(tally: MinerTally) {
    return { room: () => tally.bytesLeft, isRecorded: this.#parts.doorway.isRecorded }
  }

  /** @throws MechanismError */
  #kept<Answer, Kept>(answer: Answer, synapse: string, keep: (answer: Answer) => Kept): Kept {
    const { valueBytes } = this.#parts.limits
    return plainValue(
      ofTheAuthor(() => keep(answer)),
      `keep of ${synapse}`,
      valueBytes,
    )
  }

  /** Waits for the moment of an ask that is spread; false where the round ended before. */
  async #itsMoment(
    { hotkey, tally }: Asked,
    synapse: string,
    { withinMs = 0 }: { readonly withinMs?: number },
  ): Promise<boolean> {
    const { clock, secret } = this.#parts
    const signal = this.#parts.signal()
    if (withinMs === 0) return true
    const delayMs = withinMs * secret(`\0within/${synapse}/${hotkey}/${tally.asks}`).float()
    return await sleep(clock, delayMs, signal).then(
      () => true,
      () => false,
    )
  }

  async #common<Request, Answer>(
    miners: readonly { readonly to: Asked }[],
    synapse: Synapse<Request, Answer>,
    request: Request,
  ): Promise<{ readonly to: Asked; readonly prepared: Prepared<Request> }[]> {
    const prepared = await this.#prepared(synapse, request)
    if (prepared.fault !== undefined) throw prepared.fault
    return miners.map(({ to }) => ({ to, prepared }))
  }

  async #drawn<Request, Answer>(
    miners: readonly { readonly miner: RoundMiner; readonly to: Asked }[],
    synapse: Synapse<Request, Answer>,
    draw: (miner: RoundMiner) => Request | undefined,
  ): Promise<{ readonly to: Asked; readonly prepared: Prepared<Request> }[]> {
    const drawn = miners.map(async ({ miner, to }) => {
      try {
        const request = ofTheAuthor(() => draw(miner))
        return request === undefined ? [] : [{ to, prepared: await this.#prepared(synapse, request) }]
      } catch (fault) {
        return [{ to, prepared: { fault: fault as MechanismError } }]
      }
    })
    return (await Promise.all(drawn)).flat()
  }

  async #prepared<Request>(
    synapse: Synapse<Request> | StreamSynapse<Request>,
    request: Request,
  ): Promise<Prepared<Request>> {
    try {
      return { body: await validated(synapse.request, request, { synapse: synapse.name, part: 'request' }) }
    } catch (error) {
      const { asker } = this.#parts
      return { fault: requestFault(asker, error, request) ?? MechanismError.threw(asker, error) }
    }
  }

  /** Waits until all can be sent at one moment. @throws MechanismError where they never can. */
  async #takeTogether(
    asks: readonly { readonly to: Asked; readonly prepared: Prepared<unknown> }[],
    synapse: string,
  ): Promise<void> {
    const count = asks.filter(
      ({ to, prepared }) => to.address !== null && prepared.fault === undefined,
    ).length
    if (count <= this.#slots.count) {
      await this.#slots.take(count)
      return
    }
    throw new MechanismError({
      method: 'play',
      fault: 'beyond limit',
      what: `wants ${count} asks of ${synapse} together, and ${this.#slots.count} can be under way at once`,
      remedy: 'Raise concurrency of the validator, or lower its sampleSize.',
    })
  }
}

/** Work of the author's that looks at what one miner gave. @throws MechanismError */
function ofTheAuthor<T>(work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw MechanismError.threw('play', cause)
  }
}

function tooLarge(asker: Asker, body: unknown): MechanismError {
  return unsendable(asker, body, 'it is larger than a message may be')
}
