import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  BlocksGoneError,
  CallRejectedError,
  type Chain,
  ChainClosedError,
  type LocalChain,
  type LocalChainOptions,
  localnetPreset,
  SubnetNotExistsError,
} from '../../src/chain/index.js'
import { encodeCanonical } from '../../src/codec/index.js'
import { type KeyPair, keyPairFromUri, publicKeyOf } from '../../src/crypto/index.js'
import { AbortedError, InvalidArgumentError } from '../../src/errors/index.js'
import { type BlockUpdate, type Queries, signCall } from '../../src/ledger/index.js'
import { asColdkey, asHotkey, RAO_PER_TAO } from '../../src/units/index.js'

/** A chain under test, and the `LocalChain` behind it that makes a block when told to. */
export interface ChainUnderTest {
  readonly chain: Chain
  readonly local: LocalChain
  close(): Promise<void>
}

export const HISTORY_BLOCKS = 40

/** What the chain behind every implementation is started with. */
export const CONTRACT_CHAIN = {
  // Allowed, and yet nobody gets one in.
  preset: localnetPreset({ config: { testOriginAllowed: true } }),
  blockMs: 'manual',
  historyBlocks: HISTORY_BLOCKS,
} as const satisfies LocalChainOptions

const alice = keyPairFromUri('//Alice')
const bob = keyPairFromUri('//Bob')
const aliceHotkey = keyPairFromUri('//Alice//hotkey')

