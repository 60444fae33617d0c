import { describe, expect, it } from 'vitest'
import { Harness, type HarnessOptions, keyOf } from '../harness.js'

function founded({ config, hyperparameters }: HarnessOptions = {}): Harness {
  const h = new Harness({
    config: { rootKey: keyOf('root').address, adminFreezeWindowBlocks: 0, ...config },
    hyperparameters: {
      immunityPeriodBlocks: 2,
      minAllowedUids: 0,
      commitRevealEnabled: false,
      ...hyperparameters,
    },
    endowedTao: { alice: 100_000, bob: 100_000, root: 1 },
  })
  h.startSubnet()
  return h
}

const register = (h: Harness, name: string) =>
  h.errorOf('bob', 'registerNeuron', { netuid: 1, hotkey: h.hotkey(name), limitRao: null })

describe('trimUids', () => {
  const trim = (h: Harness, maxAllowedUids: number, signer = 'alice', netuid = 1) =>
    h.errorOf(signer, 'trimUids', { netuid, maxAllowedUids })

  it('takes out who earned least and the newest of them, and lets the others close ranks', () => {
    const h = founded()
    for (const name of ['b1', 'b2', 'b3']) expect(register(h, name)).toBe(null)
    h.call('b2', 'serveAxon', { netuid: 1, ip: '203.0.113.7', port: 8_091, version: 1 })
    h.blocks(3)
    expect(trim(h, 3, 'bob')).toBe('BadOrigin')
    expect(trim(h, 300)).toBe('InvalidValue')
    expect(trim(h, 3, 'root', 7)).toBe('SubnetNotExists')
    // The owner's own is protected, and a fifth must not be.
    expect(trim(h, 1)).toBe('TrimmingWouldExceedMaxImmunePercentage')
    const { refusal, events } = h.call('alice', 'trimUids', { netuid: 1, maxAllowedUids: 3 })
    expect([refusal, events]).toEqual([
      null,
      [
        {
          name: 'UidsTrimmed',
          netuid: 1,
          data: { maxAllowedUids: 3, removed: [{ uid: 3, hotkey: h.hotkey('b3') }] },
        },
      ],
    ])
    expect(h.subnet()).toMatchObject({ n: 3, hyperparameters: { maxAllowedUids: 3 } })
    expect(h.ledger.query('uid', { netuid: 1, hotkey: h.hotkey('b3') })).toBe(null)
    expect(trim(h, 2)).toBe('TxRateLimitExceeded')
    // Root waits for no clock.
    expect(trim(h, 2, 'root')).toBe(null)
    const view = h.ledger.query('metagraph', { netuid: 1 })
    expect(view?.hotkey).toEqual([h.hotkey('alice-hot'), h.hotkey('b1')])
    expect(view?.axon).toEqual([null, null])
    h.blocks(h.subnet().hyperparameters.tempoBlocks)
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
  })

  it('keeps an axon with its neuron, and only sets the limit where nobody has to leave', () => {
    const h = founded({ hyperparameters: { immunityPeriodBlocks: 0 } })
    for (const name of ['b1', 'b2', 'b3']) expect(register(h, name)).toBe(null)
    h.call('b3', 'serveAxon', { netuid: 1, ip: '203.0.113.7', port: 8_091, version: 1 })
    // Those of the highest uids would leave first, had they not earned anything: here b1 and b2 weigh b3.
    expect(trim(h, 200, 'root')).toBe(null)
    expect(h.subnet()).toMatchObject({ n: 4, hyperparameters: { maxAllowedUids: 200 } })
    for (const name of ['b1', 'b2', 'b3'])
      h.call('bob', 'addStake', { netuid: 1, hotkey: h.hotkey(name), amountRao: 1_000_000_000n })
    h.blocks(h.subnet().hyperparameters.tempoBlocks)
    expect(h.errorOf('alice-hot', 'setWeights', { netuid: 1, uids: [3], values: [1], versionKey: 0 })).toBe(
      null,
    )
    h.call('alice', 'addStake', { netuid: 1, hotkey: h.hotkey('alice-hot'), amountRao: 100_000_000_000n })
    h.blocks(2 * h.subnet().hyperparameters.tempoBlocks)
    expect(trim(h, 2, 'root')).toBe(null)
    const view = h.ledger.query('metagraph', { netuid: 1 })
    expect(view?.hotkey).toEqual([h.hotkey('alice-hot'), h.hotkey('b3')])
    expect(view?.axon).toEqual([null, { host: '203.0.113.7', port: 8_091 }])
    expect([...(view?.weights.column ?? [])]).toEqual([1])
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
  })
})

