import { saturatedU64 } from '../../math/index.js'
import type { Rao } from '../../units/index.js'
import type { ChainConfig } from '../config.js'

/** What of new TAO a subnet's account is given: nothing where it would still hold too little to live. */
export function payable(
  amountRao: Rao,
  heldRao: Rao,
  { existentialDepositRao }: Pick<ChainConfig, 'existentialDepositRao'>,
): Rao {
  return heldRao + amountRao < existentialDepositRao ? 0n : amountRao
}

/** Adds to an entry of a column, up to 2^64 - 1. */
export function addTo(column: BigUint64Array, at: number, amount: bigint): void {
  column[at] = saturatedU64((column[at] ?? 0n) + amount)
}
