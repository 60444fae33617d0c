import type { Netuid } from '../../units/index.js'
import type { BlockHeader } from '../block/header.js'
import { SnapshotError } from '../errors.js'
import { findBrokenInvariants } from '../invariants/findBrokenInvariants.js'
import type { LedgerState } from './LedgerState.js'
import {
  ALL_TABLES,
  autoStakes,
  bonds,
  childkeys,
  config,
  hyperparameters,
  ownerChanges,
  SERVED_TABLES,
  shares,
  stakes,
  weights,
} from './tables.js'

/**
 * Holds a state that came from outside, each record of which is one of its table's, to what a ledger can have written.
 *
 * @throws SnapshotError for a record of no subnet or neuron, a matrix whose parts do not fit, a state that is not the one that the head names, and a
 *   broken invariant.
 * PERF: walks every record.
 */
export function checkState(state: LedgerState, head: BlockHeader): void {
  checkNetuids(state)
  checkWeights(state)
  checkBonds(state)
  const { stateHashEveryBlocks } = state.required(config)
  const isHashed = head.number % stateHashEveryBlocks === 0
  if ((isHashed && state.root() !== head.stateHash) || state.chain.block !== head.number) {
    throw new SnapshotError({ why: 'its state is not the one its head names' })
  }
  const broken = findBrokenInvariants(state)
  if (broken.length > 0) throw new SnapshotError({ why: `its state cannot be: ${broken[0]}` })
}

/** What the next subnet of a number inherits, and what may be set before there is one. */
const OUTLIVING: readonly string[] = [
  hyperparameters,
  ownerChanges,
  autoStakes,
  childkeys,
  stakes,
  shares,
].map(({ name }) => name)

/** No record is one of a subnet that is not there, but for those that outlive it; stake that does is worth nothing. */
function checkNetuids(state: LedgerState): void {
  for (const table of ALL_TABLES) {
    if (table.parts[0] !== 'u16' || OUTLIVING.includes(table.name)) continue
    for (const [key] of state.range(table)) {
      if (state.findSubnet(key[0] as Netuid) === undefined) throw unfit(table.name, key)
    }
  }
  for (const [key, { totalAlpha }] of state.range(stakes)) {
    if (totalAlpha > 0n && state.findSubnet(key[0]) === undefined) throw unfit('stakes', key)
  }
  for (const table of SERVED_TABLES) {
    for (const [key] of state.range(table)) if (key[1] >= state.n(key[0])) throw unfit(table.name, key)
  }
}

function checkWeights(state: LedgerState): void {
  for (const [key, { uids, values }] of state.range(weights)) {
    const [netuid, mechanism, uid] = key
    const n = state.n(netuid)
    const isOnce = uids.length === values.length && new Set(uids).size === uids.length
    const isInside = isOfSubnet(state, netuid, mechanism) && uid < n && uids.every((target) => target < n)
    if (!isOnce || !isInside) throw unfit('weights', key)
  }
}

function checkBonds(state: LedgerState): void {
  for (const [key, { rowStart, column, value }] of state.range(bonds)) {
    const [netuid, mechanism] = key
    const n = state.n(netuid)
    const ascends = rowStart.every((start, row) => start >= (row === 0 ? 0 : (rowStart[row - 1] ?? 0)))
    const isWhole = rowStart[0] === 0 && rowStart.at(-1) === column.length && column.length === value.length
    const isInside =
      isOfSubnet(state, netuid, mechanism) && rowStart.length <= n + 1 && column.every((target) => target < n)
    if (!ascends || !isWhole || !isInside) throw unfit('bonds', key)
  }
}

/** Whether a subnet has a mechanism of that number. */
function isOfSubnet(state: LedgerState, netuid: Netuid, mechanism: number): boolean {
  return mechanism < state.hyperparameters(netuid).mechanismCount
}

function unfit(table: string, key: readonly unknown[]): SnapshotError {
  return new SnapshotError({ why: `its ${table} ${key.join(' ')} do not fit together` })
}
