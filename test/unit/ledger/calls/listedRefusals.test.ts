import { describe, expect, it } from 'vitest'
import { addressOf, bytesOfHex } from '../../../../src/crypto/index.js'
import { CALL_TABLE, type CallName } from '../../../../src/ledger/calls/callTable.js'
import { subnetAccount } from '../../../../src/ledger/state/account.js'
import { asHotkey, type Hotkey } from '../../../../src/units/index.js'
import { Harness, keyOf } from '../harness.js'

const SYSTEM_HOTKEY = asHotkey(addressOf(bytesOfHex(subnetAccount(7))))

/** Refusals of like calls that cannot come of these, since what they are about is not asked there. */
const NOT_LISTED: readonly (readonly [CallName, readonly string[]])[] = [
  ['register', ['RegistrationPriceLimitExceeded']],
  ['addStake', ['SlippageTooHigh']],
  // A subnet that is not there has no open stake either.
  ['removeStake', ['SubnetNotExists', 'SlippageTooHigh']],
  // All of a position is never more than it holds.
  ['removeStakeFullLimit', ['NotEnoughStakeToWithdraw']],
  ['moveStake', ['SlippageTooHigh', 'TransferDisallowed', 'LockHotkeyMismatch', 'AccountRejectsLockedAlpha']],
  ['swapStake', ['SlippageTooHigh', 'TransferDisallowed', 'LockHotkeyMismatch', 'AccountRejectsLockedAlpha']],
  ['swapStakeLimit', ['TransferDisallowed', 'LockHotkeyMismatch', 'AccountRejectsLockedAlpha']],
  ['transferStake', ['SlippageTooHigh']],
]

describe('the refusals that a call lists', () => {
  it.each(NOT_LISTED)('of %s are none that cannot come', (name, never) => {
    const listed: readonly string[] = CALL_TABLE[name].refuses
    expect(never.filter((error) => listed.includes(error))).toEqual([])
  })

  it('of removeStake and removeStakeFullLimit say what a subnet that is not there is told', () => {
    const h = new Harness()
    const position = { netuid: 7, hotkey: h.hotkey('nobody') }
    expect(h.errorOf('alice', 'removeStake', { ...position, amountAlpha: 1n })).toBe('SubtokenDisabled')
    const full = (limitRaoPerAlpha: bigint | null) =>
      h.errorOf('alice', 'removeStakeFullLimit', { ...position, limitRaoPerAlpha })
    expect(full(null)).toBe('SubtokenDisabled')
    expect(full(1n)).toBe('SubnetNotExists')
    const limited = { ...position, amountAlpha: 1n, limitRaoPerAlpha: 1n, allowPartial: false }
    expect(h.errorOf('alice', 'removeStakeLimit', limited)).toBe('SubnetNotExists')
  })

  it('of setWeights hold root too, once root hides no weights any more', () => {
    const h = new Harness({
      preset: 'reference',
      config: { rootKey: keyOf('root').address },
      endowedTao: { alice: 10, root: 1 },
    })
    const weights = { netuid: 0, uids: [0], values: [1], versionKey: 0 }
    expect(h.errorOf('alice', 'setWeights', weights)).toBe('CommitRevealEnabled')
    const off = { netuid: 0, name: 'commitRevealEnabled', value: false } as const
    expect(h.errorOf('root', 'setHyperparameter', off)).toBe(null)
    expect(h.errorOf('alice', 'setWeights', weights)).toBe('CanNotSetRootNetworkWeights')
  })

  it('of register are those of registerNeuron, and come of it', () => {
    const h = new Harness({
      config: { rootKey: keyOf('root').address },
      hyperparameters: { maxAllowedUids: 1, minAllowedUids: 1 },
      endowedTao: { alice: 10_000, bob: 10, root: 1 },
    })
    h.startSubnet()
    const work = { netuid: 1, blockNumber: 1, nonce: 1, work: new Uint8Array(32), coldkey: h.coldkey('bob') }
    const register = (hotkey: Hotkey) => h.errorOf('bob', 'register', { ...work, hotkey })
    // The only uid is the owner's, which is never replaced.
    expect(register(h.hotkey('b'))).toBe('NoNeuronIdAvailable')
    expect(register(SYSTEM_HOTKEY)).toBe('CannotUseSystemAccount')
    const closed = { netuid: 1, name: 'registrationAllowed', value: false } as const
    expect(h.errorOf('root', 'setHyperparameter', closed)).toBe(null)
    expect(register(h.hotkey('b'))).toBe('SubNetRegistrationDisabled')
  })

  it('of registerNetworkWithIdentity come of it, the clock in its turn', () => {
    const identity = {
      subnetName: 'n',
      githubRepo: '',
      subnetContact: '',
      subnetUrl: '',
      discord: '',
      description: '',
      logoUrl: '',
      additional: '',
    }
    const found = (h: Harness, hotkey: Hotkey) =>
      h.errorOf('alice', 'registerNetworkWithIdentity', { hotkey, ...identity })
    const endowedTao = { alice: 10_000 }
    const early = new Harness({
      preset: 'reference',
      config: { networkRegistrationStartBlock: 9 },
      endowedTao,
    })
    expect(found(early, SYSTEM_HOTKEY)).toBe('CannotUseSystemAccount')
    expect(found(early, early.hotkey('a'))).toBe('SubNetRegistrationDisabled')
    const h = new Harness({ preset: 'reference', endowedTao })
    expect(found(h, h.hotkey('a'))).toBe(null)
    expect(found(h, h.hotkey('b'))).toBe('NetworkTxRateLimitExceeded')
    const full = new Harness({
      preset: 'reference',
      config: { networkRateLimitBlocks: 0, subnetLimit: 1 },
      endowedTao,
    })
    expect(found(full, full.hotkey('a'))).toBe(null)
    expect(found(full, full.hotkey('b'))).toBe('SubnetLimitReached')
  })

  it('of calls that name a hotkey hold that of a subnet too', () => {
    const h = new Harness()
    expect(h.errorOf('alice', 'tryAssociateHotkey', { hotkey: SYSTEM_HOTKEY })).toBe('CannotUseSystemAccount')
    h.startSubnet()
    const swap = {
      oldHotkey: h.hotkey('alice-hot'),
      newHotkey: SYSTEM_HOTKEY,
      netuid: null,
      keepStake: false,
    }
    expect(h.errorOf('alice', 'swapHotkey', swap)).toBe('CannotUseSystemAccount')
  })
})
