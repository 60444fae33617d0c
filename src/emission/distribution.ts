import { assert } from '../errors/index.js'
import type { Alpha } from '../units/index.js'
import {
  type Attribution,
  assertAccount,
  assertHotkeys,
  attributions,
  type HotkeyRow,
} from './attribution.js'
import { assertAmounts, assertFlag, assertKnown, assertU64, refuse } from './checks.js'
import { type DividendPay, dividendPays } from './dividendSplit.js'
import { assertLinks, type ChildLink } from './stakeLinks.js'
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
 * @throws InvalidArgumentError naming what is wrong (`input.rows[2].takeU16`).
 * @throws ShapeError when a column does not have one entry per row.
 * @source subtensor `pallets/subtensor/src/coinbase/run_coinbase.rs`, `distribute_emission`
 */
export function planDistribution<Account>(input: DistributionInput<Account>): Distribution<Account> {
  assertKnown(input, 'input', DISTRIBUTION)
  assertDecided(input, 'input')
  for (const name of AMOUNTS) assertU64(input[name], `input.${name}`)
  return planDistributionUnchecked(input)
}

const AMOUNTS = [
  'validatorPotAlpha',
  'rootPotAlpha',
  'ownerCutAlpha',
  'taoWeightU64',
  'childkeyBurnU64',
] as const
/** What the subnet and its epoch bring, without what is there to pay. */
export const DECIDED = [
  'rows',
  'links',
  'incentiveAlpha',
  'dividendAlpha',
  'owner',
  'ownerIncentiveIsRecycled',
  'autoStake',
] as const
const DISTRIBUTION = [...DECIDED, ...AMOUNTS]

/** @throws InvalidArgumentError, ShapeError naming the field below `path`. */
export function assertDecided(
  input: Pick<DistributionInput<unknown>, (typeof DECIDED)[number]>,
  path: string,
): void {
  assertHotkeys(input.rows, `${path}.rows`)
  input.rows.forEach(({ hasUid }, at) => {
    if (typeof hasUid !== 'boolean') assertFlag(hasUid, `${path}.rows[${at}].hasUid`)
  })
  assertLinks(input.links, `${path}.links`, input.rows.length)
  assertAmounts(input.incentiveAlpha, `${path}.incentiveAlpha`, input.rows.length)
  assertAmounts(input.dividendAlpha, `${path}.dividendAlpha`, input.rows.length)
  assertKnown(input.owner, `${path}.owner`, ['hotkey', 'coldkey'])
  assertAccount(input.owner, 'hotkey', `${path}.owner`)
  assertAccount(input.owner, 'coldkey', `${path}.owner`)
  assertFlag(input.ownerIncentiveIsRecycled, `${path}.ownerIncentiveIsRecycled`)
  if (!(input.autoStake instanceof Map)) refuse(`${path}.autoStake`, input.autoStake, 'Pass a Map.')
}

/** {@link planDistribution} for a ledger, whose facts are right by construction: nothing is checked. */
export function planDistributionUnchecked<Account>(input: DistributionInput<Account>): Distribution<Account> {
  const shared = attributions(input.rows, input.links, input.dividendAlpha, input)
  const pays = dividendPays(input.rows, attributedAlpha(shared), input)
  const payments: Payment<Account>[] = []
  payStake(payments, 'ownerCut', input.owner.hotkey, input.owner.coldkey, input.ownerCutAlpha)
  const { totalAlpha, withheldAlpha } = payIncentives(payments, input)
  payDividends(payments, input.rows, pays)
  const withheldFromParents = shared.reduce((sum, { recycledAlpha }) => sum + recycledAlpha, 0n)
  return {
    payments,
    attributions: shared,
    pays,
    recycledAlpha: withheldFromParents + (input.ownerIncentiveIsRecycled ? withheldAlpha : 0n),
    burnedAlpha: input.ownerIncentiveIsRecycled ? 0n : withheldAlpha,
    minerBurnedBits: divide(fromInteger(withheldAlpha), fromInteger(totalAlpha)),
  }
}

function attributedAlpha(all: readonly Attribution[]): Alpha[] {
  const sums = all.map(() => 0n)
  for (const { shares } of all) {
    for (const [row, alpha] of shares) sums[row] = (sums[row] ?? 0n) + alpha
  }
  return sums
}

interface Incentives {
  readonly totalAlpha: Alpha
  /** Of the owner's own hotkeys. */
  readonly withheldAlpha: Alpha
}

function payIncentives<Account>(to: Payment<Account>[], input: DistributionInput<Account>): Incentives {
  const { rows, owner, autoStake } = input
  let totalAlpha = 0n
  let withheldAlpha = 0n
  for (const [index, row] of rows.entries()) {
    const alpha = input.incentiveAlpha[index]
    assert(alpha !== undefined, 'every row has an incentive')
    totalAlpha += alpha
    if (isOwners(row, owner)) withheldAlpha += alpha
    else payStake(to, 'incentive', autoStake.get(row.owner) ?? row.hotkey, row.owner, alpha)
  }
  return { totalAlpha, withheldAlpha }
}

/** Whether a hotkey's incentive is withheld: the owner's own miners are not paid. */
export function isOwners<Account>(
  row: DistributionInput<Account>['rows'][number],
  owner: DistributionInput<Account>['owner'],
): boolean {
  return row.hasUid && (row.owner === owner.coldkey || row.hotkey === owner.hotkey)
}

/** To stakers on the subnet first, then to those on root; each in the order of rows. Most rows earned nothing. */
function payDividends<Account>(
  to: Payment<Account>[],
  rows: readonly HotkeyRow<Account>[],
  pays: readonly DividendPay[],
): void {
  for (const [index, { alphaBits }] of pays.entries()) {
    const row = rows[index]
    assert(row !== undefined, 'every pay has a row')
    if (alphaBits === 0n) continue
    const { takeAlpha, restAlpha } = splitTake(row, alphaBits)
    payStake(to, 'take', row.hotkey, row.owner, takeAlpha)
    if (restAlpha > 0n) to.push({ kind: 'all', reason: 'dividend', hotkey: row.hotkey, alpha: restAlpha })
  }
  for (const [index, { rootBits }] of pays.entries()) {
    const row = rows[index]
    if (row === undefined || rootBits === 0n) continue
    const { takeAlpha, restAlpha } = splitTake(row, rootBits)
    payStake(to, 'rootTake', row.hotkey, row.owner, takeAlpha)
    if (restAlpha > 0n) {
      to.push({ kind: 'rootClaim', reason: 'rootDividend', hotkey: row.hotkey, alpha: restAlpha })
    }
  }
}

function splitTake<Account>(
  row: HotkeyRow<Account>,
  payBits: bigint,
): { readonly takeAlpha: Alpha; readonly restAlpha: Alpha } {
  const take = multiply(fromU16(row.takeU16), payBits)
  return { takeAlpha: toInteger(take), restAlpha: toInteger(subtract(payBits, take)) }
}

function payStake<Account>(
  to: Payment<Account>[],
  reason: Exclude<PaymentReason, 'dividend' | 'rootDividend'>,
  hotkey: Account,
  coldkey: Account,
  alpha: Alpha,
): void {
  if (alpha > 0n) to.push({ kind: 'stake', reason, hotkey, coldkey, alpha })
}
