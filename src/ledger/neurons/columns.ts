import type { BlockNumber, Netuid, Uid } from '../../units/index.js'
import type { LedgerState } from '../state/LedgerState.js'
import { epochs, incentives, lastUpdates } from '../state/tables.js'

/** The mechanism that every subnet has; further ones follow by number. */
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
  const { mechanismCount } = state.hyperparameters(netuid)
  for (let mechanism = MAIN_MECHANISM; mechanism < mechanismCount; mechanism++) {
    const { incentiveU16 } = state.getOrBlank(incentives, netuid, mechanism)
    state.set(incentives, [netuid, mechanism], { incentiveU16: withEntry(incentiveU16, n, uid, 0) })
    const last = state.getOrBlank(lastUpdates, netuid, mechanism)
    state.set(lastUpdates, [netuid, mechanism], { block: withEntry(last.block, n, uid, block) })
  }
}

/** When a neuron last set weights under a mechanism, or registered; 0 where nothing is known, as of a mechanism that came later. */
export function lastUpdateOf(state: LedgerState, netuid: Netuid, mechanism: number, uid: Uid): BlockNumber {
  return state.get(lastUpdates, netuid, mechanism)?.block[uid] ?? 0
}

/** When each neuron last set weights under a mechanism; never, under one that came later than all who could have. */
export function lastUpdatesOf(
  state: LedgerState,
  netuid: Netuid,
  mechanism: number,
  n: number,
): Float64Array {
  if (mechanism === MAIN_MECHANISM) return state.required(lastUpdates, netuid, mechanism).block.slice()
  return padded(state.getOrBlank(lastUpdates, netuid, mechanism).block, n)
}

/** Notes that a neuron set weights under a mechanism now. */
export function noteUpdate(
  state: LedgerState,
  netuid: Netuid,
  mechanism: number,
  uid: Uid,
  block: BlockNumber,
): void {
  const known = state.get(lastUpdates, netuid, mechanism)
  if (known !== undefined && uid < known.block.length) {
    state.setCell(lastUpdates, [netuid, mechanism], 'block', uid, block)
    return
  }
  const { block: before } = known ?? lastUpdates.blank()
  state.set(lastUpdates, [netuid, mechanism], { block: withEntry(before, state.n(netuid), uid, block) })
}

/** A copy of `n` entries, 0 where there were none. */
export function padded<T extends Cells>(cells: T, n: number): T {
  const Kind = cells.constructor as new (length: number) => T
  const copy = new Kind(n)
  copy.set(cells as never)
  return copy
}

/** A copy of `n` entries, one of them set. */
export function withEntry<T extends Cells>(cells: T, n: number, uid: Uid, value: T[number]): T {
  const copy = padded(cells, n)
  copy[uid] = value
  return copy
}
