import { describe, expect, it } from 'vitest'
import { encodeCanonical } from '../../../../src/codec/index.js'
import { runEpoch } from '../../../../src/consensus/index.js'
import { addressOf, bytesOfHex, hexOf, publicKeyOf } from '../../../../src/crypto/index.js'
import { type CallArgs, type CallName, Ledger, type SignedCall } from '../../../../src/ledger/index.js'
import { openCall } from '../../../../src/ledger/openCall.js'
import { subnetAccount } from '../../../../src/ledger/state/account.js'
import { MAX_SUPPLY_RAO } from '../../../../src/units/index.js'
import { Harness } from '../harness.js'

const ALLOWED = { config: { testOriginAllowed: true } } as const

function testCall<N extends CallName>(h: Harness, name: N, args: CallArgs[N], signer = 'alice'): SignedCall {
  return h.ledger.testCall({ signer: h.key(signer).address, name, args })
}

const override = (h: Harness): SignedCall =>
  testCall(h, 'overrideBalance', { account: h.key('erin').address, balanceRao: 5_000n })

describe('the seed of a block’s claims', () => {
  it('is for chains of tests, and the parent’s hash by default', () => {
    const claimSeed = 'ab'.repeat(32)
    expect(() => new Harness().ledger.finalizeBlock([], { claimSeed })).toThrow('input.claimSeed')
    const { ledger } = new Harness(ALLOWED)
    const parentHash = ledger.info().head.hash
    const { header } = ledger.finalizeBlock([], { claimSeed: parentHash })
    expect(ledger.finalizeBlock([]).header).toEqual(header)
    expect(ledger.finalizeBlock([], { claimSeed }).header.parentHash).toBe(parentHash)
  })
})

describe('who makes a block', () => {
  it('is no subnet, whether or not there is one', () => {
    const { ledger } = new Harness(ALLOWED)
    for (const netuid of [0, 1, 65_535]) {
      const author = addressOf(bytesOfHex(subnetAccount(netuid)))
      expect(() => ledger.finalizeBlock([], { author })).toThrow('input.author')
    }
    expect(ledger.finalizeBlock([]).header.author).toBeNull()
  })
})

describe('a call of test origin', () => {
  it('is made for an account without its signature and its nonce', () => {
    const h = new Harness(ALLOWED)
    const to = h.key('bob').address
    const before = h.balance('bob')
    const { receipts } = h.ledger.finalizeBlock([testCall(h, 'transfer', { to, amountRao: 1_000n })])
    h.ledger.commit()
    const { address } = h.key('alice')
    expect(receipts).toMatchObject([{ signer: address, origin: 'test', nonce: 0, refusal: null }])
    expect(h.balance('bob')).toBe(before + 1_000n)
    expect(h.ledger.query('account', { address }).nonce).toBe(0)
  })

  it('is refused at every door of a chain that does not allow it, and dropped from its blocks', () => {
    const h = new Harness()
    const call = override(h)
    expect(h.ledger.checkTx(call)).toMatchObject({ accepted: false, refusal: { error: 'BadOrigin' } })
    expect(h.ledger.prepareProposal([call])).toEqual([])
    expect(h.ledger.processProposal([call])).toMatchObject({ accepted: false })
    const block = h.ledger.finalizeBlock([call])
    expect(block.dropped).toMatchObject([{ position: 0, refusal: { error: 'BadOrigin' } }])
    expect([block.receipts, block.header.callCount]).toEqual([[], 0])
    expect(block.header).toEqual(h.ledger.finalizeBlock([]).header)
    h.ledger.commit()
    expect(h.balance('erin')).toBe(0n)
  })

  it('waits in no pool, even where it is allowed', () => {
    const h = new Harness(ALLOWED)
    expect(h.ledger.checkTx(override(h))).toMatchObject({ accepted: false, refusal: { error: 'BadOrigin' } })
    expect(h.ledger.processProposal([override(h)])).toEqual({ accepted: true })
  })

  it('is part of its block, and gives the same state again', () => {
    const [h, again] = [new Harness(ALLOWED), new Harness(ALLOWED)]
    const make = (on: Harness): string[] => {
      const first = on.ledger.finalizeBlock([override(on)]).header
      on.ledger.commit()
      on.startSubnet()
      const later = [
        testCall(on, 'overrideEmission', { netuid: 1, enabled: false }),
        testCall(on, 'overrideHyperparameter', { netuid: 1, name: 'kappaU16', value: 7 }),
      ]
      const second = on.ledger.finalizeBlock(later).header
      on.ledger.commit()
      return [first.hash, second.hash, second.stateHash, hexOf(on.ledger.snapshot())]
    }
    expect(make(h)).toEqual(make(again))
    expect(h.subnet()).toMatchObject({ emissionEnabled: false, hyperparameters: { kappaU16: 7 } })
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
    const restored = Ledger.restore(h.ledger.snapshot(), { runEpoch })
    expect(restored.finalizeBlock([override(h)]).header).toEqual(h.ledger.finalizeBlock([override(h)]).header)
    expect(restored.finalizeBlock([]).header.hash).not.toBe(restored.finalizeBlock([override(h)]).header.hash)
  })
})

