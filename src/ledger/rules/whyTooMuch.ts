import type { MechanismReserves } from '../../emission/index.js'
import { type RefusalOf, refuse } from '../BlockContext.js'

/** An amount may be so many times the reserve into which it goes. */
const MOST_TIMES_RESERVE = 1_000n

/**
 * What a call without a limit asks first: whether an amount is out of all proportion to the reserve into which it goes.
 *
 * @source spec: `spec/chain.md` 10.1, 10.2
 */
export function whyTooMuch(
  { mechanism }: MechanismReserves,
  amount: bigint,
  heldIn: bigint,
): RefusalOf<'InsufficientLiquidity'> | null {
  return mechanism === 1 && amount > MOST_TIMES_RESERVE * heldIn
    ? refuse('InsufficientLiquidity', 'The amount is more than a thousand times what the pool has.')
    : null
}
