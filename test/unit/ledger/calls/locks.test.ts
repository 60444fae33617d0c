import { describe, expect, it } from 'vitest'
import { runEpoch } from '../../../../src/consensus/index.js'
import { Ledger } from '../../../../src/ledger/index.js'
import { RAO_PER_TAO } from '../../../../src/units/index.js'
import { eventsOf } from '../../../support/events.js'
import { Harness, type HarnessOptions } from '../harness.js'

const TAO = RAO_PER_TAO
const netuid = 1

/** Alice's subnet without epochs; bob has stake on her hotkey and on his own. */
function staked(options: HarnessOptions = {}): Harness {
  const h = new Harness({
    endowedTao: { alice: 1_000_000, bob: 1_000, carol: 1_000 },
    hyperparameters: { tempoBlocks: 1_000 },
    ...options,
  })
  h.startSubnet()
  h.call('bob', 'registerNeuron', { netuid, hotkey: h.hotkey('bob-hot'), limitRao: null })
  for (const hotkey of ['alice-hot', 'bob-hot']) {
    expect(h.errorOf('bob', 'addStake', { netuid, hotkey: h.hotkey(hotkey), amountRao: 10n * TAO })).toBe(
      null,
    )
  }
  return h
}

const stakeOf = (h: Harness, coldkey: string, hotkey: string): bigint =>
  h.ledger.query('stake', { netuid, hotkey: h.hotkey(hotkey), coldkey: h.coldkey(coldkey) }).positionAlpha

const lockOf = (h: Harness, coldkey: string) =>
  h.ledger.query('locks', { coldkey: h.coldkey(coldkey) }).entries[0]

const lock = (h: Harness, hotkey: string, amountAlpha: bigint, on = netuid): string | null =>
  h.errorOf('bob', 'lockStake', { netuid: on, hotkey: h.hotkey(hotkey), amountAlpha })

describe('lockStake', () => {
  it('locks alpha to a hotkey, and more of it, whoever it is staked to', () => {
    const h = staked()
    const bothAlpha = stakeOf(h, 'bob', 'alice-hot') + stakeOf(h, 'bob', 'bob-hot')
    const { events } = h.call('bob', 'lockStake', {
      netuid,
      hotkey: h.hotkey('bob-hot'),
      amountAlpha: bothAlpha - 5n,
    })
    expect(events).toEqual([
      {
        name: 'StakeLocked',
        netuid,
        data: { coldkey: h.coldkey('bob'), hotkey: h.hotkey('bob-hot'), amountAlpha: bothAlpha - 5n },
      },
    ])
    h.call('bob', 'setPerpetualLock', { netuid, enabled: true })
    const { lockedAlpha } = lockOf(h, 'bob')!
    expect(lock(h, 'bob-hot', 5n)).toBe(null)
    expect(lockOf(h, 'bob')).toMatchObject({
      netuid,
      hotkey: h.hotkey('bob-hot'),
      lockedAlpha: lockedAlpha + 5n,
    })
  })

  it('refuses in the order of the reference chain, and asks for no subnet', () => {
    const h = staked()
    expect(lock(h, 'nobody', 0n, 9)).toBe('AmountTooLow')
    expect(lock(h, 'nobody', 1n, 9)).toBe('HotKeyAccountNotExists')
    expect(lock(h, 'bob-hot', 1n, 9)).toBe('InsufficientStakeForLock')
    expect(lock(h, 'bob-hot', 1_000n)).toBe(null)
    expect(lock(h, 'alice-hot', 10n ** 18n)).toBe('LockHotkeyMismatch')
    expect(lock(h, 'bob-hot', 10n ** 18n)).toBe('InsufficientStakeForLock')
    expect(h.errorOf('carol', 'lockStake', { netuid, hotkey: h.hotkey('bob-hot'), amountAlpha: 1n })).toBe(
      'InsufficientStakeForLock',
    )
  })

  it('keeps no lock below 100', () => {
    const h = staked()
    expect(lock(h, 'bob-hot', 99n)).toBe(null)
    expect(lockOf(h, 'bob')).toBe(undefined)
  })
})

