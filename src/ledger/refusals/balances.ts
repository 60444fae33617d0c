import { holds } from '../events.js'
import { reason, reasons } from './reason.js'

/** Why TAO is not paid. */
export const balanceRefusals = {
  FundsUnavailable: reason({
    data: { balanceRao: holds.rao, amountRao: holds.rao },
    says: 'The balance is {balanceRao}, less than the {amountRao} to be sent.',
    remedy: 'Send at most {balanceRao}.',
  }),
  BelowMinimum: reasons({
    receiver: reason({
      data: { receiver: holds.address, wouldHoldRao: holds.rao, leastRao: holds.rao },
      says: '{receiver} would hold {wouldHoldRao}, less than the existential deposit of {leastRao}.',
      remedy: 'Send so much that the receiver holds at least {leastRao}.',
    }),
    paidBySubnet: reason({
      data: { netuid: holds.netuid, receiver: holds.address, wouldHoldRao: holds.rao, leastRao: holds.rao },
      says: 'Subnet {netuid} would pay {receiver}, which would hold {wouldHoldRao}, less than the existential deposit of {leastRao}.',
      remedy: 'Trade so much that the account holds at least {leastRao}, or send it that much TAO first.',
    }),
  }),
  InsufficientBalance: reasons({
    nothingToSpare: reason({
      data: { balanceRao: holds.rao, keptRao: holds.rao },
      says: 'Of the balance of {balanceRao} nothing is left above the {keptRao} that the account keeps to stay alive.',
      remedy: 'Send the account TAO first: more than {keptRao} in all.',
    }),
    swapping: reason({
      data: { balanceRao: holds.rao, costRao: holds.rao, keptRao: holds.rao },
      says: 'The swap costs {costRao}; of the balance of {balanceRao} less than the {keptRao} would be left that keep the account alive.',
      remedy: 'Send the account TAO first, so that {keptRao} are left.',
    }),
    subnetHasLess: reason({
      data: { netuid: holds.netuid, heldRao: holds.rao, amountRao: holds.rao },
      says: 'The account of subnet {netuid} has {heldRao}, less than the {amountRao} that it would pay.',
      remedy: 'Trade less, so that the subnet pays at most {heldRao}.',
    }),
  }),
  CannotUseSystemAccount: reasons({
    asHotkey: reason({
      data: { account: holds.address },
      says: '{account} is the account of a subnet, and cannot be a hotkey.',
      remedy: 'Name a hotkey that somebody has the key of.',
    }),
    asColdkey: reason({
      data: { account: holds.address },
      says: '{account} is the account of a subnet, and cannot be a coldkey.',
      remedy: 'Name a coldkey that somebody has the key of.',
    }),
    asBalance: reason({
      data: { account: holds.address },
      says: '{account} is the account of a subnet, whose TAO follows from its pool.',
      remedy: 'Give the balance to an account that somebody has the key of.',
    }),
  }),
}
