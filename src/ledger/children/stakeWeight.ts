import { type ChildLink, type HotkeyStake, inheritedStakes } from '../../emission/index.js'
import type { Netuid, Rao } from '../../units/index.js'
import type { ChainConfig } from '../config.js'
import { hotkeyAlpha } from '../money/stake.js'
import { type AccountId, ROOT } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { children } from '../state/tables.js'
import { parentsOf } from './parents.js'

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
  const above = parentsOf(state, netuid, hotkey)
  const below = state.getOrBlank(children, netuid, hotkey)
  const stakes = [hotkey, ...above.map((parent) => parent.hotkey)].map((key) => ({
    alpha: hotkeyAlpha(state, netuid, key),
    rootRao: hotkeyAlpha(state, ROOT, key),
  }))
  const links = [
    ...linked(
      above.map(({ proportionU64 }) => proportionU64),
      (at) => ({ parent: 1 + at, child: 0 }),
    ),
    ...linked([...below.proportionU64], (at) => ({ parent: 0, child: stakes.length + at })),
  ]
  const rows = [...stakes, ...below.hotkey.map(() => NOT_ASKED)]
  return (inheritedStakes(rows, links, taoWeightU64)[0]?.stakeWeightBits ?? 0n) >> 64n
}

function linked(
  proportionsU64: readonly bigint[],
  rowsOf: (at: number) => Pick<ChildLink, 'parent' | 'child'>,
): ChildLink[] {
  return proportionsU64.map((proportionU64, at) => ({ ...rowsOf(at), proportionU64 }))
}
