import { describe, expect, it } from 'vitest'
import { hotkeys, pendingChildren, reserves, shares, stakes } from '../../../../src/ledger/state/tables.js'
import { RAO_PER_TAO, U64_MAX } from '../../../../src/units/index.js'
import { hotkeyOf, idOf } from '../../../vectors/fileState.js'
import { POOL_TAO, Pools } from './pools.js'

const hotkey = hotkeyOf(1)
const M = 2_000_000n

describe('addStake', () => {
  it('refuses what is out of all proportion to the pool before it looks for the subtoken', () => {
    const pools = new Pools()
    pools.state.setSubnet(1, { subtokenEnabled: false })
    const amountRao = 1_000n * POOL_TAO
    expect(pools.call(103, 'addStake', { netuid: 1, hotkey, amountRao: amountRao + 1n })).toBe(
      'InsufficientLiquidity',
    )
    expect(pools.call(103, 'addStake', { netuid: 1, hotkey, amountRao })).toBe('SubtokenDisabled')
    expect(pools.call(103, 'addStake', { netuid: 9, hotkey, amountRao: U64_MAX })).toBe('SubnetNotExists')
  })

  it('asks for the smallest stake and its fee, then the balance, then the hotkey', () => {
    const pools = new Pools()
    const call = (coldkey: number, key: number, amountRao: bigint) =>
      pools.call(coldkey, 'addStake', { netuid: 1, hotkey: hotkeyOf(key), amountRao })
    expect(call(103, 9, M + 1_006n)).toBe('AmountTooLow')
    expect(call(104, 9, M + 1_007n)).toBe('NotEnoughBalanceToStake')
    expect(call(103, 9, M + 1_007n)).toBe('HotKeyAccountNotExists')
    expect(call(103, 1, M + 1_007n)).toBe(null)
  })

  it('refuses an amount that is lost beside the stake that is there', () => {
    const pools = new Pools()
    const total = { totalAlpha: 0n, denominator: { mantissa: 10n ** 21n, exponent: 0 } }
    pools.state.set(stakes, [1, idOf(1)], total)
    expect(pools.call(103, 'addStake', { netuid: 1, hotkey, amountRao: M * 2n })).toBe(
      'InsufficientLiquidity',
    )
  })

  it('leaves the signer its existential deposit', () => {
    const pools = new Pools()
    pools.setBalance(103, 3_000_000n)
    expect(pools.call(103, 'addStake', { netuid: 0, hotkey, amountRao: 3_000_000n })).toBe(null)
    expect(pools.balance(103)).toBe(500n)
    expect(pools.stake(103, 1, 0)).toBe(2_999_500n)
  })

  it('does nothing where who makes the block cannot be paid its fee', () => {
    const pools = new Pools({ config: { minStakeRao: 1_000n }, author: 900 })
    const args = { netuid: 1, hotkey, amountRao: 100_000n }
    expect(pools.call(103, 'addStake', args)).toBe('BelowMinimum')
    pools.setBalance(900, 500n)
    expect(pools.call(103, 'addStake', args)).toBe(null)
    expect(pools.balance(900)).toBe(550n)
  })

  it('lets a price past the highest one strand what is left over with the subnet', () => {
    const second = { subnetTaoRao: RAO_PER_TAO, alphaIn: RAO_PER_TAO / 100n }
    const pools = new Pools({ second })
    expect(pools.call(103, 'addStake', { netuid: 2, hotkey, amountRao: 1_000n * RAO_PER_TAO })).toBe(null)
    const { subnetTaoRao } = pools.state.row(reserves, 2)
    expect(pools.balance(103)).toBe(9_000n * RAO_PER_TAO)
    expect(pools.subnetBalance(2)).toBeGreaterThan(subnetTaoRao)
  })
})

describe('addStakeLimit', () => {
  const args = { netuid: 1, hotkey, amountRao: RAO_PER_TAO, allowPartial: false }

  it('asks the pool before anything else', () => {
    const pools = new Pools({ second: { subnetTaoRao: POOL_TAO, alphaIn: 999_999n } })
    pools.state.setSubnet(1, { subtokenEnabled: false })
    const call = (netuid: number, limitRaoPerAlpha: bigint) =>
      pools.call(103, 'addStakeLimit', { ...args, netuid, limitRaoPerAlpha })
    expect(call(1, RAO_PER_TAO)).toBe('PriceLimitExceeded')
    expect(call(2, U64_MAX)).toBe('ReservesTooLow')
    expect(call(1, 2n * RAO_PER_TAO)).toBe('SubtokenDisabled')
    expect(call(9, 1n)).toBe('SubnetNotExists')
  })

  it('tries the first trade of a pool with even weights, as it would be made', () => {
    const pools = new Pools()
    pools.state.setSubnet(1, { hasTraded: false })
    pools.state.setRow(reserves, 1, { quoteWeightE18: 800_000_000_000_000_000n })
    const limitRaoPerAlpha = RAO_PER_TAO / 2n
    expect(pools.call(103, 'addStakeLimit', { ...args, limitRaoPerAlpha })).toBe('PriceLimitExceeded')
  })

  it("stakes what fits before the limit, and stores the take of somebody else's hotkey", () => {
    const pools = new Pools()
    const limitRaoPerAlpha = (RAO_PER_TAO * 10_001n) / 10_000n
    const call = (allowPartial: boolean, coldkey = 103) =>
      pools.call(coldkey, 'addStakeLimit', { ...args, limitRaoPerAlpha, allowPartial })
    expect(call(false)).toBe('SlippageTooHigh')
    expect(call(true)).toBe(null)
    const paidRao = 10_000n * RAO_PER_TAO - pools.balance(103)
    expect(paidRao).toBeGreaterThan(M)
    expect(paidRao).toBeLessThan(RAO_PER_TAO)
    expect(pools.state.required(hotkeys, idOf(1)).takeU16).toBe(11_796)
  })

  it('stores no take for the owner, and takes a limit of 1 on root', () => {
    const pools = new Pools()
    const call = (limitRaoPerAlpha: bigint) =>
      pools.call(101, 'addStakeLimit', { ...args, netuid: 0, limitRaoPerAlpha, allowPartial: true })
    expect(call(RAO_PER_TAO - 1n)).toBe('AmountTooLow')
    expect(call(RAO_PER_TAO)).toBe(null)
    expect(pools.state.required(hotkeys, idOf(1)).takeU16).toBe(null)
  })
})

