import { absorbedUnchecked, type Injection, mechanismPoolUnchecked } from '../../emission/index.js'
import { saturatedU64 } from '../../math/index.js'
import type { Netuid, Rao } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { addTo, payable } from '../money/credits.js'
import { keepReservoir, reservoirOf } from '../money/reservoirs.js'
import { reservesOf, tradingReserves } from '../money/trades.js'
import type { LedgerState } from '../state/LedgerState.js'
import { injections, reserves } from '../state/tables.js'

/**
 * Injects as the reference's newer tree does: the excess buys first, by the weights that it finds, and TAO that buys nothing is not issued. Then
 * the pool takes what it can of the injection and of what waits from earlier blocks; the rest waits.
 *
 * @returns the TAO that it took.
 * @source spec: `spec/chain.md` 3.5, 13.3, 13.15, 13.17
 */
export function injectThroughReservoir(
  { state, config }: BlockContext,
  netuid: Netuid,
  planned: Injection,
): Rao {
  const has = state.columnsToEdit(reserves)
  const last = state.columnsToEdit(injections)
  const spentRao = buyFor(state, netuid, payable(planned.excessRao, has.accountRao[netuid] ?? 0n, config))
  const taoInRao = payable(planned.taoInRao, has.accountRao[netuid] ?? 0n, config)
  addTo(has.accountRao, netuid, taoInRao)
  const { taoRao, alpha } = reservoirOf(state, netuid)
  const waiting = {
    taoRao: saturatedU64(taoRao + taoInRao),
    alpha: saturatedU64(alpha + planned.alphaIn),
  }
  const { reserves: grown, taken, left } = absorbedUnchecked(reservesOf(state, netuid), waiting)
  has.subnetTaoRao[netuid] = grown.taoRao
  has.alphaIn[netuid] = grown.alphaIn
  has.quoteWeightE18[netuid] = grown.quoteWeightE18
  keepReservoir(state, netuid, left)
  last.taoInRao[netuid] = taken.taoRao
  last.alphaIn[netuid] = taken.alpha
  last.alphaOut[netuid] = planned.alphaOut
  last.excessRao[netuid] = spentRao
  const { totalStakeRao } = state.chain
  state.setChain({ totalStakeRao: saturatedU64(totalStakeRao + taken.taoRao + spentRao) })
  return spentRao + taoInRao
}

/** The chain's own purchase. @returns the TAO that it spent: none where the pool sells nothing. */
function buyFor(state: LedgerState, netuid: Netuid, excessRao: Rao): Rao {
  if (excessRao === 0n) return 0n
  const bought = mechanismPoolUnchecked.buy(tradingReserves(state, netuid), excessRao, { takesFee: false })
  if (!bought.ok) return 0n
  if (!state.subnet(netuid).hasTraded) state.setSubnet(netuid, { hasTraded: true })
  const has = state.columnsToEdit(reserves)
  const { taoRao, alphaIn, quoteWeightE18 } = bought.reserves
  has.subnetTaoRao[netuid] = taoRao
  has.alphaIn[netuid] = alphaIn
  has.quoteWeightE18[netuid] = quoteWeightE18
  addTo(has.accountRao, netuid, bought.inRao)
  addTo(has.volumeRao, netuid, bought.inRao)
  addTo(has.alphaOut, netuid, bought.outAlpha)
  addTo(has.protocolAlpha, netuid, bought.outAlpha)
  return bought.inRao
}
