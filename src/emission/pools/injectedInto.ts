import { saturatedU64 } from '../../math/index.js'
import type { Rao } from '../../units/index.js'
import type { Injected, Injection, Purchase, TradeRefusal } from './SubnetPool.js'
import { weightAfterInjection } from './weightAfterInjection.js'
import type { WeightedReserves } from './weightedReserves.js'

/**
 * Takes an injection into weighted reserves: the weights first, then the excess buys with the new weights and the old
 * reserves, then these grow. An injection that the weights cannot follow is refused whole, an excess that buys nothing is not spent.
 *
 * @source spec: `spec/chain.md` 3.5
 */
export function injectedInto<R extends WeightedReserves>(
  reserves: R,
  { taoInRao, alphaIn, excessRao }: Omit<Injection, 'alphaOut'>,
  buy: (reserves: R, taoRao: Rao) => Purchase<R> | TradeRefusal,
): Injected<R> {
  const quoteWeightE18 = weightAfterInjection(reserves, taoInRao, alphaIn)
  const isTaken = quoteWeightE18 !== undefined
  const weighted = isTaken ? { ...reserves, quoteWeightE18 } : reserves
  const purchase = excessRao === 0n ? undefined : buy(weighted, excessRao)
  const held = purchase?.ok ? purchase.reserves : weighted
  const addedRao = isTaken ? taoInRao : 0n
  const addedAlpha = isTaken ? alphaIn : 0n
  return {
    taoInRao: addedRao,
    alphaIn: addedAlpha,
    spentRao: purchase?.ok ? purchase.inRao : 0n,
    boughtAlpha: purchase?.ok ? purchase.outAlpha : 0n,
    reserves: {
      ...held,
      taoRao: saturatedU64(held.taoRao + addedRao),
      alphaIn: saturatedU64(held.alphaIn + addedAlpha),
    },
  }
}
