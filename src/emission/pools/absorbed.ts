import { saturatedU64 } from '../../math/index.js'
import type { Alpha, Rao } from '../../units/index.js'
import { weightAfterInjection } from './weightAfterInjection.js'
import type { WeightedReserves } from './weightedReserves.js'

/** What waits to go into a pool. */
export interface Waiting {
  readonly taoRao: Rao
  readonly alpha: Alpha
}

/** What of it went in. */
export interface Absorbed<R> {
  readonly reserves: R
  readonly taken: Waiting
  readonly left: Waiting
}

/**
 * Takes into weighted reserves what waits for them, as far as both sides keep a hundredth of the weight: all of it, or else its alpha
 * alone, or its TAO alone. The price stays. For a ledger, which keeps what it passes: nothing is checked.
 *
 * @source spec: `spec/chain.md` 3.5, 13.3
 *
 * @example
 * ```ts
 * import { absorbedUnchecked } from 'subnetkit/emission'
 *
 * const held = { taoRao: 1_000_000n, alphaIn: 1_000_000n, quoteWeightE18: 5n * 10n ** 17n, feeU16: 33 }
 * absorbedUnchecked(held, { taoRao: 10n, alpha: 10n }).left // { taoRao: 0n, alpha: 0n }
 * ```
 */
export function absorbedUnchecked<R extends WeightedReserves>(reserves: R, waiting: Waiting): Absorbed<R> {
  const { taoRao, alpha } = waiting
  for (const taken of [waiting, { taoRao: 0n, alpha }, { taoRao, alpha: 0n }]) {
    const quoteWeightE18 = weightAfterInjection(reserves, taken.taoRao, taken.alpha)
    if (quoteWeightE18 === undefined) continue
    return {
      reserves: {
        ...reserves,
        quoteWeightE18,
        taoRao: saturatedU64(reserves.taoRao + taken.taoRao),
        alphaIn: saturatedU64(reserves.alphaIn + taken.alpha),
      },
      taken,
      left: { taoRao: taoRao - taken.taoRao, alpha: alpha - taken.alpha },
    }
  }
  return { reserves, taken: { taoRao: 0n, alpha: 0n }, left: waiting }
}