describe('what only tests may do', () => {
  it('is refused to everybody who signs it, at every door', () => {
    const h = new Harness({
      ...ALLOWED,
      config: { ...ALLOWED.config, rootKey: new Harness().key('alice').address },
    })
    h.startSubnet()
    const names: { readonly [N in CallName & `override${string}`]: CallArgs[N] } = {
      overrideBalance: { account: h.key('alice').address, balanceRao: 1n },
      overrideHyperparameter: { netuid: 1, name: 'kappaU16', value: 1 },
      overrideEmission: { netuid: 1, enabled: true },
      overrideDissolve: { netuid: 1 },
    }
    for (const [name, args] of Object.entries(names) as [CallName, never][]) {
      for (const signer of ['alice', 'bob']) {
        const bytes = h.sign(signer, name, args)
        const refusal = { error: 'BadOrigin' }
        expect(h.ledger.open(bytes)).toMatchObject(refusal)
        expect(openCall(bytes, true)).toMatchObject(refusal)
        expect(h.ledger.checkTx(bytes)).toMatchObject({ accepted: false, refusal })
        expect(h.ledger.prepareProposal([bytes])).toEqual([])
        expect(h.ledger.processProposal([bytes])).toMatchObject({ accepted: false })
        expect(h.ledger.finalizeBlock([bytes]).dropped).toMatchObject([{ refusal }])
        h.ledger.commit()
      }
    }
  })

  it('leaves a state that a ledger can hold: no more TAO and no fewer uids than there may be', () => {
    const h = new Harness(ALLOWED)
    h.startSubnet()
    h.call('bob', 'registerNeuron', { netuid: 1, hotkey: h.hotkey('m'), limitRao: null })
    const { address } = h.key('erin')
    const roomRao = MAX_SUPPLY_RAO - h.ledger.query('totals', {}).totalIssuanceRao - 1_000_000_000n
    const { receipts } = h.ledger.finalizeBlock([
      testCall(h, 'overrideBalance', { account: address, balanceRao: roomRao + 1n }),
      testCall(h, 'overrideBalance', { account: address, balanceRao: roomRao }),
      testCall(h, 'overrideBalance', { account: address, balanceRao: 7n }),
      testCall(h, 'overrideHyperparameter', { netuid: 1, name: 'maxAllowedUids', value: 1 }),
      testCall(h, 'overrideHyperparameter', { netuid: 1, name: 'maxAllowedUids', value: 2 }),
    ])
    h.ledger.commit()
    const errors = receipts.map(({ refusal }) => refusal?.error ?? null)
    expect(errors).toEqual(['InvalidValue', null, null, 'InvalidValue', null])
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
    expect(h.subnet().hyperparameters.maxAllowedUids).toBe(2)
  })

  it('is in no bytes: not in those that its hash covers, and not in an object that looks opened', () => {
    const h = new Harness(ALLOWED)
    const key = publicKeyOf(h.key('alice').address)
    const bytes = encodeCanonical(['subnetkit/test-call', key, 'overrideBalance', [key, 5n]])
    expect(openCall(bytes, true)).toMatchObject({ error: 'MalformedCall' })
    const copy = { ...(override(h) as object) } as SignedCall
    expect(() => h.ledger.finalizeBlock([copy])).toThrow('Invalid calls')
    expect(() => h.ledger.checkTx(copy)).toThrow('Invalid call')
  })
})
