import { saturatedU64 } from '../../math/index.js'
import { type Alpha, asColdkey, asHotkey, type Netuid, type Rao } from '../../units/index.js'
import type { BlockContext, RefusalOf } from '../BlockContext.js'
import type { BLOCK_EVENTS } from '../block/blockEvents.js'
import type { DataOf } from '../events.js'
import { isKept, type RootClaimMode, rootClaimAlpha } from '../rules/rootClaim.js'
import { type AccountId, ROOT, subnetAccount } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { reserves, rootClaimRates, stakers } from '../state/tables.js'
import { addRootClaimed, rootClaimedAlpha, rootStakeRose } from './rootClaims.js'
import { creditStake, type Position, positionValue } from './stake.js'
import { rootHotkeysOf } from './stakingHotkeys.js'
import type { SaleRefusal } from './tradeRefusals.js'
import { type RefusedSale, sellAlpha } from './trades.js'

interface Claim {
  readonly netuid: Netuid
  readonly data: DataOf<typeof BLOCK_EVENTS.RootClaimed>
}

/**
 * Claims what a coldkey is owed of root dividends: hotkeys in the order of its list, each with its subnets ascending. Refused, because a pool
 * does not buy what is to be sold, nothing has changed.
 *
 * @param netuids - subnets to claim on; `null` for all.
 * @source spec: `spec/chain.md` 10.6
 * PERF: three look-ups per position of the coldkey on root, two per subnet where its hotkey has a rate, and a sale per claim.
 */
export function claimRootDividends(
  context: BlockContext,
  coldkey: AccountId,
  netuids: ReadonlySet<Netuid> | null,
): RefusalOf<SaleRefusal> | null {
  const { state } = context
  const mode = modeOf(state, coldkey)
  const claims: Claim[] = []
  // Most have nothing to claim, and nothing to undo.
  let savepoint: number | undefined
  for (const hotkey of rootHotkeysOf(state, coldkey)) {
    const rates = state.range(rootClaimRates, hotkey)
    if (rates.length === 0) continue
    let rootStakeRao = positionValue(state, { netuid: ROOT, hotkey, coldkey })
    if (rootStakeRao === 0n) continue
    for (const [[, netuid], rateBits] of rates) {
      if (netuids !== null && !netuids.has(netuid)) continue
      const position = { netuid, hotkey, coldkey }
      const amountAlpha = owedAlpha(state, position, rateBits, rootStakeRao)
      if (amountAlpha === 0n) continue
      savepoint ??= state.savepoint()
      const claim = claimOne(context, position, amountAlpha, mode)
      if ('ok' in claim) {
        state.rollback(savepoint)
        return claim.refusal
      }
      claims.push(claim)
      rootStakeRao = positionValue(state, { netuid: ROOT, hotkey, coldkey })
    }
  }
  for (const { netuid, data } of claims) context.emit('RootClaimed', netuid, data)
  return null
}

function modeOf(state: LedgerState, coldkey: AccountId): RootClaimMode {
  const { rootClaim, keptNetuids } = state.getOrBlank(stakers, coldkey)
  if (rootClaim === 'KeepSubnets') return { keepOn: keptNetuids }
  return rootClaim === 'Keep' ? 'keep' : 'swap'
}

/** What a claim pays: 0 where too little is owed. */
function owedAlpha(state: LedgerState, position: Position, rateBits: bigint, rootStakeRao: Rao): Alpha {
  const facts = { rateBits, rootStakeRao, claimedAlpha: rootClaimedAlpha(state, position) }
  return rootClaimAlpha(facts, state.hyperparameters(position.netuid).rootClaimThresholdAlpha)
}

/** @returns what was claimed, or why the pool does not buy it. */
function claimOne(
  context: BlockContext,
  position: Position,
  amountAlpha: Alpha,
  mode: RootClaimMode,
): Claim | RefusedSale {
  const { state } = context
  const { netuid, hotkey, coldkey } = position
  let stakedRao: bigint | null = null
  if (isKept(mode, netuid)) creditStake(state, position, amountAlpha)
  else {
    const sold = sellAlpha(context, netuid, subnetAccount(ROOT), amountAlpha, { takesFee: false })
    if (!sold.ok) return sold
    stakedRao = sold.outRao
    stakeOnRoot(state, { netuid: ROOT, hotkey, coldkey }, stakedRao)
  }
  addRootClaimed(state, position, amountAlpha)
  const keys = { hotkey: asHotkey(state.addressOf(hotkey)), coldkey: asColdkey(state.addressOf(coldkey)) }
  return { netuid, data: { ...keys, amountAlpha, stakedRao } }
}

/** Stakes TAO that lies in root's account already. It does not count as traded, and locks do not notice. */
function stakeOnRoot(state: LedgerState, position: Position, amountRao: bigint): void {
  const { subnetTaoRao, alphaOut } = state.row(reserves, ROOT)
  state.setRow(reserves, ROOT, {
    subnetTaoRao: saturatedU64(subnetTaoRao + amountRao),
    alphaOut: saturatedU64(alphaOut + amountRao),
  })
  state.setChain({ totalStakeRao: saturatedU64(state.chain.totalStakeRao + amountRao) })
  creditStake(state, position, amountRao)
  rootStakeRose(state, position.hotkey, position.coldkey, amountRao)
}
