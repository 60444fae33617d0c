import { type CommitmentField, isLocked } from '../commitments/CommitmentField.js'
import { fieldsColumn } from '../commitments/fieldsColumn.js'
import { revealsColumn } from '../commitments/revealsColumn.js'
import { blockNumber, flag, whole } from './columns.js'
import { indexTable, table, valueTable } from './table.js'

/* What hotkeys committed to on subnets, each by netuid and hotkey. It outlives the uid. */

/** Stands for a round in the order of commitments: that of those which the next block looks at whatever rounds come. */
export const READY = 0

/** Commitments by the rounds that their locked fields wait for: round, netuid and hotkey. */
export const commitmentsByRound = indexTable('commitmentsByRound', ['block', 'u16', 'account'])

/** What a hotkey committed to last. */
export const commitments = table(
  'commitments',
  ['u16', 'account'],
  {
    fields: fieldsColumn,
    block: blockNumber,
    /** Whether it has a locked field whose round has come. */
    isReady: flag,
  },
  {
    indexes: [
      {
        table: commitmentsByRound,
        keysOf: ([netuid, hotkey], { fields, isReady }) =>
          [...(isReady ? [READY] : []), ...roundsOf(fields)].map((round) => [round, netuid, hotkey]),
      },
    ],
  },
)

/** What a hotkey used of its quota. */
export const commitmentSpaces = table('commitmentSpaces', ['u16', 'account'], {
  /** The subnet's epoch in which it committed last, and bytes that it committed in that. */
  epochIndex: whole(),
  usedBytes: whole(),
})

/** The last texts that opened of its locked fields, the oldest first. */
export const commitmentReveals = valueTable('commitmentReveals', ['u16', 'account'], revealsColumn)

function roundsOf(fields: readonly CommitmentField[]): Set<number> {
  return new Set(fields.filter(isLocked).map(({ revealRound }) => revealRound))
}
