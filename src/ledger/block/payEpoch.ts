import type { EpochOutput } from '../../consensus/index.js'
import {
  type Distribution,
  type Payment,
  type PendingAlpha,
  planDistribution,
  validatorPotAlpha,
} from '../../emission/index.js'
import { assert } from '../../errors/index.js'
import type { Alpha, Netuid } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { creditNominators, creditStake, hotkeyAlpha } from '../money/stake.js'
import { ownerOf, takeOf } from '../neurons/hotkeys.js'
import type { AccountId } from '../state/records.js'

/**
 * Pays an epoch as stake: owner's cut, incentives, dividends and takes. What rounding leaves is dust; what
 * nobody earned stays in the subnet's alpha, and both are recorded.
 *
 * @source spec: `spec/chain.md` 3.7 to 3.9
 */
export function payEpoch(
  context: BlockContext,
  netuid: Netuid,
  pending: PendingAlpha,
  decided: EpochOutput,
): void {
  const { state, block } = context
  const plan = planFor(context, netuid, pending, decided)
  let paidAlpha = 0n
  let dividendsPaid = false
  for (const payment of plan.payments) {
    pay(context, netuid, payment)
    paidAlpha += payment.alpha
    if (payment.reason === 'take' || payment.reason === 'dividend') dividendsPaid = true
  }
  const drainedAlpha =
    pending.serverAlpha + pending.validatorAlpha + pending.rootAlpha + pending.ownerCutAlpha
  const restAlpha = drainedAlpha - paidAlpha - plan.recycledAlpha - plan.burnedAlpha
  assert(restAlpha >= 0n, 'an epoch pays more than it has')
  const pool = state.pool(netuid)
  state.setPool(netuid, {
    alphaOut: pool.alphaOut - plan.recycledAlpha,
    recycledAlpha: pool.recycledAlpha + plan.recycledAlpha,
    burnedAlpha: pool.burnedAlpha + plan.burnedAlpha,
    dustAlpha: pool.dustAlpha + (dividendsPaid ? restAlpha : 0n),
    unearnedAlpha: pool.unearnedAlpha + (dividendsPaid ? 0n : restAlpha),
    minerBurnedBits: plan.minerBurnedBits,
  })
  state.setClock(netuid, { lastStepBlock: block })
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
  context: BlockContext,
  netuid: Netuid,
  pending: PendingAlpha,
  decided: EpochOutput,
): Distribution<AccountId> {
  const { state, config } = context
  const subnet = state.subnet(netuid)
  const neurons = state
    .neurons(netuid)
    .map(({ hotkey }, uid) => ({ hotkey, uid }))
    .sort((a, b) => (a.hotkey < b.hotkey ? -1 : 1))
  const incentiveAlpha = neurons.map(({ uid }) => decided.serverEmissionRao[uid]!)
  return planDistribution({
    rows: neurons.map(({ hotkey }) => ({
      hotkey,
      owner: ownerFor(context, hotkey),
      takeU16: takeOf(context, hotkey),
      childkeyTakeU16: 0,
      alpha: hotkeyAlpha(state, netuid, hotkey),
      rootRao: 0n,
      hasUid: true,
    })),
    links: [],
    incentiveAlpha,
    dividendAlpha: neurons.map(({ uid }) => decided.validatorEmissionRao[uid]!),
    validatorPotAlpha: affordablePot(pending, incentiveAlpha),
    rootPotAlpha: 0n,
    ownerCutAlpha: pending.ownerCutAlpha,
    owner: { hotkey: subnet.ownerHotkey, coldkey: subnet.owner },
    ownerIncentiveIsRecycled: subnet.hyperparameters.ownerIncentiveIsRecycled,
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

function pay(context: BlockContext, netuid: Netuid, payment: Payment<AccountId>): void {
  const { state } = context
  const { hotkey, alpha } = payment
  assert(payment.kind !== 'rootClaim', 'nobody stakes on root yet')
  const coldkey = payment.kind === 'stake' ? payment.coldkey : ownerFor(context, hotkey)
  // Without any stakers a dividend goes to the hotkey's owner: credited to nobody it would fall to the next staker.
  if (payment.kind === 'stake' || !creditNominators(state, netuid, hotkey, alpha)) {
    creditStake(state, { netuid, hotkey, coldkey }, alpha)
  }
  context.emit('EmissionPaid', netuid, {
    kind: payment.reason,
    uid: state.uidOf(netuid, hotkey) ?? null,
    hotkey: state.addressOf(hotkey),
    coldkey: state.addressOf(coldkey),
    amountAlpha: alpha,
  })
}

function ownerFor({ state }: BlockContext, hotkey: AccountId): AccountId {
  const owner = ownerOf(state, hotkey)
  assert(owner !== undefined, 'a neuron without an owner')
  return owner
}
