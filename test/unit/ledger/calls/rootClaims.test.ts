import { describe, expect, it, vi } from 'vitest'
import { claimForDrawn } from '../../../../src/ledger/block/claimForDrawn.js'
import { setRootClaimType } from '../../../../src/ledger/calls/setRootClaimType.js'
import { checkCallArgs, refuse } from '../../../../src/ledger/index.js'
import { joinAutoClaims } from '../../../../src/ledger/money/autoClaims.js'
import { addToPosition, takeFromPosition } from '../../../../src/ledger/money/positions.js'
import { eraseRootDividends, payRootDividend } from '../../../../src/ledger/money/rootClaims.js'
import { positionValue } from '../../../../src/ledger/money/stake.js'
import { associateHotkey } from '../../../../src/ledger/neurons/hotkeys.js'
import { ROOT, subnetAccount } from '../../../../src/ledger/state/account.js'
import {
  hyperparameters,
  reserves,
  rootClaimed,
  rootClaimRates,
  stakers,
} from '../../../../src/ledger/state/tables.js'
import { type CallContext, callContextAt, errorOf } from '../../../vectors/callContext.js'
import { addBareSubnet } from '../../../vectors/contextAt.js'
import { coldkeyOf, hotkeyOf, idOf } from '../../../vectors/fileState.js'

const TAO = 10n ** 9n
const NETUIDS = [1, 2, 3] as const
const [OWNER, STAKER, OTHER, LOW, HIGH] = [1, 2, 3, 11, 12]

/** Three subnets with pools at a price of 1; staker 2 has stake on root with hotkey 12 first, and then with 11. */
function world(): CallContext {
  const context = callContextAt(9, { rootClaimsPerBlock: 50 })
  const { state } = context
  state.setChain({ totalStakeRao: 3_512n * TAO })
  for (const netuid of NETUIDS) {
    addBareSubnet(context, netuid)
    const reserve = 1_000n * TAO
    state.setRow(reserves, netuid, {
      accountRao: reserve,
      subnetTaoRao: reserve,
      alphaIn: reserve,
      alphaOut: reserve,
      quoteWeightE18: 5n * 10n ** 17n,
    })
  }
  for (const hotkey of [LOW, HIGH]) associateHotkey(context, idOf(OWNER), idOf(hotkey))
  state.setRow(reserves, ROOT, { accountRao: 512n * TAO, subnetTaoRao: 512n * TAO, alphaOut: 512n * TAO })
  for (const [coldkey, hotkey] of [
    [STAKER, HIGH],
    [STAKER, LOW],
    [OTHER, LOW],
    [OTHER, HIGH],
  ] as const) {
    addToPosition(context, { netuid: ROOT, hotkey: idOf(hotkey), coldkey: idOf(coldkey) }, 128n * TAO)
  }
  return context
}

/** Half of it is of each staker. */
function pay({ state }: CallContext, hotkey: number, netuid: number, alpha: bigint): void {
  expect(payRootDividend(state, netuid, idOf(hotkey), alpha)).toBe(true)
}

const claimed = ({ events }: CallContext) =>
  events.flatMap(({ name, netuid, data }) =>
    name === 'RootClaimed' ? [[data.hotkey, netuid, data.amountAlpha, data.stakedRao]] : [],
  )

const alphaOf = ({ state }: CallContext, netuid: number, hotkey: number, coldkey = STAKER) =>
  positionValue(state, { netuid, hotkey: idOf(hotkey), coldkey: idOf(coldkey) })

/** All TAO that the pools and root's account hold. */
const heldRao = ({ state }: CallContext) =>
  [ROOT, ...NETUIDS].reduce((sum, netuid) => sum + state.balanceRao(subnetAccount(netuid)), 0n)

