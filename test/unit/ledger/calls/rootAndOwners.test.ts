import { describe, expect, it } from 'vitest'
import { addressOf, bytesOfHex } from '../../../../src/crypto/index.js'
import type { CallArgs, CallName, Receipt } from '../../../../src/ledger/index.js'
import { associateHotkey } from '../../../../src/ledger/neurons/hotkeys.js'
import { subnetAccount } from '../../../../src/ledger/state/account.js'
import { stakingHotkeys } from '../../../../src/ledger/state/tables.js'
import { asHotkey, RAO_PER_TAO } from '../../../../src/units/index.js'
import { eventsOf } from '../../../support/events.js'
import { contextAt } from '../../../vectors/contextAt.js'
import { idOf } from '../../../vectors/fileState.js'
import { Harness, type HarnessOptions } from '../harness.js'

const TAO = RAO_PER_TAO
const systemHotkey = asHotkey(addressOf(bytesOfHex(subnetAccount(7))))

function chain({ config, ...options }: HarnessOptions = {}): Harness {
  return new Harness({
    preset: 'reference',
    endowedTao: { alice: 100_000, bob: 100_000 },
    ...options,
    config: { networkRateLimitBlocks: 0, testOriginAllowed: true, ...config },
  })
}

/** Makes a block of one call of test origin. */
function test<N extends CallName>(h: Harness, name: N, args: CallArgs[N]): Receipt {
  const { receipts } = h.block(h.ledger.testCall({ signer: h.key('tester').address, name, args }) as never)
  return receipts[0]!
}

describe('rootRegister', () => {
  it('seats any hotkey, costs nothing, and gives one that nobody owns to the signer', () => {
    const h = chain()
    const before = h.balance('alice')
    const receipt = h.call('alice', 'rootRegister', { hotkey: h.hotkey('v') })
    expect(eventsOf(receipt.events, 'RootRegistered')).toMatchObject([
      { netuid: 0, data: { uid: 0, hotkey: h.hotkey('v'), coldkey: h.coldkey('alice') } },
    ])
    expect(h.balance('alice')).toBe(before)
    expect(h.ledger.query('owner', { hotkey: h.hotkey('v') })).toMatchObject({ coldkey: h.coldkey('alice') })
    expect(h.ledger.query('uid', { netuid: 0, hotkey: h.hotkey('v') })).toBe(0)
    expect(h.errorOf('bob', 'rootRegister', { hotkey: h.hotkey('v') })).toBe(
      'HotKeyAlreadyRegisteredInSubNet',
    )
    expect(h.errorOf('bob', 'rootRegister', { hotkey: systemHotkey })).toBe('CannotUseSystemAccount')
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
  })

  it('stores the default take, and leaves one that was set', () => {
    const h = chain()
    h.call('alice', 'registerSubnet', { hotkey: h.hotkey('a') })
    h.call('alice', 'decreaseTake', { hotkey: h.hotkey('a'), takeU16: 500 })
    h.call('bob', 'rootRegister', { hotkey: h.hotkey('a') })
    h.call('bob', 'rootRegister', { hotkey: h.hotkey('b') })
    expect(h.ledger.query('owner', { hotkey: h.hotkey('a') })).toEqual({
      coldkey: h.coldkey('alice'),
      takeU16: 500,
    })
    // Stored now: a raise has something to be above.
    expect(h.errorOf('bob', 'increaseTake', { hotkey: h.hotkey('b'), takeU16: 11_796 })).toBe(
      'DelegateTakeTooLow',
    )
  })

  it('takes the seat of the hotkey with least stake on root, the older one among equals', () => {
    const h = chain()
    test(h, 'overrideHyperparameter', { netuid: 0, name: 'maxAllowedUids', value: 2 })
    h.blocks(100)
    for (const name of ['v', 'w']) h.call('alice', 'rootRegister', { hotkey: h.hotkey(name) })
    h.call('alice', 'registerSubnet', { hotkey: h.hotkey('x') })
    expect(h.errorOf('bob', 'rootRegister', { hotkey: h.hotkey('x') })).toBe('StakeTooLowForRoot')
    h.call('bob', 'addStake', { netuid: 0, hotkey: h.hotkey('x'), amountRao: TAO })
    const receipt = h.call('bob', 'rootRegister', { hotkey: h.hotkey('x') })
    expect(receipt.refusal).toBe(null)
    expect(eventsOf(receipt.events, 'NeuronReplaced')).toMatchObject([
      { data: { uid: 0, hotkey: h.hotkey('v') } },
    ])
    expect(h.ledger.query('uid', { netuid: 0, hotkey: h.hotkey('v') })).toBe(null)
    expect(h.ledger.query('uid', { netuid: 0, hotkey: h.hotkey('w') })).toBe(1)
  })

  it('counts anew in each block, and of its interval in each block from 100 on', () => {
    const h = chain()
    const errors = Array.from({ length: 4 }, (_, at) =>
      h.errorOf('alice', 'rootRegister', { hotkey: h.hotkey(`v${at}`) }),
    )
    expect(errors).toEqual([null, null, null, 'TooManyRegistrationsThisInterval'])
    h.blocks(95)
    // Block 100 is the first in which root's schedule has come round.
    expect(h.ledger.info().head.number).toBe(99)
    const again = Array.from({ length: 4 }, (_, at) =>
      h.errorOf('alice', 'rootRegister', { hotkey: h.hotkey(`w${at}`) }),
    )
    expect(again).toEqual([null, null, null, null])
    const { receipts } = h.block(
      h.sign('alice', 'rootRegister', { hotkey: h.hotkey('y') }),
      h.sign('alice', 'rootRegister', { hotkey: h.hotkey('z') }),
    )
    expect(receipts.map(({ refusal }) => refusal?.error ?? null)).toEqual([
      null,
      'TooManyRegistrationsThisBlock',
    ])
  })
})

