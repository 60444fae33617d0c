import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { applyPendingChildren } from '../../../../src/ledger/block/applyPendingChildren.js'
import { epochFacts } from '../../../../src/ledger/block/epochFacts.js'
import { dropPendingChildren } from '../../../../src/ledger/children/dropPendingChildren.js'
import { giveRootParents } from '../../../../src/ledger/children/giveRootParents.js'
import { linkChildren } from '../../../../src/ledger/children/linkChildren.js'
import { parentsOf as listOfParents, setParent } from '../../../../src/ledger/children/parents.js'
import { shortOfStake } from '../../../../src/ledger/children/stakeWeight.js'
import { brokenLinks } from '../../../../src/ledger/invariants/brokenLinks.js'
import { metagraphView } from '../../../../src/ledger/queries/metagraphView.js'
import { ROOT } from '../../../../src/ledger/state/account.js'
import type { LedgerState } from '../../../../src/ledger/state/LedgerState.js'
import {
  autoParents,
  children,
  neurons,
  parents,
  pendingChildren,
  uids,
} from '../../../../src/ledger/state/tables.js'
import { U64_MAX } from '../../../../src/units/index.js'
import {
  addHotkeys,
  addStakeOf,
  addSubnet,
  type CallContext,
  callContextAt,
  errorOf,
} from '../../../vectors/callContext.js'
import { hotkeyOf, idOf, numberOf } from '../../../vectors/fileState.js'

const HALF = 2n ** 63n
const QUARTER = 2n ** 62n

const links = (...pairs: readonly (readonly [hotkey: number, proportionU64: bigint])[]) => ({
  hotkey: pairs.map(([hotkey]) => idOf(hotkey)),
  proportionU64: BigUint64Array.from(pairs, ([, proportion]) => proportion),
})

function seat({ state }: CallContext, netuid: number, hotkeysByUid: readonly number[]): void {
  state.set(neurons, [netuid], {
    hotkey: hotkeysByUid.map(idOf),
    registeredAtBlock: new Float64Array(hotkeysByUid.length),
  })
  for (const [uid, hotkey] of hotkeysByUid.entries()) state.set(uids, [netuid, idOf(hotkey)], uid)
}

/** Parents of a hotkey, by number. */
const parentsOf = (state: LedgerState, hotkey: number): number[] =>
  listOfParents(state, 1, idOf(hotkey)).map((parent) => numberOf(parent.hotkey))

/**
 * Hotkeys 13, 11 and 12 have the uids 0 to 2. 13 lends half to 12 and a quarter to 22, which has no uid; 21, without one, lends all to 12.
 * TAO on root counts half.
 */
function family(settings = {}): CallContext {
  const context = callContextAt(5, { taoWeightU64: HALF, ...settings })
  addSubnet(context, 1, { minChildkeyTakeU16: 600 })
  addHotkeys(context, [
    [11, 101],
    [12, 102],
    [13, 103],
    [21, 104],
  ])
  seat(context, 1, [13, 11, 12])
  for (const [hotkey, alpha, rootRao] of [
    [11, 500n, 0n],
    [12, 1_000n, 0n],
    [13, 10_000n, 2_000n],
    [21, 4_000n, 8_000n],
  ] as const) {
    addStakeOf(context, 1, hotkey, alpha)
    addStakeOf(context, ROOT, hotkey, rootRao)
  }
  linkChildren(context.state, 1, idOf(13), links([12, HALF], [22, QUARTER]))
  linkChildren(context.state, 1, idOf(21), links([12, U64_MAX]))
  return context
}

