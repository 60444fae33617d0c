import { ShapeError } from '../errors/index.js'
import type { Alpha } from '../units/index.js'
import { type Attribution, attributeDividends, type HotkeyRow } from './attribution.js'
import { type DividendPay, splitDividends } from './dividendSplit.js'
import type { ChildLink } from './stakeLinks.js'
import { divide, fromInteger, fromU16, multiply, subtract, toInteger } from './u96f32.js'

/** A subnet after its epoch: who is there, what the epoch decided, and what there is to pay. */
export interface DistributionInput<Account> {
  /** In ascending order of the hotkeys' bytes: the order of payment. */
  readonly rows: readonly (HotkeyRow<Account> & { readonly hasUid: boolean })[]
  /** Loans of stake between rows; empty without child keys. */
  readonly links: readonly ChildLink[]
  /** By row, from the epoch: paid at face value. */
  readonly incentiveAlpha: readonly Alpha[]
  /** By row, from the epoch: proportions of the pots. */
  readonly dividendAlpha: readonly Alpha[]
  readonly validatorPotAlpha: Alpha
  readonly rootPotAlpha: Alpha
  readonly ownerCutAlpha: Alpha
  readonly owner: { readonly hotkey: Account; readonly coldkey: Account }
  /** What becomes of incentive the owner's own hotkeys earn: recycled, or burned. */
  readonly ownerIncentiveIsRecycled: boolean
  /** Where a coldkey wants its incentive staked instead of on the hotkey that earned it. */
  readonly autoStake: ReadonlyMap<Account, Account>
  readonly taoWeightU64: bigint
  readonly childkeyBurnU64: bigint
}

export type PaymentReason = 'ownerCut' | 'incentive' | 'take' | 'dividend' | 'rootTake' | 'rootDividend'

/** One payment, to be made in order. Amounts are above 0. */
export type Payment<Account> =
  /** Stake for one coldkey: `creditPosition`. */
  | {
      readonly kind: 'stake'
      readonly reason: Exclude<PaymentReason, 'dividend' | 'rootDividend'>
      readonly hotkey: Account
      readonly coldkey: Account
      readonly alpha: Alpha
    }
  /** For all stakers of a hotkey: `creditAll`. */
  | { readonly kind: 'all'; readonly reason: 'dividend'; readonly hotkey: Account; readonly alpha: Alpha }
  /** For the stakers of a hotkey on root, to be claimed. */
  | {
      readonly kind: 'rootClaim'
      readonly reason: 'rootDividend'
      readonly hotkey: Account
      readonly alpha: Alpha
    }

export interface Distribution<Account> {
  readonly payments: readonly Payment<Account>[]
  readonly attributions: readonly Attribution[]
  /** By row. */
  readonly pays: readonly DividendPay[]
  /** Leaves the subnet's alpha: withheld from foreign parents, and from the owner's hotkeys when it recycles. */
  readonly recycledAlpha: Alpha
  /** Stays in the subnet's alpha and belongs to nobody. */
  readonly burnedAlpha: Alpha
  /** Withheld part of all incentive, U96F32; 0 without incentive. */
  readonly minerBurnedBits: bigint
}

/**
 * Plans every payment of an epoch, without touching any state: owner's cut, incentives, dividends with their
 * takes, root dividends. The caller applies the payments in order.
 *
 * @throws ShapeError when a column does not have one entry per row.
 * @source subtensor `pallets/subtensor/src/coinbase/run_coinbase.rs`, `distribute_emission`
 */
