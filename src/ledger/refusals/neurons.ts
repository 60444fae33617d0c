import { holds } from '../events.js'
import { reason, reasons } from './reason.js'

/** Why a hotkey is not registered, or is none that a call can name. */
export const neuronRefusals = {
  RegistrationNotPermittedOnRootSubnet: reasons({
    neuron: reason({
      data: {},
      says: 'Root, subnet 0, takes no registrations of this kind.',
      remedy: 'Name another subnet, or get a seat on root with rootRegister.',
    }),
    children: reason({
      data: {},
      says: 'Root, subnet 0, has no children.',
      remedy: 'Name another subnet.',
    }),
  }),
  RegistrationPriceLimitExceeded: reasons({
    falling: reason({
      data: { netuid: holds.netuid, priceRao: holds.rao, limitRao: holds.rao, leastRao: holds.rao },
      says: 'A registration on subnet {netuid} costs {priceRao}, more than the limit of {limitRao}.',
      remedy: 'Raise limitRao to {priceRao}, or wait: the price falls with every block, down to {leastRao}.',
    }),
    steady: reason({
      data: { netuid: holds.netuid, priceRao: holds.rao, limitRao: holds.rao },
      says: 'A registration on subnet {netuid} costs {priceRao}, more than the limit of {limitRao}.',
      remedy: 'Raise limitRao to {priceRao}: the price falls no further.',
    }),
  }),
  HotKeyAlreadyRegisteredInSubNet: reason({
    data: { netuid: holds.netuid, hotkey: holds.hotkey, uid: holds.uid },
    says: 'Hotkey {hotkey} has uid {uid} on subnet {netuid}.',
    remedy: 'Go on with that uid, or register another hotkey.',
  }),
  NotEnoughBalanceToStake: reasons({
    staking: reason({
      data: { balanceRao: holds.rao, amountRao: holds.rao },
      says: 'The balance is {balanceRao}, less than the {amountRao} to be staked.',
      remedy: 'Stake at most {balanceRao}.',
    }),
    registering: reason({
      data: { balanceRao: holds.rao, costRao: holds.rao, leastRao: holds.rao },
      says: 'A registration costs {costRao}, and the balance is {balanceRao}.',
      remedy:
        'Send the coldkey TAO until it has {costRao}, or wait: the price falls with every block, down to {leastRao}.',
    }),
    registeringSteady: reason({
      data: { balanceRao: holds.rao, costRao: holds.rao },
      says: 'A registration costs {costRao}, and the balance is {balanceRao}.',
      remedy: 'Send the coldkey TAO until it has {costRao}: the price falls no further.',
    }),
  }),
  NoNeuronIdAvailable: reason({
    data: { netuid: holds.netuid, neurons: holds.count },
    says: 'Subnet {netuid} is full with {neurons} neurons, none of which may be replaced.',
    remedy: 'Wait until a neuron is past its immunity, or register on another subnet.',
  }),
  TrimmingWouldExceedMaxImmunePercentage: reason({
    data: { netuid: holds.netuid, maxAllowedUids: holds.count, neurons: holds.count },
    says: 'Of the {neurons} neurons of subnet {netuid} so many are immune, or of its owner, that they would be four fifths or more of {maxAllowedUids}.',
    remedy: 'Leave more neurons, or trim once more of them are past their immunity.',
  }),
  HotKeyAccountNotExists: reason({
    data: { hotkey: holds.hotkey },
    says: 'Nobody has used hotkey {hotkey}.',
    remedy: 'Register the hotkey on a subnet first, or name another one.',
  }),
  HotKeyNotRegisteredInSubNet: reason({
    data: { netuid: holds.netuid, hotkey: holds.hotkey },
    says: 'Hotkey {hotkey} has no uid on subnet {netuid}.',
    remedy: 'Register it there first, on root with rootRegister, or use a hotkey that is.',
  }),
  HotKeyNotRegisteredInNetwork: reasons({
    signer: reason({
      data: { netuid: holds.netuid, hotkey: holds.hotkey },
      says: 'Hotkey {hotkey}, which signed, has no uid on subnet {netuid}.',
      remedy: 'Register it there first, or sign with a hotkey that is.',
    }),
    noneOfColdkey: reason({
      data: { coldkey: holds.coldkey },
      says: 'No hotkey of coldkey {coldkey} has a uid on any subnet.',
      remedy: 'Register one of its hotkeys on a subnet first.',
    }),
  }),
  NonAssociatedColdKey: reason({
    data: { hotkey: holds.hotkey, coldkey: holds.coldkey },
    says: 'Coldkey {coldkey} does not own hotkey {hotkey}.',
    remedy: 'Sign with the coldkey that owns it, which the query owner names, or name a hotkey of your own.',
  }),
  SameAutoStakeHotkeyAlreadySet: reason({
    data: { netuid: holds.netuid, hotkey: holds.hotkey },
    says: 'Pay of subnet {netuid} is staked to {hotkey} already.',
    remedy: 'Go on, or name another hotkey of the subnet.',
  }),
}
