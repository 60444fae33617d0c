import { describe, expect, it, vi } from 'vitest'
import {
  lockAlpha,
  lockOwnerCut,
  moveLockTo,
  setPerpetual,
  transferLock,
} from '../../../../src/ledger/money/changeLocks.js'
import { hotkeySums, ownerSums } from '../../../../src/ledger/money/lockSums.js'
import { coldkeyAlpha, eraseLocks, freeBelow, lockOf } from '../../../../src/ledger/money/locks.js'
import { creditStake, debitStake } from '../../../../src/ledger/money/stake.js'
import type { AccountId } from '../../../../src/ledger/state/account.js'
import {
  hotkeyLocks,
  locks,
  ownerLocks,
  perpetualLocks,
  stakers,
} from '../../../../src/ledger/state/tables.js'
import { U64_MAX } from '../../../../src/units/index.js'
import { bareSubnet } from '../../../support/bareSubnet.js'
import { idOf } from '../../../vectors/fileState.js'

const [ownerHotkey, owner, hotkey, coldkey, other] = [idOf(1), idOf(101), idOf(2), idOf(102), idOf(103)]

/** Coldkey and owner have 1,000 alpha each on the hotkey. */
function staked(ownerCutAutoLockEnabled = true) {
  const context = bareSubnet({
    block: 10,
    owner,
    ownerHotkey,
    registeredAtBlock: 1,
    alphaOut: 2_000n,
    hotkeyOwners: [
      [ownerHotkey, owner],
      [hotkey, coldkey],
    ],
    hyperparameters: { ownerCutAutoLockEnabled },
  })
  for (const staker of [coldkey, owner]) {
    creditStake(context.state, { netuid: 1, hotkey, coldkey: staker }, 1_000n)
    setPerpetual(context, 1, staker, true)
  }
  return context
}

type Context = ReturnType<typeof staked>

const massOf = ({ state }: Context, of: AccountId) => lockOf(state, 1, of)?.lock.massAlpha
const lock = (context: Context, amountAlpha: bigint) =>
  lockAlpha(context, 1, coldkey, { hotkey, amountAlpha })

describe('freeBelow', () => {
  it('is what is above the lock where more is to leave, and nothing where stake fell below it', () => {
    const context = staked()
    const position = { netuid: 1, hotkey, coldkey }
    expect(lock(context, 400n)).toBe(null)
    expect(freeBelow(context, position, 600n)).toBe(null)
    expect(freeBelow(context, position, 601n)).toBe(600n)
    expect(freeBelow(context, { ...position, coldkey: other }, U64_MAX)).toBe(null)
    debitStake(context.state, position, 900n)
    expect(freeBelow(context, position, 1n)).toBe(0n)
    expect(freeBelow(context, position, 0n)).toBe(null)
  })

  it('looks at no more positions than it takes, however many strangers gave', () => {
    const context = staked()
    const { state } = context
    expect(lock(context, 400n)).toBe(null)
    for (let at = 0; at < 500; at++) creditStake(state, { netuid: 1, hotkey: idOf(10_000 + at), coldkey }, 1n)
    const looked = vi.spyOn(state, 'get')
    expect(freeBelow(context, { netuid: 1, hotkey, coldkey }, 600n)).toBe(null)
    expect(looked.mock.calls.length).toBeLessThan(20)
    // What they gave counts as well.
    expect(freeBelow(context, { netuid: 1, hotkey, coldkey }, 1_100n)).toBe(null)
    expect(freeBelow(context, { netuid: 1, hotkey, coldkey }, 1_101n)).toBe(1_100n)
    looked.mockRestore()
  })
})

describe('lockOwnerCut', () => {
  it('locks to the owner’s hotkey, or to that of the lock there is', () => {
    const context = staked()
    lockOwnerCut(context, 1, 300n)
    expect(lockOf(context.state, 1, owner)).toMatchObject({
      hotkey: ownerHotkey,
      lock: { massAlpha: 300n, convictionBits: 300n << 64n },
    })
    expect(moveLockTo(context, 1, owner, hotkey)).toBe(null)
    lockOwnerCut(context, 1, 200n)
    expect(lockOf(context.state, 1, owner)).toMatchObject({ hotkey, lock: { massAlpha: 500n } })
    expect(hotkeySums(context.state, 1, hotkey).perpetual?.massAlpha).toBe(500n)
    expect(ownerSums(context.state, 1).perpetual).toBe(null)
  })

  it('leaves the cut free where the subnet does not want it, and where stake does not cover it', () => {
    const unwanted = staked(false)
    lockOwnerCut(unwanted, 1, 300n)
    const uncovered = staked()
    lockOwnerCut(uncovered, 1, 1_001n)
    expect([massOf(unwanted, owner), massOf(uncovered, owner)]).toEqual([undefined, undefined])
    expect(uncovered.events).toEqual([])
  })
})

describe('transferLock', () => {
  const transfer = (context: Context, amountAlpha: bigint, to = other) =>
    transferLock(context, 1, { from: coldkey, to, amountAlpha })

  it('moves what is free first, then the lock with it', () => {
    const context = staked()
    context.state.set(stakers, [other], { ...stakers.blank(), acceptsLockedAlpha: true })
    lock(context, 400n)
    expect(transfer(context, 600n)).toBe(null)
    expect([massOf(context, coldkey), massOf(context, other)]).toEqual([400n, undefined])
    expect(transfer(context, 750n)).toBe(null)
    expect([massOf(context, coldkey), massOf(context, other)]).toEqual([250n, 150n])
    // The receiver's decays, since it never said otherwise.
    const { perpetual, decaying } = hotkeySums(context.state, 1, hotkey)
    expect([perpetual?.massAlpha, decaying?.massAlpha]).toEqual([250n, 150n])
  })

  it('refuses a receiver with a lock to another hotkey, then one that takes no lock, and changes nothing', () => {
    const context = staked()
    lock(context, 400n)
    creditStake(context.state, { netuid: 1, hotkey, coldkey: other }, 500n)
    const before = context.state.root()
    expect(transfer(context, 601n)?.error).toBe('AccountRejectsLockedAlpha')
    expect(context.state.root()).toBe(before)
    lockAlpha(context, 1, other, { hotkey: ownerHotkey, amountAlpha: 500n })
    expect(transfer(context, 601n)?.error).toBe('LockHotkeyMismatch')
    expect(transfer(context, 600n)).toBe(null)
    expect(transfer(context, 1_000n, coldkey)).toBe(null)
  })
})

describe('eraseLocks', () => {
  it('leaves nothing of a subnet that ends, and everything of the others', () => {
    const context = staked()
    lock(context, 400n)
    lockOwnerCut(context, 1, 300n)
    setPerpetual(context, 2, coldkey, true)
    const { state } = context
    eraseLocks(state, 1)
    expect(state.range(locks)).toEqual([])
    expect(state.range(hotkeyLocks)).toEqual([])
    expect(state.range(ownerLocks)).toEqual([])
    expect(state.range(perpetualLocks)).toEqual([[[coldkey, 2], true]])
    expect(coldkeyAlpha(state, 1, coldkey, U64_MAX, [])).toBe(1_000n)
  })
})
