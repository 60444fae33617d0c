import type { CallOrder } from '../config.js'
import type { SignedCall } from '../doors.js'
import { isOpenedCall, isRefusal, type OpenedCall } from '../openCall.js'
import type { Refusal } from '../types.js'

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

/** Calls of a list that can be read, in the order of a block, and why the others are dropped. */
export interface OpenedList {
  readonly calls: PlacedCall[]
  readonly dropped: { readonly position: number; readonly refusal: Refusal }[]
}

/** Opens what is not open and sorts; what cannot be opened is dropped. */
export function openedInOrder(
  list: readonly SignedCall[],
  order: CallOrder,
  open: (bytes: Uint8Array) => OpenedCall | Refusal,
): OpenedList {
  const calls: PlacedCall[] = []
  const dropped: { position: number; refusal: Refusal }[] = []
  list.forEach((item, position) => {
    const call = isOpenedCall(item) ? item : open(item)
    if (isRefusal(call)) dropped.push({ position, refusal: call })
    else calls.push({ position, call })
  })
  return { calls: inOrder(calls, order), dropped }
}
