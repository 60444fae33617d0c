import type { IncomingMessage } from 'node:http'
import { WaitList } from '../../clock/index.js'
import { type FailureStatus, failureOf, type StreamItem, type TransportStream } from '../../dendrite/index.js'
import { statusTable } from '../../synapse/index.js'
import { isRecord, parseJson } from '../jsonBody.js'
import { isUtf8Of } from '../mediaType.js'
import { NDJSON } from '../server/plainReplies.js'
import { ResponseBodyError } from './decodeBody.js'
import type { HttpExchange } from './HttpExchange.js'
import { LineSplitter } from './LineSplitter.js'

/** How a stream is read. */
export interface StreamReading {
  readonly streams: 'lines' | 'text' | 'bytes'
  readonly maxBytes: number
}

/**
 * The chunks of a response. A piece is read when the last was taken, so that the server is held back by the connection. Lines of JSON end
 * by a line that says so: a connection that ends without one was cut.
 */
export class HttpStream implements TransportStream {
  readonly #exchange: HttpExchange
  readonly #reading: StreamReading
  readonly #changes = new WaitList()
  #response: IncomingMessage | undefined
  #chunks: AsyncGenerator<StreamItem, void, undefined> | undefined
  #last: StreamItem | undefined
  #isReading = false
  #next: StreamItem | undefined

  constructor(exchange: HttpExchange, reading: StreamReading) {
    this.#exchange = exchange
    this.#reading = reading
    void exchange.ended.then((end) => this.#finish(end))
    void this.#open()
  }

  /** The next chunk or the end; a failure at this end (deadline, cancel) comes at once. */
  async next(): Promise<StreamItem> {
    for (;;) {
      if (this.#last !== undefined) return this.#last
      if (this.#next !== undefined) {
        const item = this.#next
        this.#next = undefined
        return item
      }
      void this.#pull()
      await this.#changes.wait()
    }
  }

  dispose(): void {
    this.#exchange.finish(false)
    this.#finish({ kind: 'done' })
  }

  async #open(): Promise<void> {
    const response = await this.#exchange.start()
    if (response === undefined) return
    const isLines = this.#reading.streams === 'lines'
    const { 'content-type': type, 'content-encoding': encoding = 'identity' } = response.headers
    // Lines of JSON say themselves where they end; of anything else only framing tells what was cut.
    const showsCut = isLines || isFramed(response)
    if ((isLines && !isUtf8Of(type, NDJSON)) || encoding !== 'identity' || !showsCut) {
      this.#exchange.fail(failureOf('malformed', false))
      return
    }
    this.#response = response
    this.#chunks = isLines ? lines(response, this.#reading.maxBytes) : pieces(response, this.#reading)
    this.#changes.wake()
  }

  async #pull(): Promise<void> {
    if (this.#chunks === undefined || this.#isReading) return
    this.#isReading = true
    try {
      const { value, done } = await this.#chunks.next()
      const item: StreamItem = done === true ? { kind: 'done' } : (value as StreamItem)
      if (item.kind === 'chunk') this.#next = item
      else this.#over(item)
    } catch (error) {
      const status =
        error instanceof ResponseBodyError && error.fault === 'tooLarge' ? 'tooLarge' : 'unreachable'
      this.#over({ kind: 'failed', failure: failureOf(status, false) })
    } finally {
      this.#isReading = false
      this.#changes.wake()
    }
  }

  #over(item: StreamItem): void {
    this.#finish(item)
    // The last line is the end for whoever reads; the connection goes on when the response has ended too.
    this.#exchange.finish(item.kind === 'done' && this.#response?.complete === true)
  }

  #finish(last: StreamItem): void {
    this.#last ??= last
    this.#changes.wake()
  }
}

/**
 * Whether a body that was cut can be told from a whole one: not where it ends by the end of its connection, as each does whose last
 * transfer coding is not `chunked`.
 */
function isFramed({ headers }: IncomingMessage): boolean {
  const { 'transfer-encoding': coding, 'content-length': length } = headers
  return coding === undefined ? length !== undefined : /(?:^|,)[ \t]*chunked[ \t]*$/i.test(coding)
}

/** Lines of JSON up to the one that says how the stream ended. */
async function* lines(
  response: IncomingMessage,
  maxBytes: number,
): AsyncGenerator<StreamItem, void, undefined> {
  const splitter = new LineSplitter(maxBytes)
  // What is left when the last line has come is read by nobody, and the connection stays.
  const source: AsyncIterable<Buffer> = response.iterator({ destroyOnReturn: false })
  for await (const piece of source) {
    let isDone = false
    for (const line of splitter.add(piece)) {
      const item: StreamItem = isDone ? malformed : itemOf(line)
      isDone ||= item.kind === 'done'
      if (item.kind !== 'done') yield item
    }
    if (!isDone) continue
    if (splitter.hasRest) yield malformed
    response.resume()
    return
  }
  throw new ResponseBodyError({ fault: 'cut' })
}

const malformed: StreamItem = { kind: 'failed', failure: failureOf('malformed', false) }

function itemOf(line: Uint8Array): StreamItem {
  const value = parseJson(line)?.value
  if (!isRecord(value)) return malformed
  if (Object.hasOwn(value, 'chunk')) return { kind: 'chunk', body: value.chunk }
  const { end } = value
  if (typeof end !== 'string' || !Object.hasOwn(statusTable, end)) return malformed
  return end === 'ok' ? { kind: 'done' } : { kind: 'failed', failure: failureOf(end as FailureStatus, false) }
}

/** What a server sends as it comes, as text of whole characters or as bytes. */
async function* pieces(
  response: IncomingMessage,
  { streams, maxBytes }: StreamReading,
): AsyncGenerator<StreamItem, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const read = (piece: Uint8Array | undefined): string | undefined => {
    try {
      return piece === undefined ? decoder.decode() : decoder.decode(piece, { stream: true })
    } catch {
      return undefined
    }
  }
  for await (const piece of response as AsyncIterable<Buffer>) {
    if (piece.length > maxBytes) throw new ResponseBodyError({ fault: 'tooLarge' })
    const body = streams === 'bytes' ? new Uint8Array(piece) : read(piece)
    if (body === undefined) {
      yield malformed
      return
    }
    if (body.length > 0) yield { kind: 'chunk', body }
  }
  if (streams === 'bytes') return
  const last = read(undefined)
  if (last === undefined) yield malformed
  else if (last.length > 0) yield { kind: 'chunk', body: last }
}
