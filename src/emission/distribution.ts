import { assert } from '../errors/index.js'
import type { Alpha } from '../units/index.js'
import type { AmountColumn } from './AmountColumn.js'
import {
  type Attribution,
  assertAccount,
  assertHotkeys,
  attributions,
  type HotkeyRow,
} from './attribution.js'
import { assertAmounts, assertFlag, assertKnown, assertU64, refuse } from './checks.js'
import { type DividendBits, type DividendPay, dividendBits } from './dividendSplit.js'
import { assertLinks, type ChildLink } from './stakeLinks.js'
import { divide, fromInteger, fromU16, multiply, subtract, toInteger } from './u96f32.js'

/** A subnet after its epoch: who is there, what the epoch decided, and what there is to pay. */
export interface DistributionInput<Account> {
  /** In ascending order of the hotkeys' bytes: the order of payment. */
  readonly rows: readonly (HotkeyRow<Account> & { readonly hasUid: boolean })[]
  /** Loans of stake between rows; empty without child keys. */
  readonly links: readonly ChildLink[]
  /** By row, from the epoch: paid at face value. */
  readonly incentiveAlpha: AmountColumn
  /** By row, from the epoch: proportions of the pots. */
  readonly dividendAlpha: AmountColumn
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
  return plannedDistribution(input)
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

/** {@link planDistribution} of what was checked before. */
export function plannedDistribution<Account>(input: DistributionInput<Account>): Distribution<Account> {
  const payments: Payment<Account>[] = []
  const {
    attributions: shared,
    pays,
    ...sums
  } = planDistributionUnchecked(input, {
    stake(reason, hotkey, coldkey, alpha) {
      payments.push({ kind: 'stake', reason, hotkey, coldkey, alpha })
    },
    all(hotkey, alpha) {
      payments.push({ kind: 'all', reason: 'dividend', hotkey, alpha })
    },
    rootClaim(hotkey, alpha) {
      payments.push({ kind: 'rootClaim', reason: 'rootDividend', hotkey, alpha })
    },
  })
  return {
    payments,
    attributions: shared ?? attributions(input.rows, input.links, input.dividendAlpha, input),
    pays: pays.alphaBits.map((alphaBits, row) => ({ alphaBits, rootBits: pays.rootBits[row] ?? 0n })),
    ...sums,
  }
}

/** Is told of every payment in order; amounts are above 0. `row` is that of the hotkey, `null` where it may be none of the rows. */
export interface Payer<Account> {
  stake(
    reason: Exclude<PaymentReason, 'dividend' | 'rootDividend'>,
    hotkey: Account,
    coldkey: Account,
    alpha: Alpha,
    row: number | null,
  ): void
  all(hotkey: Account, alpha: Alpha, row: number): void
  rootClaim(hotkey: Account, alpha: Alpha, row: number): void
}

/** What a distribution comes to besides its payments. */
export interface Distributed
  extends Pick<Distribution<unknown>, 'recycledAlpha' | 'burnedAlpha' | 'minerBurnedBits'> {
  /** `null` without links: every dividend is its own row's. */
  readonly attributions: readonly Attribution[] | null
  readonly pays: DividendBits
}

/**
 * {@link planDistribution} for a ledger, which pays while it is told and whose facts are right by construction: nothing is checked, and
 * nothing is made that would be read once.
 */
export function planDistributionUnchecked<Account>(
  input: DistributionInput<Account>,
  payer: Payer<Account>,
): Distributed {
  const { rows, links, dividendAlpha, owner } = input
  const shared = links.length === 0 ? null : attributions(rows, links, dividendAlpha, input)
  const pays = dividendBits(rows, shared === null ? dividendAlpha : attributedAlpha(shared), input)
  payStake(payer, 'ownerCut', owner.hotkey, owner.coldkey, input.ownerCutAlpha, null)
  const { totalAlpha, withheldAlpha } = payIncentives(payer, input)
  payDividends(payer, rows, pays)
  const withheldFromParents = shared === null ? 0n : sumRecycled(shared)
  return {
    attributions: shared,
    pays,
    recycledAlpha: withheldFromParents + (input.ownerIncentiveIsRecycled ? withheldAlpha : 0n),
    burnedAlpha: input.ownerIncentiveIsRecycled ? 0n : withheldAlpha,
    minerBurnedBits: divide(fromInteger(withheldAlpha), fromInteger(totalAlpha)),
  }
}

function sumRecycled(all: readonly Attribution[]): Alpha {
  return all.reduce((sum, { recycledAlpha }) => sum + recycledAlpha, 0n)
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

/* Plain loops: an epoch pays hundreds. */

function payIncentives<Account>(payer: Payer<Account>, input: DistributionInput<Account>): Incentives {
  const { rows, owner, autoStake, incentiveAlpha } = input
  let totalAlpha = 0n
  let withheldAlpha = 0n
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at]
    const alpha = incentiveAlpha[at]
    assert(row !== undefined && alpha !== undefined, 'every row has an incentive')
    if (alpha === 0n) continue
    totalAlpha += alpha
    const wanted = autoStake.size === 0 ? undefined : autoStake.get(row.owner)
    if (isOwners(row, owner)) withheldAlpha += alpha
    else
      payStake(payer, 'incentive', wanted ?? row.hotkey, row.owner, alpha, wanted === undefined ? at : null)
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
  payer: Payer<Account>,
  rows: readonly HotkeyRow<Account>[],
  { alphaBits, rootBits }: DividendBits,
): void {
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at]
    const payBits = alphaBits[at]
    assert(row !== undefined && payBits !== undefined, 'every row has its pay')
    if (payBits === 0n) continue
    const take = takeBits(row, payBits)
    payStake(payer, 'take', row.hotkey, row.owner, toInteger(take), at)
    const rest = toInteger(subtract(payBits, take))
    if (rest > 0n) payer.all(row.hotkey, rest, at)
  }
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at]
    const payBits = rootBits[at]
    if (row === undefined || payBits === undefined || payBits === 0n) continue
    const take = takeBits(row, payBits)
    payStake(payer, 'rootTake', row.hotkey, row.owner, toInteger(take), at)
    const rest = toInteger(subtract(payBits, take))
    if (rest > 0n) payer.rootClaim(row.hotkey, rest, at)
  }
}

function takeBits({ takeU16 }: HotkeyRow<unknown>, payBits: bigint): bigint {
  return takeU16 === 0 ? 0n : multiply(fromU16(takeU16), payBits)
}

function payStake<Account>(
  payer: Payer<Account>,
  reason: Exclude<PaymentReason, 'dividend' | 'rootDividend'>,
  hotkey: Account,
  coldkey: Account,
  alpha: Alpha,
  row: number | null,
): void {
  if (alpha > 0n) payer.stake(reason, hotkey, coldkey, alpha, row)
}
