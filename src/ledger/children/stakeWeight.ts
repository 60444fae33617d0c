import { type ChildLink, type HotkeyStake, inheritedStakes } from '../../emission/index.js'
import type { Netuid, Rao } from '../../units/index.js'
import type { ChainConfig } from '../config.js'
import { hotkeyAlpha } from '../money/stake.js'
import { type AccountId, ROOT } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { children, parents } from '../state/tables.js'
import type { Parent } from './parents.js'

/** What a child has does not count for its parent. */
const NOT_ASKED: HotkeyStake = { alpha: 0n, rootRao: 0n }

/** How much stake a hotkey has where that is too little. */
export interface ShortStake {
  readonly stakeRao: Rao
  readonly leastRao: Rao
}

/** Parents that are looked at in a first step; each further one looks at as many again. */
const FIRST_PARENTS = 16

/**
 * What counts as a hotkey's stake on a subnet, alpha and weighted TAO on root, without what children have and with what parents lend, floored: where it
 * is less than the threshold of the chain. `null` where it is enough.
 *
 * PERF: two look-ups per parent until there is enough: anybody can lend to a hotkey.
 * @source spec: `spec/chain.md` 7.1
 */
export function shortOfStake(
  state: LedgerState,
  config: Pick<ChainConfig, 'taoWeightU64' | 'stakeThresholdRao'>,
  netuid: Netuid,
  hotkey: AccountId,
): ShortStake | null {
  const leastRao = config.stakeThresholdRao
  if (leastRao === 0n) return null
  const all = state.rangeFrom(parents, [netuid, hotkey])[Symbol.iterator]()
  const looked: Parent[] = []
  for (;;) {
    const stakeRao = weightRao(state, config, netuid, hotkey, looked)
    if (stakeRao >= leastRao) return null
    const upTo = Math.max(FIRST_PARENTS, 2 * looked.length)
    while (looked.length < upTo) {
      const { value, done } = all.next()
      if (done === true) break
      const [[, , parent], { proportionU64 }] = value
      looked.push({ hotkey: parent, proportionU64 })
    }
    if (looked.length < upTo) {
      const wholeRao = weightRao(state, config, netuid, hotkey, looked)
      return wholeRao >= leastRao ? null : { stakeRao: wholeRao, leastRao }
    }
  }
}

/** The same with some of its parents. */
function weightRao(
  state: LedgerState,
  { taoWeightU64 }: Pick<ChainConfig, 'taoWeightU64'>,
  netuid: Netuid,
  hotkey: AccountId,
  above: readonly Parent[],
): Rao {
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
