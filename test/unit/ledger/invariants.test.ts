import { describe, expect, it } from 'vitest'
import { localnetPreset } from '../../../src/chain/index.js'
import { runEpoch } from '../../../src/consensus/index.js'
import { applyGenesis } from '../../../src/ledger/genesis.js'
import { Ledger } from '../../../src/ledger/index.js'
import { findAnomalies } from '../../../src/ledger/invariants/findAnomalies.js'
import { findBrokenInvariants } from '../../../src/ledger/invariants/findBrokenInvariants.js'
import { decodeSnapshot } from '../../../src/ledger/snapshot.js'
import { type AccountId, accountOf, subnetAccount } from '../../../src/ledger/state/account.js'
import {
  commitmentReveals,
  commitmentSpaces,
  commitments,
} from '../../../src/ledger/state/commitmentTables.js'
import { hashCommits, timelockBuckets, timelockedCommits } from '../../../src/ledger/state/commitTables.js'
import type { LedgerState } from '../../../src/ledger/state/LedgerState.js'
import {
  autoClaims,
  children,
  epochs,
  hotkeys,
  hyperparameters,
  locks,
  ownerLocks,
  parentLists,
  parents,
  perpetualLocks,
  shares,
  stakes,
  stakingHotkeys,
  uids,
} from '../../../src/ledger/state/tables.js'
import { notePulse } from '../../../src/ledger/timelocks/pulses.js'
import { MAX_SUPPLY_RAO, U64_MAX } from '../../../src/units/index.js'
import { Harness, keyOf } from './harness.js'

const v = accountOf(keyOf('v').address)
const bob = accountOf(keyOf('bob').address)
const alice = accountOf(keyOf('alice').address)
const child = accountOf(keyOf('child').address)
const ownerHotkey = accountOf(keyOf('alice-hot').address)

/** A sound state with a subnet, stake there and on root, and an epoch behind it, to be spoiled in one place. */
function soundState(): LedgerState {
  const h = new Harness({ config: { pendingChildkeyCooldownBlocks: 1 } })
  h.startSubnet()
  h.call('bob', 'registerNeuron', { netuid: 1, hotkey: h.hotkey('v'), limitRao: null })
  h.call('bob', 'addStake', { netuid: 1, hotkey: h.hotkey('v'), amountRao: 10n ** 12n })
  h.call('bob', 'addStake', { netuid: 0, hotkey: h.hotkey('v'), amountRao: 10n ** 12n })
  h.call('bob', 'setChildren', {
    netuid: 1,
    hotkey: h.hotkey('v'),
    children: [{ hotkey: h.hotkey('child'), proportionU64: 5n }],
  })
  h.call('bob', 'setPerpetualLock', { netuid: 1, enabled: true })
  h.call('bob', 'lockStake', { netuid: 1, hotkey: h.hotkey('alice-hot'), amountAlpha: 1_000n })
  h.blocks(12)
  return decodeSnapshot(h.ledger.snapshot()).state
}

const links = (hotkey: readonly AccountId[], proportion: bigint) => ({
  hotkey,
  proportionU64: BigUint64Array.from(hotkey, () => proportion),
})

const commits = (...hash: readonly string[]) => ({
  hash,
  epochIndex: Float64Array.from(hash, () => 1),
  block: Float64Array.from(hash, () => 1),
})

