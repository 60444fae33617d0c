import { describe, expect, it } from 'vitest'
import { localnetPreset, referencePreset } from '../../../src/chain/index.js'
import { decodeCanonical, encodeCanonical } from '../../../src/codec/index.js'
import { runEpoch } from '../../../src/consensus/index.js'
import { addressOf, bytesOfHex, hexOf } from '../../../src/crypto/index.js'
import { InvalidArgumentError } from '../../../src/errors/index.js'
import * as subnetkitLedger from '../../../src/ledger/index.js'
import {
  BlockPendingError,
  Ledger,
  NoBlockPendingError,
  SnapshotError,
  signCall,
} from '../../../src/ledger/index.js'
import { accountOf, subnetAccount } from '../../../src/ledger/state/account.js'
import type { ChangeSet } from '../../../src/ledger/state/Store.js'
import { asHotkey, MAX_SUPPLY_RAO } from '../../../src/units/index.js'
import { MemoryStore } from '../../support/MemoryStore.js'
import { Harness, keyOf, REFERENCE_LOCK, signedNow } from './harness.js'

const alice = keyOf('alice').address

describe('genesis', () => {
  it('issues the endowments and nothing else', () => {
    const ledger = new Ledger(
      { config: referencePreset.config, endowments: [{ address: alice, balanceRao: 700n }] },
      { runEpoch },
    )
    expect(ledger.query('totals', {})).toEqual({
      block: 0,
      totalIssuanceRao: 700n,
      blockEmissionRao: 1_000_000_000n,
      netuids: [],
    })
    expect(ledger.info()).toMatchObject({
      chainId: 'reference',
      head: { number: 0, parentHash: '0'.repeat(64), callCount: 0 },
    })
  })

  it('refuses what would break an invariant', () => {
    const { config } = referencePreset
    const start =
      (endowments: { address: typeof alice; balanceRao: bigint }[], change = {}) =>
      () =>
        new Ledger({ config: { ...config, ...change }, endowments }, { runEpoch })
    const bob = keyOf('bob').address
    expect(start([{ address: alice, balanceRao: 499n }])).toThrow(InvalidArgumentError)
    expect(
      start([
        { address: alice, balanceRao: 500n },
        { address: alice, balanceRao: 500n },
      ]),
    ).toThrow('endowments[1].address')
    expect(
      start([
        { address: alice, balanceRao: MAX_SUPPLY_RAO },
        { address: bob, balanceRao: 500n },
      ]),
    ).toThrow('Invalid endowments')
    expect(start([{ address: addressOf(bytesOfHex(subnetAccount(1))), balanceRao: 500n }])).toThrow(
      'and no subnet',
    )
    expect(start([], { chainId: '' })).toThrow('config.chainId')
    expect(start([], { subnetLimit: 1.5 })).toThrow('config.subnetLimit')
    expect(start([], { subnetLimit: 70_000 })).toThrow('config.subnetLimit')
    expect(start([], { minStakeRao: -1n })).toThrow('config.minStakeRao')
    expect(
      start([{ address: alice, balanceRao: MAX_SUPPLY_RAO }])().query('totals', {}).blockEmissionRao,
    ).toBe(0n)
  })

  it('gives other hashes for another seed, configuration or endowment, and the same for the same', () => {
    const { config } = localnetPreset()
    const endowments = [{ address: alice, balanceRao: 500n }]
    const hashOf = (genesis: ConstructorParameters<typeof Ledger>[0]) =>
      new Ledger(genesis, { runEpoch }).info().head.hash
    const base = hashOf({ config, endowments })
    expect(hashOf({ config: { ...config }, endowments })).toBe(base)
    const others = [
      hashOf({ config, endowments, seed: 'a' }),
      hashOf({ config, endowments, seed: 'b' }),
      hashOf({ config: { ...config, minStakeRao: 1n }, endowments }),
      hashOf({ config, endowments: [] }),
    ]
    expect(new Set([base, ...others]).size).toBe(5)
  })
})

