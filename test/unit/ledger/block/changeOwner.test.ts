import { describe, expect, it } from 'vitest'
import { takeEpochTurns } from '../../../../src/ledger/block/takeEpochTurns.js'
import { lockAlpha, setPerpetual } from '../../../../src/ledger/money/changeLocks.js'
import { hotkeySums, ownerSums } from '../../../../src/ledger/money/lockSums.js'
import { creditStake } from '../../../../src/ledger/money/stake.js'
import { assignUid } from '../../../../src/ledger/neurons/assignUid.js'
import { pendings } from '../../../../src/ledger/state/tables.js'
import { asColdkey, asHotkey } from '../../../../src/units/index.js'
import { type BareSubnet, bareSubnet } from '../../../support/bareSubnet.js'
import { coldkeyOf, hotkeyOf, idOf } from '../../../vectors/fileState.js'

const ownerHotkey = idOf(1)
const owner = idOf(101)
const rivalHotkey = idOf(2)
const rival = idOf(102)
const friend = idOf(103)
const YEAR = 2_629_800

/** A year-old subnet with 1,000 alpha; a friend of the rival has locked 300 to the rival's hotkey for as long, and the owner 200 to its own. */
function challenged(subnet: Partial<BareSubnet> = {}) {
  const { block = YEAR + 1, ...rest } = subnet
  const context = bareSubnet({
    block: 1,
    owner: owner,
    ownerHotkey: ownerHotkey,
    registeredAtBlock: 1,
    alphaOut: 1_000n,
    hotkeyOwners: [
      [ownerHotkey, owner],
      [rivalHotkey, rival],
    ],
    ...rest,
  })
  const { state } = context
  assignUid(context, 1, { kind: 'append', uid: 0 }, ownerHotkey)
  for (const [coldkey, hotkey, amountAlpha] of [
    [friend, rivalHotkey, 300n],
    [owner, ownerHotkey, 200n],
  ] as const) {
    creditStake(state, { netuid: 1, hotkey, coldkey }, amountAlpha)
    setPerpetual(context, 1, coldkey, true)
    expect(lockAlpha(context, 1, coldkey, { hotkey, amountAlpha })).toBe(null)
  }
  state.setRow(pendings, 1, { ownerCutAlpha: 77n })
  context.events.length = 0
  return { ...context, block }
}

describe('A subnet', () => {
  it('goes to whom others locked most for, as its epoch is drained', () => {
    const context = challenged()
    const { state, events } = context
    expect(takeEpochTurns(context)).toMatchObject([{ netuid: 1, pending: { ownerCutAlpha: 77n } }])
    expect(state.subnet(1)).toMatchObject({ owner: rival, ownerHotkey: rivalHotkey })
    expect(state.uidOf(1, rivalHotkey)).toBe(1)
    expect(events).toEqual([
      {
        name: 'SubnetOwnerChanged',
        netuid: 1,
        data: {
          oldOwner: asColdkey(coldkeyOf(101)),
          newOwner: asColdkey(coldkeyOf(102)),
          newHotkey: asHotkey(hotkeyOf(2)),
        },
      },
    ])
  })

  it('makes the locks to the new owner ripe at once, and those to the old one a hotkey’s', () => {
    const context = challenged()
    takeEpochTurns(context)
    const lastBlock = YEAR + 1
    expect(ownerSums(context.state, 1)).toEqual({
      perpetual: { massAlpha: 300n, convictionBits: 300n << 64n, lastBlock },
      decaying: null,
    })
    expect(hotkeySums(context.state, 1, ownerHotkey)).toEqual({
      perpetual: { massAlpha: 200n, convictionBits: 200n << 64n, lastBlock },
      decaying: null,
    })
    expect(hotkeySums(context.state, 1, rivalHotkey)).toEqual({ perpetual: null, decaying: null })
  })

  it.each<[string, Partial<BareSubnet>]>([
    ['in its first year', { block: YEAR }],
    ['where a tenth of its alpha is more than the conviction', { alphaOut: 10_000n }],
    ['where a chain wants none of it', { config: { ownershipByConviction: false } }],
    [
      'where the rival can get no uid',
      { hyperparameters: { maxAllowedUids: 1, immunityPeriodBlocks: 65_535, minNonImmuneUids: 1 } },
    ],
  ])('stays with its owner %s', (_, subnet) => {
    const context = challenged(subnet)
    const before = [ownerSums(context.state, 1), hotkeySums(context.state, 1, rivalHotkey)]
    takeEpochTurns(context)
    expect(context.state.subnet(1)).toMatchObject({ owner, ownerHotkey })
    expect([ownerSums(context.state, 1), hotkeySums(context.state, 1, rivalHotkey)]).toEqual(before)
    expect(context.events).toEqual([])
  })
})
