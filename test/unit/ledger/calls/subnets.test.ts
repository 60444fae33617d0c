import { describe, expect, it } from 'vitest'
import { runEpoch } from '../../../../src/consensus/index.js'
import { addressOf, bytesOfHex } from '../../../../src/crypto/index.js'
import { type CallArgs, type CallName, Ledger, type Receipt } from '../../../../src/ledger/index.js'
import { subnetAccount } from '../../../../src/ledger/state/account.js'
import { asHotkey, RAO_PER_TAO } from '../../../../src/units/index.js'
import { eventsOf } from '../../../support/events.js'
import { Harness, type HarnessOptions, keyOf } from '../harness.js'

const TAO = RAO_PER_TAO

function chain({ config, ...options }: HarnessOptions = {}): Harness {
  return new Harness({
    preset: 'reference',
    endowedTao: { alice: 100_000, bob: 100_000, carol: 100_000 },
    ...options,
    config: { networkRateLimitBlocks: 0, testOriginAllowed: true, ...config },
  })
}

/** Makes a block of one call of test origin. */
function test<N extends CallName>(h: Harness, name: N, args: CallArgs[N]): Receipt {
  const { receipts } = h.block(h.ledger.testCall({ signer: h.key('tester').address, name, args }) as never)
  return receipts[0]!
}

const found = (h: Harness, owner: string, hotkey: string) =>
  h.call(owner, 'registerSubnet', { hotkey: h.hotkey(hotkey) })

const systemHotkey = asHotkey(addressOf(bytesOfHex(subnetAccount(7))))

