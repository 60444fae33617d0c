import { account, blockNumber, flag, hashList, someBytes, whole, wholes } from './columns.js'
import { indexTable, type RecordOf, table, valueTable } from './table.js'

/* What validators committed to and nobody has read yet. */

/** What a hotkey committed its weights to and has not revealed, the oldest first, at most ten; by netuid, mechanism and hotkey. */
export const hashCommits = table('hashCommits', ['u16', 'u16', 'account'], {
  hash: hashList,
  /** The epoch that each belongs to. */
  epochIndex: wholes,
  block: wholes,
})

export const timelockedByHotkey = indexTable('timelockedByHotkey', [
  'u16',
  'u16',
  'block',
  'account',
  'block',
])

export const timelockedByRound = indexTable('timelockedByRound', ['u16', 'u16', 'block', 'block', 'block'])

/** Weights that nobody can read before a round of the beacon has come; by netuid, mechanism, epoch and place. */
export const timelockedCommits = table(
  'timelockedCommits',
  ['u16', 'u16', 'block', 'block'],
  { hotkey: account, block: blockNumber, round: whole(), commit: someBytes(5_000) },
  {
    indexes: [
      {
        table: timelockedByHotkey,
        keyOf: ([netuid, mechanism, epochIndex, place], { hotkey }) => [
          netuid,
          mechanism,
          epochIndex,
          hotkey,
          place,
        ],
      },
      {
        table: timelockedByRound,
        keyOf: ([netuid, mechanism, epochIndex, place], { round }) => [
          netuid,
          mechanism,
          epochIndex,
          round,
          place,
        ],
      },
    ],
  },
)

/** Epochs with time-locked commits, by netuid, mechanism and epoch. */
export const timelockBuckets = table('timelockBuckets', ['u16', 'u16', 'block'], {
  /** Places given. */
  places: whole(),
  /** Whether all that is left waits for rounds that have not come. */
  isSeen: flag,
})

/** Rounds of the beacon that have come, a bit each, 1,024 to a record; by the round's part of 1,024. */
export const knownPulses = valueTable('knownPulses', ['block'], someBytes(128))

export type HashCommitsRecord = RecordOf<typeof hashCommits>
export type TimelockedRecord = RecordOf<typeof timelockedCommits>