describe('triggerEpoch', () => {
  function founded(): Harness {
    const h = chain({ hyperparameters: { commitRevealEnabled: false, tempoBlocks: 50 } })
    h.call('alice', 'registerSubnet', { hotkey: h.hotkey('a') })
    return h
  }

  it('brings an epoch when the freeze has passed, in which nothing can be changed', () => {
    const h = founded()
    const receipt = h.call('alice', 'triggerEpoch', { netuid: 1 })
    expect(eventsOf(receipt.events, 'EpochTriggered')).toMatchObject([
      { data: { by: h.coldkey('alice'), atBlock: 12 } },
    ])
    expect(h.subnet().nextEpochBlock).toBe(12)
    expect(
      h.errorOf('alice', 'setHyperparameter', { netuid: 1, name: 'immunityPeriodBlocks', value: 7 }),
    ).toBe('AdminActionProhibitedDuringWeightsWindow')
    const ran = h
      .blocks(12)
      .flatMap(({ header, events }) => eventsOf(events, 'EpochRan').map(() => header.number))
    expect(ran).toEqual([12])
    expect(h.errorOf('alice', 'triggerEpoch', { netuid: 1 })).toBe('TxRateLimitExceeded')
  })

  it('is the owner’s, and not root’s', () => {
    const h = founded()
    expect(h.errorOf('bob', 'triggerEpoch', { netuid: 1 })).toBe('BadOrigin')
    expect(h.errorOf('alice', 'triggerEpoch', { netuid: 0 })).toBe('BadOrigin')
    expect(h.errorOf('alice', 'triggerEpoch', { netuid: 2 })).toBe('BadOrigin')
  })

  it('is refused in the order of the reference chain', () => {
    const h = founded()
    h.call('alice', 'triggerEpoch', { netuid: 1 })
    expect(h.errorOf('alice', 'triggerEpoch', { netuid: 1 })).toBe('EpochTriggerAlreadyPending')
    test(h, 'overrideHyperparameter', { netuid: 1, name: 'commitRevealEnabled', value: true })
    expect(h.errorOf('alice', 'triggerEpoch', { netuid: 1 })).toBe('DynamicTempoBlockedByCommitReveal')
    test(h, 'overrideHyperparameter', { netuid: 1, name: 'commitRevealEnabled', value: false })
    // The triggered epoch of block 12 began a cycle of 50: of its last 10 blocks the first is 53.
    h.blocks(46)
    expect(h.ledger.info().head.number).toBe(52)
    expect(h.errorOf('alice', 'triggerEpoch', { netuid: 1 })).toBe('AutoEpochAlreadyImminent')
  })
})

