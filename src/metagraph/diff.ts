import { InvalidArgumentError } from '../errors/index.js'
import type { Hotkey, Uid } from '../units/index.js'
import { sameRow } from './sparseRows.js'
import type { DiffField, MetagraphColumns, MetagraphDiff, MetagraphRow } from './types.js'

/** The part of a `Metagraph` that a comparison reads. */
export interface Comparable {
  readonly columns: MetagraphColumns
  row(uid: Uid): MetagraphRow
  uidOf(hotkey: Hotkey): Uid | undefined
}

const ROW_FIELDS = [
  'coldkey',
  'axon',
  'stakeAlpha',
  'stakeWeight',
  'consensus',
  'incentive',
  'dividends',
  'validatorTrust',
  'emissionAlpha',
  'validatorPermit',
  'active',
  'registeredAtBlock',
  'lastUpdate',
] as const satisfies readonly DiffField[]

/** Compares two metagraphs of one subnet slot by slot; see {@link MetagraphDiff}. */
export function diffMetagraphs(earlier: Comparable, later: Comparable): MetagraphDiff {
  if (earlier.columns.netuid !== later.columns.netuid) {
    throw new InvalidArgumentError({
      field: 'later.netuid',
      value: later.columns.netuid,
      remedy: `Compare metagraphs of one subnet, here netuid ${earlier.columns.netuid}.`,
    })
  }
  const joined: MetagraphDiff['joined'][number][] = []
  const changed: MetagraphDiff['changed'][number][] = []
  for (const [uid, hotkey] of later.columns.hotkey.entries()) {
    const before = earlier.columns.hotkey[uid] ?? null
    if (before !== hotkey) joined.push({ uid, hotkey, replaced: before })
    else {
      const fields = changedFields(earlier, later, uid)
      if (fields.length > 0) changed.push({ uid, fields })
    }
  }
  const left = earlier.columns.hotkey
    .map((hotkey, uid) => ({ uid, hotkey }))
    .filter(({ hotkey }) => later.uidOf(hotkey) === undefined)
  return { fromBlock: earlier.columns.block, toBlock: later.columns.block, joined, left, changed }
}

function changedFields(earlier: Comparable, later: Comparable, uid: Uid): DiffField[] {
  const a = earlier.row(uid)
  const b = later.row(uid)
  const fields: DiffField[] = ROW_FIELDS.filter((field) => a[field] !== b[field])
  if (!sameRow(earlier.columns.weights, later.columns.weights, uid)) fields.push('weights')
  if (!sameRow(earlier.columns.bonds, later.columns.bonds, uid)) fields.push('bonds')
  return fields
}
