import type { TransportCall } from '../../dendrite/index.js'
import type { Lane } from './Lanes.js'

/** A request that is ready to be sent. */
export interface Draft {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** One protocol at the caller. */
export interface ClientProtocol {
  /**
   * Signs a call, with a nonce of its own.
   *
   * @throws NotJsonError or NotPythonError when the request cannot be said.
   */
  draft(call: TransportCall, lane: Lane, leftMs: number): Promise<Draft>
  /** What the answer is, of the JSON that came; `undefined` when that is none. */
  answerOf(call: TransportCall, json: unknown): { readonly body: unknown } | undefined
  /** How streams come: lines of JSON with an end of their own, or what the server chose, as text or bytes. */
  readonly streams: 'lines' | 'text' | 'bytes'
}
