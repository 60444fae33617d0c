import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { steppedAggregate } from '../../../../src/ledger/rules/locks/aggregate.js'
import { raisedLock, switchedLock, touchedLock } from '../../../../src/ledger/rules/locks/changedLock.js'
import type { Lock, LockKind } from '../../../../src/ledger/rules/locks/Lock.js'
import { handOver, ownerByConviction } from '../../../../src/ledger/rules/locks/ownerByConviction.js'
import { rollLock } from '../../../../src/ledger/rules/locks/rollLock.js'
import { transferLocked } from '../../../../src/ledger/rules/locks/transferLocked.js'

const clock = { block: 2_700_000, unlockRateBlocks: 5_000, maturityRateBlocks: 2_000 }
const others: LockKind = { isOwners: false, isPerpetual: false }
const perpetual: LockKind = { isOwners: false, isPerpetual: true }
const lockOf = (massAlpha: bigint, convictionAlpha = 0n, lastBlock = clock.block): Lock => ({
  massAlpha,
  convictionBits: convictionAlpha << 64n,
  lastBlock,
})
const anyLock = fc.record({
  massAlpha: fc.bigInt({ min: 0n, max: 1n << 60n }),
  convictionBits: fc.bigInt({ min: 0n, max: 1n << 120n }),
  lastBlock: fc.integer({ min: 0, max: clock.block }),
})

describe('a lock', () => {
  test('never gains mass by time, and a perpetual one loses none', () => {
    fc.assert(
      fc.property(anyLock, fc.boolean(), (lock, isPerpetual) => {
        const rolled = rollLock(lock, clock, { isOwners: false, isPerpetual })
        expect(rolled.massAlpha <= lock.massAlpha).toBe(true)
        if (isPerpetual && rolled.massAlpha !== 0n) expect(rolled.massAlpha).toBe(lock.massAlpha)
        expect(rolled.lastBlock).toBe(clock.block)
      }),
    )
  })

  test('ends below 100 of mass and conviction, not below 100 of one of them', () => {
    expect(rollLock(lockOf(99n, 99n), clock, others)).toEqual(lockOf(0n))
    expect(rollLock(lockOf(99n, 100n), clock, others)).toEqual(lockOf(99n, 100n))
    const touched = touchedLock({ hotkey: 'h', lock: lockOf(99n), kind: others }, clock)
    expect(touched.lock).toBeNull()
    expect(touched.steps[0]).toMatchObject({ does: 'lose', amount: { massAlpha: 99n } })
  })

  test('to the hotkey of the owner is all conviction', () => {
    expect(rollLock(lockOf(500n), clock, { isOwners: true, isPerpetual: true })).toEqual(lockOf(500n, 500n))
  })

  test('may be as large as what the coldkey has, together with what it had locked', () => {
    const held = { hotkey: 'h', lock: lockOf(400n), kind: perpetual }
    const target = { hotkey: 'h', hotkeyExists: true, kind: perpetual, amountAlpha: 600n }
    expect(raisedLock(held, { ...target, totalAlpha: 1_000n }, clock)).toMatchObject({ lock: lockOf(1_000n) })
    expect(raisedLock(held, { ...target, totalAlpha: 999n }, clock)).toEqual({
      ok: false,
      error: 'InsufficientStakeForLock',
    })
  })

  test('takes its sum along when it becomes perpetual', () => {
    const held = { hotkey: 'h', lock: lockOf(400n, 7n), kind: others }
    const { steps } = switchedLock(held, true, clock)
    const decaying = steps
      .slice(0, 2)
      .reduce<Lock | null>((sum, step) => steppedAggregate(sum, step, clock), lockOf(400n, 7n))
    expect(decaying).toBeNull()
    expect(steppedAggregate(null, steps[2]!, clock)).toEqual(lockOf(400n, 7n))
  })
})

