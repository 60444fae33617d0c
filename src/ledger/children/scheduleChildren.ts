import { asHotkey, describeRao, type Netuid, U64_MAX } from '../../units/index.js'
import { type BlockContext, type RefusalOf, refuse } from '../BlockContext.js'
import { stakeValueRao } from '../money/stakeValue.js'
import { ownerOf } from '../neurons/hotkeys.js'
import { laterBlock } from '../rules/laterBlock.js'
import { type AccountId, ROOT } from '../state/account.js'
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

/** Makes children that were asked for count. Where one of them has become a parent meanwhile, nothing happens: the reference says nothing either. */
export function takeUpChildren(
  context: BlockContext,
  { netuid, hotkey }: ChildrenPlace,
  links: LinksRecord,
): void {
  const { state } = context
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
  const nextBlock = lastBlock + config.setChildrenRateLimitBlocks
  if (lastBlock !== 0 && block < nextBlock) {
    return refuse('TxRateLimitExceeded', `New children are welcome at block ${nextBlock}.`)
  }
  if (netuid === ROOT)
    return refuse('RegistrationNotPermittedOnRootSubnet', 'Name a subnet: root has no children.')
  const subnet = state.findSubnet(netuid)
  if (subnet === undefined) return refuse('SubnetNotExists', `There is no subnet ${netuid}.`)
  if (ownerOf(state, hotkey) !== coldkey) {
    return refuse('NonAssociatedColdKey', 'Only the coldkey that owns the hotkey may set its children.')
  }
  const broken = whyNotLinks(hotkey, links, (child) => isParentOf(state, netuid, child, hotkey))
  if (broken !== null) return broken
  const isFree = links.hotkey.length === 0 || subnet.ownerHotkey === hotkey
  const { stakeThresholdRao } = config
  if (!isFree && stakeThresholdRao > 0n && stakeValueRao(state, hotkey) < stakeThresholdRao) {
    return refuse(
      'NotEnoughStakeToSetChildkeys',
      `Stake worth ${describeRao(stakeThresholdRao)} is needed on the hotkey, over all subnets.`,
    )
  }
  return null
}

function whyNotLinks(
  hotkey: AccountId,
  wanted: LinksRecord,
  lendsToIt: (child: AccountId) => boolean,
): ChildrenRefusal | null {
  const distinct = new Set(wanted.hotkey)
  if (distinct.size < wanted.hotkey.length) return refuse('DuplicateChild', 'Name each child once.')
  if (distinct.has(hotkey)) return refuse('InvalidChild', 'A hotkey cannot be its own child.')
  if (distinct.size > MAX_CHILDREN) return refuse('TooManyChildren', `Name at most ${MAX_CHILDREN} children.`)
  if (wanted.proportionU64.reduce((sum, proportion) => sum + proportion, 0n) > U64_MAX) {
    return refuse('ProportionOverflow', 'The proportions are more than the whole, 2^64 - 1.')
  }
  return wanted.hotkey.some(lendsToIt)
    ? refuse('ChildParentInconsistency', 'A hotkey that lends to this one cannot be its child.')
    : null
}
