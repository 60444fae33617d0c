import { describe, expect, it } from 'vitest'
import { localnetPreset } from '../../../src/chain/index.js'
import { applyGenesis } from '../../../src/ledger/genesis.js'
import { findBrokenInvariants } from '../../../src/ledger/invariants.js'
import { decodeSnapshot } from '../../../src/ledger/snapshot.js'
import { accountOf, subnetAccount } from '../../../src/ledger/state/account.js'
import type { LedgerState } from '../../../src/ledger/state/LedgerState.js'
import {
  epochs,
  hyperparameters,
  reserves,
  shares,
  stakes,
  tallies,
  uids,
} from '../../../src/ledger/state/tables.js'
import { MAX_SUPPLY_RAO } from '../../../src/units/index.js'
import { Harness, keyOf } from './harness.js'

const v = accountOf(keyOf('v').address)
const bob = accountOf(keyOf('bob').address)

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
  ['a balance from nowhere', (state) => state.setBalanceRao(bob, 1n), /^\(a\) balances sum to/],
  [
    'an issuance above the cap',
    (state) => state.setChain({ totalIssuanceRao: MAX_SUPPLY_RAO + 1n }),
    /^\(a\) the issuance is 21000000000000001 rao/,
  ],
  [
    'TAO of a subnet that its account does not hold',
    (state) => state.setBalanceRao(subnetAccount(1), 5n),
    /^\(b\) the account of subnet 1 holds 5 rao/,
  ],
  ['alpha without TAO', (state) => state.setRow(tallies, 1, { recycledRao: 1n }), /^\(c\) subnet 1 has/],
  ['alpha in a pool', (state) => state.setRow(reserves, 1, { alphaIn: 1n }), /^\(c\) subnet 1 has/],
  [
    'alpha nobody accounts for',
    (state) => state.setRow(tallies, 1, { dustAlpha: 0n }),
    /^\(d\) subnet 1 has/,
  ],
  [
    'a position above its total',
    (state) => state.set(shares, [1, v, bob], { mantissa: 10n ** 21n, exponent: 0 }),
    /^\(e\) 1 positions of/,
  ],
  ['a total without positions', (state) => state.delete(shares, 1, v, bob), /^\(e\) 0 positions of/],
  ['positions without a total', (state) => state.delete(stakes, 1, v), /^\(d\) subnet 1 has/],
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