describe('epochFacts', () => {
  it('counts what parents lend, with a uid or without, and not what children have, with a uid or without', () => {
    const { state, config } = family()
    const facts = epochFacts(state, config, 1)
    // 13 keeps a quarter; 12 has 1,000 + 10,000 / 2 + 4,000 alpha and 2,000 / 2 + 8,000 TAO.
    expect([...facts.inheritedAlpha]).toEqual([2_500n, 500n, 10_000n])
    expect([...facts.inheritedRootRao]).toEqual([500n, 0n, 9_000n])
    expect([...facts.ownAlpha]).toEqual([10_000n, 500n, 1_000n])
  })

  it('has a row for every relative, in the order of keys, and every loan to or from a neuron once', () => {
    const { state, config } = family()
    errorOf(family(), 102, 'setChildkeyTake', { netuid: 1, hotkey: hotkeyOf(12), takeU16: 700 })
    const { rows, links: loans } = epochFacts(state, config, 1)
    expect(
      rows.map(({ hotkey, uid, owner, alpha, rootRao, hasUid }) => [
        numberOf(hotkey),
        uid,
        numberOf(owner),
        alpha,
        rootRao,
        hasUid,
      ]),
    ).toEqual([
      [11, 1, 101, 500n, 0n, true],
      [12, 2, 102, 1_000n, 0n, true],
      [13, 0, 103, 10_000n, 2_000n, true],
      [21, null, 104, 4_000n, 8_000n, false],
      [22, null, 0, 0n, 0n, false],
    ])
    expect(loans).toEqual([
      { parent: 2, child: 1, proportionU64: HALF },
      { parent: 3, child: 1, proportionU64: U64_MAX },
      { parent: 2, child: 4, proportionU64: QUARTER },
    ])
  })

  it('knows what each child keeps: its own take, or the least of the subnet', () => {
    const context = family()
    errorOf(context, 102, 'setChildkeyTake', { netuid: 1, hotkey: hotkeyOf(12), takeU16: 700 })
    const { rows } = epochFacts(context.state, context.config, 1)
    expect(rows.map(({ childkeyTakeU16 }) => childkeyTakeU16)).toEqual([600, 700, 600, 600, 600])
  })
})

describe('shortOfStake', () => {
  const short = (context: ReturnType<typeof family>, hotkey: number, stakeThresholdRao: bigint) =>
    shortOfStake(context.state, { ...context.config, stakeThresholdRao }, 1, idOf(hotkey))

  it('asks for inherited alpha and weighted inherited TAO', () => {
    const context = family()
    const most = 2n ** 63n
    const weights = [11, 12, 13, 21, 22, 99].map((hotkey) => short(context, hotkey, most)?.stakeRao)
    // 22 has a quarter of 10,000 alpha and of 2,000 TAO.
    expect(weights).toEqual([500n, 14_500n, 2_750n, 0n, 2_750n, 0n])
    expect(short(context, 12, 14_501n)).toEqual({ stakeRao: 14_500n, leastRao: 14_501n })
    expect(short(context, 12, 14_500n)).toBe(null)
    expect(short(context, 99, 0n)).toBe(null)
  })

  it('asks no more parents than it takes, however many strangers lend', () => {
    const context = family()
    const { state } = context
    for (let at = 0; at < 1_000; at++) {
      const parent = idOf(10_000 + at)
      addStakeOf(context, 1, 10_000 + at, 10n)
      setParent(state, 1, idOf(99), { hotkey: parent, proportionU64: 2n ** 64n - 1n })
    }
    const looked = vi.spyOn(state, 'get')
    const askedFor = (leastRao: bigint) => {
      looked.mockClear()
      return [short(context, 99, leastRao), looked.mock.calls.length < 400]
    }
    expect(askedFor(100n)).toEqual([null, true])
    expect(askedFor(10_000n)).toEqual([null, false])
    expect(askedFor(10_001n)).toEqual([{ stakeRao: 10_000n, leastRao: 10_001n }, false])
    // What it has itself is asked first.
    expect(askedFor(1n)).toEqual([null, true])
    looked.mockRestore()
  })

  it('is what the stake threshold of weights is held against', () => {
    const refusedAt = (stakeThresholdRao: bigint): string | null => {
      const context = family({ stakeThresholdRao })
      const args = { netuid: 1, uids: [2], values: [1], versionKey: 0 }
      return errorOf(context, 12, 'setWeights', args)
    }
    expect(refusedAt(14_501n)).toBe('NotEnoughStakeToSetWeights')
    expect(refusedAt(14_500n)).not.toBe('NotEnoughStakeToSetWeights')
  })

  it('is held against it before the call itself only where somebody signed it', () => {
    const context = family({ stakeThresholdRao: 14_501n })
    const args = { netuid: 1, uids: [2], values: [1], versionKey: 0 }
    expect(errorOf(context, 12, 'setWeights', args)).toBe('NotEnoughStakeToSetWeights')
    expect(errorOf({ ...context, isGuarded: false }, 12, 'setWeights', args)).toBe('CommitRevealEnabled')
  })
})

