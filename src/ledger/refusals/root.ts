import { eventField, holds } from '../events.js'
import { reason, reasons } from './reason.js'

/** Why a hotkey gets no seat on root, and why root dividends are not claimed. */
export const rootRefusals = {
  TooManyRegistrationsThisBlock: reason({
    data: { registered: holds.count, nextBlock: holds.block },
    says: 'Root took {registered} hotkeys in this block, which is all that it takes.',
    remedy: 'Register at block {nextBlock} or later.',
  }),
  TooManyRegistrationsThisInterval: reason({
    data: { registered: holds.count, most: holds.count },
    says: 'Root took {registered} hotkeys since its schedule last came round, of at most {most}.',
    remedy: 'Register after the next time that the schedule of root comes round: once in its tempo.',
  }),
  StakeTooLowForRoot: reason({
    data: { hotkey: holds.hotkey, stakedRao: holds.rao, leastRao: holds.rao },
    says: 'All seats are taken, and {hotkey} has {stakedRao} staked on root, no more than the {leastRao} of the one with least.',
    remedy: 'Stake more than {leastRao} to the hotkey on root first.',
  }),
  InvalidSubnetNumber: reasons({
    claims: reason({
      data: { subnets: holds.count, most: holds.count },
      says: 'A claim names 1 to {most} subnets, not {subnets}.',
      remedy: 'Name 1 to {most} subnets in a call, and further ones in further calls.',
    }),
    kept: reason({
      data: {
        rootClaim: eventField<'Swap' | 'Keep' | 'KeepSubnets'>('Swap, Keep or KeepSubnets'),
        subnets: holds.count,
      },
      says: '{rootClaim} was given with {subnets} subnets.',
      remedy: 'Name at least one subnet with KeepSubnets, and none with Swap and Keep.',
    }),
  }),
}
