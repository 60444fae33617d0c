import { saturatedU64 } from '../../math/index.js'
import { asColdkey, asHotkey, type Netuid } from '../../units/index.js'
import type { BlockContext, RefusalOf } from '../BlockContext.js'
import type { BLOCK_EVENTS } from '../block/blockEvents.js'
import type { DataOf } from '../events.js'
import { isKept, type RootClaimMode, rootClaimAlpha } from '../rules/rootClaim.js'
import { type AccountId, ROOT, subnetAccount } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { reserves, rootClaimRates, stakers } from '../state/tables.js'
import { addRootClaimed, rootClaimFacts, rootStakeRose } from './rootClaims.js'
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
 * PERF: three look-ups per position of the coldkey on root, three per subnet where its hotkey has a rate, and a sale per claim.
 */
export function claimRootDividends(
  context: BlockContext,
  coldkey: AccountId,
  netuids: ReadonlySet<Netuid> | null,
): RefusalOf<SaleRefusal> | null {
  const { state } = context
  const savepoint = state.savepoint()
  const mode = modeOf(state, coldkey)
  const claims: Claim[] = []
  for (const hotkey of rootHotkeysOf(state, coldkey)) {
    if (positionValue(state, { netuid: ROOT, hotkey, coldkey }) === 0n) continue
    for (const [[, netuid]] of state.range(rootClaimRates, hotkey)) {
      if (netuids !== null && !netuids.has(netuid)) continue
      const claim = claimOne(context, { netuid, hotkey, coldkey }, mode)
      if (claim === null) continue
      if ('ok' in claim) {
        state.rollback(savepoint)
        return claim.refusal
      }
      claims.push(claim)
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

/** @returns what was claimed; `null` where too little is owed. */
function claimOne(
  context: BlockContext,
  position: Position,
  mode: RootClaimMode,
): Claim | RefusedSale | null {
  const { state } = context
  const { netuid, hotkey, coldkey } = position
  const { rootClaimThresholdAlpha } = state.hyperparameters(netuid)
  const amountAlpha = rootClaimAlpha(rootClaimFacts(state, position), rootClaimThresholdAlpha)
  if (amountAlpha === 0n) return null
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
