import { eventField, holds } from '../events.js'
import { reason, reasons } from './reason.js'

/** Why a hotkey does not get the children it asks for. */
export const childrenRefusals = {
  DuplicateChild: reason({
    data: { child: holds.hotkey },
    says: 'Child {child} is named twice.',
    remedy: 'Name each child once, with all that it is to get.',
  }),
  InvalidChild: reasons({
    itself: reason({
      data: { hotkey: holds.hotkey },
      says: 'Hotkey {hotkey} cannot be its own child.',
      remedy: 'Leave it out: what is not lent stays with the hotkey.',
    }),
    ofSwap: reason({
      data: { netuid: holds.netuid, oldHotkey: holds.hotkey, newHotkey: holds.hotkey },
      says: 'Hotkey {newHotkey} is a child or a parent of {oldHotkey} on subnet {netuid}, and would become its own.',
      remedy: 'End the loan with setChildren first, or name another hotkey.',
    }),
  }),
  TooManyChildren: reason({
    data: { children: holds.count, most: holds.count },
    says: 'A hotkey has at most {most} children on a subnet, not {children}.',
    remedy: 'Name at most {most} children.',
  }),
  ProportionOverflow: reason({
    data: { sumU64: eventField<bigint>('bigint'), mostU64: eventField<bigint>('bigint') },
    says: 'The proportions of the children add up to {sumU64}, more than the whole, {mostU64}.',
    remedy: 'Scale the proportions so that they add up to at most {mostU64}.',
  }),
  ChildParentInconsistency: reason({
    data: { hotkey: holds.hotkey, child: holds.hotkey },
    says: 'Hotkey {child} lends to {hotkey}, and so cannot be its child.',
    remedy: 'Leave it out, or have it give up {hotkey} as its child first.',
  }),
  NotEnoughStakeToSetChildkeys: reason({
    data: { hotkey: holds.hotkey, stakedRao: holds.rao, leastRao: holds.rao },
    says: 'The stake on {hotkey}, over all subnets, is worth {stakedRao}, and children take {leastRao}.',
    remedy: 'Stake to the hotkey until its stake is worth {leastRao}.',
  }),
}
