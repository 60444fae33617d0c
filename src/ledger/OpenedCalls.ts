import { sha256Hex } from '../crypto/index.js'
import { isRefusal, type OpenedCall } from './openCall.js'
import type { Refusal } from './types.js'

/** Calls remembered between the doors, and the signed bytes behind them; the oldest go first. */
const MAX_CALLS = 16_384
const MAX_BYTES = 32_000_000

/** Calls by the bytes they were opened from, so that no door opens one twice, until a block has it. */
export class OpenedCalls {
  readonly #calls = new Map<string, OpenedCall>()
  readonly #ids = new Map<OpenedCall, string>()
  #bytes = 0

  /** The call that these very bytes were opened to, or what `open` makes of them. PERF: one hash. */
  of(bytes: Uint8Array, open: () => OpenedCall | Refusal): OpenedCall | Refusal {
    const id = sha256Hex(bytes)
    const known = this.#calls.get(id)
    if (known !== undefined) return known
    const call = open()
    if (!isRefusal(call)) this.#remember(id, call)
    return call
  }

  /** A call that is in the chain comes no more. */
  forget(call: OpenedCall): void {
    const id = this.#ids.get(call)
    if (id === undefined) return
    this.#ids.delete(call)
    this.#calls.delete(id)
    this.#bytes -= call.byteLength
  }

  #remember(id: string, call: OpenedCall): void {
    this.#calls.set(id, call)
    this.#ids.set(call, id)
    this.#bytes += call.byteLength
    for (const oldest of this.#calls.values()) {
      if (this.#calls.size <= MAX_CALLS && this.#bytes <= MAX_BYTES) return
      this.forget(oldest)
    }
  }
}