describe('blocks', () => {
  it('chain by hash and commit to their calls', () => {
    const [h, other] = [new Harness(), new Harness()]
    const first = h.block()
    const second = h.block(h.sign('alice', 'transfer', { to: h.key('bob').address, amountRao: 1_000n }))
    expect(second.header).toMatchObject({ number: 2, parentHash: first.header.hash, callCount: 1 })
    other.block()
    expect(other.block().header.hash).not.toBe(second.header.hash)
    expect(second.receipts[0]).toMatchObject({
      block: 2,
      index: 0,
      signer: h.key('alice').address,
      nonce: 0,
      callName: 'transfer',
    })
  })

  it('run calls by signer and nonce whatever their order of arrival', () => {
    const h = new Harness()
    const calls = ['alice', 'alice', 'bob'].map((name, index) =>
      h.sign(name, 'transfer', { to: h.key('carol').address, amountRao: 1_000n + BigInt(index) }),
    )
    const { receipts } = h.block(calls[1]!, calls[2]!, calls[0]!)
    expect(receipts.map(({ index }) => index)).toEqual([0, 1, 2])
    expect(
      receipts.filter(({ signer }) => signer === h.key('alice').address).map(({ nonce }) => nonce),
    ).toEqual([0, 1])
    const hexes = receipts.map(({ signer }) => signer)
    expect(new Set(hexes.slice(0, 1).concat(hexes.slice(-1))).size).toBe(2)
  })

  it('can be made again before they are committed', () => {
    const h = new Harness()
    const call = h.sign('alice', 'transfer', { to: h.key('bob').address, amountRao: 1_000n })
    const empty = h.ledger.finalizeBlock([])
    const full = h.ledger.finalizeBlock([call])
    expect(h.ledger.finalizeBlock([]).header).toEqual(empty.header)
    expect(h.ledger.finalizeBlock([call]).header).toEqual(full.header)
    expect(h.ledger.commit()).toEqual(full.header)
  })

  it('answer nothing between finalizing and committing, and are committed once', () => {
    const h = new Harness()
    h.ledger.finalizeBlock([])
    const pending = (door: string, use: () => unknown) => {
      expect(use).toThrow(BlockPendingError)
      expect(use).toThrow(
        `The ledger's ${door} was used between finalizeBlock and commit, or while a block was made or stored. Call commit first`,
      )
    }
    pending('query', () => h.ledger.query('totals', {}))
    pending('snapshot', () => h.ledger.snapshot())
    pending('checkTx', () => h.ledger.checkTx(new Uint8Array()))
    pending('prepareProposal', () => h.ledger.prepareProposal([]))
    pending('processProposal', () => h.ledger.processProposal([]))
    h.ledger.commit()
    expect(() => h.ledger.commit()).toThrow(NoBlockPendingError)
    expect(() => h.ledger.commit()).toThrow('There is no finalized block to commit.')
    expect(new BlockPendingError({ door: 'query' })).toMatchObject({
      code: 'BlockPending',
      door: 'query',
      docsPath: 'errors#block-pending',
    })
    expect(new NoBlockPendingError()).toMatchObject({
      code: 'NoBlockPending',
      docsPath: 'errors#no-block-pending',
    })
  })

  it.each(['goes on', 'throws'])(
    'are not disturbed by a store that asks while they are stored, and %s',
    (then) => {
      const seen: unknown[] = []
      let isAsking = false
      class AskingStore extends MemoryStore {
        override write(changes: ChangeSet): void {
          const doors = [
            () => ledger.finalizeBlock([]),
            () => ledger.commit(),
            () => ledger.query('totals', {}),
            () => ledger.snapshot(),
            () => ledger.checkTx(new Uint8Array()),
            () => ledger.prepareProposal([]),
            () => ledger.processProposal([]),
            () => ledger.standing(accountOf(alice)),
          ]
          for (const door of isAsking ? doors : []) {
            try {
              door()
              seen.push('answered')
            } catch (error) {
              if (then === 'throws') throw error
              seen.push(error instanceof BlockPendingError ? error.door : error)
            }
          }
          super.write(changes)
        }
      }
      const store = new AskingStore()
      const genesis = {
        config: localnetPreset().config,
        endowments: [{ address: alice, balanceRao: 10n ** 13n }],
      }
      const ledger = new Ledger(genesis, { runEpoch, store })
      const quiet = new Ledger(genesis, { runEpoch })
      const made = ledger.finalizeBlock([]).header
      isAsking = true
      if (then === 'throws') {
        expect(() => ledger.commit()).toThrow(BlockPendingError)
        expect(ledger.info().head.number).toBe(0)
        isAsking = false
      }
      expect(ledger.commit()).toEqual(made)
      isAsking = false
      if (then === 'goes on') {
        expect(seen).toEqual([
          'finalizeBlock',
          'commit',
          'query',
          'snapshot',
          'checkTx',
          'prepareProposal',
          'processProposal',
          'standing',
        ])
      }
      ledger.finalizeBlock([])
      ledger.commit()
      for (let count = 0; count < 2; count++) {
        quiet.finalizeBlock([])
        quiet.commit()
      }
      expect(ledger.info()).toEqual(quiet.info())
      expect(Ledger.restore(ledger.snapshot(), { runEpoch }).info()).toEqual(ledger.info())
      expect(Ledger.resume({ runEpoch, store }).info()).toEqual(ledger.info())
    },
  )

  it('undo everything when the epoch function fails', () => {
    const { config } = localnetPreset({ config: REFERENCE_LOCK, hyperparameters: { tempoBlocks: 3 } })
    let fails = true
    const ledger = new Ledger(
      { config, endowments: [{ address: alice, balanceRao: 10n ** 13n }] },
      {
        runEpoch: (input, params) => {
          if (fails) throw new RangeError('the engine broke')
          return runEpoch(input, params)
        },
      },
    )
    const founding = signCall(keyOf('alice'), {
      ...signedNow(ledger),
      nonce: 0,
      name: 'registerSubnet',
      args: { hotkey: asHotkey(keyOf('x').address) },
    })
    ledger.finalizeBlock([founding])
    ledger.commit()
    const make = () => {
      for (let count = 0; count < 3; count++) {
        ledger.finalizeBlock([])
        ledger.commit()
      }
    }
    expect(make).toThrow('the engine broke')
    const { number } = ledger.info().head
    expect(ledger.query('totals', {}).block).toBe(number)
    fails = false
    expect(ledger.finalizeBlock([]).events.map(({ name }) => name)).toContain('EpochRan')
  })
})