describe('claimRoot', () => {
  it('says how many subnets a claim names, be they too many or none', () => {
    const { remedy } = refuse('InvalidSubnetNumber', { because: 'claims', subnets: 0, most: 5 })
    expect(remedy).toBe('Name 1 to 5 subnets in a call, and further ones in further calls.')
  })

  it('claims on one to five subnets, each named once', () => {
    const context = world()
    expect(errorOf(context, STAKER, 'claimRoot', { netuids: [] })).toBe('InvalidSubnetNumber')
    expect(errorOf(context, STAKER, 'claimRoot', { netuids: [1, 2, 3, 4, 5, 6] })).toBe('InvalidSubnetNumber')
    expect(errorOf(context, STAKER, 'claimRoot', { netuids: [1, 2, 3, 4, 5, 5] })).toBe(null)
    expect(context.events.map(({ name, netuid }) => [name, netuid])).toEqual(
      [1, 2, 3, 4, 5].map((netuid) => ['NothingClaimed', netuid]),
    )
  })

  it('says on which subnets it pays nothing, and how much waits there for the least', () => {
    const context = world()
    const { rootClaimThresholdAlpha: leastAlpha } = context.config.hyperparameters
    // Each owes a little less than the least on subnet 2, floored: 16,777 of 2^32 for each of 128 TAO. On 3 nothing is owed.
    for (const hotkey of [LOW, HIGH]) pay(context, hotkey, 2, 2n * (leastAlpha - 1n))
    pay(context, HIGH, 1, 2n * TAO)
    expect(errorOf(context, STAKER, 'claimRoot', { netuids: [3, 1, 2, 9] })).toBe(null)
    expect(claimed(context).map(([, netuid]) => netuid)).toEqual([1])
    const coldkey = coldkeyOf(STAKER)
    const nothing = context.events.filter(({ name }) => name === 'NothingClaimed')
    expect(nothing).toEqual([
      { name: 'NothingClaimed', netuid: 3, data: { coldkey, owedAlpha: 0n, leastAlpha } },
      { name: 'NothingClaimed', netuid: 2, data: { coldkey, owedAlpha: 2n * 499_993n, leastAlpha } },
      { name: 'NothingClaimed', netuid: 9, data: { coldkey, owedAlpha: 0n, leastAlpha: 0n } },
    ])
  })

  it('sells for stake on root: hotkeys as they were first staked to, subnets ascending, and only those named', () => {
    const context = world()
    for (const hotkey of [LOW, HIGH]) for (const netuid of NETUIDS) pay(context, hotkey, netuid, 2n * TAO)
    const before = heldRao(context)
    const { totalStakeRao } = context.state.chain
    expect(errorOf(context, STAKER, 'claimRoot', { netuids: [3, 1] })).toBe(null)
    const claims = claimed(context)
    expect(claims.map(([hotkey, netuid]) => [hotkey, netuid])).toEqual([
      [hotkeyOf(HIGH), 1],
      [hotkeyOf(HIGH), 3],
      [hotkeyOf(LOW), 1],
      [hotkeyOf(LOW), 3],
    ])
    // Without a fee: 1000 / 1001 of 1 TAO.
    expect(claims[0]).toEqual([hotkeyOf(HIGH), 1, TAO, 999_000_999n])
    const stakedRao = claims.reduce((sum, [, , , rao]) => sum + (rao as bigint), 0n)
    expect(alphaOf(context, ROOT, HIGH) + alphaOf(context, ROOT, LOW)).toBe(256n * TAO + stakedRao)
    expect(heldRao(context)).toBe(before)
    expect(context.state.row(reserves, ROOT)).toMatchObject({
      accountRao: 512n * TAO + stakedRao,
      subnetTaoRao: 512n * TAO + stakedRao,
      alphaOut: 512n * TAO + stakedRao,
    })
    expect(context.state.chain.totalStakeRao).toBe(totalStakeRao)
    expect(errorOf(context, STAKER, 'claimRoot', { netuids: [3, 1] })).toBe(null)
    expect(claimed(context)).toHaveLength(4)
  })

  it('pays nothing below the threshold of a subnet', () => {
    const context = world()
    const { state } = context
    state.set(hyperparameters, [1], { ...state.hyperparameters(1), rootClaimThresholdAlpha: TAO + 1n })
    for (const netuid of [1, 2]) pay(context, HIGH, netuid, 2n * TAO)
    expect(errorOf(context, STAKER, 'claimRoot', { netuids: [1, 2] })).toBe(null)
    expect(claimed(context).map(([, netuid]) => netuid)).toEqual([2])
  })

  it('undoes the whole claim when a pool refuses, by its error', () => {
    const context = world()
    const { state } = context
    for (const netuid of NETUIDS) pay(context, HIGH, netuid, 2n * TAO)
    state.setRow(reserves, 2, { subnetTaoRao: 999_999n })
    const before = state.root()
    expect(errorOf(context, STAKER, 'claimRoot', { netuids: [1, 2, 3] })).toBe('ReservesTooLow')
    expect(state.root()).toBe(before)
    expect(context.events).toEqual([])
  })
})