const spoiled: readonly [string, (state: LedgerState) => void, RegExp][] = [
  [
    'commits under a mechanism that there is not',
    (state) => state.set(hashCommits, [1, 1, v], commits('a'.repeat(64))),
    /^the commits of [0-9a-f]{64} under mechanism 1 of subnet 1 cannot be/,
  ],
  [
    'more commits than may wait',
    (state) => state.set(hashCommits, [1, 0, v], commits(...Array(11).fill('a'.repeat(64)))),
    /^the commits of/,
  ],
  [
    'commits out of order',
    (state) =>
      state.set(hashCommits, [1, 0, v], {
        ...commits('a'.repeat(64), 'b'.repeat(64)),
        block: Float64Array.of(2, 1),
      }),
    /^the commits of/,
  ],
  [
    'an epoch with time locks that has none',
    (state) => state.set(timelockBuckets, [1, 0, 3], { places: 1, isSeen: false }),
    /^the time locks of 1 0 3/,
  ],
  [
    'a time lock without a place',
    (state) =>
      state.set(timelockedCommits, [1, 0, 3, 0], { hotkey: v, block: 1, round: 1, commit: Uint8Array.of(1) }),
    /^time lock 1 0 3 0 has no place/,
  ],
  [
    'a commitment of somebody who used nothing of the quota',
    (state) => state.set(commitments, [1, v], { fields: [], block: 1, isReady: false }),
    /^the commitment of [0-9a-f]{64} on subnet 1 cannot be/,
  ],
  [
    'a commitment that is ready without a locked field',
    (state) => {
      state.set(commitmentSpaces, [1, v], { epochIndex: 0, usedBytes: 100 })
      state.set(commitments, [1, v], { fields: [], block: 1, isReady: true })
    },
    /^the commitment of/,
  ],
  [
    'a field whose round has come in a commitment that no block looks at',
    (state) => {
      notePulse(state, 4)
      const field = { kind: 'TimelockEncrypted', data: new Uint8Array(1), revealRound: 4 } as const
      state.set(commitmentSpaces, [1, v], { epochIndex: 0, usedBytes: 100 })
      state.set(commitments, [1, v], { fields: [field], block: 1, isReady: false })
    },
    /^the commitment of/,
  ],
  [
    'more used than the quota',
    (state) => state.set(commitmentSpaces, [1, v], { epochIndex: 0, usedBytes: 3_101 }),
    /used 3101 bytes of its quota on subnet 1/,
  ],
  [
    'a quota of a subnet that there is not',
    (state) => state.set(commitmentSpaces, [7, v], { epochIndex: 0, usedBytes: 100 }),
    /used 100 bytes of its quota on subnet 7/,
  ],
  [
    'reveals out of order',
    (state) => {
      state.set(commitmentSpaces, [1, v], { epochIndex: 0, usedBytes: 100 })
      const text = new Uint8Array(1)
      state.set(
        commitmentReveals,
        [1, v],
        [
          { block: 2, text },
          { block: 1, text },
        ],
      )
    },
    /^the reveals of [0-9a-f]{64} on subnet 1 cannot be/,
  ],
  ['a balance from nowhere', (state) => state.setBalanceRao(bob, 1n), /^balances sum to/],
  [
    'an issuance above the cap',
    (state) => state.setChain({ totalIssuanceRao: MAX_SUPPLY_RAO + 1n }),
    /^the issuance is 21000000000000001 rao/,
  ],
  [
    'TAO of a subnet that its account does not hold',
    (state) => state.setBalanceRao(subnetAccount(1), 5n),
    /^the account of subnet 1 holds 5 rao/,
  ],
  [
    'TAO staked on root that root’s account does not hold',
    (state) => state.setBalanceRao(subnetAccount(0), 5n),
    /^the account of subnet 0 holds 5 rao/,
  ],
  ['a member without a uid', (state) => state.set(uids, [1, bob], 7), /^subnet 1 has 3 members and 2 uids/],
  [
    'a uid of somebody else',
    (state) => state.set(uids, [1, v], 0),
    /^uid 1 of subnet 1 and its hotkey disagree/,
  ],
  [
    'too many neurons',
    (state) => state.set(hyperparameters, [1], { ...state.hyperparameters(1), maxAllowedUids: 1 }),
    /^subnet 1 has 2 neurons/,
  ],
  [
    'a column of another length',
    (state) => state.set(epochs, [1], { ...state.required(epochs, 1), active: new Uint8Array(5) }),
    /^column active of subnet 1 has 5 entries/,
  ],
  [
    'a neuron whose hotkey nobody owns',
    (state) => state.delete(hotkeys, v),
    /^hotkey [0-9a-f]{64} has no owner/,
  ],
  [
    'a place in the list of claims that nobody has',
    (state) => state.setChain({ autoClaims: 2 }),
    /^the list of automatic claims/,
  ],
  ['somebody twice in it', (state) => twiceInClaims(state), /^the list of automatic claims/],
  [
    'a hotkey twice in a list of those staked to',
    (state) => state.set(stakingHotkeys, [bob, 1], v),
    /^the hotkeys that [0-9a-f]{64} staked to/,
  ],
  [
    'a child that knows of no parent',
    (state) => state.set(children, [1, ownerHotkey], links([bob], 1n)),
    /^on subnet 1 only the records of \S+ have a loan/,
  ],
  [
    'a loan of another part than the child thinks',
    (state) =>
      state.set(parents, [1, child, v], { ...state.required(parents, 1, child, v), proportionU64: 6n }),
    /^on subnet 1 only the records of \S+ have a loan/,
  ],
  [
    'a parent without such a child',
    (state) => state.set(parents, [1, alice, bob], { proportionU64: 1n, place: 0 }),
    /^on subnet 1 only the records of \S+ have a loan/,
  ],
  [
    'two parents in one place',
    (state) => state.set(parentLists, [1, child], { nextPlace: 0, sortedBelow: 0 }),
    /^the parents of \S+ on subnet 1 have no order/,
  ],
  [
    'an order of parents that nobody has',
    (state) => state.set(parentLists, [1, alice], { nextPlace: 1, sortedBelow: 0 }),
    /^the parents of \S+ on subnet 1 have no order/,
  ],
  [
    'more lent than there is',
    (state) => state.set(children, [1, ownerHotkey], links([bob, alice], U64_MAX)),
    /lends to 2 hotkeys on subnet 1, 36893488147419103230 of/,
  ],
  [
    'six children',
    (state) => state.set(children, [1, ownerHotkey], links(Array(6).fill(bob), 1n)),
    /lends to 6 hotkeys/,
  ],
  [
    'a perpetual lock that its sum does not hold',
    (state) => state.set(locks, [1, bob], { ...state.required(locks, 1, bob), massAlpha: 1_000_000n }),
    /^perpetual locks to \S+ on subnet 1 are 1000000 alpha, their sum 1000/,
  ],
  [
    'perpetual locks without a sum',
    (state) => {
      state.delete(ownerLocks, 1)
      state.set(locks, [1, bob], { ...state.required(locks, 1, bob), massAlpha: 99n * blockOf(state) + 1n })
    },
    /^perpetual locks to \S+ on subnet 1 are \d+ alpha, their sum 0/,
  ],
]

