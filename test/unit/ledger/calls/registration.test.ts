import { describe, expect, it } from 'vitest'
import { addressOf, bytesOfHex } from '../../../../src/crypto/index.js'
import { subnetAccount } from '../../../../src/ledger/state/account.js'
import { asHotkey, RAO_PER_TAO } from '../../../../src/units/index.js'
import { eventsOf } from '../../../support/events.js'
import { Harness } from '../harness.js'

const TAO = RAO_PER_TAO

describe('registerSubnet', () => {
  it('locks 1,000 TAO, gives the hotkey uid 0, and starts with the chain defaults', () => {
    const h = new Harness({ preset: 'reference', endowedTao: { alice: 5_000 } })
    const receipt = h.call('alice', 'registerSubnet', { hotkey: h.hotkey('alice-hot') })
    expect(receipt.events.map(({ name }) => name)).toEqual(['NetworkAdded'])
    expect(h.balance('alice')).toBe(4_000n * TAO)
    expect(h.subnet()).toMatchObject({
      owner: h.coldkey('alice'),
      ownerHotkey: h.hotkey('alice-hot'),
      n: 1,
      lockRao: 1_000n * TAO,
      burnRao: TAO,
      firstEmissionBlock: null,
      subtokenEnabled: false,
      emissionEnabled: false,
      hyperparameters: { tempoBlocks: 360, commitRevealEnabled: true, yuma3Enabled: true },
    })
    expect(h.ledger.query('uid', { netuid: 1, hotkey: h.hotkey('alice-hot') })).toBe(0)
  })

  it('refuses a stranger hotkey, a second subnet within 7,200 blocks, and an empty purse', () => {
    const endowedTao = { alice: 5_000, bob: 5_000, carol: 999 }
    const h = new Harness({ preset: 'reference', endowedTao })
    const hotkey = h.hotkey('alice-hot')
    expect(h.errorOf('carol', 'registerSubnet', { hotkey: h.hotkey('c') })).toBe('CannotAffordLockCost')
    expect(h.errorOf('alice', 'registerSubnet', { hotkey })).toBe(null)
    // The clock comes before everything else.
    expect(h.errorOf('bob', 'registerSubnet', { hotkey })).toBe('NetworkTxRateLimitExceeded')
    const often = new Harness({ preset: 'reference', config: { networkRateLimitBlocks: 0 }, endowedTao })
    often.call('alice', 'registerSubnet', { hotkey })
    expect(often.errorOf('bob', 'registerSubnet', { hotkey })).toBe('NonAssociatedColdKey')
  })

  it('says that waiting helps only while the cost falls', () => {
    const h = new Harness({
      preset: 'reference',
      config: { networkRateLimitBlocks: 0 },
      endowedTao: { alice: 5_000, carol: 999 },
    })
    const refusalOf = () => h.call('carol', 'registerSubnet', { hotkey: h.hotkey('c') }).refusal
    const leastRao = 1_000n * TAO
    expect(refusalOf()).toMatchObject({
      data: { because: 'steady', costRao: leastRao },
      remedy: expect.stringContaining('the cost falls no further'),
    })
    h.call('alice', 'registerSubnet', { hotkey: h.hotkey('alice-hot') })
    expect(refusalOf()).toMatchObject({
      data: { because: 'falling', costRao: 2_000n * TAO - (1_000n * TAO) / 100_800n, leastRao },
      remedy: expect.stringContaining('down to 1000 TAO'),
    })
  })

  it('doubles the lock, and stops at the limit of subnets', () => {
    const h = new Harness({ config: { subnetLimit: 2 }, endowedTao: { alice: 10_000 } })
    h.call('alice', 'registerSubnet', { hotkey: h.hotkey('h1') })
    h.call('alice', 'registerSubnet', { hotkey: h.hotkey('h2') })
    // One block after the first: 2 x 1000 TAO less 1000 TAO / 100,800 blocks, floored.
    expect(h.subnet(2).lockRao).toBe(2_000n * TAO - (1_000n * TAO) / 100_800n)
    expect(h.errorOf('alice', 'registerSubnet', { hotkey: h.hotkey('h3') })).toBe('SubnetLimitReached')
  })
})

describe('startSubnet', () => {
  it('is the owner’s, once, after the delay', () => {
    const h = new Harness({
      preset: 'reference',
      endowedTao: { alice: 5_000, bob: 1 },
      config: { startCallDelayBlocks: 3 },
    })
    expect(h.errorOf('alice', 'startSubnet', { netuid: 1 })).toBe('SubnetNotExists')
    h.call('alice', 'registerSubnet', { hotkey: h.hotkey('alice-hot') })
    expect(h.errorOf('bob', 'startSubnet', { netuid: 1 })).toBe('BadOrigin')
    expect(h.errorOf('alice', 'startSubnet', { netuid: 1 })).toBe('NeedWaitingMoreBlocksToStarCall')
    expect(h.errorOf('alice', 'startSubnet', { netuid: 1 })).toBe(null)
    expect(h.subnet().firstEmissionBlock).toBe(h.last!.header.number + 1)
    expect(h.errorOf('alice', 'startSubnet', { netuid: 1 })).toBe('FirstEmissionBlockNumberAlreadySet')
  })
})

