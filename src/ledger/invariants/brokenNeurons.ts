import type { Netuid } from '../../units/index.js'
import { MAIN_MECHANISM } from '../neurons/columns.js'
import type { LedgerState } from '../state/LedgerState.js'
import { epochs, incentives, lastUpdates, neurons, uids } from '../state/tables.js'

/** What a subnet has a record of besides the one that says it is there. */
const OF_SUBNET = [neurons, epochs] as const
const OF_MECHANISM = [incentives, lastUpdates] as const

/** Uids are 0 to n - 1 without gaps, members and uids name each other, and every column has an entry for each. */
export function brokenNeurons(state: LedgerState, netuid: Netuid): string[] {
  const n = state.n(netuid)
  const broken: string[] = []
  if (n > state.hyperparameters(netuid).maxAllowedUids) broken.push(`subnet ${netuid} has ${n} neurons`)
  const records = [
    ...OF_SUBNET.map(({ name }, at) => ({
      name,
      record: state.get(OF_SUBNET[at] as typeof neurons, netuid),
    })),
    ...OF_MECHANISM.map(({ name }, at) => ({
      name,
      record: state.get(OF_MECHANISM[at] as typeof incentives, netuid, MAIN_MECHANISM),
    })),
  ]
  for (const { name, record } of records) {
    if (record === undefined) broken.push(`subnet ${netuid} has no ${name}`)
    for (const [column, { length }] of Object.entries<ArrayLike<unknown>>(record ?? {})) {
      if (length !== n) broken.push(`column ${column} of subnet ${netuid} has ${length} entries`)
    }
  }
  const members = state.range(uids, netuid).length
  if (members !== n) broken.push(`subnet ${netuid} has ${members} members and ${n} uids`)
  state.hotkeys(netuid).forEach((hotkey, uid) => {
    if (state.uidOf(netuid, hotkey) !== uid)
      broken.push(`uid ${uid} of subnet ${netuid} and its hotkey disagree`)
  })
  return broken
}
