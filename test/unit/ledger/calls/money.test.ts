import { describe, expect, it } from 'vitest'
import { addressOf, bytesOfHex } from '../../../../src/crypto/index.js'
import type { ChainConfig } from '../../../../src/ledger/index.js'
import { subnetAccount } from '../../../../src/ledger/state/account.js'
import { RAO_PER_TAO } from '../../../../src/units/index.js'
import { eventsOf } from '../../../support/events.js'
import { Harness } from '../harness.js'

const TAO = RAO_PER_TAO

describe('transfer', () => {
  it('moves TAO and tells so', () => {
    const h = new Harness({ preset: 'reference', endowedTao: { alice: 10, bob: 1 } })
    const receipt = h.call('alice', 'transfer', { to: h.key('bob').address, amountRao: 4n * TAO })
    expect(receipt.refusal).toBe(null)
    expect(receipt.events).toEqual([
      {
        name: 'Transfer',
        netuid: null,
        data: { from: h.key('alice').address, to: h.key('bob').address, amountRao: 4n * TAO },
      },
    ])
    expect([h.balance('alice'), h.balance('bob')]).toEqual([6n * TAO, 5n * TAO])
  })

  it('refuses more than there is, and a receiver below the existential deposit', () => {
    const h = new Harness({ preset: 'reference', endowedTao: { alice: 10 } })
    const to = h.key('new').address
    expect(h.errorOf('alice', 'transfer', { to, amountRao: 10n * TAO + 1n })).toBe('FundsUnavailable')
    expect(h.errorOf('alice', 'transfer', { to, amountRao: 499n })).toBe('BelowMinimum')
    expect(h.errorOf('alice', 'transfer', { to, amountRao: 500n })).toBe(null)
    expect(h.balance('alice')).toBe(10n * TAO - 500n)
  })

  it('leaves what goes to a subnet’s account beside its pool', () => {
    const h = new Harness({ preset: 'reference', endowedTao: { alice: 5_000 } })
    h.startSubnet()
    const before = h.subnet()
    const to = addressOf(bytesOfHex(subnetAccount(1)))
    expect(h.errorOf('alice', 'transfer', { to, amountRao: TAO })).toBe(null)
    expect(h.ledger.query('account', { address: to }).balanceRao).toBe(1_001n * TAO)
    expect(h.subnet().subnetTaoRao).toBe(before.subnetTaoRao)
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
  })

  it('keeps for a subnet’s account what comes before there is such a subnet', () => {
    const h = new Harness({ endowedTao: { alice: 500_000 } })
    const to = addressOf(bytesOfHex(subnetAccount(2)))
    expect(h.errorOf('alice', 'transfer', { to, amountRao: TAO })).toBe(null)
    expect(h.ledger.query('account', { address: to }).balanceRao).toBe(TAO)
    for (const netuid of [1, 2]) {
      expect(h.ledger.query('invariants', {}).broken).toEqual([])
      expect(h.errorOf('alice', 'registerSubnet', { hotkey: h.hotkey(`hot-${netuid}`) })).toBe(null)
    }
    const { subnetTaoRao } = h.subnet(2)
    expect(h.ledger.query('account', { address: to }).balanceRao).toBe(subnetTaoRao + TAO)
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
  })

  it('reaps a sender left with dust, takes it out of the issuance, and keeps its nonce', () => {
    const h = new Harness({ preset: 'reference', endowedTao: { alice: 1, bob: 1 } })
    const amountRao = TAO - 499n
    const { events } = h.call('alice', 'transfer', { to: h.key('bob').address, amountRao })
    expect(events.map(({ name }) => name)).toEqual(['DustLost', 'Transfer'])
    expect(h.balance('alice')).toBe(0n)
    expect(h.ledger.query('totals', {}).totalIssuanceRao).toBe(2n * TAO - 499n)
    expect(h.ledger.query('account', { address: h.key('alice').address }).nonce).toBe(1)
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
  })
})

describe('a refused call', () => {
  it('consumes its nonce and changes nothing else', () => {
    const [refused, empty] = [new Harness(), new Harness()]
    refused.call('alice', 'transfer', { to: refused.key('bob').address, amountRao: 10n ** 18n })
    empty.block()
    expect(refused.ledger.query('account', { address: refused.key('alice').address }).nonce).toBe(1)
    const money = ['account', 'totals'] as const
    expect(refused.ledger.query(money[1], {})).toEqual(empty.ledger.query(money[1], {}))
    expect(refused.balance('alice')).toBe(empty.balance('alice'))
    expect(refused.last!.receipts[0]!.events).toEqual([])
  })

  it('takes back what it had done before the refusal', () => {
    const h = new Harness({
      endowedTao: { alice: 2_000, bob: 1_000 },
      hyperparameters: { maxAllowedUids: 1, minNonImmuneUids: 0 },
    })
    h.startSubnet()
    const { hotkey } = { hotkey: h.hotkey('bob-hot') }
    // The hotkey is linked to its coldkey before the subnet turns out to be full.
    expect(h.errorOf('bob', 'registerNeuron', { netuid: 1, hotkey, limitRao: null })).toBe(
      'NoNeuronIdAvailable',
    )
    expect(h.ledger.query('owner', { hotkey })).toBe(null)
    expect(h.balance('bob')).toBe(1_000n * TAO)
  })
})