describe('proposals', () => {
  it('hold good calls in order, within their limits', () => {
    const h = new Harness()
    const to = h.key('carol').address
    const send = (signer: string) => h.sign(signer, 'transfer', { to, amountRao: 1_000n })
    const [a0, a1, b0] = [send('alice'), send('alice'), send('bob')]
    const junk = new Uint8Array([1, 2, 3])
    const proposal = h.ledger.prepareProposal([a1, junk, b0, a0, a0])
    expect(proposal).toHaveLength(3)
    expect(proposal.indexOf(a0)).toBeLessThan(proposal.indexOf(a1))
    expect(h.ledger.processProposal(proposal)).toEqual({ accepted: true })
    expect(h.ledger.prepareProposal([a1, b0], {})).toEqual([b0])
    expect(h.ledger.prepareProposal([a0, a1, b0], { maxCalls: 2 })).toHaveLength(2)
    expect(h.ledger.prepareProposal([a0, a1, b0], { maxBytes: a0.length })).toHaveLength(1)
  })

  it('are refused when out of order, doubled, or with a bad call', () => {
    const h = new Harness()
    const to = h.key('carol').address
    const [a0, a1] = [0, 1].map(() => h.sign('alice', 'transfer', { to, amountRao: 1_000n }))
    for (const calls of [[a1!, a0!], [a0!, a0!], [a1!], [new Uint8Array()]]) {
      expect(h.ledger.processProposal(calls)).toMatchObject({
        accepted: false,
        refusal: { error: 'BadProposal' },
      })
    }
    expect(h.ledger.processProposal([])).toEqual({ accepted: true })
  })

  it('trust no signature, whatever they are told of it', () => {
    const h = new Harness()
    const good = h.sign('alice', 'transfer', { to: h.key('bob').address, amountRao: 1_000n })
    const parts = decodeCanonical(good) as [string, Uint8Array, Uint8Array, Uint8Array]
    const bad = encodeCanonical([parts[0], parts[1], parts[2], new Uint8Array(64)])
    const refusal = { error: 'BadSignature' }
    const door = h.ledger as unknown as Record<'open' | 'checkTx', (...args: unknown[]) => unknown>
    for (const told of [[], [true], [{ signatureVerified: true }], [{ isVerified: true }]]) {
      expect(door.open(bad, ...told)).toMatchObject(refusal)
      expect(door.checkTx(bad, ...told)).toMatchObject({ accepted: false, refusal })
    }
    expect(h.ledger.prepareProposal([bad])).toEqual([])
    expect(h.ledger.processProposal([bad])).toMatchObject({ accepted: false })
    expect(h.ledger.finalizeBlock([bad]).dropped).toMatchObject([{ refusal }])
    expect(subnetkitLedger).not.toHaveProperty('openCall')
  })
})