describe('linkChildren', () => {
  it('writes no more for one that has many parents', () => {
    const writesWith = (count: number): number => {
      const { state } = callContextAt(1)
      for (let at = 0; at < count; at++)
        setParent(state, 1, idOf(5), { hotkey: idOf(at + 10), proportionU64: 1n })
      state.commit()
      expect(linkChildren(state, 1, idOf(9), links([5, 7n]))).toBe(true)
      expect(listOfParents(state, 1, idOf(5)).at(-1)).toEqual({ hotkey: idOf(9), proportionU64: 7n })
      expect(linkChildren(state, 1, idOf(5), links([7, 7n]))).toBe(true)
      expect(listOfParents(state, 1, idOf(5))[0]).toEqual({ hotkey: idOf(9), proportionU64: 7n })
      return state.changes().length
    }
    expect(writesWith(3_000)).toBe(writesWith(1))
  })

  it('puts new parents last, and sorts those of a hotkey that gets children itself', () => {
    const { state } = callContextAt(1)
    linkChildren(state, 1, idOf(9), links([5, 1n]))
    linkChildren(state, 1, idOf(3), links([5, 1n]))
    linkChildren(state, 1, idOf(9), links([5, 2n]))
    expect(parentsOf(state, 5)).toEqual([9, 3])
    linkChildren(state, 1, idOf(5), links([7, 1n]))
    expect(parentsOf(state, 5)).toEqual([3, 9])
  })

  it('keeps both sides the same in the order of lists that are written anew, nobody its own parent’s parent, and no empty lists', () => {
    /** Parents by child, as the reference keeps them. */
    const lists = new Map<number, number[]>()
    const listed = (child: number): number[] => lists.get(child) ?? []
    const link = (parent: number, wanted: readonly number[]): void => {
      for (let child = 1; child <= 6; child++) {
        const before = listed(child)
        if (!wanted.includes(child))
          lists.set(
            child,
            before.filter((other) => other !== parent),
          )
        else if (!before.includes(parent)) lists.set(child, [...before, parent])
      }
      lists.set(
        parent,
        listed(parent).toSorted((a, b) => a - b),
      )
    }
    const hotkey = fc.integer({ min: 1, max: 6 })
    const step = fc.record({
      parent: hotkey,
      wanted: fc.uniqueArray(fc.tuple(hotkey, fc.bigInt({ min: 0n, max: U64_MAX / 5n })), {
        maxLength: 5,
        selector: ([child]) => child,
      }),
    })
    const both = (state: LedgerState) => {
      const down = state
        .range(children, 1)
        .flatMap(([[, parent], { hotkey, proportionU64 }]) =>
          hotkey.map((child, at) => `${parent} ${child} ${proportionU64[at]}`),
        )
      const up = state
        .range(parents, 1)
        .map(([[, child, parent], { proportionU64 }]) => `${parent} ${child} ${proportionU64}`)
      return { down: down.sort(), up: up.sort() }
    }
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const { state } = callContextAt(1)
        lists.clear()
        for (const { parent, wanted } of steps) {
          const pairs = wanted.filter(([child]) => child !== parent)
          const before = both(state)
          const isTaken = linkChildren(state, 1, idOf(parent), links(...pairs))
          const after = both(state)
          if (!isTaken) expect(after).toEqual(before)
          else
            link(
              parent,
              pairs.map(([child]) => child),
            )
          for (let child = 1; child <= 6; child++) expect(parentsOf(state, child)).toEqual(listed(child))
          expect(after.up).toEqual(after.down)
          const pairsOf = after.down.map((text) => text.split(' ').slice(0, 2))
          const turned = new Set(pairsOf.map(([up, down]) => `${down} ${up}`))
          expect(pairsOf.some((pair) => turned.has(pair.join(' ')))).toBe(false)
        }
        expect(state.range(children, 1).every(([, { hotkey: list }]) => list.length > 0)).toBe(true)
        expect(brokenLinks(state)).toEqual([])
      }),
    )
  })
})

