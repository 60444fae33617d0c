import { holds } from '../events.js'
import { reason, reasons } from './reason.js'

/** Why a subnet is not there, not founded or not started. */
export const subnetRefusals = {
  SubnetNotExists: reason({
    data: { netuid: holds.netuid },
    says: 'There is no subnet {netuid} for this call.',
    remedy:
      'Name a subnet that there is: the query totals lists their numbers; root, 0, is none that can end.',
  }),
  SubnetDoesNotExist: reason({
    data: { netuid: holds.netuid },
    says: 'There is no subnet {netuid} to set anything of.',
    remedy: 'Name a subnet that there is: the query totals lists their numbers.',
  }),
  NetworkTxRateLimitExceeded: reason({
    data: { lastBlock: holds.block, nextBlock: holds.block },
    says: 'The last subnet was registered at block {lastBlock}, and the next one can be from block {nextBlock} on.',
    remedy: 'Register the subnet at block {nextBlock} or later.',
  }),
  SubNetRegistrationDisabled: reasons({
    chainNotYet: reason({
      data: { fromBlock: holds.block },
      says: 'Subnets can be registered from block {fromBlock} on.',
      remedy: 'Register the subnet at block {fromBlock} or later.',
    }),
    subnetClosed: reason({
      data: { netuid: holds.netuid },
      says: 'Subnet {netuid} takes no registrations.',
      remedy: 'Register on another subnet, or wait until root sets registrationAllowed.',
    }),
  }),
  SubnetLimitReached: reason({
    data: { subnets: holds.count, limit: holds.count, nextBlock: holds.block },
    says: 'There are {subnets} subnets of at most {limit}, and none may be dissolved before block {nextBlock}.',
    remedy: 'Register the subnet at block {nextBlock} or later, when the oldest may make room.',
  }),
  CannotAffordLockCost: reasons({
    falling: reason({
      data: { balanceRao: holds.rao, costRao: holds.rao, leastRao: holds.rao },
      says: 'A new subnet locks {costRao}, and the balance is {balanceRao}.',
      remedy:
        'Register with a balance of at least {costRao}, or wait: the cost falls with every block, down to {leastRao}.',
    }),
    steady: reason({
      data: { balanceRao: holds.rao, costRao: holds.rao },
      says: 'A new subnet locks {costRao}, and the balance is {balanceRao}.',
      remedy: 'Register with a balance of at least {costRao}: the cost falls no further.',
    }),
  }),
  FirstEmissionBlockNumberAlreadySet: reason({
    data: { netuid: holds.netuid, firstEmissionBlock: holds.block },
    says: 'Subnet {netuid} was started before: it emits from block {firstEmissionBlock} on.',
    remedy: 'Go on without starting it: a subnet is started once.',
  }),
  NeedWaitingMoreBlocksToStarCall: reason({
    data: { netuid: holds.netuid, nextBlock: holds.block },
    says: 'Subnet {netuid} was registered a short while ago, and can be started from block {nextBlock} on.',
    remedy: 'Start it at block {nextBlock} or later.',
  }),
  SymbolDoesNotExist: reason({
    data: { symbol: holds.text },
    says: 'No subnet can have the symbol {symbol}.',
    remedy: 'Take one of SUBNET_SYMBOLS after the first, which is root’s.',
  }),
  SymbolAlreadyInUse: reason({
    data: { symbol: holds.text, holder: holds.netuid },
    says: 'Subnet {holder} has the symbol {symbol}.',
    remedy: 'Take one of SUBNET_SYMBOLS that no subnet has.',
  }),
  SubtokenDisabled: reason({
    data: { netuid: holds.netuid },
    says: 'Subnet {netuid} has no open stake: it has not been started, or is not there.',
    remedy: 'Wait until its owner has started it with startSubnet, or name another subnet.',
  }),
  NotPermittedOnRootSubnet: reasons({
    emission: reason({
      data: {},
      says: 'Root has no emission of its own to switch on or off.',
      remedy: 'Name another subnet than 0.',
    }),
    setting: reason({
      data: { name: holds.text },
      says: 'Root has no {name}.',
      remedy: 'Set it on another subnet than 0.',
    }),
  }),
}
