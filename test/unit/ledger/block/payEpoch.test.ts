import { describe, expect, it } from 'vitest'
import { decodeSnapshot } from '../../../../src/ledger/snapshot.js'
import { accountOf } from '../../../../src/ledger/state/account.js'
import { rootClaimRates, stakingHotkeys } from '../../../../src/ledger/state/tables.js'
import { Harness } from '../harness.js'

const TEMPO = 5

/** A validator of alice that weighs a miner of bob, whose pay is to be staked to the validator. */
function subnet(): Harness {
  const h = new Harness({ hyperparameters: { tempoBlocks: TEMPO } })
  h.startSubnet()
  for (const [coldkey, name] of [
    ['alice', 'validator'],
    ['bob', 'miner'],
  ] as const) {
    h.call(coldkey, 'registerNeuron', { netuid: 1, hotkey: h.hotkey(name), limitRao: null })
  }
  h.call('alice', 'addStake', { netuid: 1, hotkey: h.hotkey('validator'), amountRao: 10n ** 12n })
  h.call('bob', 'setAutoStakeHotkey', { netuid: 1, hotkey: h.hotkey('validator') })
  h.blocks(TEMPO)
  h.call('validator', 'setWeights', { netuid: 1, uids: [2], values: [1], versionKey: 0 })
  h.blocks(2 * TEMPO)
  return h
}

const stateOf = (h: Harness) => decodeSnapshot(h.ledger.snapshot()).state

describe('an epoch', () => {
  it('gives every hotkey that dividends are shared out to a rate of root dividends, be it 0', () => {
    const h = subnet()
    const rated = stateOf(h)
      .range(rootClaimRates)
      .map(([[hotkey, netuid], bits]) => [hotkey, netuid, bits])
    const all = ['alice-hot', 'validator', 'miner'].map((name) => [accountOf(h.hotkey(name)), 1, 0n])
    expect(rated).toEqual(all.sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1)))
  })

  it('puts a hotkey that pay is staked to at the end of the coldkey’s list', () => {
    const h = subnet()
    const { positionAlpha } = h.ledger.query('stake', {
      netuid: 1,
      hotkey: h.hotkey('validator'),
      coldkey: h.coldkey('bob'),
    })
    expect(positionAlpha).toBeGreaterThan(0n)
    const listed = stateOf(h)
      .range(stakingHotkeys, accountOf(h.coldkey('bob')))
      .map(([, hotkey]) => hotkey)
    expect(listed).toEqual(['miner', 'validator'].map((name) => accountOf(h.hotkey(name))))
  })
})
