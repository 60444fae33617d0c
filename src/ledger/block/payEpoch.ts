import type { EpochOutput } from '../../consensus/index.js'
import {
  type Distribution,
  type Payment,
  type PendingAlpha,
  planDistributionUnchecked,
  validatorPotAlpha,
} from '../../emission/index.js'
import { assert } from '../../errors/index.js'
import { type Alpha, asColdkey, asHotkey } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { StakeCredits } from '../money/stake.js'
import type { AccountId } from '../state/account.js'
import { clocks, reserves, tallies } from '../state/tables.js'
import type { EpochFacts } from './epochFacts.js'

/**
 * Pays an epoch as stake: owner's cut, incentives, dividends and takes. What rounding leaves is dust; what
 * nobody earned stays in the subnet's alpha, and both are recorded.
 *
 * @source spec: `spec/chain.md` 3.7 to 3.9
 */
export function payEpoch(
  context: BlockContext,
  facts: EpochFacts,
  pending: PendingAlpha,
  decided: EpochOutput,
): void {
  const { state, block } = context
  const { netuid } = facts
  const plan = planFor(context, facts, pending, decided)
  let paidAlpha = 0n
  let dividendsPaid = false
  const credits = new StakeCredits(state, netuid, facts.pools)
  for (const payment of plan.payments) {
    pay(context, facts, credits, payment)
    paidAlpha += payment.alpha
    if (payment.reason === 'take' || payment.reason === 'dividend') dividendsPaid = true
  }
  credits.write()
  const drainedAlpha =
    pending.serverAlpha + pending.validatorAlpha + pending.rootAlpha + pending.ownerCutAlpha
  const restAlpha = drainedAlpha - paidAlpha - plan.recycledAlpha - plan.burnedAlpha
  assert(restAlpha >= 0n, 'an epoch pays more than it has')
  const alphaOut = state.cell(reserves, netuid, 'alphaOut') - plan.recycledAlpha
  state.setRow(reserves, netuid, { alphaOut })
  const tally = state.row(tallies, netuid)
  state.setRow(tallies, netuid, {
    recycledAlpha: tally.recycledAlpha + plan.recycledAlpha,
    burnedAlpha: tally.burnedAlpha + plan.burnedAlpha,
    dustAlpha: tally.dustAlpha + (dividendsPaid ? restAlpha : 0n),
    unearnedAlpha: tally.unearnedAlpha + (dividendsPaid ? 0n : restAlpha),
    minerBurnedBits: plan.minerBurnedBits,
  })
  state.setRow(clocks, netuid, { lastStepBlock: block })
  if (plan.minerBurnedBits > 0n) {
    context.emit('MinerBurned', netuid, {
      burnedAlpha: plan.burnedAlpha,
      recycledAlpha: plan.recycledAlpha,
      shareBits: plan.minerBurnedBits,
    })
  }
  if (!dividendsPaid && restAlpha > 0n) context.emit('EmissionUnearned', netuid, { amountAlpha: restAlpha })
}

function planFor(
  { state, config }: BlockContext,
  facts: EpochFacts,
  pending: PendingAlpha,
  decided: EpochOutput,
): Distribution<AccountId> {
  const { netuid } = facts
  const subnet = state.subnet(netuid)
  const rows = facts.byHotkey.map((uid) => ({
    uid,
    hotkey: facts.hotkey[uid] as AccountId,
    owner: facts.coldkey[uid] as AccountId,
    takeU16: facts.takeU16[uid] ?? 0,
    childkeyTakeU16: 0,
    alpha: facts.ownAlpha[uid] ?? 0n,
    rootRao: facts.rootRao[uid] ?? 0n,
    hasUid: true,
  }))
  const incentiveAlpha = rows.map(({ uid }) => decided.serverEmissionRao[uid] ?? 0n)
  return planDistributionUnchecked({
    rows,
    links: [],
    incentiveAlpha,
    dividendAlpha: rows.map(({ uid }) => decided.validatorEmissionRao[uid] ?? 0n),
    validatorPotAlpha: affordablePot(pending, incentiveAlpha),
    rootPotAlpha: 0n,
    ownerCutAlpha: pending.ownerCutAlpha,
    owner: { hotkey: subnet.ownerHotkey, coldkey: subnet.owner },
    ownerIncentiveIsRecycled: state.hyperparameters(netuid).ownerIncentiveIsRecycled,
    autoStake: new Map(),
    taoWeightU64: config.taoWeightU64,
    childkeyBurnU64: 0n,
  })
}

/**
 * Incentives are paid at face value out of the whole emission, so their roundings can exceed the servers' part
 * by a few units. The reference then pays from dust of earlier epochs; here the validators' pot yields, so that
 * dust only ever grows.
 */
function affordablePot(pending: PendingAlpha, incentiveAlpha: readonly Alpha[]): Alpha {
  const incentiveSumAlpha = incentiveAlpha.reduce((sum, alpha) => sum + alpha, 0n)
  const leftAlpha = pending.serverAlpha + pending.validatorAlpha - incentiveSumAlpha
  const potAlpha = validatorPotAlpha(pending, incentiveSumAlpha)
  return potAlpha < leftAlpha ? potAlpha : leftAlpha
}

function pay(
  context: BlockContext,
  facts: EpochFacts,
  credits: StakeCredits,
  payment: Payment<AccountId>,
): void {
  const { state } = context
  const { hotkey, alpha } = payment
  assert(payment.kind !== 'rootClaim', 'nobody stakes on root yet')
  // The owner's cut may go to a hotkey without a uid; dividends go to neurons.
  const uid = facts.uidOf.get(hotkey)
  const owner = uid === undefined ? undefined : facts.coldkey[uid]
  const coldkey = payment.kind === 'stake' ? payment.coldkey : owner
  assert(coldkey !== undefined, 'a neuron without an owner')
  // Without any stakers a dividend goes to the hotkey's owner: credited to nobody it would fall to the next staker.
  if (payment.kind === 'stake' || !credits.creditAll(hotkey, alpha)) credits.credit(hotkey, coldkey, alpha)
  const hotkeyAddress = uid === undefined ? undefined : facts.hotkeyAddress[uid]
  const coldkeyAddress = uid === undefined || coldkey !== owner ? undefined : facts.coldkeyAddress[uid]
  context.emit('EmissionPaid', facts.netuid, {
    kind: payment.reason,
    uid: uid ?? null,
    hotkey: hotkeyAddress ?? asHotkey(state.addressOf(hotkey)),
    coldkey: coldkeyAddress ?? asColdkey(state.addressOf(coldkey)),
    amountAlpha: alpha,
  })
}