describe('registerSubnet', () => {
  it('makes the whole lock the pool, at a price of 1 on a chain without subnets', () => {
    const h = chain()
    const { totalIssuanceRao } = h.ledger.query('totals', {})
    found(h, 'alice', 'a')
    expect(h.subnet(1)).toMatchObject({
      lockRao: 1_000n * TAO,
      subnetTaoRao: 1_000n * TAO,
      alphaIn: 1_000n * TAO,
      alphaOut: 0n,
      quoteWeightE18: 500_000_000_000_000_000n,
      volumeRao: 0n,
      recycledRao: 0n,
      emissionEnabled: false,
      subtokenEnabled: false,
    })
    expect(h.ledger.query('totals', {}).totalIssuanceRao).toBe(totalIssuanceRao)
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
  })

  it('prices the next pool at the median of the others', () => {
    const h = chain()
    found(h, 'alice', 'a')
    h.call('alice', 'startSubnet', { netuid: 1 })
    h.call('bob', 'addStake', { netuid: 1, hotkey: h.hotkey('a'), amountRao: 500n * TAO })
    const { priceBits } = h.subnet(1)
    expect(priceBits).toBeGreaterThan(2n * 2n ** 64n)
    found(h, 'bob', 'b')
    const { subnetTaoRao, alphaIn } = h.subnet(2)
    expect(alphaIn).toBe((subnetTaoRao << 64n) / priceBits)
  })

  it('takes what an account can spare, and still opens the pool with the smallest lock', () => {
    const h = chain({ endowedTao: { alice: 1_000 } })
    found(h, 'alice', 'a')
    expect(h.balance('alice')).toBe(500n)
    expect(h.subnet(1)).toMatchObject({
      lockRao: 1_000n * TAO - 500n,
      subnetTaoRao: 1_000n * TAO,
      alphaIn: 1_000n * TAO,
    })
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
  })

  it('refuses in the order of the reference chain', () => {
    const h = chain({
      endowedTao: { alice: 10_000, dave: 999, erin: 1 },
      config: { networkRateLimitBlocks: 5, networkRegistrationStartBlock: 3, subnetLimit: 1 },
    })
    expect(h.errorOf('alice', 'registerSubnet', { hotkey: systemHotkey })).toBe('CannotUseSystemAccount')
    expect(h.errorOf('alice', 'registerSubnet', { hotkey: h.hotkey('a') })).toBe('SubNetRegistrationDisabled')
    expect(h.errorOf('dave', 'registerSubnet', { hotkey: h.hotkey('d') })).toBe('CannotAffordLockCost')
    expect(h.errorOf('alice', 'registerSubnet', { hotkey: h.hotkey('a') })).toBe(null)
    // Nothing else is looked at for a while.
    expect(h.errorOf('erin', 'registerSubnet', { hotkey: h.hotkey('a') })).toBe('NetworkTxRateLimitExceeded')
    h.blocks(4)
    expect(h.errorOf('erin', 'registerSubnet', { hotkey: h.hotkey('a') })).toBe('NonAssociatedColdKey')
    expect(h.errorOf('erin', 'registerSubnet', { hotkey: h.hotkey('e') })).toBe('SubnetLimitReached')
  })

  it('asks a call of test origin for its rate in its turn', () => {
    const h = chain({ config: { networkRateLimitBlocks: 5 } })
    found(h, 'alice', 'a')
    const { receipts } = h.block(
      h.ledger.testCall({
        signer: h.key('bob').address,
        name: 'registerSubnet',
        args: { hotkey: h.hotkey('a') },
      }) as never,
    )
    expect(receipts[0]?.refusal?.error).toBe('NonAssociatedColdKey')
    expect(h.errorOf('bob', 'registerSubnet', { hotkey: h.hotkey('a') })).toBe('NetworkTxRateLimitExceeded')
  })

  it('refuses a lock that the signer cannot pay a part of', () => {
    const h = chain({ endowedTao: { alice: 1 }, config: { networkMinLockRao: 400n } })
    test(h, 'overrideBalance', { account: h.key('alice').address, balanceRao: 500n })
    expect(h.errorOf('alice', 'registerSubnet', { hotkey: h.hotkey('a') })).toBe('InsufficientBalance')
  })

  it('dissolves the subnet with the lowest price average at the limit, and takes its number', () => {
    const h = chain({ config: { subnetLimit: 3, networkImmunityBlocks: 4 } })
    found(h, 'alice', 'a')
    found(h, 'bob', 'b')
    found(h, 'carol', 'c')
    // The first is older than its immunity of 4 blocks only in the next block but one.
    expect(h.errorOf('alice', 'registerSubnet', { hotkey: h.hotkey('a2') })).toBe('SubnetLimitReached')
    const { events } = found(h, 'alice', 'a2')
    expect(events.map(({ name, netuid }) => [name, netuid])).toEqual([
      ['NetworkRemoved', 1],
      ['NetworkAdded', 1],
    ])
    expect(h.subnet(1)).toMatchObject({ ownerHotkey: h.hotkey('a2'), n: 1, registeredAtBlock: 5 })
    expect(h.ledger.query('totals', {}).netuids).toEqual([1, 2, 3])
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
  })

  it('has root validators lend their stake to the owner’s hotkey at once', () => {
    const h = chain()
    h.call('bob', 'rootRegister', { hotkey: h.hotkey('v') })
    h.call('carol', 'rootRegister', { hotkey: h.hotkey('w') })
    found(h, 'alice', 'a')
    const { entries } = h.ledger.query('parents', { netuid: 1, hotkey: h.hotkey('a') }) as unknown as {
      entries: readonly { hotkey: string }[]
    }
    expect(entries?.map(({ hotkey }) => hotkey).sort()).toEqual([h.hotkey('v'), h.hotkey('w')].sort())
  })
})

