import type { Alpha, Rao } from '../../units/index.js'

/** Alpha of a subnet that is dissolved, and whose it is. */
export interface RefundClaim<A> {
  /** `null` for the chain itself, which is paid nothing. */
  readonly coldkey: A | null
  readonly alpha: Alpha
}

/** TAO for one claim. */
export interface RefundShare<A> {
  readonly coldkey: A | null
  readonly amountRao: Rao
}

/**
 * Divides a pot among claims by their alpha, floored; what flooring leaves goes by one rao to those that lost most by it. In that order they
 * are paid then, equals as they came; where nothing is left over, in the order of the claims.
 *
 * @returns one share per claim, possibly of 0 rao; none when there is no alpha.
 * @source spec: `spec/chain.md` 6.4
 */
export function refundShares<A>(potRao: Rao, claims: readonly RefundClaim<A>[]): RefundShare<A>[] {
  const totalAlpha = claims.reduce((sum, { alpha }) => sum + alpha, 0n)
  if (totalAlpha === 0n) return []
  const shares = claims.map(({ coldkey, alpha }) => ({
    coldkey,
    amountRao: (potRao * alpha) / totalAlpha,
    rest: (potRao * alpha) % totalAlpha,
  }))
  const leftRao = potRao - shares.reduce((sum, { amountRao }) => sum + amountRao, 0n)
  if (leftRao > 0n) shares.sort((a, b) => (a.rest === b.rest ? 0 : a.rest > b.rest ? -1 : 1))
  return shares.map(({ coldkey, amountRao }, at) => ({
    coldkey,
    amountRao: BigInt(at) < leftRao ? amountRao + 1n : amountRao,
  }))
}