describe('a transfer within a subnet', () => {
  const transfer = {
    amountAlpha: 700n,
    totalAlpha: 1_000n,
    receiverAcceptsLocked: true,
    receiverIsPerpetual: false,
  }
  const sender = { hotkey: 'h', lock: lockOf(400n, 100n), kind: others }

  test('takes what is free first, then a part of the lock with its part of the conviction', () => {
    expect(transferLocked(sender, null, transfer, clock)).toMatchObject({
      sender: lockOf(300n, 75n),
      receiver: { hotkey: 'h', lock: lockOf(100n, 25n) },
    })
  })

  test('needs a receiver that accepts locked alpha only when some is locked', () => {
    const rejecting = { ...transfer, receiverAcceptsLocked: false }
    expect(transferLocked(sender, null, rejecting, clock)).toEqual({
      ok: false,
      error: 'AccountRejectsLockedAlpha',
    })
    expect(transferLocked(sender, null, { ...rejecting, amountAlpha: 600n }, clock)).toMatchObject({
      ok: true,
      steps: [],
    })
  })

  test('neither makes nor loses locked mass, but for dust', () => {
    fc.assert(
      fc.property(anyLock, fc.bigInt({ min: 0n, max: 1n << 61n }), (lock, amountAlpha) => {
        const from = { hotkey: 'h', lock, kind: perpetual }
        const asked = { ...transfer, amountAlpha, totalAlpha: lock.massAlpha, receiverIsPerpetual: true }
        const change = transferLocked(from, null, asked, clock)
        if (!change.ok) throw new TypeError(change.error)
        const left = change.sender?.massAlpha ?? 0n
        const got = change.receiver.lock?.massAlpha ?? 0n
        const lost = lock.massAlpha - left - got
        expect(lost >= 0n && lost < 200n).toBe(true)
      }),
    )
  })
})

describe('ownership by conviction', () => {
  const none = { perpetual: null, decaying: null }
  const facts = {
    alphaOut: 10_000n,
    registeredAtBlock: clock.block - 2_629_800,
    ownerHotkey: 'a',
    ownerColdkey: 'A',
    ownerAggregates: none,
    hotkeyAggregates: [
      ['b', { perpetual: lockOf(500n, 500n), decaying: null }],
      ['c', { perpetual: null, decaying: lockOf(500n, 500n) }],
    ] as const,
    coldkeyOf: (hotkey: string): string | null => hotkey.toUpperCase(),
  }

  test('goes to the highest account of those with most conviction', () => {
    expect(ownerByConviction(facts, clock)).toEqual({ hotkey: 'c', coldkey: 'C' })
  })

  test('waits for age, and for a tenth of the alpha', () => {
    expect(ownerByConviction({ ...facts, registeredAtBlock: facts.registeredAtBlock + 1 }, clock)).toBeNull()
    expect(ownerByConviction({ ...facts, alphaOut: 10_001n }, clock)).toBeNull()
    expect(ownerByConviction({ ...facts, alphaOut: 0n }, clock)).toBeNull()
  })

  test('does not change for a hotkey of the owner, or of nobody', () => {
    expect(ownerByConviction({ ...facts, ownerColdkey: 'C' }, clock)).toBeNull()
    expect(ownerByConviction({ ...facts, coldkeyOf: () => null }, clock)).toBeNull()
  })

  test('gives the old hotkey what was the owner, and the new owner full conviction', () => {
    const before = {
      owner: { perpetual: lockOf(300n, 300n), decaying: null },
      oldHotkey: { perpetual: lockOf(50n, 10n), decaying: lockOf(70n, 20n) },
      newHotkey: { perpetual: null, decaying: lockOf(500n, 400n) },
    }
    expect(handOver(before, clock)).toEqual({
      // 50 with 10 of conviction is dust once it is rolled.
      oldHotkey: { perpetual: lockOf(300n, 300n), decaying: lockOf(70n, 20n) },
      owner: { perpetual: null, decaying: lockOf(500n, 500n) },
    })
  })
})
