import type { EpochFrame, MetagraphRow } from '../metagraph/index.js'
import type { Alpha, Hotkey, Uid } from '../units/index.js'

/** Everything the frames say about one neuron; lists have one entry per frame. */
export interface NeuronHistory {
  readonly hotkey: Hotkey
  /** In the last frame it appears in. */
  readonly uid: Uid
  readonly name: string
  /** It set weights in some epoch. */
  readonly validates: boolean
  /** It set no weights, and offered a service or was paid for one, in some epoch. */
  readonly mines: boolean
  readonly earnedAlpha: Alpha
  /** On its hotkey, in the last frame it appears in. */
  readonly stakeAlpha: Alpha
  /** Shares from 0 to 1; `null` in frames before it registered or after it left. */
  readonly incentive: readonly (number | null)[]
  readonly dividends: readonly (number | null)[]
  readonly validatorTrust: readonly (number | null)[]
  /** What it was paid in the epoch, whole alpha, for drawing only. */
  readonly paid: readonly (number | null)[]
  /** What lies on its hotkey, whole alpha, for drawing only. */
  readonly staked: readonly (number | null)[]
}

/** Follows every hotkey through the frames, in order of first appearance: uids are reused, hotkeys are not. */
export function historyOf(frames: readonly EpochFrame[]): NeuronHistory[] {
  const hotkeys = new Set(frames.flatMap(({ metagraph }) => metagraph.columns.hotkey))
  return Array.from(hotkeys, (hotkey) => neuronHistory(hotkey, frames))
}

function neuronHistory(hotkey: Hotkey, frames: readonly EpochFrame[]): NeuronHistory {
  const rows = frames.map(({ metagraph }) => {
    const uid = metagraph.uidOf(hotkey)
    return uid === undefined ? null : metagraph.row(uid)
  })
  const each = (value: (row: MetagraphRow) => number): (number | null)[] =>
    rows.map((row) => (row === null ? null : value(row)))
  let [uid, name, stakeAlpha] = [0, '', 0n]
  for (const [at, row] of rows.entries())
    if (row !== null) [uid, name, stakeAlpha] = [row.uid, frames[at]?.names[row.uid] ?? '', row.stakeAlpha]
  const earned = frames.map((frame, index) => frame.earnedAlpha[rows[index]?.uid ?? -1] ?? 0n)
  const validates = frames.some(({ metagraph }, at) => {
    const row = rows[at]
    return row != null && metagraph.weightsOf(row.uid).length > 0
  })
  return {
    hotkey,
    uid,
    name: name || shortHotkey(hotkey),
    validates,
    mines: !validates && rows.some((row) => row !== null && (row.axon !== null || row.incentive > 0)),
    earnedAlpha: earned.reduce((sum, amount) => sum + amount, 0n),
    stakeAlpha,
    incentive: each((row) => row.incentive),
    dividends: each((row) => row.dividends),
    validatorTrust: each((row) => row.validatorTrust),
    paid: rows.map((row, index) => (row === null ? null : Number(earned[index]) / 1e9)),
    staked: each((row) => Number(row.stakeAlpha) / 1e9),
  }
}

function shortHotkey(hotkey: Hotkey): string {
  return `${hotkey.slice(0, 6)}…${hotkey.slice(-4)}`
}

/** Who earned most first. */
export const byEarnings = (a: NeuronHistory, b: NeuronHistory): number =>
  a.earnedAlpha === b.earnedAlpha ? a.uid - b.uid : a.earnedAlpha < b.earnedAlpha ? 1 : -1