describe('setAutoStakeHotkey', () => {
  it('refuses in the order of the reference chain', () => {
    const h = chain()
    h.call('alice', 'registerSubnet', { hotkey: h.hotkey('a') })
    const set = (netuid: number, hotkey: string): string | null =>
      h.errorOf('bob', 'setAutoStakeHotkey', { netuid, hotkey: h.hotkey(hotkey) })
    expect(set(2, 'a')).toBe('SubnetNotExists')
    expect(set(1, 'b')).toBe('HotKeyNotRegisteredInSubNet')
    expect(set(1, 'a')).toBe(null)
    expect(set(1, 'a')).toBe('SameAutoStakeHotkeyAlreadySet')
  })
})

describe('setHyperparameter on root', () => {
  it('refuses the four that root has not', () => {
    const h = chain({ endowedTao: { root: 1 }, config: { rootKey: new Harness().key('root').address } })
    const set = (
      name: 'burnHalfLifeBlocks' | 'ownerCutEnabled' | 'ownerCutAutoLockEnabled',
      value: number | boolean,
    ) => h.errorOf('root', 'setHyperparameter', { netuid: 0, name, value })
    expect(set('burnHalfLifeBlocks', 7)).toBe('NotPermittedOnRootSubnet')
    expect(set('ownerCutEnabled', false)).toBe('NotPermittedOnRootSubnet')
    expect(set('ownerCutAutoLockEnabled', true)).toBe('NotPermittedOnRootSubnet')
    const burnIncreaseMultBits = 2n ** 64n
    expect(
      h.errorOf('root', 'setHyperparameter', {
        netuid: 0,
        name: 'burnIncreaseMultBits',
        value: burnIncreaseMultBits,
      }),
    ).toBe('NotPermittedOnRootSubnet')
  })
})

describe('setWeights', () => {
  it('says that weights are hidden before it says that they came too soon', () => {
    const h = chain()
    h.call('alice', 'registerSubnet', { hotkey: h.hotkey('a') })
    const set = (netuid: number) =>
      h.errorOf('a', 'setWeights', { netuid, uids: [0], values: [1], versionKey: 0 })
    expect([set(1), set(0), set(9)]).toEqual(Array(3).fill('CommitRevealEnabled'))
    test(h, 'overrideHyperparameter', { netuid: 1, name: 'commitRevealEnabled', value: false })
    expect(set(1)).toBe('SettingWeightsTooFast')
  })
})

describe('associateHotkey', () => {
  it('puts a new hotkey at the end of its coldkey’s list, once', () => {
    const context = contextAt(1)
    const [coldkey, first, second] = [idOf(1), idOf(9), idOf(8)]
    const listOf = (key: typeof coldkey) =>
      context.state.range(stakingHotkeys, key).map(([, hotkey]) => hotkey)
    for (const hotkey of [first, second, first]) associateHotkey(context, coldkey, hotkey)
    expect(listOf(coldkey)).toEqual([first, second])
    expect(associateHotkey(context, idOf(2), first)?.error).toBe('NonAssociatedColdKey')
    expect(listOf(idOf(2))).toEqual([])
  })
})