describe('setRootClaimType', () => {
  it('keeps alpha everywhere, or on some subnets', () => {
    const context = world()
    for (const netuid of NETUIDS) pay(context, HIGH, netuid, 2n * TAO)
    expect(errorOf(context, STAKER, 'setRootClaimType', { rootClaim: 'Keep', keptNetuids: [] })).toBe(null)
    expect(errorOf(context, STAKER, 'claimRoot', { netuids: [1] })).toBe(null)
    const some = { rootClaim: 'KeepSubnets', keptNetuids: [3, 7, 3] } as const
    expect(errorOf(context, STAKER, 'setRootClaimType', some)).toBe(null)
    expect(errorOf(context, STAKER, 'claimRoot', { netuids: [2, 3] })).toBe(null)
    expect(claimed(context).map(([, netuid, , rao]) => [netuid, rao === null])).toEqual([
      [1, true],
      [2, false],
      [3, true],
    ])
    expect(NETUIDS.map((netuid) => alphaOf(context, netuid, HIGH))).toEqual([TAO, 0n, TAO])
    expect(context.state.required(stakers, idOf(STAKER))).toMatchObject({
      rootClaim: 'KeepSubnets',
      keptNetuids: Uint16Array.of(3, 7),
    })
    expect(context.events.at(-1)?.name).toBe('RootClaimed')
    expect(
      context.events.find(({ data }) => 'keptNetuids' in data && data.keptNetuids.length > 0)?.data,
    ).toEqual({
      coldkey: coldkeyOf(STAKER),
      rootClaim: 'KeepSubnets',
      keptNetuids: [3, 7],
    })
  })

  it('names at most 1,024 subnets to keep on, whoever wrote the call', () => {
    const call = (subnets: number) => {
      const keptNetuids = Array.from({ length: subnets }, (_, at) => at + 1)
      return { rootClaim: 'KeepSubnets', keptNetuids } as const
    }
    const context = world()
    expect(errorOf(context, STAKER, 'setRootClaimType', call(1_024))).toBe(null)
    expect(context.state.required(stakers, idOf(STAKER)).keptNetuids).toHaveLength(1_024)
    expect(() => checkCallArgs('setRootClaimType', call(1_025))).toThrow(
      'Invalid args.keptNetuids: array of 1025. Pass a list of at most 1024 whole numbers from 0 to 65535.',
    )
    // Bytes that another program signed are malformed.
    expect(setRootClaimType.read(['KeepSubnets', new Uint8Array(2 * 1_024)])).toBeDefined()
    expect(setRootClaimType.read(['KeepSubnets', new Uint8Array(2 * 1_025)])).toBeUndefined()
  })

  it('wants subnets for KeepSubnets alone', () => {
    const context = world()
    for (const args of [
      { rootClaim: 'KeepSubnets', keptNetuids: [] },
      { rootClaim: 'Keep', keptNetuids: [1] },
      { rootClaim: 'Swap', keptNetuids: [1] },
    ] as const) {
      expect(errorOf(context, STAKER, 'setRootClaimType', args)).toBe('InvalidSubnetNumber')
    }
  })
})