describe('A lock', () => {
  it('keeps its alpha on the subnet, from every hotkey, and lets the rest go', () => {
    const h = staked()
    h.call('bob', 'setPerpetualLock', { netuid, enabled: true })
    const onAlice = stakeOf(h, 'bob', 'alice-hot')
    const onBob = stakeOf(h, 'bob', 'bob-hot')
    expect(lock(h, 'alice-hot', onBob)).toBe(null)
    const remove = (hotkey: string, amountAlpha: bigint) =>
      h.errorOf('bob', 'removeStake', { netuid, hotkey: h.hotkey(hotkey), amountAlpha })
    expect(remove('bob-hot', TAO)).toBe(null)
    expect(remove('alice-hot', onAlice)).toBe('StakeUnavailable')
    expect(remove('alice-hot', onAlice - TAO)).toBe(null)
    expect(remove('bob-hot', onBob)).toBe('StakeUnavailable')
    expect(stakeOf(h, 'bob', 'alice-hot') + stakeOf(h, 'bob', 'bob-hot')).toBeGreaterThanOrEqual(onBob)
  })

  it('decays by a factor of e in so many blocks, unless it is perpetual', () => {
    const h = staked({ config: { unlockRateBlocks: 10, maturityRateBlocks: 10 } })
    lock(h, 'bob-hot', 1_000_000n)
    h.blocks(10)
    // 10^6 / e.
    expect(lockOf(h, 'bob')?.lockedAlpha).toBe(367_879n)
    h.call('bob', 'setPerpetualLock', { netuid, enabled: true })
    // Stored as of this block, after eleven.
    expect(lockOf(h, 'bob')).toMatchObject({ lockedAlpha: 332_871n, isPerpetual: true })
    h.blocks(10)
    expect(lockOf(h, 'bob')?.lockedAlpha).toBe(332_871n)
    h.call('bob', 'setPerpetualLock', { netuid, enabled: false })
    expect(lockOf(h, 'bob')?.isPerpetual).toBe(false)
    h.blocks(200)
    // Dust ends when it is looked at next.
    h.call('bob', 'addStake', { netuid, hotkey: h.hotkey('bob-hot'), amountRao: TAO })
    expect(lockOf(h, 'bob')).toBe(undefined)
  })

  it.each(['addStake', 'removeStake'] as const)(
    'is stored anew when its coldkey makes an %s on the subnet',
    (name) => {
      // Each roll rounds down: of 1001, six blocks leave 549, but three (741) and three leave 548.
      const config = { unlockRateBlocks: 10, maturityRateBlocks: 10 }
      const [twice, once] = [staked({ config }), staked({ config })]
      for (const h of [twice, once]) {
        lock(h, 'bob-hot', 1_001n)
        h.blocks(2)
      }
      const place = { netuid, hotkey: twice.hotkey('alice-hot') }
      const error =
        name === 'addStake'
          ? twice.errorOf('bob', 'addStake', { ...place, amountRao: TAO })
          : twice.errorOf('bob', 'removeStake', { ...place, amountAlpha: TAO })
      expect(error).toBe(null)
      expect(once.errorOf('carol', 'addStake', { ...place, amountRao: TAO })).toBe(null)
      for (const h of [twice, once]) h.blocks(3)
      expect([lockOf(once, 'bob')?.lockedAlpha, lockOf(twice, 'bob')?.lockedAlpha]).toEqual([549n, 548n])
    },
  )

  it('earns conviction for its hotkey, and all at once where that is the owner’s', () => {
    const h = staked({ config: { unlockRateBlocks: 10, maturityRateBlocks: 10 } })
    const conviction = (hotkey: string) => h.ledger.query('conviction', { netuid, hotkey: h.hotkey(hotkey) })
    expect(conviction('bob-hot')).toEqual({ lockedAlpha: 0n, convictionBits: 0n })
    h.call('bob', 'setPerpetualLock', { netuid, enabled: true })
    lock(h, 'bob-hot', 1_000_000n)
    expect(conviction('bob-hot')).toEqual({ lockedAlpha: 1_000_000n, convictionBits: 0n })
    h.blocks(10)
    // 10^6 * (1 - 1 / e).
    expect(conviction('bob-hot').convictionBits >> 64n).toBe(632_120n)
    h.call('bob', 'moveLock', { netuid, hotkey: h.hotkey('alice-hot') })
    expect(conviction('bob-hot').lockedAlpha).toBe(0n)
    expect(conviction('alice-hot')).toEqual({ lockedAlpha: 1_000_000n, convictionBits: 1_000_000n << 64n })
  })
})

