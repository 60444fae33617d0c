import type { Alpha, Netuid } from '../../units/index.js'
import { rootClaimFacts } from '../money/rootClaims.js'
import { rootOwedAlpha } from '../rules/rootClaim.js'
import { ROOT } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { pendings, reserves, rootClaimRatesByNetuid, shares, stakes } from '../state/tables.js'
import { netuid } from './arguments.js'
import { defineQuery } from './defineQuery.js'

/** Whose the alpha outside a subnet's pool is, and what is left over. */
export interface UnownedAlphaView {
  readonly alphaOut: Alpha
  /** Staked to hotkeys. */
  readonly stakedAlpha: Alpha
  /** Waits for the next epoch. */
  readonly pendingAlpha: Alpha
  /** Root dividends that somebody could claim. */
  readonly claimableAlpha: Alpha
  /** Bought by the chain with TAO too much for the pool. */
  readonly protocolAlpha: Alpha
  /**
   * What is left of `alphaOut`: lost to rounding, burned, dividends that nobody earned. Below 0 where more was paid than there was: incentives are
   * paid as the epoch rounded them.
   */
  readonly unownedAlpha: Alpha
}

/**
 * What of a subnet's alpha nobody owns, with all that it is the rest of; `null` where there is no subnet. Derived: it is stored nowhere.
 *
 * @source spec: `spec/chain.md` 11.6
 * PERF: every hotkey with stake on the subnet, and every position on root of those that earned root dividends here.
 */
export const unownedAlpha = defineQuery({ netuid }, ({ state }, args): UnownedAlphaView | null => {
  if (state.findSubnet(args.netuid) === undefined) return null
  const { alphaOut, protocolAlpha } = state.row(reserves, args.netuid)
  const pending = state.row(pendings, args.netuid)
  const pendingAlpha =
    pending.serverAlpha + pending.validatorAlpha + pending.ownerCutAlpha + pending.rootAlpha
  const stakedAlpha = sumOf(state.range(stakes, args.netuid).map(([, { totalAlpha }]) => totalAlpha))
  const claimableAlpha = claimableOn(state, args.netuid)
  return {
    alphaOut,
    stakedAlpha,
    pendingAlpha,
    claimableAlpha,
    protocolAlpha,
    unownedAlpha: alphaOut - stakedAlpha - pendingAlpha - claimableAlpha - protocolAlpha,
  }
})

function claimableOn(state: LedgerState, netuid: Netuid): Alpha {
  return sumOf(
    state
      .range(rootClaimRatesByNetuid, netuid)
      .flatMap(([[, hotkey]]) =>
        state
          .range(shares, ROOT, hotkey)
          .map(([[, , coldkey]]) => rootOwedAlpha(rootClaimFacts(state, { netuid, hotkey, coldkey }))),
      ),
  )
}

const sumOf = (amounts: readonly Alpha[]): Alpha => amounts.reduce((sum, alpha) => sum + alpha, 0n)
