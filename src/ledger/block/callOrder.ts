import type { CallOrder } from '../config.js'
import type { OpenedCall } from '../openCall.js'

/** A verified call and where it stood in the caller's list. */
export interface PlacedCall {
  readonly position: number
  readonly call: OpenedCall
}

/**
 * The order of calls inside a block.
 *
 * By signer, then nonce, then hash, whatever the order of arrival: who makes a block could otherwise try orders until the seed of the next
 * task suits. Those of test origin come first, as they are given.
 */
export function inOrder(calls: PlacedCall[], order: CallOrder): PlacedCall[] {
  return order === 'given' ? calls : calls.sort(bySigner)
}

function bySigner(a: PlacedCall, b: PlacedCall): number {
  if (a.call.origin !== b.call.origin) return a.call.origin === 'test' ? -1 : 1
  if (a.call.origin === 'test') return a.position - b.position
  if (a.call.signer !== b.call.signer) return a.call.signer < b.call.signer ? -1 : 1
  if (a.call.nonce !== b.call.nonce) return a.call.nonce - b.call.nonce
  if (a.call.callHash !== b.call.callHash) return a.call.callHash < b.call.callHash ? -1 : 1
  return a.position - b.position
}
