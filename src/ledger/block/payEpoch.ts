import type { EpochOutput } from '../../consensus/index.js'
import {
  type Distributed,
  type EpochPayout,
  type Payer,
  type PaymentReason,
  type PendingAlpha,
  planDistributionUnchecked,
  validatorPotAlpha,
} from '../../emission/index.js'
import { assert } from '../../errors/index.js'
import { saturatedU64 } from '../../math/index.js'
import { type Alpha, asColdkey, asHotkey } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { lockOwnerCut } from '../money/changeLocks.js'
import { payRootDividend } from '../money/rootClaims.js'
import { StakeCredits } from '../money/stake.js'
import { rememberHotkey } from '../money/stakingHotkeys.js'
import { ownerOf } from '../neurons/hotkeys.js'
import type { AccountId } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { clocks, reserves, rootClaimRates, tallies } from '../state/tables.js'
import type { EpochFacts, PaidRow } from './epochFacts.js'

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
  const { state, config, block } = context
  const { netuid } = facts
  const shares = epochShares(state, facts, decided)
  context.onPayout?.(netuid, { ...shares, pending })
  let incentiveSumAlpha = 0n
  for (const alpha of shares.incentiveAlpha) incentiveSumAlpha += alpha
  const credits = new StakeCredits(state, netuid, facts)
  const paid = planDistributionUnchecked(
    {
      ...shares,
      validatorPotAlpha: validatorPotAlpha(pending, incentiveSumAlpha),
      rootPotAlpha: pending.rootAlpha,
      ownerCutAlpha: pending.ownerCutAlpha,
      taoWeightU64: config.taoWeightU64,
      childkeyBurnU64: config.childkeyBurnU64,
    },
    epochPayer(context, facts, credits),
  )
  credits.write()
  openRootRates(state, facts, paid)
  const alphaOut = saturatedU64(state.cell(reserves, netuid, 'alphaOut') - paid.recycledAlpha)
  state.setRow(reserves, netuid, { alphaOut })
  state.setRow(tallies, netuid, { minerBurnedBits: paid.minerBurnedBits })
  state.setRow(clocks, netuid, { lastStepBlock: block })
  if (paid.burnedAlpha > 0n || paid.recycledAlpha > 0n) {
    context.emit('MinerBurned', netuid, {
      burnedAlpha: paid.burnedAlpha,
      recycledAlpha: paid.recycledAlpha,
      shareBits: paid.minerBurnedBits,
    })
  }
}

/** What payments, and their explanation, are planned from, besides what is there to pay. */
function epochShares(
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

/**
 * By state, lists of a subnet's hotkeys which all had rates when its table of rates had this revision. Ledgers that were taken up from one store
 * in memory share these lists, and revisions only count within a state.
 */
const OPENED = new WeakMap<LedgerState, WeakMap<readonly AccountId[], number>>()

/**
 * Whoever dividends are shared out to has a rate of root dividends from then on, be they 0: payments of 0 are not planned. PERF: a look-up per
 * neuron, and none while nothing has changed.
 */
function openRootRates(
  state: LedgerState,
  { netuid, rows, links, hotkey: members }: EpochFacts,
  { attributions }: Distributed,
): void {
  const opened = OPENED.get(state) ?? new WeakMap<readonly AccountId[], number>()
  if (links.length === 0 && opened.get(members) === state.revision(rootClaimRates)) return
  const open = (hotkey: AccountId): void => {
    if (state.get(rootClaimRates, hotkey, netuid) === undefined)
      state.set(rootClaimRates, [hotkey, netuid], 0n)
  }
  for (const [at, { hotkey, hasUid }] of rows.entries()) {
    if (!hasUid) continue
    // Without links a dividend is the hotkey's own.
    if (attributions === null) open(hotkey)
    else for (const [row] of attributions[at]?.shares ?? []) open((rows[row] as PaidRow).hotkey)
  }
  opened.set(members, state.revision(rootClaimRates))
  OPENED.set(state, opened)
}

/** Makes the payments, and records them, as they are planned. */
function epochPayer(context: BlockContext, facts: EpochFacts, credits: StakeCredits): Payer<AccountId> {
  const { state } = context
  const { netuid, rows, uidOf, placeOf } = facts
  /** The owner's cut may go to a hotkey without a uid, and dividends to a parent without one. */
  const uidFor = (hotkey: AccountId, row: number | null): number | undefined =>
    row === null ? uidOf.get(hotkey) : (rows[row]?.uid ?? undefined)
  const ownerFor = (hotkey: AccountId, uid: number | undefined): AccountId | undefined =>
    uid === undefined ? ownerOf(state, hotkey) : facts.coldkey[uid]
  const requiredOwner = (hotkey: AccountId, uid: number | undefined): AccountId => {
    const owner = ownerFor(hotkey, uid)
    assert(owner !== undefined, 'a hotkey without an owner is paid')
    return owner
  }
  const record = (
    kind: PaymentReason,
    hotkey: AccountId,
    coldkey: AccountId,
    uid: number | undefined,
    amountAlpha: Alpha,
  ): void => {
    const isOwners = uid !== undefined && facts.coldkey[uid] === coldkey
    context.emit('EmissionPaid', netuid, {
      kind,
      uid: uid ?? null,
      hotkey: (uid === undefined ? undefined : facts.hotkeyAddress[uid]) ?? asHotkey(state.addressOf(hotkey)),
      coldkey: (isOwners ? facts.coldkeyAddress[uid] : undefined) ?? asColdkey(state.addressOf(coldkey)),
      amountAlpha,
    })
  }
  return {
    stake(reason, hotkey, coldkey, alpha, row) {
      const uid = uidFor(hotkey, row)
      credits.credit(hotkey, coldkey, uid === undefined ? undefined : placeOf[uid], alpha)
      if (coldkey !== ownerFor(hotkey, uid)) rememberHotkey(state, coldkey, hotkey)
      record(reason, hotkey, coldkey, uid, alpha)
      if (reason !== 'ownerCut') return
      // What is locked depends on what the owner has at this moment.
      credits.write()
      lockOwnerCut(context, netuid, alpha)
    },
    all(hotkey, alpha, row) {
      const uid = uidFor(hotkey, row)
      credits.creditAll(hotkey, uid === undefined ? undefined : placeOf[uid], alpha)
      record('dividend', hotkey, requiredOwner(hotkey, uid), uid, alpha)
    },
    rootClaim(hotkey, alpha, row) {
      const uid = uidFor(hotkey, row)
      const owner = requiredOwner(hotkey, uid)
      if (!payRootDividend(state, netuid, hotkey, alpha))
        credits.credit(hotkey, owner, uid === undefined ? undefined : placeOf[uid], alpha)
      record('rootDividend', hotkey, owner, uid, alpha)
    },
  }
}
