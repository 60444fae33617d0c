import { describe, expect, it } from 'vitest'
import { setParent } from '../../../../src/ledger/children/parents.js'
import { ROOT } from '../../../../src/ledger/state/account.js'
import { U64_MAX } from '../../../../src/units/index.js'
import { eventsOf } from '../../../support/events.js'
import { addHotkeys, addStakeOf, addSubnet, callContextAt, errorOf } from '../../../vectors/callContext.js'
import { hotkeyOf, idOf } from '../../../vectors/fileState.js'
import { Harness } from '../harness.js'

const link = (hotkey: number, proportionU64 = 1n) => ({ hotkey: hotkeyOf(hotkey), proportionU64 })
const of = (hotkey: number, ...children: ReturnType<typeof link>[]) => ({
  netuid: 1,
  hotkey: hotkeyOf(hotkey),
  children,
})

describe('setChildren', () => {
  /** Subnet 1 of hotkey 5; coldkey 100 owns the hotkeys 1 to 5, of which 1 has stake on root. */
  function world(settings = {}) {
    const context = callContextAt(1_000, { stakeThresholdRao: 1_000n, ...settings })
    addSubnet(context, 1, {})
    addHotkeys(
      context,
      [1, 2, 3, 4, 5].map((hotkey) => [hotkey, 100]),
    )
    addStakeOf(context, ROOT, 1, 1_000n)
    return context
  }

  it('refuses in the order of the reference: each call breaks a rule and all that come after', () => {
    const context = world()
    expect(errorOf(context, 100, 'setChildren', of(4))).toBe(null)
    // The owner's hotkey 5 needs no stake; 2 lends to it, and to 4.
    setParent(context.state, 1, idOf(4), { hotkey: idOf(2), proportionU64: 1n })
    const six = [7, 8, 9, 10, 11, 12].map((child) => link(child, U64_MAX))
    const bad = [...six, link(2)]
    const all = of(4, ...bad, link(7), link(4))
    const asked = (coldkey: number, args: Partial<ReturnType<typeof of>>) =>
      errorOf(context, coldkey, 'setChildren', { ...all, ...args })
    expect(asked(999, {})).toBe('TxRateLimitExceeded')
    expect(asked(999, { netuid: 0 })).toBe('RegistrationNotPermittedOnRootSubnet')
    expect(asked(999, { netuid: 7 })).toBe('SubnetNotExists')
    const later = { ...context, block: 1_150 }
    const then = (coldkey: number, ...children: ReturnType<typeof link>[]) =>
      errorOf(later, coldkey, 'setChildren', of(4, ...children))
    expect(then(999, ...bad, link(7), link(4))).toBe('NonAssociatedColdKey')
    expect(then(100, ...bad, link(7), link(4))).toBe('DuplicateChild')
    expect(then(100, ...bad, link(4))).toBe('InvalidChild')
    expect(then(100, ...bad)).toBe('TooManyChildren')
    expect(then(100, link(7, U64_MAX), link(2))).toBe('ProportionOverflow')
    expect(then(100, link(7), link(2))).toBe('ChildParentInconsistency')
    expect(then(100, link(7))).toBe('NotEnoughStakeToSetChildkeys')
    expect(then(100)).toBe(null)
    expect(errorOf(later, 100, 'setChildren', of(1, link(7, U64_MAX)))).toBe(null)
    expect(errorOf(later, 100, 'setChildren', of(5, link(7)))).toBe(null)
  })

  it('counts stake of all subnets at their prices', () => {
    const context = world({ stakeThresholdRao: 1_001n })
    const ask = () => errorOf(context, 100, 'setChildren', of(1, link(7)))
    expect(ask()).toBe('NotEnoughStakeToSetChildkeys')
    addSubnet(context, 2, { mechanism: 0 })
    addStakeOf(context, 2, 1, 1n)
    expect(ask()).toBe(null)
  })

  it('waits once the subnet is started, and comes with the first epoch after the wait', () => {
    const h = new Harness({
      config: { pendingChildkeyCooldownBlocks: 7 },
      hyperparameters: { tempoBlocks: 5 },
    })
    h.startSubnet()
    const hotkey = h.hotkey('alice-hot')
    const children = [{ hotkey: h.hotkey('z'), proportionU64: 3n }]
    const receipt = h.call('alice', 'setChildren', { netuid: 1, hotkey, children })
    const afterBlock = receipt.block + 7
    const asked = { hotkey, children, afterBlock }
    expect(eventsOf(receipt.events, 'SetChildrenScheduled').map(({ data }) => data)).toEqual([asked])
    const pending = { children, afterBlock }
    expect(h.ledger.query('children', { netuid: 1, hotkey })).toEqual({
      children: [],
      pending,
      childkeyTakeU16: 0,
    })
    // Epochs come every 5 blocks: the first that is later than the block counts, one at it does not.
    const came = h.blocks(15).find(({ events }) => eventsOf(events, 'SetChildren').length > 0)
    const block = came?.header.number ?? 0
    expect([block > afterBlock, block <= afterBlock + 5]).toEqual([true, true])
    expect(eventsOf(came?.events ?? [], 'EpochRan')).toHaveLength(1)
    expect(h.ledger.query('children', { netuid: 1, hotkey })).toEqual({
      children,
      pending: null,
      childkeyTakeU16: 0,
    })
    const above = { entries: [{ hotkey, proportionU64: 3n }], next: null }
    expect(h.ledger.query('parents', { netuid: 1, hotkey: h.hotkey('z') })).toEqual(above)
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
  })

  it('lets a hotkey without a uid earn through its child', () => {
    const h = new Harness({
      config: { pendingChildkeyCooldownBlocks: 0 },
      hyperparameters: { tempoBlocks: 5 },
    })
    h.startSubnet()
    const [parent, child] = [h.hotkey('p'), h.hotkey('alice-hot')]
    const calls = [
      h.call('bob', 'registerNeuron', { netuid: 1, hotkey: h.hotkey('m'), limitRao: null }),
      h.call('bob', 'rootRegister', { hotkey: parent }),
      h.call('bob', 'addStake', { netuid: 1, hotkey: parent, amountRao: 10n ** 12n }),
      h.call('bob', 'setChildren', {
        netuid: 1,
        hotkey: parent,
        children: [{ hotkey: child, proportionU64: U64_MAX }],
      }),
    ]
    expect(calls.map(({ refusal }) => refusal)).toEqual([null, null, null, null])
    h.blocks(6)
    const weights = { netuid: 1, uids: [1], values: [1], versionKey: 0 }
    expect(h.errorOf('alice-hot', 'setWeights', weights)).toBe(null)
    const paid = h
      .blocks(12)
      .flatMap(({ events }) => eventsOf(events, 'EmissionPaid'))
      .map(({ data }) => data)
      .filter(({ kind }) => kind === 'dividend')
    // Of its own the child has stake from the owner's cuts alone, far less than what it is lent.
    const earned = (hotkey: string) =>
      paid.reduce((sum, data) => (data.hotkey === hotkey ? sum + data.amountAlpha : sum), 0n)
    expect(paid.some((data) => data.hotkey === parent && data.uid === null)).toBe(true)
    expect(earned(parent)).toBeGreaterThan(10n * earned(child))
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
  })

  it('is signed with what it says', () => {
    const h = new Harness({ endowedTao: { alice: 10_000 } })
    const args = {
      netuid: 1,
      hotkey: h.hotkey('a'),
      children: [{ hotkey: h.hotkey('b'), proportionU64: -1n }],
    }
    expect(() => h.sign('alice', 'setChildren', args)).toThrow('proportionU64')
  })
})

