import { describe, expect, it } from 'vitest'
import { REFERENCE_SETTINGS } from '../../../../src/ledger/index.js'
import { RAO_PER_TAO } from '../../../../src/units/index.js'
import { Harness, type HarnessOptions } from '../harness.js'

const TAO = RAO_PER_TAO
const netuid = 1

/** Alice's subnet without epochs; bob has a neuron and stake on it. Swaps on one subnet wait for nothing. */
function staked(options: HarnessOptions['config'] = {}): Harness {
  const h = new Harness({
    endowedTao: { alice: 1_000_000, bob: 1_000, carol: 1_000 },
    hyperparameters: { tempoBlocks: 1_000 },
    config: { hotkeySwapOnSubnetIntervalBlocks: 2, hotkeySwapRateLimitBlocks: 1, ...options },
  })
  h.startSubnet()
  h.call('bob', 'registerNeuron', { netuid, hotkey: h.hotkey('bob-hot'), limitRao: null })
  for (const coldkey of ['bob', 'carol']) {
    h.call(coldkey, 'addStake', { netuid, hotkey: h.hotkey('bob-hot'), amountRao: 10n * TAO })
  }
  return h
}

const swap = (
  h: Harness,
  to: string,
  more: { on?: number | null; from?: string; keepStake?: boolean } = {},
) =>
  h.call('bob', 'swapHotkey', {
    oldHotkey: h.hotkey(more.from ?? 'bob-hot'),
    newHotkey: h.hotkey(to),
    netuid: more.on === undefined ? netuid : more.on,
    keepStake: more.keepStake ?? false,
  })

const stakeOf = (h: Harness, coldkey: string, hotkey: string): bigint =>
  h.ledger.query('stake', { netuid, hotkey: h.hotkey(hotkey), coldkey: h.coldkey(coldkey) }).positionAlpha

const isSound = (h: Harness) => expect(h.ledger.query('invariants', {}).broken).toEqual([])