describe('snapshot', () => {
  function lively(): Harness {
    const h = new Harness({ hyperparameters: { weightsSetRateLimitBlocks: 0 } })
    h.startSubnet()
    for (const name of ['v', 'm'])
      h.call('bob', 'registerNeuron', { netuid: 1, hotkey: h.hotkey(name), limitRao: null })
    h.call('m', 'serveAxon', { netuid: 1, ip: '127.0.0.1', port: 5, version: 1 })
    h.call('bob', 'addStake', { netuid: 1, hotkey: h.hotkey('v'), amountRao: 10n ** 12n })
    h.blocks(12)
    h.call('v', 'setWeights', { netuid: 1, uids: [0, 2], values: [1, 2], versionKey: 0 })
    h.call('alice', 'setHyperparameter', { netuid: 1, name: 'burnIncreaseMultBits', value: 2n << 64n })
    h.call('alice', 'decreaseTake', { hotkey: h.hotkey('alice-hot'), takeU16: 7 })
    h.blocks(11)
    return h
  }

  it('is taken up with the same answers and the same future', () => {
    const h = lively()
    const bytes = h.ledger.snapshot()
    const restored = Ledger.restore(bytes, { runEpoch })
    expect(restored.info()).toEqual(h.ledger.info())
    expect(restored.config).toEqual(h.ledger.config)
    for (const [name, args] of [
      ['subnet', { netuid: 1 }],
      ['metagraph', { netuid: 1 }],
      ['totals', {}],
    ] as const) {
      expect(restored.query(name, args as never)).toEqual(h.ledger.query(name, args as never))
    }
    expect(hexOf(restored.snapshot())).toBe(hexOf(bytes))
    const call = h.sign('bob', 'removeStake', { netuid: 1, hotkey: h.hotkey('v'), amountAlpha: 10n ** 10n })
    const { header, receipts } = h.block(call)
    expect(receipts[0]!.refusal).toBe(null)
    expect(restored.finalizeBlock([call]).header).toEqual(header)
  })

  it('is refused when damaged or of another kind', () => {
    const bytes = lively().ledger.snapshot()
    const restore = (damaged: Uint8Array) => () => Ledger.restore(damaged, { runEpoch })
    expect(restore(bytes.subarray(0, 100))).toThrow(SnapshotError)
    expect(restore(bytes.subarray(0, 100))).toThrow('its bytes are damaged')
    expect(restore(encodeCanonical(['other', '', [], []]))).toThrow(
      'its format is another, not subnetkit/snapshot/5',
    )
    expect(restore(encodeCanonical(['subnetkit/snapshot/2', '', [], []]))).toThrow(
      'its format is subnetkit/snapshot/2, not subnetkit/snapshot/5',
    )
    const flipped = bytes.slice()
    const at = flipped.length - 40
    flipped[at] = flipped[at]! ^ 1
    expect(restore(flipped)).toThrow(SnapshotError)
    expect(new SnapshotError({ why: 'x' })).toMatchObject({ code: 'Snapshot', docsPath: 'errors#snapshot' })
  })
})

describe('query', () => {
  it('answers for what does not exist', () => {
    const { ledger } = new Harness()
    const hotkey = keyOf('nobody').address as never
    expect(ledger.query('subnet', { netuid: 1 })).toBe(null)
    expect(ledger.query('metagraph', { netuid: 9 })).toBe(null)
    expect(ledger.query('uid', { netuid: 1, hotkey })).toBe(null)
    expect(ledger.query('owner', { hotkey })).toBe(null)
    expect(ledger.query('stake', { netuid: 1, hotkey, coldkey: hotkey })).toEqual({
      positionAlpha: 0n,
      hotkeyAlpha: 0n,
    })
    expect(ledger.query('account', { address: hotkey })).toEqual({ balanceRao: 0n, nonce: 0 })
  })
})