function blockOf(state: LedgerState): bigint {
  return BigInt(state.chain.block)
}

function twiceInClaims(state: LedgerState): void {
  state.set(autoClaims, [1], state.required(autoClaims, 0))
  state.setChain({ autoClaims: 2 })
}

describe('findBrokenInvariants', () => {
  it('finds nothing in a sound state, nor in an empty one', () => {
    const state = soundState()
    expect(findBrokenInvariants(state)).toEqual([])
    // The records of which the cases below spoil one are there.
    expect(state.range(perpetualLocks)).toHaveLength(1)
    expect(state.get(children, 1, v)).toEqual(links([child], 5n))
    expect(findBrokenInvariants(applyGenesis({ config: localnetPreset().config, endowments: [] }))).toEqual(
      [],
    )
  })

  it('has nothing against a commit of an earlier epoch after one of a later: a tempo that is set puts off an epoch that was due', () => {
    const state = soundState()
    state.set(hashCommits, [1, 0, v], {
      ...commits('a'.repeat(64), 'b'.repeat(64)),
      epochIndex: Float64Array.of(1, 0),
    })
    expect(findBrokenInvariants(state)).toEqual([])
  })

  it.each(spoiled)('finds %s', (_, spoil, sentence) => {
    const state = soundState()
    spoil(state)
    expect(findBrokenInvariants(state)).toContainEqual(expect.stringMatching(sentence))
  })
})

