import type { Netuid, Uid } from '../../units/index.js'
import type { LedgerState } from '../state/LedgerState.js'
import { epochs, incentives, lastUpdates } from '../state/tables.js'

/** The one mechanism that subnets have until owners may set more. */
export const MAIN_MECHANISM = 0

type Cells = Uint8Array | Uint16Array | Float64Array | BigUint64Array

/**
 * Makes room for a neuron in all columns by uid, or takes what its predecessor had out of them: it has earned nothing, is active, has no permit,
 * and was last heard of now.
 *
 * @param n - neurons that there are with it.
 */
export function clearUid(
  state: LedgerState,
  netuid: Netuid,
  uid: Uid,
  { n, block }: { n: number; block: number },
): void {
  const before = state.getOrBlank(epochs, netuid)
  state.set(epochs, [netuid], {
    active: withEntry(before.active, n, uid, 1),
    validatorPermit: withEntry(before.validatorPermit, n, uid, 0),
    stakeWeightU16: withEntry(before.stakeWeightU16, n, uid, 0),
    consensusU16: withEntry(before.consensusU16, n, uid, 0),
    dividendsU16: withEntry(before.dividendsU16, n, uid, 0),
    validatorTrustU16: withEntry(before.validatorTrustU16, n, uid, 0),
    emissionAlpha: withEntry(before.emissionAlpha, n, uid, 0n),
  })
  const mechanism = MAIN_MECHANISM
  const { incentiveU16 } = state.getOrBlank(incentives, netuid, mechanism)
  state.set(incentives, [netuid, mechanism], { incentiveU16: withEntry(incentiveU16, n, uid, 0) })
  const last = state.getOrBlank(lastUpdates, netuid, mechanism)
  state.set(lastUpdates, [netuid, mechanism], { block: withEntry(last.block, n, uid, block) })
}

/** A copy of `n` entries, one of them set. */
export function withEntry<T extends Cells>(cells: T, n: number, uid: Uid, value: T[number]): T {
  const Kind = cells.constructor as new (length: number) => T
  const copy = new Kind(n)
  copy.set(cells as never)
  copy[uid] = value
  return copy
}