describe('addStake and removeStake', () => {
  function staked(config: Partial<ChainConfig> = {}): Harness {
    const h = new Harness({ preset: 'reference', config, endowedTao: { alice: 10_000, bob: 10 } })
    h.startSubnet()
    return h
  }

  /** What the chain mints for a subnet in each block. */
  const MINTED = TAO
  /** The pool's part of what is traded: 33 of 65535. */
  const feeOf = (amount: bigint) => (amount * 33n) / 65_535n
  const accountRao = (h: Harness) =>
    h.ledger.query('account', { address: addressOf(bytesOfHex(subnetAccount(1))) }).balanceRao

  it('trade with a pool of equal weights, less its fee', () => {
    const h = staked()
    const hotkey = h.hotkey('alice-hot')
    const position = { netuid: 1, hotkey, coldkey: h.coldkey('bob') }
    const issuedRao = h.ledger.query('totals', {}).totalIssuanceRao
    const opened = h.subnet()
    expect(opened).toMatchObject({ subnetTaoRao: 1_000n * TAO, alphaIn: 1_000n * TAO, alphaOut: 0n })
    expect(h.errorOf('bob', 'addStake', { netuid: 1, hotkey, amountRao: 3n * TAO })).toBe(null)
    // y + 2.998 of TAO leaves x * y / (y + 2.998) of alpha.
    const netRao = 3n * TAO - feeOf(3n * TAO)
    const boughtAlpha = (opened.alphaIn * netRao) / (opened.subnetTaoRao + netRao)
    const bought = h.subnet()
    expect(h.balance('bob')).toBe(7n * TAO)
    expect(bought).toMatchObject({
      subnetTaoRao: opened.subnetTaoRao + netRao,
      alphaIn: opened.alphaIn - boughtAlpha,
      alphaOut: boughtAlpha + MINTED,
    })
    // Nobody made the block: the fee has left the subnet, for an account that nobody has.
    expect(accountRao(h)).toBe(bought.subnetTaoRao)
    expect(h.ledger.query('stake', position)).toEqual({
      positionAlpha: boughtAlpha,
      hotkeyAlpha: boughtAlpha,
    })

    const soldAlpha = boughtAlpha / 2n
    const netAlpha = soldAlpha - feeOf(soldAlpha)
    const paidRao = (bought.subnetTaoRao * netAlpha) / (bought.alphaIn + netAlpha)
    expect(h.errorOf('bob', 'removeStake', { netuid: 1, hotkey, amountAlpha: soldAlpha })).toBe(null)
    expect(h.balance('bob')).toBe(7n * TAO + paidRao)
    // The fee stays in what is outside the pool, and is nobody's.
    expect(h.subnet()).toMatchObject({
      subnetTaoRao: bought.subnetTaoRao - paidRao,
      alphaIn: bought.alphaIn + netAlpha,
      alphaOut: bought.alphaOut - netAlpha + MINTED,
    })
    expect(h.errorOf('bob', 'removeStake', { netuid: 1, hotkey, amountAlpha: 100n * TAO })).toBe(null)
    expect(h.ledger.query('stake', position)).toEqual({ positionAlpha: 0n, hotkeyAlpha: 0n })
    expect(h.balance('bob')).toBeLessThan(10n * TAO)
    expect(h.ledger.query('totals', {}).totalIssuanceRao).toBe(issuedRao)
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
  })

  it('refuse in the order of the reference chain', () => {
    const h = staked({ rootSubtokenEnabled: false })
    h.call('bob', 'transfer', { to: h.key('carol').address, amountRao: TAO })
    const hotkey = h.hotkey('alice-hot')
    const add = (netuid: number, name: string, amountRao: bigint) =>
      h.errorOf('bob', 'addStake', { netuid, hotkey: h.hotkey(name), amountRao })
    expect(add(9, 'nobody', 0n)).toBe('SubnetNotExists')
    expect(add(0, 'nobody', 0n)).toBe('SubtokenDisabled')
    // The least stake, and the fee on it.
    expect(add(1, 'nobody', 2_001_006n)).toBe('AmountTooLow')
    expect(add(1, 'nobody', 100n * TAO)).toBe('NotEnoughBalanceToStake')
    expect(add(1, 'nobody', TAO)).toBe('HotKeyAccountNotExists')
    expect(add(1, 'alice-hot', 2_010_000n)).toBe(null)
    const remove = (netuid: number, amountAlpha: bigint) =>
      h.errorOf('bob', 'removeStake', { netuid, hotkey, amountAlpha })
    expect(remove(9, TAO)).toBe('SubtokenDisabled')
    expect(remove(0, TAO)).toBe('SubtokenDisabled')
    expect(remove(1, 0n)).toBe('AmountTooLow')
    expect(remove(1, 1_000_000n)).toBe('AmountTooLow')
    expect(h.errorOf('carol', 'removeStake', { netuid: 1, hotkey, amountAlpha: TAO })).toBe('AmountTooLow')
    expect(remove(1, TAO)).toBe(null)
  })

  it('are closed until the subnet is started', () => {
    const h = new Harness({ preset: 'reference', endowedTao: { alice: 10_000 } })
    h.call('alice', 'registerSubnet', { hotkey: h.hotkey('alice-hot') })
    const args = { netuid: 1, hotkey: h.hotkey('alice-hot'), amountRao: TAO }
    expect(h.errorOf('alice', 'addStake', args)).toBe('SubtokenDisabled')
  })

  it('leave the existential deposit when everything is staked', () => {
    const h = staked()
    const receipt = h.call('bob', 'addStake', {
      netuid: 1,
      hotkey: h.hotkey('alice-hot'),
      amountRao: 10n * TAO,
    })
    expect(eventsOf(receipt.events, 'StakeAdded')[0]?.data.amountRao).toBe(10n * TAO - 500n)
    expect(h.balance('bob')).toBe(500n)
  })
})
