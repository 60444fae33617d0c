import { type ChildLink, type HotkeyStake, inheritedStakes } from '../../emission/index.js'
import type { Netuid, Rao } from '../../units/index.js'
import type { ChainConfig } from '../config.js'
import { hotkeyAlpha } from '../money/stake.js'
import { type AccountId, ROOT } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { children, type LinksRecord, parents } from '../state/tables.js'

/** What a child has does not count for its parent. */
const NOT_ASKED: HotkeyStake = { alpha: 0n, rootRao: 0n }

/**
 * What counts as a hotkey's stake on a subnet: alpha and weighted TAO on root, without what children have and with what parents lend. Floored.
 *
 * PERF: two look-ups per parent.
 * @source spec: `spec/chain.md` 7.1
 */
export function stakeWeightRao(
  state: LedgerState,
  { taoWeightU64 }: ChainConfig,
  netuid: Netuid,
  hotkey: AccountId,
): Rao {
  const above = state.getOrBlank(parents, netuid, hotkey)
  const below = state.getOrBlank(children, netuid, hotkey)
  const stakes = [hotkey, ...above.hotkey].map((key) => ({
    alpha: hotkeyAlpha(state, netuid, key),
    rootRao: hotkeyAlpha(state, ROOT, key),
  }))
  const links = [
    ...linked(above, (at) => ({ parent: 1 + at, child: 0 })),
    ...linked(below, (at) => ({ parent: 0, child: stakes.length + at })),
  ]
  const rows = [...stakes, ...below.hotkey.map(() => NOT_ASKED)]
  return (inheritedStakes(rows, links, taoWeightU64)[0]?.stakeWeightBits ?? 0n) >> 64n
}

function linked(
  { proportionU64 }: LinksRecord,
  rowsOf: (at: number) => Pick<ChildLink, 'parent' | 'child'>,
): ChildLink[] {
  return Array.from(proportionU64, (proportion, at) => ({ ...rowsOf(at), proportionU64: proportion }))
}