describe('setChildkeyTake', () => {
  it('refuses strangers, takes out of bounds, and a raise too soon; a lowering starts the clock too', () => {
    const context = callContextAt(10, { childkeyTakeRateLimitBlocks: 5 })
    addSubnet(context, 1, { minChildkeyTakeU16: 600 })
    addHotkeys(context, [[1, 100]])
    const ask = (block: number, takeU16: number, netuid = 1, coldkey = 100) =>
      errorOf({ ...context, block }, coldkey, 'setChildkeyTake', { netuid, hotkey: hotkeyOf(1), takeU16 })
    expect(ask(10, 0, 1, 999)).toBe('NonAssociatedColdKey')
    expect(ask(10, 599)).toBe('InvalidChildkeyTake')
    expect(ask(10, 11_797)).toBe('InvalidChildkeyTake')
    expect(ask(10, 700)).toBe(null)
    expect(ask(14, 600)).toBe(null)
    expect(ask(18, 601)).toBe('TxChildkeyTakeRateLimitExceeded')
    expect(ask(19, 601)).toBe(null)
    // On another subnet, which need not be there, it has another clock and no minimum.
    expect(ask(19, 1, 7)).toBe(null)
    expect(context.events.map(({ name, netuid }) => [name, netuid])).toEqual([
      ['ChildKeyTakeSet', 1],
      ['ChildKeyTakeSet', 1],
      ['ChildKeyTakeSet', 1],
      ['ChildKeyTakeSet', 7],
    ])
  })
})

describe('setChildkeyTake, where the subnet asks for more than the take that is stored', () => {
  it('may be set to what counts already, at any time', () => {
    const context = callContextAt(10, { childkeyTakeRateLimitBlocks: 5 })
    addSubnet(context, 1, {})
    addHotkeys(context, [[1, 100]])
    const ask = (takeU16: number) =>
      errorOf(context, 100, 'setChildkeyTake', { netuid: 1, hotkey: hotkeyOf(1), takeU16 })
    expect(ask(3)).toBe(null)
    addSubnet(context, 1, { minChildkeyTakeU16: 600 })
    expect([ask(601), ask(600)]).toEqual(['TxChildkeyTakeRateLimitExceeded', null])
  })
})

describe('removeStake', () => {
  it('forgets children that wait, once the stake is below the threshold', () => {
    const h = new Harness({ config: { stakeThresholdRao: 10n ** 11n } })
    h.startSubnet()
    const place = { netuid: 1, hotkey: h.hotkey('alice-hot') }
    h.call('alice', 'addStake', { ...place, amountRao: 2n * 10n ** 11n })
    const children = [{ hotkey: h.hotkey('z'), proportionU64: 3n }]
    expect(h.errorOf('alice', 'setChildren', { ...place, children })).toBe(null)
    const takeOut = (amountAlpha: bigint) => {
      expect(h.errorOf('alice', 'removeStake', { ...place, amountAlpha })).toBe(null)
      return h.ledger.query('children', place).pending?.children ?? null
    }
    expect(takeOut(10n ** 9n)).toEqual(children)
    expect(takeOut(15n * 10n ** 10n)).toBe(null)
  })
})

describe('setAutoParentDelegationEnabled', () => {
  it('is for the owners of root validators', () => {
    const context = callContextAt(10)
    addHotkeys(context, [[1, 100]])
    const ask = (coldkey: number) =>
      errorOf(context, coldkey, 'setAutoParentDelegationEnabled', { hotkey: hotkeyOf(1), enabled: false })
    expect(ask(999)).toBe('NonAssociatedColdKey')
    expect(ask(100)).toBe('HotKeyNotRegisteredInSubNet')
  })
})
