import { holds } from '../events.js'
import { reason, reasons } from './reason.js'

/** Why stake is not added, taken out, moved or given up. */
export const stakeRefusals = {
  AmountTooLow: reasons({
    belowLeast: reason({
      data: { offeredRao: holds.rao, leastRao: holds.rao },
      says: 'The amount, {offeredRao}, is less than can be staked at once, {leastRao}.',
      remedy: 'Stake at least {leastRao}.',
    }),
    belowLeastInPool: reason({
      data: { inRao: holds.rao, leastRao: holds.rao },
      says: 'After the fee {inRao} would get into the pool, less than the least, {leastRao}.',
      remedy: 'Stake so much more that at least {leastRao} get into the pool.',
    }),
    buysNothing: reason({
      data: { offeredRao: holds.rao },
      says: '{offeredRao} buys no alpha.',
      remedy: 'Stake more.',
    }),
    nothingOffered: reason({
      data: { netuid: holds.netuid },
      says: 'The amount on subnet {netuid} is nothing, or the position is empty.',
      remedy: 'Name an amount above 0n of a position that holds something.',
    }),
    sellsForLittle: reason({
      data: { offeredAlpha: holds.alpha, worthRao: holds.rao, leastRao: holds.rao, heldAlpha: holds.alpha },
      says: '{offeredAlpha} sells for {worthRao}, less than the least, {leastRao}, and is not all of the {heldAlpha} there.',
      remedy: 'Take out what sells for at least {leastRao}, or everything.',
    }),
    movesLittle: reason({
      data: { amountAlpha: holds.alpha, worthRao: holds.rao, leastRao: holds.rao },
      says: '{amountAlpha} is worth {worthRao}, and more than the least, {leastRao}, must move.',
      remedy: 'Move what is worth more than {leastRao}.',
    }),
    movesLittleWithin: reason({
      data: { amountAlpha: holds.alpha, worthRao: holds.rao, leastRao: holds.rao },
      says: '{amountAlpha} is worth {worthRao}, less than the least that moves, {leastRao}.',
      remedy: 'Move what is worth at least {leastRao}.',
    }),
  }),
  SlippageTooHigh: reasons({
    buying: reason({
      data: { offeredRao: holds.rao, mostRao: holds.rao },
      says: 'Before the price reaches the limit {mostRao} can be staked, not {offeredRao}.',
      remedy: 'Stake at most {mostRao}, raise the limit, or set allowPartial.',
    }),
    selling: reason({
      data: { offeredAlpha: holds.alpha, mostAlpha: holds.alpha },
      says: 'Before the price reaches the limit {mostAlpha} can be sold, not {offeredAlpha}.',
      remedy: 'Sell at most {mostAlpha}, lower the limit, or set allowPartial.',
    }),
  }),
  NotEnoughStakeToWithdraw: reason({
    data: { netuid: holds.netuid, hotkey: holds.hotkey, heldAlpha: holds.alpha, offeredAlpha: holds.alpha },
    says: 'The position on {hotkey} on subnet {netuid} is worth {heldAlpha}, less than {offeredAlpha}.',
    remedy: 'Take out at most {heldAlpha}.',
  }),
  StakeUnavailable: reason({
    data: { netuid: holds.netuid, coldkey: holds.coldkey, amountAlpha: holds.alpha, freeAlpha: holds.alpha },
    says: 'Of what {coldkey} has on subnet {netuid} {freeAlpha} is not locked, less than {amountAlpha}.',
    remedy: 'Take out at most {freeAlpha}, or wait until the lock has decayed.',
  }),
  SameNetuid: reason({
    data: { netuid: holds.netuid, hotkey: holds.hotkey, coldkey: holds.coldkey },
    says: 'The stake of {coldkey} on {hotkey} is on subnet {netuid} already.',
    remedy: 'Name another hotkey, coldkey or subnet to move it to.',
  }),
  TransferDisallowed: reason({
    data: { netuid: holds.netuid },
    says: 'Subnet {netuid} lets no stake go from one coldkey to another.',
    remedy: 'Take the stake out and send TAO, or have the owner of the subnet set transfersEnabled.',
  }),
  CannotBurnOrRecycleOnRootSubnet: reason({
    data: { netuid: holds.netuid },
    says: 'What is staked on root, subnet {netuid}, is TAO, and cannot be burned or recycled.',
    remedy: 'Name another subnet.',
  }),
}