/** Turns of the event loop until something holds; the test's timeout ends a wait that never does. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}

/** What every chain must do, wherever it runs. */
export function chainContract(name: string, open: () => Promise<ChainUnderTest>): void {
  describe(`chain contract: ${name}`, () => {
    let under: ChainUnderTest
    let chain: Chain
    let local: LocalChain

    beforeEach(async () => {
      under = await open()
      chain = under.chain
      local = under.local
    })
    afterEach(() => under.close())

    /** Produces a block as soon as so many calls wait. */
    const produceWith = async (calls: number): Promise<BlockUpdate> => {
      await until(() => local.waitingCalls >= calls)
      return local.produceBlock()
    }
    const produce = async (count: number): Promise<void> => {
      for (let made = 0; made < count; made++) await local.produceBlock()
    }
    const applied = async (call: Promise<{ refusal: unknown }>): Promise<void> => {
      await produceWith(1)
      expect((await call).refusal).toBeNull()
    }
    const transfer = (from: KeyPair, amountRao = RAO_PER_TAO) =>
      chain.call(from, 'transfer', { to: bob.address, amountRao })
    const signedTransfer = (
      changes: { genesisHash?: string; recentBlockHash?: string; nonce?: number; expiryBlock?: number } = {},
    ): Uint8Array =>
      signCall(alice, {
        genesisHash: chain.genesisHash,
        recentBlockHash: chain.genesisHash,
        nonce: 0,
        expiryBlock: 100,
        name: 'transfer',
        args: { to: bob.address, amountRao: 5n },
        ...changes,
      })

    describe('state', () => {
      it('says which chain it is and how fast', async () => {
        const said = ({ chainId, genesisHash, callWindowBlocks, blockMs }: Chain): unknown[] => [
          chainId,
          genesisHash,
          callWindowBlocks,
          blockMs,
        ]
        expect(said(chain)).toEqual(said(local))
        expect(chain.genesisHash).toBe((await chain.head()).hash)
      })

      it('has a head that each block moves on by one', async () => {
        const before = await chain.head()
        const update = await local.produceBlock()
        const after = await chain.head()
        expect(after).toEqual(update.header)
        expect([after.number, after.parentHash]).toEqual([before.number + 1, before.hash])
      })

      it('answers every query as the ledger does', async () => {
        await applied(chain.call(alice, 'registerSubnet', { hotkey: asHotkey(aliceHotkey.address) }))
        await applied(chain.call(alice, 'startSubnet', { netuid: 1 }))
        const hotkey = asHotkey(aliceHotkey.address)
        const coldkey = asColdkey(alice.address)
        const questions: { [N in keyof Queries]: Queries[N]['args'][] } = {
          account: [{ address: alice.address }, { address: aliceHotkey.address }],
          totals: [{}],
          subnet: [{ netuid: 1 }, { netuid: 7 }],
          newSubnet: [{}],
          emissionShares: [{}],
          nextUid: [{ netuid: 1 }, { netuid: 7 }],
          stakeQuote: [
            { netuid: 1, amountRao: RAO_PER_TAO },
            { netuid: 1, amountRao: RAO_PER_TAO, limitRaoPerAlpha: 1n },
            { netuid: 7, amountRao: 0n },
          ],
          unstakeQuote: [
            { netuid: 1, amountAlpha: RAO_PER_TAO },
            { netuid: 0, amountAlpha: RAO_PER_TAO, limitRaoPerAlpha: RAO_PER_TAO },
            { netuid: 7, amountAlpha: 0n },
          ],
          metagraph: [{ netuid: 1 }, { netuid: 7 }],
          identity: [{ coldkey: asColdkey(alice.address) }],
          subnetIdentity: [{ netuid: 1 }, { netuid: 7 }],
          commitment: [{ netuid: 1, hotkey }],
          commitments: [{ netuid: 1 }, { netuid: 7, limit: 5, from: hotkey }],
          commitmentQuota: [
            { netuid: 1, hotkey },
            { netuid: 7, hotkey },
          ],
          serving: [
            { netuid: 1, hotkey },
            { netuid: 1, hotkey: asHotkey(bob.address) },
          ],
          uid: [
            { netuid: 1, hotkey },
            { netuid: 1, hotkey: asHotkey(bob.address) },
          ],
          stake: [{ netuid: 1, hotkey, coldkey }],
          owner: [{ hotkey }, { hotkey: asHotkey(bob.address) }],
          recentBlock: [{ hash: chain.genesisHash }, { hash: 'ab'.repeat(32) }],
          invariants: [{}],
          positions: [{ coldkey }, { coldkey, limit: 1, from: { netuid: 1, hotkey } }],
          ownedHotkeys: [{ coldkey }, { coldkey, from: hotkey }, { coldkey, limit: undefined } as never],
          delegates: [{ netuid: 1 }, { netuid: 7, limit: 5, from: hotkey }],
          nominators: [
            { netuid: 1, hotkey },
            { netuid: 1, hotkey, from: coldkey },
          ],
          locks: [{ coldkey }, { coldkey, from: 1, limit: 1 }],
          conviction: [{ netuid: 1, hotkey }],
          rootClaims: [{ coldkey }, { coldkey, from: { netuid: 0, hotkey }, limit: 1 }],
          rootClaimType: [{ coldkey }],
          beacon: [{}],
          timelockRoundsDue: [{ throughRound: 0 }, { throughRound: 1_000 }],
          timelocksDue: [{ rounds: [] }, { rounds: [1, 2], limit: 5, from: 0 }],
          weightsCommits: [
            { netuid: 1, hotkey },
            { netuid: 7, hotkey, mechanism: 1 },
          ],
          unownedAlpha: [{ netuid: 1 }, { netuid: 7 }, { netuid: 1, from: { hotkey }, limit: 1 }],
          children: [{ netuid: 1, hotkey }],
          parents: [
            { netuid: 1, hotkey },
            { netuid: 1, hotkey, from: hotkey, limit: 1 },
          ],
        }
        for (const [query, argsList] of Object.entries(questions) as [keyof Queries, never[]][]) {
          for (const args of argsList) {
            expect(await chain.query(query, args), query).toEqual(await local.query(query, args))
          }
        }
        expect((await chain.query('invariants', {})).broken).toEqual([])
        const { shares } = await chain.query('emissionShares', {})
        expect(shares.map(({ netuid }) => netuid)).toEqual([1])
        const subnet = await chain.query('subnet', { netuid: 1 })
        // Beyond 64 bits: the widest number that travels.
        expect(subnet?.hyperparameters.burnIncreaseMultBits).toBe(23_242_897_532_874_035_200n)
      })

      it('gives the metagraph of a subnet', async () => {
        await applied(chain.call(alice, 'registerSubnet', { hotkey: asHotkey(aliceHotkey.address) }))
        const metagraph = await chain.metagraph(1)
        expect([metagraph.n, metagraph.netuid, metagraph.block]).toEqual([1, 1, 1])
        expect(metagraph.uidOf(asHotkey(aliceHotkey.address))).toBe(0)
      })

      it('has no metagraph of a subnet that does not exist', async () => {
        const refusal = chain.metagraph(9)
        await expect(refusal).rejects.toThrow(SubnetNotExistsError)
        await expect(refusal).rejects.toMatchObject({ code: 'SubnetNotExists', netuid: 9 })
      })
    })

    describe('calls', () => {
      it('come back as a receipt from the block that holds them', async () => {
        const before = await chain.query('account', { address: bob.address })
        const receipt = transfer(alice, 7n)
        const { header } = await produceWith(1)
        expect(await receipt).toMatchObject({
          block: header.number,
          index: 0,
          signer: alice.address,
          nonce: 0,
          callName: 'transfer',
          refusal: null,
        })
        const after = await chain.query('account', { address: bob.address })
        expect(after.balanceRao - before.balanceRao).toBe(7n)
      })

      it('that are not allowed come back with a refusal and change nothing but the nonce', async () => {
        const stranger = keyPairFromUri('//Stranger')
        await applied(chain.call(alice, 'transfer', { to: stranger.address, amountRao: RAO_PER_TAO }))
        const receipt = chain.call(stranger, 'transfer', { to: bob.address, amountRao: 10n * RAO_PER_TAO })
        await produceWith(1)
        expect((await receipt).refusal).toEqual({
          error: 'FundsUnavailable',
          data: { balanceRao: RAO_PER_TAO, amountRao: 10n * RAO_PER_TAO },
          detail: 'The balance is 1 TAO (1000000000 rao), less than the 10 TAO (10000000000 rao) to be sent.',
          remedy: 'Send at most 1 TAO (1000000000 rao).',
        })
        expect(await chain.query('account', { address: stranger.address })).toEqual({
          balanceRao: RAO_PER_TAO,
          nonce: 1,
        })
      })

      it('that are not allowed say why in data of which each name has its own', async () => {
        const stranger = keyPairFromUri('//Stranger')
        const hotkey = asHotkey(stranger.address)
        await applied(chain.call(alice, 'registerSubnet', { hotkey: asHotkey(aliceHotkey.address) }))
        await applied(chain.call(alice, 'startSubnet', { netuid: 1 }))
        const calls = [
          chain.call(alice, 'addStake', { netuid: 1, hotkey, amountRao: 5n }),
          chain.call(bob, 'startSubnet', { netuid: 1 }),
          chain.call(stranger, 'setHyperparameter', { netuid: 1, name: 'tempoBlocks', value: 5 }),
        ]
        await produceWith(3)
        const [tooLittle, notOwner, neither] = (await Promise.all(calls)).map(({ refusal }) => refusal)
        const signer = asColdkey(bob.address)
        expect(notOwner?.data).toEqual({ because: 'notOwner', netuid: 1, signer })
        expect(neither?.data).toMatchObject({ because: 'notOwnerNorRoot', signer: stranger.address })
        if (tooLittle?.error !== 'AmountTooLow' || tooLittle.data.because !== 'belowLeast') {
          throw new TypeError(`refused otherwise: ${tooLittle?.error}`)
        }
        const { offeredRao, leastRao } = tooLittle.data
        expect([typeof offeredRao, offeredRao, leastRao > offeredRao]).toEqual(['bigint', 5n, true])
      })

      it('of one signer keep their order, made all at once', async () => {
        const receipts = Array.from({ length: 12 }, () => transfer(alice, 1n))
        const { receipts: inBlock } = await produceWith(12)
        const nonces = (await Promise.all(receipts)).map(({ nonce }) => nonce)
        expect(nonces).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
        expect(inBlock.map(({ nonce }) => nonce)).toEqual(nonces)
      })

      it('of several signers do not wait for each other', async () => {
        const receipts = [alice, bob].map((signer) =>
          chain.call(signer, 'transfer', { to: alice.address, amountRao: 1n }),
        )
        await produceWith(2)
        expect((await Promise.all(receipts)).map(({ nonce, block }) => [nonce, block])).toEqual([
          [0, 1],
          [0, 1],
        ])
      })

      it('go on after one that could not be signed', async () => {
        const bad = chain.call(alice, 'transfer', { to: bob.address, amountRao: -1n })
        await expect(bad).rejects.toThrow(InvalidArgumentError)
        await applied(transfer(alice, 1n))
      })

      it.each<[code: string, make: () => Uint8Array]>([
        ['MalformedCall', () => Uint8Array.of(1, 2, 3)],
        ['WrongChain', () => signedTransfer({ genesisHash: 'ab'.repeat(32) })],
        ['AncientBirthBlock', () => signedTransfer({ recentBlockHash: 'ab'.repeat(32) })],
        ['ExpiryTooFar', () => signedTransfer({ expiryBlock: chain.callWindowBlocks + 1 })],
        [
          'BadSignature',
          () => signedTransfer().map((byte, index, all) => (index === all.length - 1 ? byte ^ 1 : byte)),
        ],
      ])('that cannot enter a block are rejected: %s', async (code, make) => {
        const rejection = chain.submit(make())
        await expect(rejection).rejects.toThrow(CallRejectedError)
        await expect(rejection).rejects.toMatchObject({
          code,
          rejection: {
            error: code,
            detail: expect.stringMatching(/\w/),
            remedy: expect.stringMatching(/\w/),
          },
        })
        expect(local.waitingCalls).toBe(0)
      })

      it('with a used nonce or a past expiry are rejected', async () => {
        await applied(chain.submit(signedTransfer()))
        const others = signedTransfer({ expiryBlock: 99 })
        await expect(chain.submit(others)).rejects.toMatchObject({ code: 'StaleNonce' })
        await expect(chain.submit(signedTransfer({ nonce: 1, expiryBlock: 1 }))).rejects.toMatchObject({
          code: 'Expired',
        })
      })

      it('count for the next nonce while they wait', async () => {
        expect(await chain.nextNonce(alice.address)).toBe(0)
        const receipt = transfer(alice)
        await until(() => local.waitingCalls === 1)
        expect(await chain.nextNonce(alice.address)).toBe(1)
        await local.produceBlock()
        await receipt
      })
    })

    describe('blocks', () => {
      const take = async (count: number, blocks: AsyncIterable<BlockUpdate>): Promise<BlockUpdate[]> => {
        const taken: BlockUpdate[] = []
        for await (const update of blocks) if (taken.push(update) === count) break
        return taken
      }

      it('come from the next one on, with their receipts and events', async () => {
        await produce(2)
        const taken = take(2, chain.blocks())
        // The first answer of the chain comes after it knows where to start.
        await chain.head()
        const receipt = transfer(alice)
        const first = await produceWith(1)
        const second = await local.produceBlock()
        await receipt
        expect(await taken).toEqual([first, second])
        expect(first.receipts).toHaveLength(1)
      })

      it('come without gaps from a past block, as fast as the reader takes them', async () => {
        await produce(3)
        const reader = chain.blocks({ fromBlock: 2 })
        const taken = take(30, reader)
        await produce(30)
        expect((await taken).map(({ header }) => header.number)).toEqual(
          Array.from({ length: 30 }, (_, index) => index + 2),
        )
      })

      it('come to every reader at its own pace', async () => {
        const [fast, slow] = [chain.blocks({ fromBlock: 1 }), chain.blocks({ fromBlock: 1 })]
        const first = take(20, fast)
        await produce(20)
        expect(await first).toEqual(await take(20, slow))
      })

      it('that are not made yet are waited for', async () => {
        const taken = take(1, chain.blocks({ fromBlock: 3 }))
        await produce(3)
        expect((await taken)[0]?.header.number).toBe(3)
      })

      it('end quietly when the signal is aborted', async () => {
        const stop = new AbortController()
        const taken = take(9, chain.blocks({ fromBlock: 1, signal: stop.signal }))
        await local.produceBlock()
        await chain.head()
        stop.abort()
        expect((await taken).length).toBeLessThanOrEqual(1)
        expect(await take(1, chain.blocks({ signal: AbortSignal.abort() }))).toEqual([])
      })

      it('that are not kept any more are a named error', async () => {
        await produce(HISTORY_BLOCKS + 5)
        const gone = take(1, chain.blocks({ fromBlock: 2 }))
        await expect(gone).rejects.toThrow(BlocksGoneError)
        await expect(gone).rejects.toMatchObject({ code: 'BlocksGone', wantedBlock: 2, oldestBlock: 6 })
      })

      it('start from a block number', () => {
        expect(() => chain.blocks({ fromBlock: -1 })).toThrow(InvalidArgumentError)
        expect(() => chain.blocks({ fromBlock: 1.5 })).toThrow(InvalidArgumentError)
      })
    })

    describe('waits', () => {
      it('end with the signal, before they began and in the middle; a call that was handed in still counts', async () => {
        const late = { signal: AbortSignal.abort('too late') }
        await expect(chain.query('totals', {}, late)).rejects.toThrow(AbortedError)
        await expect(chain.call(alice, 'transfer', { to: bob.address, amountRao: 1n }, late)).rejects.toThrow(
          AbortedError,
        )
        const stop = new AbortController()
        const receipt = chain.call(
          alice,
          'transfer',
          { to: bob.address, amountRao: 1n },
          { signal: stop.signal },
        )
        await until(() => local.waitingCalls === 1)
        stop.abort()
        await expect(receipt).rejects.toThrow(AbortedError)
        const { receipts } = await local.produceBlock()
        expect(receipts).toHaveLength(1)
        await applied(transfer(alice))
      })

      it('take no call of test origin, in no form', async () => {
        const { address } = alice
        const args = { account: address, balanceRao: 1n }
        await expect(chain.call(alice, 'overrideBalance', args)).rejects.toMatchObject({ code: 'BadOrigin' })
        const key = publicKeyOf(address)
        const bytes = encodeCanonical(['subnetkit/test-call', key, 'overrideBalance', [key, 1n]])
        await expect(chain.submit(bytes)).rejects.toMatchObject({ code: 'MalformedCall' })
      })

      it('refuse a query that is none', async () => {
        await expect(chain.query('balance' as 'account', { address: alice.address })).rejects.toMatchObject({
          code: 'InvalidArgument',
        })
        await expect(chain.query('subnet', { netuid: -1 })).rejects.toMatchObject({ code: 'InvalidArgument' })
      })

      it('end when the chain is closed here', async () => {
        const receipt = transfer(alice)
        await until(() => local.waitingCalls === 1)
        const read = (async () => {
          const seen: BlockUpdate[] = []
          for await (const update of chain.blocks()) seen.push(update)
          return seen
        })()
        await chain.close()
        await chain.close()
        await expect(receipt).rejects.toThrow(ChainClosedError)
        expect(await read).toEqual([])
        await expect(chain.query('totals', {})).rejects.toThrow(ChainClosedError)
        await expect(chain.nextNonce(alice.address)).rejects.toThrow(ChainClosedError)
        await expect(chain.submit(Uint8Array.of(1))).rejects.toThrow(ChainClosedError)
      })
    })
  })
}
