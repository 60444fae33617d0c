import { describe, expect, it } from 'vitest'
import { localnetPreset } from '../../../src/chain/index.js'
import { runEpoch } from '../../../src/consensus/index.js'
import { addressOf, bytesOfHex, hexOf } from '../../../src/crypto/index.js'
import { Ledger } from '../../../src/ledger/index.js'
import { subnetAccount } from '../../../src/ledger/state/account.js'
import { Harness } from './harness.js'

/** Writes over every number and array in a value, as a program without types may. */
function spoil(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  if (ArrayBuffer.isView(value)) {
    new Uint8Array(value.buffer, value.byteOffset, value.byteLength).fill(7)
    return
  }
  for (const [name, entry] of Object.entries(value)) {
    if (typeof entry === 'number') Reflect.set(value, name, entry + 1)
    else if (typeof entry === 'string') Reflect.set(value, name, 'spoiled')
    else spoil(entry)
  }
}

function lively(): Harness {
  const h = new Harness({ hyperparameters: { tempoBlocks: 5, weightsSetRateLimitBlocks: 0 } })
  h.startSubnet()
  h.call('bob', 'registerNeuron', { netuid: 1, hotkey: h.hotkey('v'), limitRao: null })
  h.call('bob', 'addStake', { netuid: 1, hotkey: h.hotkey('v'), amountRao: 10n ** 12n })
  h.blocks(12)
  return h
}

describe('What a ledger gives out', () => {
  it('can be written over without a change of its state', () => {
    const h = lively()
    const [before, after] = [hexOf(h.ledger.snapshot()), lively().blocks(6).at(-1)?.header]
    const { hash } = h.ledger.info().head
    for (const answer of [
      h.ledger.query('totals', {}),
      h.ledger.query('subnet', { netuid: 1 }),
      h.ledger.query('metagraph', { netuid: 1 }),
      h.ledger.query('recentBlock', { hash }),
      h.ledger.query('nominators', { netuid: 1, hotkey: h.hotkey('v') }),
      h.ledger.info().head,
      h.ledger.config,
      h.ledger.snapshot(),
    ]) {
      spoil(answer)
      expect(hexOf(h.ledger.snapshot())).toBe(before)
    }
    expect(h.blocks(6).at(-1)?.header).toEqual(after)
  })
})

describe('An opened call', () => {
  it('stays what was signed', () => {
    const h = lively()
    const signed = h.sign('bob', 'transfer', { to: h.key('alice').address, amountRao: 5n })
    for (const call of [
      h.ledger.open(signed),
      h.ledger.testCall({ signer: h.key('bob').address, name: 'startSubnet', args: { netuid: 1 } }),
    ]) {
      expect(Reflect.set(call, 'signer', 'ab'.repeat(32))).toBe(false)
      expect(Reflect.set(call, 'run', () => null)).toBe(false)
    }
  })
})

describe('A call of test origin', () => {
  it('does not stand for the account of a subnet', () => {
    const h = lively()
    const signer = addressOf(bytesOfHex(subnetAccount(1)))
    const args = { to: h.key('bob').address, amountRao: 1_000n }
    expect(() => h.ledger.testCall({ signer, name: 'transfer', args })).toThrow('Invalid call.signer')
  })
})

describe('A genesis', () => {
  it('is read once: what becomes of it later changes no chain', () => {
    const config = structuredClone(localnetPreset().config)
    const ledger = new Ledger({ config, endowments: [] }, { runEpoch })
    const before = hexOf(ledger.snapshot())
    spoil(config)
    expect(hexOf(ledger.snapshot())).toBe(before)
    expect(ledger.config).toEqual(localnetPreset({ chainId: ledger.config.chainId }).config)
  })
})