describe('setSubnetOwnerHotkey', () => {
  it('is the owner’s and root’s, once in a while, with the locks of both hotkeys', () => {
    const h = founded({ config: { ownerHotkeyRateLimitBlocks: 10 } })
    const set = (name: string, signer: string, netuid = 1) =>
      h.errorOf(signer, 'setSubnetOwnerHotkey', { netuid, hotkey: h.hotkey(name) })
    h.call('alice', 'addStake', { netuid: 1, hotkey: h.hotkey('alice-hot'), amountRao: 10_000_000_000n })
    expect(register(h, 'b1')).toBe(null)
    h.call('bob', 'addStake', { netuid: 1, hotkey: h.hotkey('b1'), amountRao: 10_000_000_000n })
    for (const [signer, hotkey] of [
      ['alice', 'alice-hot'],
      ['bob', 'b1'],
    ] as const) {
      h.call(signer, 'setPerpetualLock', { netuid: 1, enabled: true })
      const args = { netuid: 1, hotkey: h.hotkey(hotkey), amountAlpha: 1_000_000n }
      expect(h.errorOf(signer, 'lockStake', args)).toBe(null)
    }
    expect(set('b1', 'bob')).toBe('BadOrigin')
    expect(set('b1', 'root', 7)).toBe('SubnetNotExists')
    expect(set('b1', 'alice')).toBe(null)
    expect(h.last?.receipts[0]?.events).toEqual([
      { name: 'SubnetOwnerHotkeySet', netuid: 1, data: { hotkey: h.hotkey('b1') } },
    ])
    expect(h.subnet().ownerHotkey).toBe(h.hotkey('b1'))
    // Its locks have all their conviction at once.
    const conviction = h.ledger.query('conviction', { netuid: 1, hotkey: h.hotkey('b1') })
    expect(conviction).toEqual({ lockedAlpha: 1_000_000n, convictionBits: 1_000_000n << 64n })
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
    expect(set('alice-hot', 'alice')).toBe('TxRateLimitExceeded')
    expect(set('alice-hot', 'root')).toBe('TxRateLimitExceeded')
    h.blocks(8)
    // A hotkey that nobody ever used will do: the owner's cut is staked on it.
    expect(set('nobody', 'root')).toBe(null)
    h.blocks(2 * h.subnet().hyperparameters.tempoBlocks)
    const stake = { netuid: 1, hotkey: h.hotkey('nobody'), coldkey: h.coldkey('alice') }
    expect(h.ledger.query('stake', stake).positionAlpha).toBeGreaterThan(0n)
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
  })
})

describe('setSubtokenEnabled', () => {
  it('is root’s, closes a subnet to stake and emission, and opens it again', () => {
    const h = founded({ config: { adminFreezeWindowBlocks: 3 } })
    const set = (signer: string, enabled: boolean, netuid = 1) =>
      h.errorOf(signer, 'setSubtokenEnabled', { netuid, enabled })
    expect(set('alice', false)).toBe('BadOrigin')
    expect(set('root', false)).toBe(null)
    expect(h.subnet().subtokenEnabled).toBe(false)
    const stake = { netuid: 1, hotkey: h.hotkey('alice-hot'), amountRao: 1_000_000_000n }
    expect(h.errorOf('alice', 'addStake', stake)).toBe('SubtokenDisabled')
    const before = h.subnet().alphaOut
    h.block()
    expect(h.subnet().alphaOut).toBe(before)
    expect(set('root', true)).toBe(null)
    h.block()
    expect(h.subnet().alphaOut).toBeGreaterThan(before)
    const next = h.subnet().nextEpochBlock ?? 0
    while (h.ledger.info().head.number < next - 3) h.block()
    expect(set('root', false)).toBe('AdminActionProhibitedDuringWeightsWindow')
    // Of a subnet that is not there it says nothing that lasts.
    expect(set('root', true, 7)).toBe(null)
    expect(h.ledger.query('subnet', { netuid: 7 })).toBe(null)
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
  })
})

describe('setRecycledRao', () => {
  it('is root’s', () => {
    const h = founded()
    const set = (signer: string, netuid: number) =>
      h.errorOf(signer, 'setRecycledRao', { netuid, recycledRao: 5n })
    expect(set('alice', 1)).toBe('BadOrigin')
    expect(set('root', 7)).toBe('SubnetDoesNotExist')
    expect(set('root', 1)).toBe(null)
    expect(h.subnet().recycledRao).toBe(5n)
  })
})
