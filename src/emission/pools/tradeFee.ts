import { assertU64 } from '../checks.js'
import { assertMechanismReserves, isStable, type MechanismReserves } from './mechanismPool.js'
import { feeWithin } from './weightedCurve.js'

/**
 * The fee of a trade that takes all of an amount, which is in the amount: none where an alpha is a TAO.
 *
 * @param amount - TAO of a purchase, or alpha of a sale.
 * @throws InvalidArgumentError naming what is wrong.
 * @source spec: `spec/chain.md` 4.3
 *
 * @example
 * ```ts
 * import { tradeFee } from 'subnetkit/emission'
 *
 * const held = { taoRao: 10n ** 12n, alphaIn: 10n ** 12n, quoteWeightE18: 5n * 10n ** 17n, feeU16: 33, mechanism: 1 } as const
 * tradeFee(held, 2_000_000n) // 1007n
 * ```
 */
export function tradeFee(reserves: MechanismReserves, amount: bigint): bigint {
  assertMechanismReserves(reserves, 'reserves')
  assertU64(amount, 'amount')
  return isStable(reserves) ? 0n : feeWithin(amount, reserves.feeU16)
}