describe('registerNeuron', () => {
  it('takes the price into the subnet, recycles the alpha, and raises the price by 26 percent', () => {
    const h = new Harness({ preset: 'reference', endowedTao: { alice: 5_000, bob: 10 } })
    h.startSubnet()
    const issuedRao = h.ledger.query('totals', {}).totalIssuanceRao
    const priceRao = (TAO * 4_286_705_684n) >> 32n // one block of decay after the registration block
    const before = h.subnet().burnRao
    expect(before).toBe(priceRao)
    const paidRao = (before * 4_286_705_684n) >> 32n
    const receipt = h.call('bob', 'registerNeuron', { netuid: 1, hotkey: h.hotkey('m'), limitRao: paidRao })
    expect(receipt.refusal).toBe(null)
    expect(receipt.events[0]).toMatchObject({ name: 'NeuronRegistered', data: { uid: 1, paidRao } })
    expect(h.balance('bob')).toBe(10n * TAO - paidRao)
    // What is paid less the fee buys from a pool of 1,000 TAO and as much alpha; what it buys is no more, and the fee lies beside the pool.
    const netRao = paidRao - (paidRao * 33n) / 65_535n
    const boughtAlpha = (1_000n * TAO * netRao) / (1_000n * TAO + netRao)
    expect(receipt.events[0]).toMatchObject({ data: { recycledAlpha: boughtAlpha } })
    expect(h.subnet()).toMatchObject({
      subnetTaoRao: 1_000n * TAO + netRao,
      alphaIn: 1_000n * TAO - boughtAlpha,
      alphaOut: TAO,
      recycledRao: paidRao,
      n: 2,
    })
    const account = addressOf(bytesOfHex(subnetAccount(1)))
    expect(h.ledger.query('account', { address: account }).balanceRao).toBe(1_000n * TAO + paidRao)
    expect(h.subnet().burnRao).toBe((paidRao * 23_242_897_532_874_035_200n) >> 64n)
    expect(h.ledger.query('totals', {}).totalIssuanceRao).toBe(issuedRao)
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
  })

  it('refuses in the order of the reference chain', () => {
    const h = new Harness({ preset: 'reference', endowedTao: { alice: 5_000, bob: 10, carol: 1 } })
    const register = (signer: string, netuid: number, name: string, limitRao: bigint | null = null) =>
      h.errorOf(signer, 'registerNeuron', { netuid, hotkey: h.hotkey(name), limitRao })
    expect(register('bob', 0, 'm')).toBe('RegistrationNotPermittedOnRootSubnet')
    expect(register('bob', 1, 'm')).toBe('SubnetNotExists')
    h.startSubnet()
    expect(register('bob', 1, 'm', 1n)).toBe('RegistrationPriceLimitExceeded')
    expect(register('bob', 1, 'm')).toBe(null)
    expect(register('bob', 1, 'm')).toBe('HotKeyAlreadyRegisteredInSubNet')
    expect(register('carol', 1, 'alice-hot')).toBe('HotKeyAlreadyRegisteredInSubNet')
    expect(register('carol', 1, 'x')).toBe('NotEnoughBalanceToStake')
    h.call('alice', 'transfer', { to: h.key('carol').address, amountRao: 10n * TAO })
    h.call('carol', 'registerNeuron', { netuid: 1, hotkey: h.hotkey('x'), limitRao: null })
    h.call('alice', 'registerSubnet', { hotkey: h.hotkey('h2') })
    expect(h.ledger.query('owner', { hotkey: h.hotkey('x') })!.coldkey).toBe(h.coldkey('carol'))
  })

  it.each([
    [{}, 'falling', 'registering', 'the price falls with every block, down to'],
    [{ minBurnRao: TAO }, 'steady', 'registeringSteady', 'the price falls no further'],
  ])('says that waiting helps only while the price falls: %o', (hyperparameters, limited, poor, said) => {
    const h = new Harness({ preset: 'reference', hyperparameters, endowedTao: { alice: 5_000 } })
    h.startSubnet()
    const refusalOf = (limitRao: bigint | null) =>
      h.call('carol', 'registerNeuron', { netuid: 1, hotkey: h.hotkey('m'), limitRao }).refusal
    expect(refusalOf(1n)).toMatchObject({ data: { because: limited }, remedy: expect.stringContaining(said) })
    expect(refusalOf(null)).toMatchObject({ data: { because: poor }, remedy: expect.stringContaining(said) })
  })

  it('is refused for a hotkey of another coldkey and where registration is off', () => {
    const h = new Harness({ endowedTao: { alice: 5_000, bob: 10 } })
    h.startSubnet()
    h.call('alice', 'registerSubnet', { hotkey: h.hotkey('second') })
    const args = { netuid: 2, hotkey: h.hotkey('alice-hot'), limitRao: null }
    expect(h.errorOf('bob', 'registerNeuron', args)).toBe('NonAssociatedColdKey')
    const closed = new Harness({ hyperparameters: { registrationAllowed: false } })
    closed.startSubnet()
    const newcomer = { netuid: 1, hotkey: closed.hotkey('m'), limitRao: null }
    expect(closed.errorOf('bob', 'registerNeuron', newcomer)).toBe('SubNetRegistrationDisabled')
  })

  it('replaces the neuron that earned least when the subnet is full, and clears its slot', () => {
    const h = new Harness({
      hyperparameters: {
        maxAllowedUids: 4,
        minNonImmuneUids: 0,
        immunityPeriodBlocks: 0,
        weightsSetRateLimitBlocks: 0,
      },
    })
    h.startSubnet()
    for (const name of ['v', 'good', 'bad']) {
      h.call('bob', 'registerNeuron', { netuid: 1, hotkey: h.hotkey(name), limitRao: null })
    }
    h.call('bob', 'addStake', { netuid: 1, hotkey: h.hotkey('v'), amountRao: 100n * TAO })
    h.call('bad', 'serveAxon', { netuid: 1, ip: '10.0.0.1', port: 9, version: 1 })
    h.blocks(12)
    h.call('v', 'setWeights', { netuid: 1, uids: [2, 3], values: [60_000, 1], versionKey: 0 })
    h.blocks(20)
    const view = h.ledger.query('metagraph', { netuid: 1 })!
    expect(view.axon[3]).toEqual({ host: '10.0.0.1', port: 9 })
    const receipt = h.call('bob', 'registerNeuron', {
      netuid: 1,
      hotkey: h.hotkey('newcomer'),
      limitRao: null,
    })
    expect(receipt.events.map(({ name }) => name)).toEqual(['NeuronReplaced', 'NeuronRegistered'])
    expect(receipt.events[0]!.data).toEqual({ uid: 3, hotkey: h.hotkey('bad') })
    expect(h.subnet().n).toBe(4)
    expect(h.ledger.query('uid', { netuid: 1, hotkey: h.hotkey('bad') })).toBe(null)
    expect(h.ledger.query('uid', { netuid: 1, hotkey: h.hotkey('newcomer') })).toBe(3)
    const after = h.ledger.query('metagraph', { netuid: 1 })!
    expect(after.axon[3]).toBe(null)
    expect(after.hotkey[3]).toBe(h.hotkey('newcomer'))
    // v's weight on the slot is 0 now, the entry itself stays.
    const { rowStart, column, value } = after.weights
    expect([...rowStart]).toEqual([0, 0, 2, 2, 2])
    expect([...column]).toEqual([2, 3])
    expect([...value]).toEqual([65_535, 0])
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
  })

  it('deletes the bonds of a validator that is replaced, and only those', () => {
    const h = new Harness({
      hyperparameters: {
        maxAllowedUids: 4,
        minNonImmuneUids: 0,
        immunityPeriodBlocks: 0,
        weightsSetRateLimitBlocks: 0,
      },
    })
    h.startSubnet()
    for (const name of ['v1', 'v2', 'm']) {
      h.call('bob', 'registerNeuron', { netuid: 1, hotkey: h.hotkey(name), limitRao: null })
    }
    for (const name of ['v1', 'v2']) {
      h.call('bob', 'addStake', { netuid: 1, hotkey: h.hotkey(name), amountRao: 100n * TAO })
    }
    h.blocks(12)
    for (const name of ['v1', 'v2']) {
      h.call(name, 'setWeights', { netuid: 1, uids: [3], values: [1], versionKey: 0 })
    }
    h.blocks(12)
    const bondRows = () => [...h.ledger.query('metagraph', { netuid: 1 })!.bonds.rowStart]
    expect(bondRows()).toEqual([0, 0, 1, 2, 2])
    // Only the first emission-bearing epoch is behind: the miner earned most, so a validator has to go.
    const receipt = h.call('bob', 'registerNeuron', { netuid: 1, hotkey: h.hotkey('new'), limitRao: null })
    const uid = eventsOf(receipt.events, 'NeuronRegistered')[0]?.data.uid
    expect([1, 2]).toContain(uid)
    expect(bondRows()).toEqual(uid === 1 ? [0, 0, 0, 1, 1] : [0, 0, 1, 1, 1])
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
  })

  it('refuses a subnet account as a hotkey', () => {
    const h = new Harness()
    h.startSubnet()
    const hotkey = asHotkey(addressOf(bytesOfHex(subnetAccount(1))))
    expect(h.errorOf('bob', 'registerNeuron', { netuid: 1, hotkey, limitRao: null })).toBe(
      'CannotUseSystemAccount',
    )
    expect(h.errorOf('bob', 'registerSubnet', { hotkey })).toBe('CannotUseSystemAccount')
  })
})
