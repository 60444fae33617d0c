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
  broken.push(...brokenMechanisms(state, netuid, n))
  const members = state.range(uids, netuid).length
  if (members !== n) broken.push(`subnet ${netuid} has ${members} members and ${n} uids`)
  state.hotkeys(netuid).forEach((hotkey, uid) => {
    if (state.uidOf(netuid, hotkey) !== uid)
      broken.push(`uid ${uid} of subnet ${netuid} and its hotkey disagree`)
  })
  return broken
}

/** Beyond the first mechanism columns may be shorter, or not be there: what is missing is 0. None is of a mechanism that there is not. */
function brokenMechanisms(state: LedgerState, netuid: Netuid, n: number): string[] {
  const { mechanismCount } = state.hyperparameters(netuid)
  return OF_MECHANISM.flatMap((table) =>
    state
      .range(table as typeof incentives, netuid)
      .filter(([[, mechanism]]) => mechanism !== MAIN_MECHANISM)
      .flatMap(([[, mechanism], record]) => {
        const [length = 0] = Object.values<ArrayLike<unknown>>(record).map((column) => column.length)
        return mechanism < mechanismCount && length <= n
          ? []
          : [`${table.name} of mechanism ${mechanism} of subnet ${netuid} has ${length} entries`]
      }),
  )
}
