import { describe, expect, it } from 'vitest'
import { runEpoch } from '../../../../src/consensus/index.js'
import { Ledger } from '../../../../src/ledger/index.js'
import { Harness } from '../harness.js'

const netuid = 1
const identity = {
  name: 'Alice',
  url: 'https://alice.example',
  githubRepo: 'alice/net',
  image: '',
  discord: 'alice',
  description: 'Weather',
  additional: '',
}
const subnetIdentity = {
  subnetName: 'Weather',
  githubRepo: 'alice/weather',
  subnetContact: 'mail',
  subnetUrl: '',
  discord: '',
  description: 'Forecasts',
  logoUrl: '',
  additional: '',
}

describe('setIdentity', () => {
  it('says who is behind a coldkey that has a hotkey with a uid', () => {
    const h = new Harness()
    // Without a uid anywhere this comes first.
    const long = { ...identity, name: 'x'.repeat(257) }
    expect(h.errorOf('alice', 'setIdentity', long)).toBe('HotKeyNotRegisteredInNetwork')
    h.startSubnet()
    const { events } = h.call('alice', 'setIdentity', identity)
    expect(events).toEqual([
      { name: 'ChainIdentitySet', netuid: null, data: { coldkey: h.coldkey('alice') } },
    ])
    expect(h.ledger.query('identity', { coldkey: h.coldkey('alice') })).toEqual(identity)
    expect(h.ledger.query('identity', { coldkey: h.coldkey('bob') })).toBe(null)
  })

  it('is kept with a byte order mark in front, and taken up with it', () => {
    const h = new Harness()
    h.startSubnet()
    const marked = { ...identity, name: '\ufeffAlice', description: `\ufeff${'x'.repeat(90)}` }
    expect(h.errorOf('alice', 'setIdentity', marked)).toBe(null)
    const restored = Ledger.restore(h.ledger.snapshot(), { runEpoch })
    expect(restored.query('identity', { coldkey: h.coldkey('alice') })).toEqual(marked)
  })

  it('counts bytes of UTF-8, 256 of short texts and 1,024 of long ones', () => {
    const h = new Harness()
    h.startSubnet()
    const error = (change: object) => h.errorOf('alice', 'setIdentity', { ...identity, ...change })
    expect(error({ name: 'é'.repeat(128), image: 'x'.repeat(1_024) })).toBe(null)
    expect(error({ name: 'é'.repeat(129) })).toBe('InvalidIdentity')
    expect(error({ additional: 'x'.repeat(1_025) })).toBe('InvalidIdentity')
  })
})

describe('an identity of a subnet', () => {
  it('is what its owner says, and ends with it', () => {
    const h = new Harness({ config: { testOriginAllowed: true } })
    h.startSubnet()
    expect(h.errorOf('bob', 'setSubnetIdentity', { netuid, ...subnetIdentity })).toBe('NotSubnetOwner')
    expect(h.errorOf('alice', 'setSubnetIdentity', { netuid: 7, ...subnetIdentity })).toBe('NotSubnetOwner')
    const long = { ...subnetIdentity, subnetName: 'x'.repeat(257) }
    expect(h.errorOf('alice', 'setSubnetIdentity', { netuid, ...long })).toBe('InvalidIdentity')
    expect(h.errorOf('alice', 'setSubnetIdentity', { netuid, ...subnetIdentity })).toBe(null)
    expect(h.ledger.query('subnetIdentity', { netuid })).toEqual(subnetIdentity)
    h.ledger.finalizeBlock([
      h.ledger.testCall({ signer: h.coldkey('alice'), name: 'overrideDissolve', args: { netuid } }),
    ])
    h.ledger.commit()
    expect(h.ledger.query('subnetIdentity', { netuid })).toBe(null)
  })

  it('comes with a subnet that is founded with one, or neither does', () => {
    const h = new Harness()
    const found = (more: object) =>
      h.errorOf('alice', 'registerNetworkWithIdentity', {
        hotkey: h.hotkey('alice-hot'),
        ...subnetIdentity,
        ...more,
      })
    expect(found({ logoUrl: 'x'.repeat(1_025) })).toBe('InvalidIdentity')
    expect(h.ledger.query('totals', {}).netuids).toEqual([])
    expect(found({})).toBe(null)
    expect(h.ledger.query('subnetIdentity', { netuid })).toEqual(subnetIdentity)
    expect(h.subnet().owner).toBe(h.coldkey('alice'))
  })
})

describe('register', () => {
  it('takes the price of the day from its signer, and ignores work and coldkey', () => {
    const h = new Harness()
    h.startSubnet()
    const [balance, priceRao] = [h.balance('bob'), h.subnet().burnRao]
    const work = { blockNumber: 0, nonce: 0, work: new Uint8Array(32), coldkey: h.coldkey('alice') }
    const { events } = h.call('bob', 'register', { netuid, hotkey: h.hotkey('bob-hot'), ...work })
    expect(events).toMatchObject([{ name: 'NeuronRegistered', data: { uid: 1, coldkey: h.coldkey('bob') } }])
    expect(balance - h.balance('bob')).toBeLessThanOrEqual(priceRao)
    const again = { netuid, hotkey: h.hotkey('bob-hot'), ...work }
    expect(h.errorOf('bob', 'register', again)).toBe('HotKeyAlreadyRegisteredInSubNet')
    expect(h.errorOf('bob', 'register', { ...again, netuid: 0 })).toBe('RegistrationNotPermittedOnRootSubnet')
  })
})
