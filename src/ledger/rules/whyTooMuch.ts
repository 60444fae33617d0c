import type { MechanismReserves } from '../../emission/index.js'
import type { Alpha, Netuid, Rao } from '../../units/index.js'
import { type RefusalOf, refuse } from '../BlockContext.js'

/** An amount may be so many times the reserve into which it goes. */
const MOST_TIMES_RESERVE = 1_000n

/**
 * What a purchase without a limit asks first: whether the amount is out of all proportion to the TAO in the pool.
 *
 * @source spec: `spec/chain.md` 10.1
 */
export function whyTooMuchTao(
  { mechanism, taoRao }: MechanismReserves,
  netuid: Netuid,
  offeredRao: Rao,
): RefusalOf<'InsufficientLiquidity'> | null {
  const mostRao = MOST_TIMES_RESERVE * taoRao
  return mechanism === 1 && offeredRao > mostRao
    ? refuse('InsufficientLiquidity', { because: 'tooMuchTao', netuid, offeredRao, mostRao })
    : null
}

/**
 * The same of a sale, and the alpha in the pool.
 *
 * @source spec: `spec/chain.md` 10.2
 */
export function whyTooMuchAlpha(
  { mechanism, alphaIn }: MechanismReserves,
  netuid: Netuid,
  offeredAlpha: Alpha,
): RefusalOf<'InsufficientLiquidity'> | null {
  const mostAlpha = MOST_TIMES_RESERVE * alphaIn
  return mechanism === 1 && offeredAlpha > mostAlpha
    ? refuse('InsufficientLiquidity', { because: 'tooMuchAlpha', netuid, offeredAlpha, mostAlpha })
    : null
}
