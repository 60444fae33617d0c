import { describe, expect, it } from 'vitest'
import { localnetPreset } from '../../../../src/chain/index.js'
import { runEpoch } from '../../../../src/consensus/index.js'
import type { EmissionPolicy } from '../../../../src/emission/index.js'
import { InvalidArgumentError } from '../../../../src/errors/index.js'
import { BlockPendingError, Ledger } from '../../../../src/ledger/index.js'
import { RAO_PER_TAO } from '../../../../src/units/index.js'
import { Harness, keyOf } from '../harness.js'

const TAO = RAO_PER_TAO

/** TAO that the last block gave to a subnet. */
function givenRao(h: Harness, netuid: number): bigint {
  const { taoInRao, excessRao } = h.subnet(netuid).lastInjection
  return taoInRao + excessRao
}

describe('emissionShares', () => {
  it('says what the next block gives to each subnet that emits', () => {
    const h = new Harness({ endowedTao: { alice: 1_000_000, bob: 1_000_000 } })
    expect(h.ledger.query('emissionShares', {})).toEqual({
      policy: 'reference',
      emissionRao: TAO,
      shares: [],
    })
    h.startSubnet()
    for (const [at, hotkey] of ['b1', 'b2'].entries()) {
      h.call('bob', 'registerSubnet', { hotkey: h.hotkey(hotkey) })
      h.blocks(4)
      if (at === 0) h.call('bob', 'startSubnet', { netuid: 2 })
    }
    h.call('bob', 'addStake', { netuid: 2, hotkey: h.hotkey('b1'), amountRao: 200n * TAO })
    h.blocks(3)
    const { emissionRao, shares } = h.ledger.query('emissionShares', {})
    expect(shares.map(({ netuid }) => netuid)).toEqual([1, 2])
    h.block()
    for (const { netuid, shareRao } of shares)
      expect([netuid, givenRao(h, netuid)]).toEqual([netuid, shareRao])
    expect(shares[0]!.shareRao).not.toBe(shares[1]!.shareRao)
    const sumRao = shares.reduce((sum, { shareRao }) => sum + shareRao, 0n)
    expect(emissionRao - sumRao).toBeLessThan(3n)
  })

  it('asks the policy of the ledger, which cannot use its ledger meanwhile', () => {
    const ledgers: Ledger[] = []
    let sharesBits: (emissionBits: bigint) => bigint[] = (emissionBits) => [emissionBits / 4n]
    const quarter: EmissionPolicy = { name: 'a quarter', split: (emissionBits) => sharesBits(emissionBits) }
    const { address } = keyOf('alice')
    const { config } = localnetPreset({ config: { testOriginAllowed: true, callOrder: 'given' } })
    const endowments = [{ address, balanceRao: 1_000_000n * TAO }]
    const ledger = new Ledger({ config, endowments }, { runEpoch, policy: quarter })
    ledgers.push(ledger)
    const hotkey = keyOf('h').address as never
    ledger.finalizeBlock([
      ledger.testCall({ signer: address, name: 'registerSubnet', args: { hotkey } }),
      ledger.testCall({ signer: address, name: 'startSubnet', args: { netuid: 1 } }),
    ])
    ledger.commit()
    expect(ledger.query('emissionShares', {})).toEqual({
      policy: 'a quarter',
      emissionRao: TAO,
      shares: [{ netuid: 1, shareRao: TAO / 4n }],
    })
    sharesBits = (emissionBits) => [2n * emissionBits]
    expect(() => ledger.query('emissionShares', {})).toThrow(InvalidArgumentError)
    sharesBits = () => [ledgers[0]!.query('totals', {}).blockEmissionRao]
    expect(() => ledger.query('emissionShares', {})).toThrow(BlockPendingError)
    // What a policy did wrong is nothing to the next question.
    expect(ledger.query('totals', {}).netuids).toEqual([1])
  })
})