describe('Locked stake', () => {
  it('goes to another coldkey of the subnet with its lock, if that one takes it', () => {
    const h = staked()
    h.call('bob', 'setPerpetualLock', { netuid, enabled: true })
    const onAlice = stakeOf(h, 'bob', 'alice-hot')
    const onBob = stakeOf(h, 'bob', 'bob-hot')
    expect(lock(h, 'bob-hot', onBob)).toBe(null)
    const send = (amountAlpha: bigint) =>
      h.errorOf('bob', 'transferStake', {
        toColdkey: h.coldkey('carol'),
        hotkey: h.hotkey('alice-hot'),
        fromNetuid: netuid,
        toNetuid: netuid,
        amountAlpha,
      })
    expect(send(onAlice - TAO)).toBe(null)
    expect(lockOf(h, 'carol')).toBe(undefined)
    // What is on the other hotkey covers the lock no more.
    expect(send(TAO)).toBe(null)
    h.call('bob', 'addStake', { netuid, hotkey: h.hotkey('alice-hot'), amountRao: TAO })
    const again = stakeOf(h, 'bob', 'alice-hot')
    expect(lock(h, 'bob-hot', again)).toBe(null)
    expect(send(again)).toBe('AccountRejectsLockedAlpha')
    h.call('carol', 'setRejectLockedAlpha', { enabled: false })
    expect(send(again)).toBe(null)
    expect(lockOf(h, 'carol')).toMatchObject({ hotkey: h.hotkey('bob-hot'), isPerpetual: false })
    expect(lockOf(h, 'bob')?.lockedAlpha).toBeLessThanOrEqual(stakeOf(h, 'bob', 'bob-hot') + 1n)
  })

  it('cannot be burned, recycled, swapped or sold with all the rest', () => {
    const h = staked()
    h.call('alice', 'registerSubnet', { hotkey: h.hotkey('alice-two') })
    h.call('alice', 'startSubnet', { netuid: 2 })
    h.call('bob', 'setPerpetualLock', { netuid, enabled: true })
    const heldAlpha = stakeOf(h, 'bob', 'alice-hot') + stakeOf(h, 'bob', 'bob-hot')
    expect(lock(h, 'bob-hot', heldAlpha - 5n)).toBe(null)
    const hotkey = h.hotkey('bob-hot')
    const amountAlpha = TAO
    expect(h.errorOf('bob', 'burnAlpha', { netuid, hotkey, amountAlpha })).toBe('StakeUnavailable')
    expect(h.errorOf('bob', 'recycleAlpha', { netuid, hotkey, amountAlpha })).toBe('StakeUnavailable')
    const swap = { hotkey, fromNetuid: netuid, toNetuid: 2, amountAlpha }
    expect(h.errorOf('bob', 'swapStake', swap)).toBe('StakeUnavailable')
    const { refusal, events } = h.call('bob', 'unstakeAll', { hotkey })
    expect(refusal).toBe(null)
    const keys = { hotkey, coldkey: h.coldkey('bob') }
    const kept = { ...keys, amountAlpha: stakeOf(h, 'bob', 'bob-hot'), error: 'StakeUnavailable' }
    expect(events).toEqual([
      { name: 'StakeKept', netuid, data: kept },
      { name: 'NothingUnstaked', netuid: null, data: keys },
    ])
    expect(stakeOf(h, 'bob', 'alice-hot') + stakeOf(h, 'bob', 'bob-hot')).toBe(heldAlpha)
  })
})

describe('The owner’s cut', () => {
  it.each([true, false])('is locked as an epoch pays it, where the subnet says so: %s', (wanted) => {
    const h = staked({ hyperparameters: { tempoBlocks: 10, ownerCutAutoLockEnabled: wanted } })
    h.call('alice', 'setPerpetualLock', { netuid, enabled: true })
    const before = lockOf(h, 'alice')?.lockedAlpha ?? 0n
    const events = h.blocks(30).flatMap((block) => block.events)
    const cuts = eventsOf(events, 'EmissionPaid').filter(({ data }) => data.kind === 'ownerCut')
    const cutAlpha = cuts.reduce((sum, { data }) => sum + data.amountAlpha, 0n)
    expect(cuts.length).toBe(3)
    expect(cutAlpha).toBeGreaterThan(0n)
    expect((lockOf(h, 'alice')?.lockedAlpha ?? 0n) - before).toBe(wanted ? cutAlpha : 0n)
    expect(eventsOf(events, 'StakeLocked').length).toBe(wanted ? 3 : 0)
  })
})