describe('findAnomalies', () => {
  it('names a pool whose positions are worth more than its total, which is no broken invariant', () => {
    const state = soundState()
    expect(findAnomalies(state)).toEqual([])
    const share = state.required(shares, 1, v, bob)
    const { totalAlpha } = state.required(stakes, 1, v)
    // A second position as large as all there was: each is worth the total.
    state.set(shares, [1, v, alice], share)
    expect(findAnomalies(state)).toEqual([
      {
        name: 'PositionsAboveTotal',
        netuid: 1,
        hotkey: keyOf('v').address,
        totalAlpha,
        positionsAlpha: 2n * totalAlpha,
      },
    ])
    expect(findBrokenInvariants(state)).toEqual([])
  })

  it('names perpetual locks above their sum, which is broken only beyond what dust can make in so many blocks', () => {
    const state = soundState()
    const locksAlpha = 99n * blockOf(state)
    state.delete(ownerLocks, 1)
    state.set(locks, [1, bob], { ...state.required(locks, 1, bob), massAlpha: locksAlpha })
    expect(findBrokenInvariants(state)).toEqual([])
    const hotkey = keyOf('alice-hot').address
    expect(findAnomalies(state)).toEqual([
      { name: 'LocksAboveSum', netuid: 1, hotkey, sumAlpha: 0n, locksAlpha },
    ])
  })

  it('names a lock of dust whose sum was rolled without it, of another owner’s hotkey or a time of its own, and restores it', () => {
    const h = new Harness({
      config: { unlockRateBlocks: 5, maturityRateBlocks: 5, ownerHotkeyRateLimitBlocks: 0 },
      endowedTao: { alice: 1_000_000, bob: 1_000, carol: 1_000 },
    })
    h.startSubnet()
    const hotkey = h.hotkey('other')
    const check = (): bigint[] => {
      const { broken, anomalies } = h.ledger.query('invariants', {})
      expect(broken).toEqual([])
      Ledger.restore(h.ledger.snapshot(), { runEpoch })
      return anomalies.flatMap((one) => (one.name === 'LocksAboveSum' ? [one.sumAlpha, one.locksAlpha] : []))
    }
    h.call('alice', 'tryAssociateHotkey', { hotkey })
    for (const name of ['bob', 'carol']) {
      h.call(name, 'addStake', { netuid: 1, hotkey: h.hotkey('alice-hot'), amountRao: 10n ** 10n })
    }
    h.call('bob', 'lockStake', { netuid: 1, hotkey, amountAlpha: 1_000n })
    h.blocks(12)
    h.call('bob', 'setPerpetualLock', { netuid: 1, enabled: true })
    expect(check()).toEqual([])
    const restAlpha = h.ledger.query('locks', { coldkey: h.coldkey('bob') }).entries[0]?.lockedAlpha ?? 0n
    expect(restAlpha > 0n && restAlpha < 100n).toBe(true)
    // To the owner's hotkey conviction is mass: the sum is dust, and so will the lock be when it is rolled.
    expect(h.errorOf('alice', 'setSubnetOwnerHotkey', { netuid: 1, hotkey })).toBe(null)
    expect(check()).toEqual([0n, restAlpha])
    h.call('carol', 'setPerpetualLock', { netuid: 1, enabled: true })
    expect(h.errorOf('carol', 'lockStake', { netuid: 1, hotkey, amountAlpha: 1_000n })).toBe(null)
    expect(check()).toEqual([1_000n, 1_000n + restAlpha])
    // Rolled, it ends, and takes from the sum what was no longer in it.
    h.call('bob', 'addStake', { netuid: 1, hotkey, amountRao: 10n ** 9n })
    expect(check()).toEqual([1_000n - restAlpha, 1_000n])
  })
})