export function planDistribution<Account>(input: DistributionInput<Account>): Distribution<Account> {
  assertColumn('incentiveAlpha', input.incentiveAlpha, input.rows.length)
  assertColumn('dividendAlpha', input.dividendAlpha, input.rows.length)
  const attributions = attributeDividends(input.rows, input.links, input.dividendAlpha, input)
  const pays = splitDividends(input.rows, attributedAlpha(attributions), input)
  const incentives = planIncentives(input)
  const withheldFromParents = attributions.reduce((sum, { recycledAlpha }) => sum + recycledAlpha, 0n)
  const recycledAlpha = withheldFromParents + (input.ownerIncentiveIsRecycled ? incentives.withheldAlpha : 0n)
  return {
    payments: [
      ...stakeIfAny('ownerCut', input.owner.hotkey, input.owner.coldkey, input.ownerCutAlpha),
      ...incentives.payments,
      ...input.rows.flatMap((row, index) => alphaPayments(row, pays[index]!.alphaBits)),
      ...input.rows.flatMap((row, index) => rootPayments(row, pays[index]!.rootBits)),
    ],
    attributions,
    pays,
    recycledAlpha,
    burnedAlpha: input.ownerIncentiveIsRecycled ? 0n : incentives.withheldAlpha,
    minerBurnedBits: incentives.minerBurnedBits,
  }
}

function attributedAlpha(attributions: readonly Attribution[]): Alpha[] {
  const sums = attributions.map(() => 0n)
  for (const { shares } of attributions) for (const [row, alpha] of shares) sums[row]! += alpha
  return sums
}

interface IncentivePlan<Account> {
  readonly payments: readonly Payment<Account>[]
  readonly withheldAlpha: Alpha
  readonly minerBurnedBits: bigint
}

function planIncentives<Account>(input: DistributionInput<Account>): IncentivePlan<Account> {
  const payments: Payment<Account>[] = []
  let total = 0n
  let withheldAlpha = 0n
  input.rows.forEach((row, index) => {
    const alpha = input.incentiveAlpha[index]!
    total += alpha
    const isOwners = row.hasUid && (row.owner === input.owner.coldkey || row.hotkey === input.owner.hotkey)
    if (isOwners) withheldAlpha += alpha
    else
      payments.push(
        ...stakeIfAny('incentive', input.autoStake.get(row.owner) ?? row.hotkey, row.owner, alpha),
      )
  })
  return { payments, withheldAlpha, minerBurnedBits: divide(fromInteger(withheldAlpha), fromInteger(total)) }
}

function alphaPayments<Account>(row: HotkeyRow<Account>, payBits: bigint): Payment<Account>[] {
  const { takeAlpha, restAlpha } = splitTake(row, payBits)
  const payments: Payment<Account>[] = stakeIfAny('take', row.hotkey, row.owner, takeAlpha)
  if (restAlpha > 0n) payments.push({ kind: 'all', reason: 'dividend', hotkey: row.hotkey, alpha: restAlpha })
  return payments
}

function rootPayments<Account>(row: HotkeyRow<Account>, payBits: bigint): Payment<Account>[] {
  const { takeAlpha, restAlpha } = splitTake(row, payBits)
  const payments: Payment<Account>[] = stakeIfAny('rootTake', row.hotkey, row.owner, takeAlpha)
  if (restAlpha > 0n) {
    payments.push({ kind: 'rootClaim', reason: 'rootDividend', hotkey: row.hotkey, alpha: restAlpha })
  }
  return payments
}

function splitTake<Account>(
  row: HotkeyRow<Account>,
  payBits: bigint,
): { readonly takeAlpha: Alpha; readonly restAlpha: Alpha } {
  const take = multiply(fromU16(row.takeU16), payBits)
  return { takeAlpha: toInteger(take), restAlpha: toInteger(subtract(payBits, take)) }
}

function stakeIfAny<Account>(
  reason: Exclude<PaymentReason, 'dividend' | 'rootDividend'>,
  hotkey: Account,
  coldkey: Account,
  alpha: Alpha,
): Payment<Account>[] {
  return alpha === 0n ? [] : [{ kind: 'stake', reason, hotkey, coldkey, alpha }]
}

function assertColumn(field: string, column: readonly Alpha[], expectedLength: number): void {
  if (column.length !== expectedLength) {
    throw new ShapeError({ field, expectedLength, actualLength: column.length })
  }
}
