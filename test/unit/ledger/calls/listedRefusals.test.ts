import { describe, expect, it } from 'vitest'
import { CALL_TABLE, type CallName } from '../../../../src/ledger/calls/callTable.js'
import { Harness, keyOf } from '../harness.js'

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
})
