import { describe, expect, it } from 'vitest'
import { brokenReserves } from '../../../../src/ledger/invariants/brokenMoney.js'
import { positionValue } from '../../../../src/ledger/money/stake.js'
import { subnetAccount } from '../../../../src/ledger/state/account.js'
import { hotkeys, locks, reserves } from '../../../../src/ledger/state/tables.js'
import { asColdkey, RAO_PER_TAO, U64_MAX } from '../../../../src/units/index.js'
import { coldkeyOf, hotkeyOf, idOf } from '../../../vectors/fileState.js'
import { Pools } from './pools.js'

const hotkey = hotkeyOf(1)
const all = { hotkey, fromNetuid: 1, toNetuid: 2, amountAlpha: U64_MAX }

describe('removeStakeLimit', () => {
  it('asks the pool first, looks for no subtoken and takes no more than all for all', () => {
    const pools = new Pools()
    const heldAlpha = pools.staked(103, 1, 1)
    pools.state.setSubnet(1, { subtokenEnabled: false })
    const call = (limitRaoPerAlpha: bigint, amountAlpha: bigint, allowPartial = false) =>
      pools.call(103, 'removeStakeLimit', { netuid: 1, hotkey, amountAlpha, limitRaoPerAlpha, allowPartial })
    expect(call(2n * RAO_PER_TAO, U64_MAX)).toBe('PriceLimitExceeded')
    expect(call(RAO_PER_TAO, heldAlpha + 1n)).toBe('NotEnoughStakeToWithdraw')
    expect(call(RAO_PER_TAO, heldAlpha)).toBe(null)
  })

  it('sells what fits before the limit', () => {
    const pools = new Pools()
    const heldAlpha = pools.staked(103, 1, 1)
    const limitRaoPerAlpha = (RAO_PER_TAO * 101n) / 100n
    const args = { netuid: 1, hotkey, amountAlpha: heldAlpha, limitRaoPerAlpha }
    expect(pools.call(103, 'removeStakeLimit', { ...args, allowPartial: false })).toBe('SlippageTooHigh')
    expect(pools.call(103, 'removeStakeLimit', { ...args, allowPartial: true })).toBe(null)
    expect(pools.stake(103, 1, 1)).toBeGreaterThan(0n)
    expect(pools.stake(103, 1, 1)).toBeLessThan(heldAlpha)
  })

  it('keeps what is locked', () => {
    const pools = new Pools()
    const heldAlpha = pools.staked(103, 1, 1)
    expect(pools.call(103, 'lockStake', { netuid: 1, hotkey, amountAlpha: heldAlpha })).toBe(null)
    const limit = { limitRaoPerAlpha: 1n, allowPartial: false }
    const args = { netuid: 1, hotkey, amountAlpha: heldAlpha, ...limit }
    expect(pools.call(103, 'removeStakeLimit', args)).toBe('StakeUnavailable')
  })
})

describe('removeStakeFullLimit', () => {
  it('empties the position, with a limit or without', () => {
    for (const limitRaoPerAlpha of [null, RAO_PER_TAO]) {
      const pools = new Pools()
      pools.staked(103, 1, 1)
      const args = { netuid: 1, hotkey, limitRaoPerAlpha }
      expect(pools.call(103, 'removeStakeFullLimit', { ...args, netuid: 9 })).toBe(
        limitRaoPerAlpha === null ? 'SubtokenDisabled' : 'SubnetNotExists',
      )
      expect(pools.call(103, 'removeStakeFullLimit', args)).toBe(null)
      expect(pools.stake(103, 1, 1)).toBe(0n)
    }
  })

  it('sells nothing where not all fits before the limit', () => {
    const pools = new Pools()
    pools.staked(103, 1, 1)
    const limitRaoPerAlpha = (RAO_PER_TAO * 101n) / 100n
    expect(pools.call(103, 'removeStakeFullLimit', { netuid: 1, hotkey, limitRaoPerAlpha })).toBe(
      'SlippageTooHigh',
    )
  })
})

describe('unstakeAll', () => {
  it('leaves what may not be taken out', () => {
    const pools = new Pools()
    const lockedAlpha = pools.staked(103, 1, 1)
    for (const netuid of [0, 2]) pools.staked(103, 1, netuid)
    expect(pools.call(103, 'lockStake', { netuid: 1, hotkey, amountAlpha: 1_000n })).toBe(null)
    expect(pools.call(103, 'unstakeAll', { hotkey: hotkeyOf(9) })).toBe('HotKeyAccountNotExists')
    expect(pools.call(103, 'unstakeAll', { hotkey })).toBe(null)
    expect([0, 1, 2].map((netuid) => pools.stake(103, 1, netuid))).toEqual([0n, lockedAlpha, 0n])
  })

  it('of alpha alone leaves the balance as it was', () => {
    const pools = new Pools()
    expect(pools.call(103, 'unstakeAllAlpha', { hotkey })).toBe('AmountTooLow')
    pools.staked(103, 1, 1)
    const balanceRao = pools.balance(103)
    expect(pools.call(103, 'unstakeAllAlpha', { hotkey })).toBe(null)
    expect(pools.balance(103)).toBe(balanceRao)
    expect(pools.stake(103, 1, 0)).toBeGreaterThan(9n * RAO_PER_TAO)
  })
})

