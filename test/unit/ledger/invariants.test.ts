import { describe, expect, it } from 'vitest'
import { localnetPreset } from '../../../src/chain/index.js'
import { applyGenesis } from '../../../src/ledger/genesis.js'
import { findBrokenInvariants } from '../../../src/ledger/invariants.js'
import { decodeSnapshot } from '../../../src/ledger/snapshot.js'
import { accountOf, type LedgerState, subnetAccount } from '../../../src/ledger/state/LedgerState.js'
import { memberId, positionId } from '../../../src/ledger/state/records.js'
import { epochTable, shareTable, stakeTable, uidTable } from '../../../src/ledger/state/tables.js'
import { MAX_SUPPLY_RAO } from '../../../src/units/index.js'
import { Harness, keyOf } from './harness.js'

const v = accountOf(keyOf('v').address)
const bob = accountOf(keyOf('bob').address)
const staked = memberId(1, v)
const position = positionId(1, v, bob)

/** A sound state with a subnet, stake and an epoch behind it, to be spoiled in one place. */
function soundState(): LedgerState {
  const h = new Harness()
  h.startSubnet()
  h.call('bob', 'registerNeuron', { netuid: 1, hotkey: h.hotkey('v'), limitRao: null })
  h.call('bob', 'addStake', { netuid: 1, hotkey: h.hotkey('v'), amountRao: 10n ** 12n })
  h.blocks(12)
  return decodeSnapshot(h.ledger.snapshot()).state
}

const spoiled: readonly [string, (state: LedgerState) => void, RegExp][] = [
  ['a balance from nowhere', (state) => state.setAccount(bob, { balanceRao: 1n }), /^\(a\) balances sum to/],
  [
    'an issuance above the cap',
    (state) => state.setChain({ totalIssuanceRao: MAX_SUPPLY_RAO + 1n }),
    /^\(a\) the issuance is 21000000000000001 rao/,
  ],
  [
    'TAO of a subnet that its account does not hold',
    (state) => state.setAccount(subnetAccount(1), { balanceRao: 5n }),
    /^\(b\) the account of subnet 1 holds 5 rao/,
  ],
  ['alpha without TAO', (state) => state.setPool(1, { recycledRao: 1n }), /^\(c\) subnet 1 has/],
  ['alpha in a pool', (state) => state.setPool(1, { alphaIn: 1n }), /^\(c\) subnet 1 has/],
  ['alpha nobody accounts for', (state) => state.setPool(1, { dustAlpha: 0n }), /^\(d\) subnet 1 has/],
  [
    'a negative column',
    (state) => state.setPool(1, { pendingRoot: -1n }),
    /^\(d\) pendingRoot of subnet 1 is -1/,
  ],
  [
    'a position above its total',
    (state) => state.store.set(shareTable, position, { mantissa: 10n ** 21n, exponent: 0 }),
    /^\(e\) 1 positions of/,
  ],
  ['a total without positions', (state) => state.store.delete(shareTable, position), /^\(e\) 0 positions of/],
  ['positions without a total', (state) => state.store.delete(stakeTable, staked), /^\(d\) subnet 1 has/],
  [
    'a member without a uid',
    (state) => state.store.set(uidTable, memberId(1, bob), 7),
    /^subnet 1 has 3 members and 2 uids/,
  ],
  [
    'a uid of somebody else',
    (state) => state.store.set(uidTable, staked, 0),
    /^uid 1 of subnet 1 and its hotkey disagree/,
  ],
  [
    'too many neurons',
    (state) =>
      state.setSubnet(1, { hyperparameters: { ...state.subnet(1).hyperparameters, maxAllowedUids: 1 } }),
    /^subnet 1 has 2 neurons/,
  ],
  [
    'a column of another length',
    (state) =>
      state.store.set(epochTable, '1', { ...state.store.get(epochTable, '1')!, active: new Uint8Array(5) }),
    /^column active of subnet 1 has 5 entries/,
  ],
]

describe('findBrokenInvariants', () => {
  it('finds nothing in a sound state, nor in an empty one', () => {
    expect(findBrokenInvariants(soundState())).toEqual([])
    expect(findBrokenInvariants(applyGenesis({ config: localnetPreset().config, endowments: [] }))).toEqual(
      [],
    )
  })

  it.each(spoiled)('finds %s', (_, spoil, sentence) => {
    const state = soundState()
    spoil(state)
    expect(findBrokenInvariants(state).some((broken) => sentence.test(broken))).toBe(true)
  })
})