describe('removeStake', () => {
  const all = { netuid: 1, hotkey, amountAlpha: U64_MAX }

  it("looks for the subtoken first, and at what there is before the subnet's hotkey", () => {
    const pools = new Pools()
    expect(pools.call(103, 'removeStake', { ...all, netuid: 9 })).toBe('SubtokenDisabled')
    expect(pools.call(103, 'removeStake', { ...all, hotkey: hotkeyOf(9) })).toBe('AmountTooLow')
  })

  it('keeps what is locked', () => {
    const pools = new Pools()
    const held = pools.staked(103, 1, 1)
    expect(pools.call(103, 'lockStake', { netuid: 1, hotkey, amountAlpha: held / 2n })).toBe(null)
    expect(pools.call(103, 'removeStake', all)).toBe('StakeUnavailable')
    expect(pools.call(103, 'removeStake', { ...all, amountAlpha: held / 2n })).toBe(null)
  })

  it('pays no account that would hold less than the existential deposit', () => {
    const pools = new Pools({ config: { minStakeRao: 100n } })
    expect(pools.call(103, 'addStake', { netuid: 1, hotkey, amountRao: 400n })).toBe(null)
    pools.setBalance(103, 0n)
    expect(pools.call(103, 'removeStake', all)).toBe('BelowMinimum')
    pools.setBalance(103, 100n)
    expect(pools.call(103, 'removeStake', all)).toBe(null)
    expect(pools.balance(103)).toBe(500n)
  })

  it("loses what is left of a subnet's account below the existential deposit", () => {
    const pools = new Pools()
    pools.staked(103, 1, 0)
    const { accountRao, subnetTaoRao } = pools.state.row(reserves, 0)
    pools.state.setRow(reserves, 0, { accountRao: accountRao + 499n, subnetTaoRao })
    const issuedRao = pools.state.chain.totalIssuanceRao
    expect(pools.call(103, 'removeStake', { ...all, netuid: 0 })).toBe(null)
    expect(pools.subnetBalance(0)).toBe(0n)
    expect(pools.state.chain.totalIssuanceRao).toBe(issuedRao - 499n)
  })

  it('pays nothing that a subnet does not have', () => {
    const pools = new Pools()
    pools.staked(103, 1, 0)
    pools.state.setRow(reserves, 0, { accountRao: 1_000n })
    expect(pools.call(103, 'removeStake', { ...all, netuid: 0 })).toBe('InsufficientBalance')
  })

  it.each([10n ** 10n, 2n ** 64n - 1n])(
    'sells what a nominator would keep, and leaves an owner what it keeps: factor %s',
    (nominatorMinStakeFactor) => {
      const pools = new Pools({ config: { nominatorMinStakeFactor } })
      for (const coldkey of [101, 103]) {
        const held = pools.staked(coldkey, 1, 1)
        pools.events.length = 0
        expect(pools.call(coldkey, 'removeStake', { ...all, amountAlpha: held / 2n })).toBe(null)
        expect(pools.events).toEqual(coldkey === 101 ? ['StakeRemoved'] : ['StakeRemoved', 'StakeRemoved'])
        expect(pools.stake(coldkey, 1, 1) > 0n).toBe(coldkey === 101)
      }
    },
  )

  it('deletes what a nominator would keep and nobody buys', () => {
    const second = { subnetTaoRao: 3_500_000n, alphaIn: 3_500_000n }
    const pools = new Pools({ config: { nominatorMinStakeFactor: 10n ** 12n }, second })
    pools.state.set(stakes, [2, idOf(1)], {
      totalAlpha: 10_000_000n,
      denominator: { mantissa: 10n ** 21n, exponent: -14 },
    })
    pools.state.set(shares, [2, idOf(1), idOf(103)], { mantissa: 10n ** 21n, exponent: -14 })
    expect(pools.call(103, 'removeStake', { ...all, netuid: 2, amountAlpha: 9_000_000n })).toBe(null)
    expect(pools.state.row(reserves, 2).subnetTaoRao).toBeLessThan(1_000_000n)
    expect(pools.stake(103, 1, 2)).toBe(0n)
  })

  it('forgets children that wait where too little stake is left', () => {
    const pools = new Pools({ config: { stakeThresholdRao: RAO_PER_TAO } })
    pools.staked(101, 1, 1)
    const waiting = { proportionU64: new BigUint64Array([1n]), hotkey: [idOf(2)], afterBlock: 99 }
    pools.state.set(pendingChildren, [2, idOf(1)], waiting)
    expect(pools.call(101, 'removeStake', { ...all, amountAlpha: RAO_PER_TAO })).toBe(null)
    expect(pools.state.get(pendingChildren, 2, idOf(1))).toBeDefined()
    expect(pools.call(101, 'removeStake', all)).toBe(null)
    expect(pools.state.get(pendingChildren, 2, idOf(1))).toBeUndefined()
  })
})
