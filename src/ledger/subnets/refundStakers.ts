import { positionAlpha } from '../../emission/index.js'
import { safeFloatToU64, saturatedU64 } from '../../math/index.js'
import type { Netuid, Rao } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { moveTao, reapIfDust } from '../money/balances.js'
import { type RefundClaim, refundShares } from '../rules/refundShares.js'
import { type AccountId, subnetAccount } from '../state/account.js'
import { reserves, shares, stakes } from '../state/tables.js'

/** A payment to somebody who had stake on a subnet that is dissolved, as it was tried. */
export interface Refund {
  readonly coldkey: AccountId
  readonly amountRao: Rao
  /** One that would leave its receiver too poor to live, or that the subnet's account does not hold, is passed over. */
  readonly isPaid: boolean
}

/**
 * Ends all stake on a subnet and pays out its pool's TAO by alpha, one payment per position. The chain's own part, and what could not be
 * paid, stays in the subnet's account. Hotkeys whose total is 0 are not looked at: shares that are left on them stay.
 *
 * @returns the payments in the order in which they were tried.
 * @source spec: `spec/chain.md` 6.4 steps 2 and 3
 * PERF: all positions on the subnet, and a sort of them.
 */
export function refundStakers(context: BlockContext, netuid: Netuid): Refund[] {
  const { state } = context
  const { subnetTaoRao: potRao } = state.row(reserves, netuid)
  const claims = [...takenPositions(context, netuid), protocolClaim(context, netuid)]
  state.setRow(reserves, netuid, { subnetTaoRao: 0n, protocolAlpha: 0n, alphaIn: 0n })
  state.setChain({ totalStakeRao: saturatedU64(state.chain.totalStakeRao - potRao) })
  return refundShares(potRao, claims).flatMap(({ coldkey, amountRao }) =>
    coldkey === null || amountRao === 0n ? [] : [pay(context, netuid, coldkey, amountRao)],
  )
}

/** What positions are worth, each taken out of the records. One worth nothing counts by its share. */
function takenPositions({ state }: BlockContext, netuid: Netuid): RefundClaim<AccountId>[] {
  return state.range(stakes, netuid).flatMap(([[, hotkey], pool]) => {
    if (pool.totalAlpha === 0n) return []
    state.delete(stakes, netuid, hotkey)
    return state.range(shares, netuid, hotkey).map(([[, , coldkey], share]) => {
      state.delete(shares, netuid, hotkey, coldkey)
      const worthAlpha = positionAlpha(pool, share)
      return { coldkey, alpha: worthAlpha > 0n ? worthAlpha : safeFloatToU64(share) }
    })
  })
}

/** Alpha that the chain bought, and that of the pool. */
function protocolClaim({ state, config }: BlockContext, netuid: Netuid): RefundClaim<AccountId> {
  const { protocolAlpha, alphaIn } = state.row(reserves, netuid)
  const countsPool = state.subnet(netuid).registeredAtBlock > config.poolRefundBlock
  return { coldkey: null, alpha: countsPool ? protocolAlpha + alphaIn : protocolAlpha }
}

function pay(context: BlockContext, netuid: Netuid, coldkey: AccountId, amountRao: Rao): Refund {
  const { state, config } = context
  const account = subnetAccount(netuid)
  const isPaid =
    amountRao <= state.balanceRao(account) &&
    state.balanceRao(coldkey) + amountRao >= config.existentialDepositRao
  if (isPaid) {
    moveTao(context, account, coldkey, amountRao)
    reapIfDust(context, account)
  }
  return { coldkey, amountRao, isPaid }
}