describe('swapHotkey', () => {
  it('moves uid, axon and stake on one subnet, and leaves the old hotkey with its owner', () => {
    const h = staked()
    h.call('bob-hot', 'serveAxon', { netuid, ip: '1.2.3.4', port: 8_091, version: 1 })
    const alpha = stakeOf(h, 'carol', 'bob-hot')
    const before = h.ledger.query('totals', {}).totalIssuanceRao
    const { events, refusal } = swap(h, 'bob-new')
    expect(refusal).toBe(null)
    const [coldkey, oldHotkey, newHotkey] = [h.coldkey('bob'), h.hotkey('bob-hot'), h.hotkey('bob-new')]
    expect(events).toEqual([
      { name: 'HotkeySwappedOnSubnet', netuid, data: { coldkey, oldHotkey, newHotkey } },
    ])
    const metagraph = h.ledger.query('metagraph', { netuid })!
    expect(metagraph.hotkey[1]).toBe(newHotkey)
    expect(metagraph.axon[1]).toEqual({ host: '1.2.3.4', port: 8_091 })
    expect(stakeOf(h, 'carol', 'bob-new')).toBe(alpha)
    expect(stakeOf(h, 'carol', 'bob-hot')).toBe(0n)
    expect(h.ledger.query('owner', { hotkey: oldHotkey })?.coldkey).toBe(coldkey)
    const cost = REFERENCE_SETTINGS.hotkeySwapOnSubnetCostRao
    const issued = h.ledger.query('totals', {}).totalIssuanceRao - before
    expect(issued).toBe(h.ledger.query('totals', {}).blockEmissionRao - cost)
    isSound(h)
  })

  it('takes the owner from the old hotkey on all subnets, also where stake stays on it', () => {
    const h = staked()
    const alpha = stakeOf(h, 'carol', 'bob-hot')
    const totalAlpha = alpha + stakeOf(h, 'bob', 'bob-hot')
    expect(swap(h, 'bob-new', { on: null, keepStake: true }).events).toMatchObject([
      { name: 'HotkeySwapped', netuid: null },
    ])
    expect(stakeOf(h, 'carol', 'bob-hot')).toBe(alpha)
    expect(h.ledger.query('owner', { hotkey: h.hotkey('bob-hot') })).toBe(null)
    expect(h.ledger.query('owner', { hotkey: h.hotkey('bob-new') })?.coldkey).toBe(h.coldkey('bob'))
    // Its stakers are turned away until somebody takes it up again.
    const more = { netuid, hotkey: h.hotkey('bob-hot'), amountRao: TAO }
    expect(h.errorOf('carol', 'addStake', more)).toBe('HotKeyAccountNotExists')
    const { hotkeyAlpha } = h.ledger.query('stake', {
      netuid,
      hotkey: more.hotkey,
      coldkey: h.coldkey('bob'),
    })
    expect(hotkeyAlpha).toBe(totalAlpha)
    expect(h.ledger.query('delegates', { netuid }).entries).toEqual([])
    isSound(h)
  })

  it('moves locks and their sums, and those to the owner’s hotkey with the subnet', () => {
    const h = staked()
    h.call('carol', 'setPerpetualLock', { netuid, enabled: true })
    const amountAlpha = 1_000_000_000n
    h.call('carol', 'lockStake', { netuid, hotkey: h.hotkey('bob-hot'), amountAlpha })
    h.call('bob', 'lockStake', { netuid, hotkey: h.hotkey('alice-hot'), amountAlpha })
    swap(h, 'bob-new')
    const lockOf = (name: string) => h.ledger.query('locks', { coldkey: h.coldkey(name) }).entries[0]
    expect(lockOf('carol')).toMatchObject({ hotkey: h.hotkey('bob-new'), lockedAlpha: amountAlpha })
    const sumTo = (name: string) => h.ledger.query('conviction', { netuid, hotkey: h.hotkey(name) })
    expect(sumTo('bob-new').lockedAlpha).toBe(amountAlpha)
    expect(sumTo('bob-hot').lockedAlpha).toBe(0n)
    const args = {
      oldHotkey: h.hotkey('alice-hot'),
      newHotkey: h.hotkey('alice-new'),
      netuid,
      keepStake: true,
    }
    expect(h.errorOf('alice', 'swapHotkey', args)).toBe(null)
    expect(h.subnet().ownerHotkey).toBe(h.hotkey('alice-new'))
    const { lockedAlpha, convictionBits } = sumTo('alice-new')
    expect(convictionBits).toBe(lockedAlpha << 64n)
    expect(lockOf('bob')).toMatchObject({ hotkey: h.hotkey('alice-new'), lockedAlpha })
    isSound(h)
  })

  it('moves children on both sides, and what waits; a hotkey that is among them is refused', () => {
    const h = staked({ pendingChildkeyCooldownBlocks: 100 })
    const children = [{ hotkey: h.hotkey('alice-hot'), proportionU64: 7n }]
    h.call('bob', 'setChildren', { netuid, hotkey: h.hotkey('bob-hot'), children })
    const to = h.hotkey('bob-hot')
    const asked = [{ hotkey: to, proportionU64: 9n }]
    h.call('alice', 'setChildren', { netuid, hotkey: h.hotkey('alice-hot'), children: asked })
    expect(swap(h, 'bob-new').refusal).toBe(null)
    const pendingOf = (name: string) =>
      h.ledger.query('children', { netuid, hotkey: h.hotkey(name) }).pending?.children
    expect(pendingOf('bob-new')).toEqual(children)
    expect(pendingOf('bob-hot')).toBeUndefined()
    expect(pendingOf('alice-hot')).toEqual([{ hotkey: h.hotkey('bob-new'), proportionU64: 9n }])
    isSound(h)
  })

  it('waits after a swap, and forgets it when it holds nobody up any more', () => {
    const h = staked({ hotkeySwapOnSubnetIntervalBlocks: 6, hotkeySwapRateLimitBlocks: 3 })
    h.blocks(2)
    expect(swap(h, 'bob-new').refusal).toBe(null)
    const back = { from: 'bob-new' }
    expect(swap(h, 'bob-hot', back).refusal?.error).toBe('HotKeySetTxRateLimitExceeded')
    h.blocks(2)
    expect(swap(h, 'bob-hot', back).refusal?.error).toBe('HotKeySwapOnSubnetIntervalNotPassed')
    h.blocks(2)
    expect(swap(h, 'bob-hot', back).refusal).toBe(null)
    isSound(h)
  })

  it('refuses what is not the signer’s, and what costs more than it has', () => {
    const h = staked()
    const error = (to: string, more = {}) => swap(h, to, more).refusal?.error
    expect(error('bob-new', { from: 'alice-hot' })).toBe('NonAssociatedColdKey')
    expect(error('alice-hot')).toBe('NonAssociatedColdKey')
    expect(error('bob-hot')).toBe('NewHotKeyIsSameWithOld')
    h.call('bob', 'registerNeuron', { netuid, hotkey: h.hotkey('bob-2'), limitRao: null })
    expect(error('bob-2')).toBe('HotKeyAlreadyRegisteredInSubNet')
    expect(error('bob-2', { on: null })).toBe('HotKeyAlreadyRegisteredInSubNet')
    h.call('bob', 'addStake', { netuid: 0, hotkey: h.hotkey('bob-2'), amountRao: TAO })
    expect(error('bob-2', { on: 0 })).toBe('NewHotKeyNotCleanForRootSwap')
    const left = (rao: bigint) => ({ to: h.coldkey('alice'), amountRao: h.balance('bob') - rao })
    const costRao = REFERENCE_SETTINGS.hotkeySwapOnSubnetCostRao
    h.call('bob', 'transfer', left(costRao + 499n))
    expect(error('bob-new')).toBe('InsufficientBalance')
    expect(error('bob-new', { on: null })).toBe('NotEnoughBalanceToPaySwapHotKey')
    isSound(h)
  })
})
