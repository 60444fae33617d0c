import { nextEpochBlock } from '../../emission/index.js'
import { asHotkey, type BlockNumber, type Hotkey, type Netuid } from '../../units/index.js'
import type { CommitmentField } from '../commitments/CommitmentField.js'
import { QUOTA_BYTES, usedBytesOf } from '../commitments/commit.js'
import type { CommitmentReveal } from '../commitments/revealsColumn.js'
import { type AccountId, accountOf } from '../state/account.js'
import { commitmentReveals, commitments as commitmentTable } from '../state/commitmentTables.js'
import type { LedgerState } from '../state/LedgerState.js'
import { scheduleOf } from '../state/schedule.js'
import { DEFAULT_PAGE, hotkey, limit, netuid } from './arguments.js'
import { defineQuery, leftOut } from './defineQuery.js'
import { type Page, pageOf } from './page.js'

/** What a hotkey committed to on a subnet, with a uid there or not any more. */
export interface CommitmentView {
  readonly hotkey: Hotkey
  /** In which it committed last; `null` where all of that has opened. */
  readonly block: BlockNumber | null
  /** Of what it committed to last, those that have not opened. */
  readonly fields: readonly CommitmentField[]
  /** What opened of its locked fields, the last ten, the oldest first. */
  readonly reveals: readonly CommitmentReveal[]
}

/** What a hotkey may still commit on a subnet. */
export interface CommitmentQuotaView {
  /** Bytes that it committed since the subnet's last epoch; each commitment counts as 100 at least. */
  readonly usedBytes: number
  readonly leftBytes: number
  /** Block of the next epoch, which gives the quota anew, if it is not put off; `null` where there is none. */
  readonly renewsAtBlock: BlockNumber | null
}

/** What a hotkey committed to on a subnet and what opened of it, `null` for nothing. */
export const commitment = defineQuery({ netuid, hotkey }, ({ state }, args): CommitmentView | null => {
  const id = accountOf(args.hotkey)
  const isThere =
    state.get(commitmentTable, args.netuid, id) !== undefined ||
    state.get(commitmentReveals, args.netuid, id) !== undefined
  return isThere ? viewOf(state, args.netuid, id) : null
})

/** The same of all hotkeys of a subnet that committed, in the order of their public keys. */
export const commitments = defineQuery(
  { netuid, from: leftOut(hotkey), limit },
  ({ state }, args): Page<CommitmentView, Hotkey> =>
    pageOf(
      hotkeysFrom(state, args.netuid, args.from && accountOf(args.from)),
      { entries: args.limit ?? DEFAULT_PAGE },
      (id) => viewOf(state, args.netuid, id),
      (id) => asHotkey(state.addressOf(id)),
    ),
)

/** What a hotkey may still commit on a subnet; `null` where there is no such subnet. */
export const commitmentQuota = defineQuery(
  { netuid, hotkey },
  ({ state }, args): CommitmentQuotaView | null => {
    if (state.findSubnet(args.netuid) === undefined) return null
    const usedBytes = usedBytesOf(state, args.netuid, accountOf(args.hotkey))
    const renewsAtBlock = nextEpochBlock(scheduleOf(state, args.netuid))
    return { usedBytes, leftBytes: QUOTA_BYTES - usedBytes, renewsAtBlock }
  },
)

function viewOf(state: LedgerState, netuid: Netuid, id: AccountId): CommitmentView {
  const { block = null, fields = [] } = state.get(commitmentTable, netuid, id) ?? {}
  const reveals = state.get(commitmentReveals, netuid, id) ?? []
  return {
    hotkey: asHotkey(state.addressOf(id)),
    block,
    fields: fields.map((field) => ({ ...field, data: field.data.slice() })),
    reveals: reveals.map(({ text, ...reveal }) => ({ ...reveal, text: text.slice() })),
  }
}

/** Hotkeys that have a commitment, reveals, or both, ascending. */
function* hotkeysFrom(state: LedgerState, netuid: Netuid, from: AccountId | undefined): Iterable<AccountId> {
  const first = from && ([netuid, from] as const)
  const lists = [commitmentTable, commitmentReveals].map((table) =>
    state.rangeFrom<readonly [Netuid, AccountId], unknown>(table, [netuid], first)[Symbol.iterator](),
  )
  const heads = lists.map((list) => keyIn(list.next()))
  for (;;) {
    const next = heads.reduce((a, b) => (a === undefined || (b !== undefined && b < a) ? b : a))
    if (next === undefined) return
    yield next
    for (const [at, list] of lists.entries()) if (heads[at] === next) heads[at] = keyIn(list.next())
  }
}

function keyIn(
  result: IteratorResult<readonly [readonly [Netuid, AccountId], unknown]>,
): AccountId | undefined {
  return result.done ? undefined : result.value[0][1]
}
