import type { AccountId } from '../../../../src/ledger/state/account.js'
import {
  account,
  amount,
  amounts,
  flags,
  u16,
  u16s,
  whole,
  wholes,
} from '../../../../src/ledger/state/columns.js'
import { indexTable, table } from '../../../../src/ledger/state/table.js'

/** An account whose digits are those given, again and again. */
export const accountOf = (digits: string): AccountId => digits.repeat(64).slice(0, 64) as AccountId

export const [alice, bob, carol] = ['a1', 'b2', 'c3'].map(accountOf) as [AccountId, AccountId, AccountId]

/** Records that are one value each. */
export const balances = table('balances', ['account'], { rao: amount, nonce: whole() })

export const membersByOwner = indexTable('membersByOwner', ['account', 'u16', 'account'])

/** Records that an index orders by what they hold. */
export const members = table(
  'members',
  ['u16', 'account'],
  { owner: account, takeU16: u16() },
  {
    indexes: [{ table: membersByOwner, keyOf: ([netuid, hotkey], { owner }) => [owner, netuid, hotkey] }],
  },
)

/** Records of columns. */
export const columns = table('columns', ['u16'], {
  block: whole(),
  rao: amounts,
  lastUpdate: wholes,
  active: flags,
  weightU16: u16s,
})

/** Three entries of each column. */
export const threeEntries = () => ({
  block: 7,
  rao: BigUint64Array.of(1n, 2n, 3n),
  lastUpdate: Float64Array.of(10, 20, 30),
  active: Uint8Array.of(0, 1, 0),
  weightU16: Uint16Array.of(100, 200, 300),
})

export const TABLES = [balances, members, columns] as const
