import { asColdkey, asHotkey, type Netuid } from '../../units/index.js'
import { type BlockContext, type RefusalOf, refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import { payableRao, refuseNothingToSpare } from '../money/trades.js'
import { associateHotkey, HOTKEY_REFUSALS } from '../neurons/hotkeys.js'
import type { AccountId } from '../state/account.js'
import { createSubnet } from './createSubnet.js'
import { dissolveSubnet } from './dissolveSubnet.js'
import { lockCostRao } from './lockCost.js'
import { firstMortalBlock, nextFoundingBlock, subnetPlace } from './subnetPlace.js'

/** What is told of a new subnet. */
export const FOUNDING_EVENTS = {
  NetworkAdded: { owner: holds.coldkey, hotkey: holds.hotkey, lockRao: holds.rao },
}

/** Why a subnet is not founded, in the order of the checks. */
export const FOUNDING_REFUSALS = [
  'NetworkTxRateLimitExceeded',
  ...HOTKEY_REFUSALS,
  'SubNetRegistrationDisabled',
  'SubnetLimitReached',
  'CannotAffordLockCost',
  'InsufficientBalance',
] as const

/**
 * Founds a subnet for a coldkey. Refused, it may be half done: the caller undoes it.
 *
 * @param asksFirst - whether the time since the last one is asked before all else, as the reference does before it takes a call in.
 * @returns its number, or why not.
 * @source spec: `spec/chain.md` 6.1 to 6.4
 */
export function foundSubnet(
  context: BlockContext<typeof FOUNDING_EVENTS>,
  signer: AccountId,
  hotkey: AccountId,
  asksFirst: boolean,
): Netuid | RefusalOf<(typeof FOUNDING_REFUSALS)[number]> {
  const { state, config, block } = context
  const tooSoon = whyTooSoon(context)
  if (asksFirst && tooSoon !== null) return tooSoon
  const stranger = associateHotkey(context, signer, hotkey)
  if (stranger !== null) return stranger
  if (block < config.networkRegistrationStartBlock) {
    const fromBlock = config.networkRegistrationStartBlock
    return refuse('SubNetRegistrationDisabled', { because: 'chainNotYet', fromBlock })
  }
  if (tooSoon !== null) return tooSoon
  const place = subnetPlace(context)
  if (place === null) {
    return refuse('SubnetLimitReached', {
      subnets: state.netuids().length,
      limit: config.subnetLimit,
      nextBlock: firstMortalBlock(context),
    })
  }
  const costRao = lockCostRao(context, block)
  const balanceRao = state.balanceRao(signer)
  if (balanceRao < costRao) {
    const leastRao = config.networkMinLockRao
    const isFalling = lockCostRao(context, block + 1) < costRao
    const facts = { balanceRao, costRao }
    return refuse(
      'CannotAffordLockCost',
      isFalling ? { because: 'falling', ...facts, leastRao } : { because: 'steady', ...facts },
    )
  }
  const { netuid, pruned } = place
  if (pruned !== null) dissolveSubnet(context, pruned)
  const lockRao = payableRao(context, signer, costRao)
  if (lockRao === 0n && costRao > 0n) return refuseNothingToSpare(context, signer)
  createSubnet(context, netuid, { owner: signer, ownerHotkey: hotkey, lockRao })
  context.emit('NetworkAdded', netuid, {
    owner: asColdkey(state.addressOf(signer)),
    hotkey: asHotkey(state.addressOf(hotkey)),
    lockRao,
  })
  return netuid
}

/** Asked first of a signed call, since the reference asks it before it takes one in, and in its turn otherwise. */
function whyTooSoon(context: BlockContext): RefusalOf<'NetworkTxRateLimitExceeded'> | null {
  const nextBlock = nextFoundingBlock(context)
  return context.block < nextBlock
    ? refuse('NetworkTxRateLimitExceeded', { lastBlock: context.state.chain.lastSubnetBlock, nextBlock })
    : null
}