describe('dissolveNetwork', () => {
  it('is root’s alone, and for subnets that are there', () => {
    const rooted = chain({
      endowedTao: { alice: 5_000, root: 1 },
      config: { rootKey: keyOf('root').address },
    })
    found(rooted, 'alice', 'a')
    expect(rooted.errorOf('alice', 'dissolveNetwork', { netuid: 1 })).toBe('BadOrigin')
    expect(rooted.errorOf('root', 'dissolveNetwork', { netuid: 0 })).toBe('SubnetNotExists')
    expect(rooted.errorOf('root', 'dissolveNetwork', { netuid: 2 })).toBe('SubnetNotExists')
    expect(rooted.errorOf('root', 'dissolveNetwork', { netuid: 1 })).toBe(null)
    expect(rooted.ledger.query('subnet', { netuid: 1 })).toBe(null)
    expect(rooted.ledger.query('metagraph', { netuid: 1 })).toBe(null)
    expect(rooted.errorOf('root', 'dissolveNetwork', { netuid: 1 })).toBe('SubnetNotExists')
  })

  it('tells whom it paid, and what left the issuance, and blocks go on without the subnet', () => {
    const h = chain()
    found(h, 'alice', 'a')
    found(h, 'carol', 'c')
    h.call('alice', 'startSubnet', { netuid: 1 })
    h.call('bob', 'addStake', { netuid: 1, hotkey: h.hotkey('a'), amountRao: 100n * TAO })
    const [before, issued] = [h.balance('bob'), h.ledger.query('totals', {}).totalIssuanceRao]
    const { events, refusal } = test(h, 'overrideDissolve', { netuid: 1 })
    expect(refusal).toBe(null)
    const paid = eventsOf(events, 'StakeRefunded').map(({ data }) => data)
    const [removed] = eventsOf(events, 'NetworkRemoved').map(({ data }) => data)
    expect(paid).toEqual([{ coldkey: h.coldkey('bob'), amountRao: h.balance('bob') - before }])
    expect(removed?.refundedRao).toBe(h.balance('bob') - before)
    const { totalIssuanceRao } = h.ledger.query('totals', {})
    expect(totalIssuanceRao).toBe(issued - removed!.recycledRao)
    expect(test(h, 'overrideDissolve', { netuid: 0 }).refusal?.error).toBe('SubnetNotExists')
    h.blocks(3)
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
    expect(h.ledger.query('positions', { coldkey: h.coldkey('bob') }).entries).toEqual([])
    expect(Ledger.restore(h.ledger.snapshot(), { runEpoch }).info().head).toEqual(h.ledger.info().head)
  })

  it('frees the lowest number for the next subnet', () => {
    const h = chain()
    found(h, 'alice', 'a')
    found(h, 'bob', 'b')
    test(h, 'overrideDissolve', { netuid: 1 })
    found(h, 'carol', 'c')
    expect(h.subnet(1).ownerHotkey).toBe(h.hotkey('c'))
  })
})

describe('registerNeuron', () => {
  const register = (h: Harness, coldkey: string, hotkey: string) =>
    h.call(coldkey, 'registerNeuron', { netuid: 1, hotkey: h.hotkey(hotkey), limitRao: null })

  it('leaves the fee beside the pool, takes the bought alpha out of what there is, and counts the asked price', () => {
    const h = chain()
    found(h, 'alice', 'a')
    const before = h.subnet(1)
    const receipt = register(h, 'bob', 'm')
    const [registered] = eventsOf(receipt.events, 'NeuronRegistered')
    const { paidRao } = registered!.data
    // The price of 1 TAO has decayed once.
    expect(paidRao).toBe(998_076_443n)
    const after = h.subnet(1)
    const feeRao = paidRao - (after.subnetTaoRao - before.subnetTaoRao)
    expect(feeRao).toBe((paidRao * 33n) / 65_535n)
    expect(after.alphaOut).toBe(0n)
    expect(after.alphaIn).toBeLessThan(before.alphaIn)
    expect(after.recycledRao).toBe(paidRao)
    expect(after.volumeRao).toBe(paidRao)
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
  })

  it('leaves what an account needs to live, and refuses one that has no more', () => {
    const h = chain()
    found(h, 'alice', 'a')
    const balanceRao = 996_156_586n
    test(h, 'overrideBalance', { account: h.key('dave').address, balanceRao })
    const receipt = register(h, 'dave', 'd')
    expect(receipt.refusal).toBe(null)
    expect(h.balance('dave')).toBe(500n)
    const poor = chain({ hyperparameters: { minBurnRao: 300n, maxBurnRao: 300n } })
    found(poor, 'alice', 'a')
    test(poor, 'overrideBalance', { account: poor.key('dave').address, balanceRao: 500n })
    expect(register(poor, 'dave', 'd').refusal?.error).toBe('InsufficientBalance')
  })

  it('charges a newcomer whose turn it is against the owner’s hotkey, and does not seat it', () => {
    const h = chain({
      hyperparameters: {
        maxAllowedUids: 1,
        ownerImmuneUidsLimit: 0,
        minNonImmuneUids: 0,
        immunityPeriodBlocks: 0,
      },
    })
    found(h, 'alice', 'a')
    const before = h.balance('bob')
    expect(register(h, 'bob', 'm').refusal).toBe(null)
    expect(h.balance('bob')).toBeLessThan(before)
    expect(h.ledger.query('uid', { netuid: 1, hotkey: h.hotkey('m') })).toBe(null)
    expect(h.ledger.query('uid', { netuid: 1, hotkey: h.hotkey('a') })).toBe(0)
    expect(h.ledger.query('owner', { hotkey: h.hotkey('m') })).toMatchObject({ coldkey: h.coldkey('bob') })
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
  })
})
