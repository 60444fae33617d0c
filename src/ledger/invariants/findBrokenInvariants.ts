import type { Netuid } from '../../units/index.js'
import { ROOT } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { clocks, hotkeys, SUBNET_COLUMNS, uids } from '../state/tables.js'
import { brokenCommitments } from './brokenCommitments.js'
import { brokenCommits } from './brokenCommits.js'
import { brokenLinks } from './brokenLinks.js'
import { brokenLists } from './brokenLists.js'
import { brokenLocks } from './brokenLocks.js'
import { brokenIssuance, brokenReserves } from './brokenMoney.js'
import { brokenNeurons } from './brokenNeurons.js'

/**
 * Everything that must hold between blocks, checked against the state: one sentence per broken rule.
 *
 * @source spec: `spec/chain.md` 11
 * PERF: walks every record.
 */
export function findBrokenInvariants(state: LedgerState): string[] {
  const misshapen = brokenColumns(state)
  if (misshapen.length > 0) return misshapen
  // Root keeps an account and seats as subnets do.
  const netuids: readonly Netuid[] = [ROOT, ...state.netuids()]
  return [
    ...brokenIssuance(state),
    ...netuids.flatMap((netuid) => brokenReserves(state, netuid)),
    ...netuids.flatMap((netuid) => brokenNeurons(state, netuid)),
    ...ownerless(state),
    ...brokenLists(state),
    ...brokenLinks(state),
    ...brokenLocks(state),
    ...brokenCommits(state),
    ...brokenCommitments(state),
  ]
}

/** Every hotkey with a neuron has an owner. An owner of a subnet may name one without, on which its cut is staked then; stake may lie on one that lost its owner by a swap. */
function ownerless(state: LedgerState): string[] {
  const members = state.range(uids).map(([[, hotkey]]) => hotkey)
  return [...new Set(members)]
    .filter((hotkey) => state.get(hotkeys, hotkey) === undefined)
    .map((hotkey) => `hotkey ${hotkey} has no owner`)
}

/** Columns by netuid have one length, in which the last subnet has a place. */
function brokenColumns(state: LedgerState): string[] {
  const places = (state.netuids().at(-1) ?? -1) + 1
  const length = state.getOrBlank(clocks).lastEpochBlock.length
  return SUBNET_COLUMNS.flatMap((table) =>
    Object.entries(state.getOrBlank<readonly [], { readonly [name: string]: ArrayLike<unknown> }>(table))
      .filter(([, column]) => column.length !== length || column.length < places)
      .map(([name, column]) => `${table.name} ${name} has ${column.length} entries for ${places} subnets`),
  )
}