describe('applyPendingChildren', () => {
  it('waits until after the block, and drops what has become a circle meanwhile', () => {
    const context = family()
    const { state } = context
    state.set(pendingChildren, [1, idOf(11)], { ...links([12, 1n]), afterBlock: 5 })
    // 12 is a child of 13 by now: it cannot lend to it.
    state.set(pendingChildren, [1, idOf(12)], { ...links([13, 1n]), afterBlock: 4 })
    applyPendingChildren(context, 1)
    expect(state.range(pendingChildren).map(([[, hotkey]]) => numberOf(hotkey))).toEqual([11])
    expect(context.events).toEqual([])
    applyPendingChildren({ ...context, block: 6 }, 1)
    expect(parentsOf(state, 12)).toEqual([13, 21, 11])
    const said = { hotkey: hotkeyOf(11), children: [{ hotkey: hotkeyOf(12), proportionU64: 1n }] }
    expect(context.events).toEqual([{ name: 'SetChildren', netuid: 1, data: said }])
  })
})

describe('dropPendingChildren', () => {
  it('forgets what waits on any subnet for a hotkey below the threshold, and nothing of the others', () => {
    const context = family({ stakeThresholdRao: 2_000n })
    const { state } = context
    addSubnet(context, 2, {})
    addStakeOf(context, ROOT, 11, 1_999n)
    addStakeOf(context, 1, 11, 0n)
    for (const [netuid, hotkey] of [
      [1, 11],
      [2, 11],
      [1, 13],
    ] as const) {
      state.set(pendingChildren, [netuid, idOf(hotkey)], { ...links([9, 1n]), afterBlock: 9 })
    }
    dropPendingChildren(context, idOf(11))
    dropPendingChildren(context, idOf(13))
    expect(state.range(pendingChildren).map(([[netuid, hotkey]]) => [netuid, numberOf(hotkey)])).toEqual([
      [1, 13],
    ])
  })
})

describe('giveRootParents', () => {
  it('lends all that root validators have, but those that opted out or have too little, to the owner’s hotkey', () => {
    const context = callContextAt(9, { stakeThresholdRao: 10n })
    const { state } = context
    addHotkeys(context, [
      [1, 101],
      [2, 102],
      [3, 103],
      [4, 104],
      [5, 100],
    ])
    seat(context, ROOT, [4, 3, 5, 2, 1])
    for (const [hotkey, rootRao] of [
      [1, 10n],
      [2, 9n],
      [3, 11n],
      [4, 12n],
      [5, 99n],
    ] as const)
      addStakeOf(context, ROOT, hotkey, rootRao)
    const optOut = (hotkey: number, enabled: boolean) =>
      errorOf(context, 100 + hotkey, 'setAutoParentDelegationEnabled', { hotkey: hotkeyOf(hotkey), enabled })
    expect([optOut(3, false), optOut(4, false), optOut(4, true)]).toEqual([null, null, null])
    expect(state.get(autoParents, idOf(3))).toBe(false)
    addSubnet(context, 1, { ownerHotkey: idOf(5), subtokenEnabled: false })
    giveRootParents(context, 1)
    // By uid: 4 before 1.
    expect(parentsOf(state, 5)).toEqual([4, 1])
    expect(state.range(parents, 1, idOf(5)).map(([, { proportionU64 }]) => proportionU64)).toEqual([
      U64_MAX,
      U64_MAX,
    ])
    // It is a call of theirs: they wait before the next one; 3 need not.
    const next = (hotkey: number) =>
      errorOf(context, 100 + hotkey, 'setChildren', { netuid: 1, hotkey: hotkeyOf(hotkey), children: [] })
    expect([next(4), next(3)]).toEqual(['TxRateLimitExceeded', null])
  })
})

describe('metagraphView', () => {
  it('looks at no parent, however many there are', () => {
    const { state, config } = family()
    const reads = vi.spyOn(state, 'range')
    const each = vi.spyOn(state, 'rangeFrom')
    expect([...metagraphView(state, config, 1).stakeAlpha]).toEqual([10_000n, 500n, 1_000n])
    const tables = [...reads.mock.calls, ...each.mock.calls].map(([table]) => table as unknown)
    expect([tables.includes(parents), tables.includes(children)]).toEqual([false, false])
  })
})
