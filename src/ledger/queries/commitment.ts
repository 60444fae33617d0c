import type { BlockNumber } from '../../units/index.js'
import type { CommitmentField } from '../commitments/CommitmentField.js'
import { QUOTA_BYTES, usedBytesOf } from '../commitments/commit.js'
import { accountOf } from '../state/account.js'
import { commitments } from '../state/tables.js'
import { hotkey, netuid } from './arguments.js'
import { defineQuery } from './defineQuery.js'

/** What a hotkey committed to on a subnet. */
export interface CommitmentView {
  readonly block: BlockNumber
  readonly fields: readonly CommitmentField[]
  /** Of its quota, what is left until the subnet's next epoch. */
  readonly leftBytes: number
}

/** What a hotkey committed to on a subnet, `null` for nothing. */
export const commitment = defineQuery({ netuid, hotkey }, ({ state }, args): CommitmentView | null => {
  const id = accountOf(args.hotkey)
  const stored = state.get(commitments, args.netuid, id)
  if (stored === undefined) return null
  const fields = stored.fields.map(({ kind, data }) => ({ kind, data: data.slice() }))
  return { block: stored.block, fields, leftBytes: QUOTA_BYTES - usedBytesOf(state, args.netuid, id) }
})
