import type { EpochOutput } from '../../consensus/index.js'
import {
  type Distribution,
  type EpochPayout,
  type Payment,
  type PendingAlpha,
  planDistributionUnchecked,
  validatorPotAlpha,
} from '../../emission/index.js'
import { assert } from '../../errors/index.js'
import { saturatedU64 } from '../../math/index.js'
import { asColdkey, asHotkey } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { lockOwnerCut } from '../money/changeLocks.js'
import { payRootDividend } from '../money/rootClaims.js'
import { StakeCredits } from '../money/stake.js'
import { rememberHotkey } from '../money/stakingHotkeys.js'
import { ownerOf } from '../neurons/hotkeys.js'
import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { clocks, reserves, rootClaimRates, tallies } from '../state/tables.js'
import type { EpochFacts } from './epochFacts.js'

/** What of an epoch is paid, by uid. */
export type EpochPay = Pick<EpochOutput, 'serverEmissionRao' | 'validatorEmissionRao'>

/**
 * Pays an epoch as stake: owner's cut, incentives, dividends and takes; what stakers on root earned they claim later. What rounding leaves, and
 * what nobody earned, stays in the subnet's alpha and is nobody's.
 *
 * @source spec: `spec/chain.md` 3.7 to 3.9
 */
export function payEpoch(
  context: BlockContext,
  facts: EpochFacts,
  pending: PendingAlpha,
  decided: EpochPay,
): void {
  const { state, block } = context
  const { netuid } = facts
  const plan = planFor(context, facts, pending, decided)
  const credits = new StakeCredits(state, netuid, facts.pools)
  for (const payment of plan.payments) {
    pay(context, facts, credits, payment)
    if (payment.reason !== 'ownerCut') continue
    // What is locked depends on what the owner has at this moment.
    credits.write()
    lockOwnerCut(context, netuid, payment.alpha)
  }
  credits.write()
  openRootRates(state, facts, plan)
  const alphaOut = saturatedU64(state.cell(reserves, netuid, 'alphaOut') - plan.recycledAlpha)
  state.setRow(reserves, netuid, { alphaOut })
  state.setRow(tallies, netuid, { minerBurnedBits: plan.minerBurnedBits })
  state.setRow(clocks, netuid, { lastStepBlock: block })
  if (plan.burnedAlpha > 0n || plan.recycledAlpha > 0n) {
    context.emit('MinerBurned', netuid, {
      burnedAlpha: plan.burnedAlpha,
      recycledAlpha: plan.recycledAlpha,
      shareBits: plan.minerBurnedBits,
    })
  }
}

function planFor(
  { state, config }: BlockContext,
  facts: EpochFacts,
  pending: PendingAlpha,
  decided: EpochPay,
): Distribution<AccountId> {
  const shares = epochShares(state, facts, decided)
  const incentiveSumAlpha = shares.incentiveAlpha.reduce((sum, alpha) => sum + alpha, 0n)
  return planDistributionUnchecked({
    ...shares,
    validatorPotAlpha: validatorPotAlpha(pending, incentiveSumAlpha),
    rootPotAlpha: pending.rootAlpha,
    ownerCutAlpha: pending.ownerCutAlpha,
    taoWeightU64: config.taoWeightU64,
    childkeyBurnU64: config.childkeyBurnU64,
  })
}

/** What payments, and their explanation, are planned from, besides what is there to pay. */
export function epochShares(
  state: LedgerState,
  { netuid, rows, links, autoStake }: EpochFacts,
  decided: EpochPay,
): Omit<EpochPayout<AccountId>, 'pending'> {
  const { owner, ownerHotkey } = state.subnet(netuid)
  return {
    rows,
    links,
    incentiveAlpha: rows.map(({ uid }) => (uid === null ? 0n : (decided.serverEmissionRao[uid] ?? 0n))),
    dividendAlpha: rows.map(({ uid }) => (uid === null ? 0n : (decided.validatorEmissionRao[uid] ?? 0n))),
    owner: { hotkey: ownerHotkey, coldkey: owner },
    ownerIncentiveIsRecycled: state.hyperparameters(netuid).ownerIncentiveIsRecycled,
    autoStake,
  }
}

/** Lists of a subnet's hotkeys which all had rates when the table of rates had this revision. */
const OPENED = new WeakMap<readonly AccountId[], number>()

/**
 * Whoever dividends are shared out to has a rate of root dividends from then on, be they 0: payments of 0 are not planned. PERF: a look-up per
 * neuron, and none while nothing has changed.
 */
function openRootRates(
  state: LedgerState,
  { netuid, rows, links, hotkey: members }: EpochFacts,
  { attributions }: Distribution<AccountId>,
): void {
  if (links.length === 0 && OPENED.get(members) === state.revision(rootClaimRates)) return
  for (const [at, { shares }] of attributions.entries()) {
    if (rows[at]?.hasUid !== true) continue
    for (const [row] of shares) {
      const hotkey = rows[row]?.hotkey
      if (hotkey !== undefined && state.get(rootClaimRates, hotkey, netuid) === undefined)
        state.set(rootClaimRates, [hotkey, netuid], 0n)
    }
  }
  OPENED.set(members, state.revision(rootClaimRates))
}

function pay(
  context: BlockContext,
  facts: EpochFacts,
  credits: StakeCredits,
  payment: Payment<AccountId>,
): void {
  const { state } = context
  const { netuid } = facts
  const { hotkey, alpha } = payment
  // The owner's cut may go to a hotkey without a uid, and dividends to a parent without one.
  const uid = facts.uidOf.get(hotkey)
  const owner = uid === undefined ? ownerOf(state, hotkey) : facts.coldkey[uid]
  const coldkey = payment.kind === 'stake' ? payment.coldkey : owner
  assert(coldkey !== undefined, 'a hotkey without an owner is paid')
  if (payment.kind === 'stake') {
    credits.credit(hotkey, coldkey, alpha)
    if (coldkey !== owner) rememberHotkey(state, coldkey, hotkey)
  } else if (payment.kind === 'all') credits.creditAll(hotkey, alpha)
  else if (!payRootDividend(state, netuid, hotkey, alpha)) credits.credit(hotkey, coldkey, alpha)
  const hotkeyAddress = uid === undefined ? undefined : facts.hotkeyAddress[uid]
  const coldkeyAddress = uid === undefined || coldkey !== owner ? undefined : facts.coldkeyAddress[uid]
  context.emit('EmissionPaid', netuid, {
    kind: payment.reason,
    uid: uid ?? null,
    hotkey: hotkeyAddress ?? asHotkey(state.addressOf(hotkey)),
    coldkey: coldkeyAddress ?? asColdkey(state.addressOf(coldkey)),
    amountAlpha: alpha,
  })
}
