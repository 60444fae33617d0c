import type { ProposalLimits } from '../doors.js'
import type { Refusal } from '../types.js'
import type { PlacedCall } from './callOrder.js'

/**
 * Which of some calls, in their order, make a block: without gaps in the nonces of an account, within the limits. A batch counts as many calls as
 * it has entries.
 *
 * @param facts.nonceOf - nonce that an account's next call must carry.
 * @param facts.whyNot - why a call may be in no block at all.
 * @returns their positions.
 */
export function chooseCalls(
  calls: readonly PlacedCall[],
  { maxCalls, maxBytes }: Required<ProposalLimits>,
  facts: {
    readonly nonceOf: (signer: PlacedCall['call']['signer']) => number
    readonly whyNot: (call: PlacedCall['call']) => Refusal | null
  },
): number[] {
  const chosen: number[] = []
  let callsLeft = maxCalls
  let bytesLeft = maxBytes
  const nonces = new Map<string, number>()
  for (const { call, position } of calls) {
    const expected = nonces.get(call.signer) ?? facts.nonceOf(call.signer)
    const isSigned = call.origin === 'signed'
    if ((isSigned && call.nonce !== expected) || facts.whyNot(call) !== null) continue
    if (call.parts > callsLeft || call.byteLength > bytesLeft) continue
    if (isSigned) nonces.set(call.signer, expected + 1)
    callsLeft -= call.parts
    bytesLeft -= call.byteLength
    chosen.push(position)
  }
  return chosen
}
