import type { ServerResponse } from 'node:http'
import type { Status, StreamSynapse, Synapse } from '../../synapse/index.js'
import type { Hotkey } from '../../units/index.js'
import type { HeaderFields } from '../headerFields.js'
import type { RequestRefusedError } from '../httpErrors.js'
import type { ProofTurn } from '../proofTurn.js'
import type { HttpProtocol } from '../protocolOptions.js'

/** A request whose line and headers have come. */
export interface HttpRequest {
  readonly method: string
  /** Path and query as they came. */
  readonly target: string
  /** Name of the synapse, as the path says it. */
  readonly name: string
  readonly fields: HeaderFields
  readonly remote: string
  /** Reads the body, once. */
  readonly body: () => Promise<Uint8Array>
  /** Asked once there is nothing left to look at but the signature. */
  readonly turn: ProofTurn
}

/** A request that its protocol found right. */
export interface VerifiedRequest {
  readonly caller: Hotkey
  /** Whether the signature covers the whole body. */
  readonly bodySigned: boolean
  readonly timeoutMs: number | undefined
  /** What the caller asks, for the handler. */
  readonly request: unknown
  readonly replies: Replies
  /** What is wrong with it whatever it asks: told once its caller is let in, who learns nothing of names by it. */
  readonly refusal?: RequestRefusedError | undefined
}

/** How a protocol says what became of a call. */
export interface Replies {
  /** @throws NotJsonError when the answer would not arrive as it is. */
  answer(body: unknown): Reply
  failure(status: Exclude<Status, 'ok'>, unhandled: boolean): Reply
  readonly streamHeaders: Readonly<Record<string, string>>
  /** @throws NotJsonError when the chunk would not arrive as it is. */
  chunk(body: unknown): Uint8Array
  /** What ends a stream that has begun; `undefined` where only the end of the connection can say it. */
  end(status: Status): Uint8Array | undefined
  /** Whether the last piece says that it is the last: else only framing that HTTP/1.0 does not have tells a stream that was cut. */
  readonly saysEnd: boolean
}

/** A response in full. */
export interface Reply {
  readonly httpStatus: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** One protocol at the server. */
export interface ServerProtocol {
  readonly name: HttpProtocol
  /**
   * Proves the caller, then reads what is asked.
   *
   * @param synapse - what is answered under the name; `undefined` for none, which the caller is told only once proven.
   * @throws RequestRefusedError
   */
  verify(request: HttpRequest, synapse: Synapse | StreamSynapse | undefined): Promise<VerifiedRequest>
  /** What a caller who is not proven is told. */
  refusal(httpStatus: number, message: string): Reply
}

/** Sends a response in full. */
export function sendReply(response: ServerResponse, reply: Reply, keepsOpen: boolean): void {
  const { httpStatus, headers, body } = reply
  response.writeHead(httpStatus, {
    ...headers,
    'content-length': String(body.length),
    ...(keepsOpen ? {} : { connection: 'close' }),
  })
  response.end(body)
}