describe('moveStake, transferStake and swapStake', () => {
  it('say what is wrong in the order of the checks', () => {
    const pools = new Pools()
    pools.staked(103, 1, 1)
    const call = (args: Partial<typeof all>) => pools.call(103, 'swapStake', { ...all, ...args })
    expect(call({ toNetuid: 1, hotkey: hotkeyOf(9) })).toBe('SameNetuid')
    expect(call({ toNetuid: 9, hotkey: hotkeyOf(9) })).toBe('SubnetNotExists')
    pools.state.setSubnet(2, { subtokenEnabled: false })
    expect(call({ hotkey: hotkeyOf(9) })).toBe('SubtokenDisabled')
    expect(call({ toNetuid: 0, hotkey: hotkeyOf(9) })).toBe('HotKeyAccountNotExists')
    expect(call({ toNetuid: 0, amountAlpha: 1_000_000n })).toBe('AmountTooLow')
    expect(pools.call(103, 'lockStake', { netuid: 1, hotkey, amountAlpha: 1_000n })).toBe(null)
    expect(call({ toNetuid: 0 })).toBe('StakeUnavailable')
  })

  it("store the take of somebody else's hotkey only where the stake changes subnets", () => {
    const pools = new Pools()
    pools.staked(103, 1, 1)
    const args = { fromHotkey: hotkey, toHotkey: hotkeyOf(2), fromNetuid: 1, amountAlpha: RAO_PER_TAO }
    expect(pools.call(103, 'moveStake', { ...args, toNetuid: 1 })).toBe(null)
    expect(pools.state.required(hotkeys, idOf(2)).takeU16).toBe(null)
    expect(pools.call(103, 'moveStake', { ...args, toNetuid: 2 })).toBe(null)
    expect(pools.state.required(hotkeys, idOf(2)).takeU16).toBe(11_796)
  })

  it('let a lock follow only to who takes it, before the amount is looked at', () => {
    const pools = new Pools()
    const heldAlpha = pools.staked(103, 1, 1)
    const args = { ...all, toNetuid: 1, toColdkey: coldkeyOf(104) }
    expect(pools.call(103, 'lockStake', { netuid: 1, hotkey, amountAlpha: heldAlpha })).toBe(null)
    expect(pools.call(103, 'transferStake', { ...args, amountAlpha: 1n })).toBe('AccountRejectsLockedAlpha')
    expect(pools.call(104, 'setRejectLockedAlpha', { enabled: false })).toBe(null)
    expect(pools.call(103, 'transferStake', { ...args, amountAlpha: 1n })).toBe('AmountTooLow')
    expect(pools.call(103, 'transferStake', args)).toBe(null)
    expect(pools.state.get(locks, 1, idOf(104))?.massAlpha).toBe(heldAlpha)
    pools.staked(103, 2, 1)
    expect(pools.call(103, 'lockStake', { netuid: 1, hotkey: hotkeyOf(2), amountAlpha: RAO_PER_TAO })).toBe(
      null,
    )
    const back = { ...args, toColdkey: coldkeyOf(103) }
    expect(pools.call(104, 'transferStake', back)).toBe('LockHotkeyMismatch')
  })

  it('take a subnet’s account for a coldkey like any other, whose TAO beside the pool pays what is staked elsewhere', () => {
    const pools = new Pools()
    const { state } = pools
    pools.staked(103, 1, 1)
    const [account, pool] = [subnetAccount(1), () => state.row(reserves, 1).subnetTaoRao]
    const beside = () => state.balanceRao(account) - pool()
    const toColdkey = asColdkey(state.addressOf(account))
    const args = { hotkey, fromNetuid: 1, toColdkey, amountAlpha: RAO_PER_TAO }
    const before = beside()
    expect(pools.call(103, 'transferStake', { ...args, toNetuid: 1 })).toBe(null)
    expect(positionValue(state, { netuid: 1, hotkey: idOf(1), coldkey: account })).toBe(RAO_PER_TAO)
    expect(pools.call(103, 'transferStake', { ...args, toNetuid: 2 })).toBe(null)
    expect(positionValue(state, { netuid: 2, hotkey: idOf(1), coldkey: account })).toBeGreaterThan(0n)
    expect(beside()).toBe(before)
    for (const netuid of [0, 1, 2]) expect(brokenReserves(state, netuid)).toEqual([])
  })

  it('refuse a transfer where a subnet lets none go, but no move', () => {
    const pools = new Pools({ hyperparameters: { transfersEnabled: false } })
    pools.staked(103, 1, 1)
    expect(pools.call(103, 'transferStake', { ...all, toColdkey: coldkeyOf(104) })).toBe('TransferDisallowed')
    expect(pools.call(103, 'swapStake', all)).toBe(null)
  })

  it('pay one fee: of the sale, from root of the purchase', () => {
    const pools = new Pools({ author: 101 })
    pools.staked(103, 1, 0)
    const before = pools.balance(101)
    expect(pools.call(103, 'swapStake', { ...all, fromNetuid: 0 })).toBe(null)
    expect(pools.balance(101) - before).toBe(5_035_477n)
    const { subnetTaoRao } = pools.state.row(reserves, 2)
    expect(subnetTaoRao).toBe(1_010n * RAO_PER_TAO - 5_035_477n)
  })
})

