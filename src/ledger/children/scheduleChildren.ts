import { asHotkey, type Hotkey, type Netuid, U64_MAX } from '../../units/index.js'
import { type BlockContext, type RefusalOf, refuse } from '../BlockContext.js'
import { stakeValueRao } from '../money/stakeValue.js'
import { ownerOf, refuseStranger } from '../neurons/hotkeys.js'
import { laterBlock } from '../rules/laterBlock.js'
import { type AccountId, ROOT } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { childkeys, type LinksRecord, pendingChildren } from '../state/tables.js'
import { linkChildren } from './linkChildren.js'
import { isParentOf } from './parents.js'
import { linksView } from './StakeLink.js'

/** Most children that a hotkey may ask for. */
const MAX_CHILDREN = 5

/** Why a hotkey does not get the children it asks for, in the order of the checks. */
export const CHILDREN_REFUSALS = [
  'TxRateLimitExceeded',
  'RegistrationNotPermittedOnRootSubnet',
  'SubnetNotExists',
  'NonAssociatedColdKey',
  'DuplicateChild',
  'InvalidChild',
  'TooManyChildren',
  'ProportionOverflow',
  'ChildParentInconsistency',
  'NotEnoughStakeToSetChildkeys',
] as const

type ChildrenRefusal = RefusalOf<(typeof CHILDREN_REFUSALS)[number]>

/** Whose children, and where. */
export interface ChildrenPlace {
  readonly netuid: Netuid
  readonly hotkey: AccountId
}

/**
 * Sets the children of a hotkey for its owner: at once before the subnet is started, after a wait from then on. A set that waits gives way to a
 * new one, whose wait begins anew. Refused, nothing has changed.
 *
 * @source spec: `spec/chain.md` 7.4
 */
export function scheduleChildren(
  context: BlockContext,
  coldkey: AccountId,
  place: ChildrenPlace,
  links: LinksRecord,
): ChildrenRefusal | null {
  const refused = whyNot(context, coldkey, place, links)
  if (refused !== null) return refused
  const { state, config, block } = context
  const { netuid, hotkey } = place
  const record = state.getOrBlank(childkeys, netuid, hotkey)
  state.set(childkeys, [netuid, hotkey], { ...record, childrenSetAtBlock: block })
  if (!state.subnet(netuid).subtokenEnabled) {
    takeUpChildren(context, place, links)
    return null
  }
  const afterBlock = laterBlock(block, config.pendingChildkeyCooldownBlocks)
  state.set(pendingChildren, [netuid, hotkey], { ...links, afterBlock })
  context.emit('SetChildrenScheduled', netuid, {
    hotkey: asHotkey(state.addressOf(hotkey)),
    children: linksView(state, links),
    afterBlock,
  })
  return null
}

/**
 * Makes children that were asked for count. Where one of them has become a parent meanwhile, or by a swap of keys the hotkey itself or another of them,
 * nothing happens: the reference says nothing either.
 */
export function takeUpChildren(
  context: BlockContext,
  { netuid, hotkey }: ChildrenPlace,
  links: LinksRecord,
): void {
  const { state } = context
  const distinct = new Set([hotkey, ...links.hotkey])
  if (distinct.size <= links.hotkey.length) return
  if (!linkChildren(state, netuid, hotkey, links)) return
  context.emit('SetChildren', netuid, {
    hotkey: asHotkey(state.addressOf(hotkey)),
    children: linksView(state, links),
  })
}

function whyNot(
  { state, config, block }: BlockContext,
  coldkey: AccountId,
  { netuid, hotkey }: ChildrenPlace,
  links: LinksRecord,
): ChildrenRefusal | null {
  const lastBlock = state.get(childkeys, netuid, hotkey)?.childrenSetAtBlock ?? 0
  const nextBlock = laterBlock(lastBlock, config.setChildrenRateLimitBlocks)
  if (lastBlock !== 0 && block < nextBlock) {
    const parent = asHotkey(state.addressOf(hotkey))
    return refuse('TxRateLimitExceeded', { because: 'children', netuid, hotkey: parent, nextBlock })
  }
  if (netuid === ROOT) return refuse('RegistrationNotPermittedOnRootSubnet', { because: 'children' })
  const subnet = state.findSubnet(netuid)
  if (subnet === undefined) return refuse('SubnetNotExists', { netuid })
  if (ownerOf(state, hotkey) !== coldkey) return refuseStranger(state, hotkey, coldkey)
  const broken = whyNotLinks(state, netuid, hotkey, links)
  if (broken !== null) return broken
  const isFree = links.hotkey.length === 0 || subnet.ownerHotkey === hotkey
  const { stakeThresholdRao } = config
  if (isFree || stakeThresholdRao === 0n) return null
  const stakedRao = stakeValueRao(state, hotkey)
  if (stakedRao >= stakeThresholdRao) return null
  const parent = asHotkey(state.addressOf(hotkey))
  return refuse('NotEnoughStakeToSetChildkeys', { hotkey: parent, stakedRao, leastRao: stakeThresholdRao })
}

function whyNotLinks(
  state: LedgerState,
  netuid: Netuid,
  hotkey: AccountId,
  wanted: LinksRecord,
): ChildrenRefusal | null {
  const shown = (account: AccountId): Hotkey => asHotkey(state.addressOf(account))
  const twice = firstTwice(wanted.hotkey)
  if (twice !== undefined) return refuse('DuplicateChild', { child: shown(twice) })
  if (wanted.hotkey.includes(hotkey))
    return refuse('InvalidChild', { because: 'itself', hotkey: shown(hotkey) })
  const children = wanted.hotkey.length
  if (children > MAX_CHILDREN) return refuse('TooManyChildren', { children, most: MAX_CHILDREN })
  const sumU64 = wanted.proportionU64.reduce((sum, proportion) => sum + proportion, 0n)
  if (sumU64 > U64_MAX) return refuse('ProportionOverflow', { sumU64, mostU64: U64_MAX })
  const child = wanted.hotkey.find((account) => isParentOf(state, netuid, account, hotkey))
  return child === undefined
    ? null
    : refuse('ChildParentInconsistency', { hotkey: shown(hotkey), child: shown(child) })
}

function firstTwice(children: readonly AccountId[]): AccountId | undefined {
  const seen = new Set<AccountId>()
  return children.find((child) => seen.size === seen.add(child).size)
}
