import { describe, expect, it } from 'vitest'
import { runEpoch } from '../../../../src/consensus/index.js'
import { Ledger } from '../../../../src/ledger/index.js'
import { decodeSnapshot } from '../../../../src/ledger/snapshot.js'
import { accountOf } from '../../../../src/ledger/state/account.js'
import { rootClaimRates, stakingHotkeys } from '../../../../src/ledger/state/tables.js'
import { MemoryStore } from '../../../support/MemoryStore.js'
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

  it('opens rates whatever another ledger of the same store has opened', () => {
    const h = new Harness({
      hyperparameters: { tempoBlocks: 360 },
      config: { testOriginAllowed: true, adminFreezeWindowBlocks: 1, networkRateLimitBlocks: 0 },
    })
    for (const netuid of [1, 2]) {
      h.call('alice', 'registerSubnet', { hotkey: h.hotkey(`hot-${netuid}`) })
      expect(h.errorOf('alice', 'startSubnet', { netuid })).toBeNull()
    }
    const store = new MemoryStore()
    Ledger.restore(h.ledger.snapshot(), { runEpoch, store })
    const [one, other] = [Ledger.resume({ runEpoch, store }), Ledger.resume({ runEpoch, store })]
    const rated = (ledger: Ledger) =>
      decodeSnapshot(ledger.snapshot())
        .state.range(rootClaimRates)
        .map(([[, netuid]]) => netuid)
        .sort()
    const runsEpoch = (ledger: Ledger, netuid: number) => {
      const args = { netuid }
      const { receipts } = ledger.finalizeBlock([
        ledger.testCall({ signer: h.key('alice').address, name: 'triggerEpoch', args }),
      ])
      expect(receipts).toMatchObject([{ refusal: null }])
      ledger.commit()
      ledger.finalizeBlock([])
      ledger.commit()
    }
    runsEpoch(one, 1)
    expect(rated(one)).toEqual([1])
    runsEpoch(other, 2)
    expect(rated(other)).toEqual([2])
    // As many rates were opened in the two, of subnets that have the same lists of hotkeys in both.
    runsEpoch(other, 1)
    expect(rated(other)).toEqual([1, 2])
  })
})