describe('swapStakeLimit', () => {
  const call = (pools: Pools, fromNetuid: number, toNetuid: number, limitE9: bigint, allowPartial = false) =>
    pools.call(103, 'swapStakeLimit', { ...all, fromNetuid, toNetuid, limitE9, allowPartial })

  it('asks the pool after the position and before all else', () => {
    const pools = new Pools()
    expect(call(pools, 1, 9, 2n * RAO_PER_TAO)).toBe('PriceLimitExceeded')
    expect(call(pools, 1, 9, 1n)).toBe('SubnetNotExists')
    expect(call(pools, 1, 1, 2n * RAO_PER_TAO)).toBe('SameNetuid')
  })

  it('takes a limit in the price of the destination, and moves nothing where nothing fits', () => {
    const pools = new Pools()
    const heldAlpha = pools.staked(103, 1, 1)
    expect(call(pools, 1, 2, 2n * RAO_PER_TAO)).toBe('SlippageTooHigh')
    expect(call(pools, 1, 2, 2n * RAO_PER_TAO, true)).toBe(null)
    expect(pools.stake(103, 1, 1)).toBe(heldAlpha)
    expect(call(pools, 1, 2, (RAO_PER_TAO * 101n) / 100n, true)).toBe(null)
    expect(pools.stake(103, 1, 1)).toBeLessThan(heldAlpha)
    expect(pools.stake(103, 1, 1)).toBeGreaterThan(0n)
    expect(call(pools, 1, 2, 0n)).toBe(null)
    expect(pools.stake(103, 1, 1)).toBe(0n)
  })

  it('goes from root to a pool and back', () => {
    const pools = new Pools()
    pools.staked(103, 1, 0)
    expect(call(pools, 0, 2, RAO_PER_TAO)).toBe('PriceLimitExceeded')
    expect(call(pools, 0, 2, RAO_PER_TAO / 2n)).toBe(null)
    expect(call(pools, 2, 0, RAO_PER_TAO / 2n)).toBe(null)
    expect(pools.stake(103, 1, 0)).toBeGreaterThan(9n * RAO_PER_TAO)
  })
})

describe('recycleAlpha, burnAlpha and addStakeBurn', () => {
  it('say what is wrong in the order of the checks', () => {
    const pools = new Pools()
    const heldAlpha = pools.staked(103, 1, 1)
    const call = (netuid: number, key = 1) =>
      pools.call(103, 'recycleAlpha', { netuid, hotkey: hotkeyOf(key), amountAlpha: U64_MAX })
    expect(call(9, 9)).toBe('SubnetNotExists')
    expect(call(0, 9)).toBe('CannotBurnOrRecycleOnRootSubnet')
    expect(call(1, 9)).toBe('HotKeyAccountNotExists')
    expect(pools.call(103, 'lockStake', { netuid: 1, hotkey, amountAlpha: 1_000n })).toBe(null)
    pools.state.setRow(reserves, 1, { alphaOut: heldAlpha - 1n })
    expect(call(1)).toBe('InsufficientLiquidity')
    pools.state.setRow(reserves, 1, { alphaOut: heldAlpha })
    expect(call(1)).toBe('StakeUnavailable')
  })

  it('buy back what nobody owns then', () => {
    const pools = new Pools()
    const args = { netuid: 1, hotkey, amountRao: RAO_PER_TAO }
    expect(pools.call(103, 'addStakeBurn', { ...args, limitRaoPerAlpha: RAO_PER_TAO })).toBe(
      'PriceLimitExceeded',
    )
    expect(pools.call(103, 'addStakeBurn', { ...args, netuid: 0, limitRaoPerAlpha: null })).toBe(
      'CannotBurnOrRecycleOnRootSubnet',
    )
    for (const limitRaoPerAlpha of [null, 2n * RAO_PER_TAO]) {
      const before = pools.state.row(reserves, 1).alphaOut
      expect(pools.call(103, 'addStakeBurn', { ...args, limitRaoPerAlpha })).toBe(null)
      expect(pools.state.row(reserves, 1).alphaOut - before).toBeGreaterThan(990_000_000n)
      expect(pools.stake(103, 1, 1)).toBe(0n)
    }
    expect(pools.events).toEqual(['StakeAdded', 'AlphaBurned', 'StakeAdded', 'AlphaBurned'])
  })
})