describe('claims of a block', () => {
  it('are of those whom it draws; one that fails does not hold up the others', () => {
    const context = world()
    const { state } = context
    // Who never staked is passed over.
    joinAutoClaims(state, idOf(9))
    pay(context, HIGH, 1, 2n * TAO)
    pay(context, LOW, 2, 2n * TAO)
    state.setRow(reserves, 2, { subnetTaoRao: 999_999n })
    errorOf(context, OTHER, 'setRootClaimType', { rootClaim: 'Keep', keptNetuids: [] })
    context.events.length = 0
    claimForDrawn({ ...context, parentHash: `${'0'.repeat(15)}1`.repeat(4) })
    expect(context.events).toEqual([
      {
        name: 'RootClaimFailed',
        netuid: null,
        data: { coldkey: coldkeyOf(STAKER), error: 'ReservesTooLow' },
      },
      ...[
        [LOW, 2],
        [HIGH, 1],
      ].map(([hotkey, netuid]) => ({
        name: 'RootClaimed',
        netuid,
        data: {
          hotkey: hotkeyOf(hotkey as number),
          coldkey: coldkeyOf(OTHER),
          amountAlpha: TAO,
          stakedRao: null,
        },
      })),
    ])
    expect(alphaOf(context, ROOT, HIGH)).toBe(128n * TAO)
  })

  it('come again once anything is owed, by whatever change, and are not looked for while nothing has changed', () => {
    const context = world()
    const { state } = context
    const claims = (): unknown[] => {
      context.events.length = 0
      for (const digit of '01234567') claimForDrawn({ ...context, parentHash: digit.repeat(64) })
      return claimed(context)
    }
    const looked = vi.spyOn(state, 'range')
    expect(claims()).toEqual([])
    const lookUps = looked.mock.calls.length
    expect(claims()).toEqual([])
    expect(looked.mock.calls.length).toBe(lookUps)
    // A dividend, one below the threshold of its subnet, and a lower threshold.
    pay(context, HIGH, 1, 2n * TAO)
    expect(claims()).toHaveLength(2)
    expect(claims()).toEqual([])
    const rules = state.hyperparameters(2)
    state.set(hyperparameters, [2], { ...rules, rootClaimThresholdAlpha: 5n * TAO })
    pay(context, LOW, 2, 2n * TAO)
    expect(claims()).toEqual([])
    state.set(hyperparameters, [2], rules)
    expect(claims()).toHaveLength(2)
    // One that failed is tried again, and comes when the pool can pay.
    const { subnetTaoRao } = state.row(reserves, 3)
    pay(context, HIGH, 3, 2n * TAO)
    state.setRow(reserves, 3, { subnetTaoRao: 999_999n })
    expect(claims()).toEqual([])
    expect(context.events.map(({ name }) => name)).toContain('RootClaimFailed')
    state.setRow(reserves, 3, { subnetTaoRao })
    expect(claims()).toHaveLength(2)
    // What a rollback takes back, and what comes after it.
    expect(claims()).toEqual([])
    const savepoint = state.savepoint()
    pay(context, HIGH, 1, 2n * TAO)
    state.rollback(savepoint)
    expect(claims()).toEqual([])
    pay(context, HIGH, 1, 2n * TAO)
    expect(claims()).toHaveLength(2)
    // Somebody new in the list.
    joinAutoClaims(state, idOf(9))
    expect(claims()).toEqual([])
  })

  it('look at no hotkey that the coldkey has no more on root, however many it once staked to', () => {
    const lookUpsAfter = (count: number): number => {
      const context = world()
      const { state } = context
      for (let at = 0; at < count; at++) {
        const position = { netuid: ROOT, hotkey: idOf(100 + at), coldkey: idOf(STAKER) }
        addToPosition(context, position, TAO)
        takeFromPosition(context, position, TAO)
        addToPosition(context, { ...position, netuid: 1 }, TAO)
      }
      pay(context, HIGH, 1, 2n * TAO)
      const reads = [vi.spyOn(state, 'get'), vi.spyOn(state, 'range'), vi.spyOn(state, 'rangeFrom')]
      claimForDrawn({ ...context, parentHash: '0'.repeat(64) })
      expect(claimed(context)).toHaveLength(1)
      return reads.reduce((sum, spy) => sum + spy.mock.calls.length, 0)
    }
    expect(lookUpsAfter(500)).toBe(lookUpsAfter(0))
  })
})

describe('root dividends', () => {
  it('are the owner’s where there is less stake than dividend, and no rate comes of it', () => {
    const { state } = world()
    expect(payRootDividend(state, 1, idOf(HIGH), 256n * TAO + 1n)).toBe(false)
    expect(state.get(rootClaimRates, idOf(HIGH), 1)).toBe(undefined)
    expect(payRootDividend(state, 1, idOf(99), 0n)).toBe(true)
    expect(state.get(rootClaimRates, idOf(99), 1)).toBe(0n)
  })

  it('are forgotten with their subnet', () => {
    const context = world()
    for (const netuid of [1, 2]) pay(context, HIGH, netuid, 2n * TAO)
    errorOf(context, STAKER, 'claimRoot', { netuids: [1, 2] })
    eraseRootDividends(context.state, 1)
    expect(context.state.range(rootClaimRates).map(([[, netuid]]) => netuid)).toEqual([2])
    expect(context.state.range(rootClaimed, 1)).toEqual([])
    expect(context.state.range(rootClaimed, 2)).toHaveLength(1)
  })
})