describe('moveLock', () => {
  it('moves the lock to another hotkey, where one coldkey owns both with its conviction', () => {
    const h = staked({ config: { unlockRateBlocks: 10, maturityRateBlocks: 10 } })
    h.call('bob', 'registerNeuron', { netuid, hotkey: h.hotkey('bob-two'), limitRao: null })
    h.call('carol', 'registerNeuron', { netuid, hotkey: h.hotkey('carol-hot'), limitRao: null })
    lock(h, 'bob-hot', 1_000_000n)
    h.blocks(4)
    const { events } = h.call('bob', 'moveLock', { netuid, hotkey: h.hotkey('bob-two') })
    expect(eventsOf(events, 'LockMoved')[0]?.data).toEqual({
      coldkey: h.coldkey('bob'),
      hotkey: h.hotkey('bob-two'),
    })
    expect(lockOf(h, 'bob')?.hotkey).toBe(h.hotkey('bob-two'))
    expect(lockOf(h, 'bob')?.convictionBits).toBeGreaterThan(0n)
    h.call('bob', 'moveLock', { netuid, hotkey: h.hotkey('carol-hot') })
    expect(lockOf(h, 'bob')).toMatchObject({ hotkey: h.hotkey('carol-hot'), convictionBits: 0n })
  })

  it('refuses a hotkey that nobody has used, then a coldkey without a lock', () => {
    const h = staked()
    const move = (hotkey: string) => h.errorOf('bob', 'moveLock', { netuid, hotkey: h.hotkey(hotkey) })
    expect(move('nobody')).toBe('HotKeyAccountNotExists')
    expect(move('alice-hot')).toBe('NoExistingLock')
  })
})

describe('setPerpetualLock and setRejectLockedAlpha', () => {
  it('keep a choice also without a lock or a subnet, and tell so', () => {
    const h = staked()
    const perpetual = h.call('bob', 'setPerpetualLock', { netuid: 9, enabled: true })
    expect(perpetual.events).toEqual([
      { name: 'PerpetualLockUpdated', netuid: 9, data: { coldkey: h.coldkey('bob'), enabled: true } },
    ])
    const reject = h.call('bob', 'setRejectLockedAlpha', { enabled: false })
    expect(reject.events).toEqual([
      { name: 'RejectLockedAlphaUpdated', netuid: null, data: { coldkey: h.coldkey('bob'), enabled: false } },
    ])
    h.call('bob', 'setPerpetualLock', { netuid, enabled: true })
    lock(h, 'bob-hot', 1_000n)
    expect(lockOf(h, 'bob')?.isPerpetual).toBe(true)
    const restored = Ledger.restore(h.ledger.snapshot(), { runEpoch })
    expect(restored.query('locks', { coldkey: h.coldkey('bob') })).toEqual(
      h.ledger.query('locks', { coldkey: h.coldkey('bob') }),
    )
  })
})

describe('locks', () => {
  it('of a coldkey come by netuid, in pages that join without a gap', () => {
    const h = staked()
    h.call('alice', 'registerSubnet', { hotkey: h.hotkey('alice-two') })
    h.call('alice', 'startSubnet', { netuid: 2 })
    h.call('bob', 'addStake', { netuid: 2, hotkey: h.hotkey('alice-two'), amountRao: TAO })
    expect([lock(h, 'bob-hot', 1_000n, 2), lock(h, 'alice-hot', 2_000n)]).toEqual([null, null])
    const coldkey = h.coldkey('bob')
    const all = h.ledger.query('locks', { coldkey })
    expect(all.entries.map(({ netuid }) => netuid)).toEqual([1, 2])
    const first = h.ledger.query('locks', { coldkey, limit: 1 })
    expect(first.next).toBe(2)
    const second = h.ledger.query('locks', { coldkey, limit: 1, from: 2 })
    expect([...first.entries, ...second.entries]).toEqual(all.entries)
    expect(second.next).toBe(null)
    expect(h.ledger.query('locks', { coldkey: h.coldkey('carol') })).toEqual({ entries: [], next: null })
  })
})
