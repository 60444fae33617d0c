import type { Alpha } from '../units/index.js'
import type { HotkeyStake } from './stakeLinks.js'
import { divide, fromInteger, fromU64, multiply, subtract } from './u96f32.js'

/** What is paid on a hotkey's stake, U96F32. */
export interface DividendPay {
  /** To its stakers on the subnet. */
  readonly alphaBits: bigint
  /** To its stakers on root. */
  readonly rootBits: bigint
}

/** Alpha that waits for an epoch, by whom it is for. */
export interface PendingAlpha {
  readonly serverAlpha: Alpha
  readonly validatorAlpha: Alpha
  readonly rootAlpha: Alpha
  readonly ownerCutAlpha: Alpha
}

/** What the epoch distributes: everything pending but the owner's cut. */
export function epochEmissionAlpha(pending: PendingAlpha): Alpha {
  return pending.serverAlpha + pending.validatorAlpha + pending.rootAlpha
}

/** What validators' stakers share: with no incentive at all, the servers' part falls to them. */
export function validatorPotAlpha(pending: PendingAlpha, incentiveSumAlpha: Alpha): Alpha {
  return incentiveSumAlpha === 0n ? pending.validatorAlpha + pending.serverAlpha : pending.validatorAlpha
}

/**
 * Pays out the two pots. Dividends are proportions only: each hotkey's is divided between root and the subnet
 * by its weighted stake on both, then each pot is shared in proportion. A pot nobody has a part in is not paid.
 *
 * @param dividendAlpha - by row, after attribution.
 * @source subtensor `pallets/subtensor/src/coinbase/run_coinbase.rs`, `calculate_dividend_distribution`
 */
export function splitDividends(
  stakes: readonly HotkeyStake[],
  dividendAlpha: readonly Alpha[],
  pots: { readonly validatorPotAlpha: Alpha; readonly rootPotAlpha: Alpha; readonly taoWeightU64: bigint },
): DividendPay[] {
  const taoWeight = fromU64(pots.taoWeightU64)
  const parts = stakes.map((stake, row) => {
    const dividend = fromInteger(dividendAlpha[row]!)
    const weightedRoot = multiply(fromInteger(stake.rootRao), taoWeight)
    const root = multiply(dividend, divide(weightedRoot, fromInteger(stake.alpha) + weightedRoot))
    return { alpha: subtract(dividend, root), root }
  })
  const alphaSum = parts.reduce((sum, { alpha }) => sum + alpha, 0n)
  const rootSum = parts.reduce((sum, { root }) => sum + root, 0n)
  return parts.map(({ alpha, root }) => ({
    alphaBits: multiply(fromInteger(pots.validatorPotAlpha), divide(alpha, alphaSum)),
    rootBits: multiply(fromInteger(pots.rootPotAlpha), divide(root, rootSum)),
  }))
}
