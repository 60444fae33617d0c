import { describe, expect, it } from 'vitest'
import {
  BlocksGoneError,
  type CallRejectedError,
  type Chain,
  ChainClosedError,
  LocalChain,
  type LocalChainOptions,
  localnetPreset,
} from '../../../src/chain/index.js'
import { VirtualClock } from '../../../src/clock/index.js'
import { AbortedError, InvalidArgumentError } from '../../../src/errors/index.js'
import { type BlockUpdate, signCall } from '../../../src/ledger/index.js'
import { Metagraph } from '../../../src/metagraph/index.js'
import { RAO_PER_TAO } from '../../../src/units/index.js'
import { eventsOf } from '../../support/events.js'
import { keyOf } from '../ledger/harness.js'

const alice = keyOf('alice')
const bob = keyOf('bob')
const endowed = [alice, bob].map(({ address }) => ({ address, balanceRao: 200_000n * RAO_PER_TAO }))

const startManual = (options: LocalChainOptions = {}): Promise<LocalChain> =>
  LocalChain.start({ blockMs: 'manual', endowed, ...options })

/** A transfer of alice, signed at block 0. */
function transferBytes(chain: Chain, nonce: number, overrides: object = {}): Uint8Array {
  const args = { to: bob.address, amountRao: 1_000n + BigInt(nonce) }
  const { genesisHash } = chain
  return signCall(alice, {
    genesisHash,
    recentBlockHash: genesisHash,
    nonce,
    expiryBlock: 1_000,
    name: 'transfer',
    args,
    ...overrides,
  })
}

/** How a promise rejected; fails the test when it did not. */
async function rejection(promise: Promise<unknown>): Promise<unknown> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(outcome).toBeDefined()
  return outcome
}

describe('LocalChain', () => {
  it('runs concurrent calls of one signer in the order they were made', async () => {
    await using chain = await startManual()
    const amounts = [1n, 2n, 3n].map((tao) => tao * RAO_PER_TAO)
    const receipts = amounts.map((amountRao) => chain.call(alice, 'transfer', { to: bob.address, amountRao }))
    // Admission takes turns of the event loop; the block is made when all three wait.
    while (chain.waitingCalls < 3) await Promise.resolve()
    expect(await chain.nextNonce(alice.address)).toBe(3)
    await chain.produceBlock()
    const done = await Promise.all(receipts)
    expect(done.map(({ nonce, events }) => [nonce, eventsOf(events, 'Transfer')[0]?.data.amountRao])).toEqual(
      amounts.map((amountRao, nonce) => [nonce, amountRao]),
    )
    expect(chain.waitingCalls).toBe(0)
    expect((await chain.query('account', { address: alice.address })).nonce).toBe(3)
  })

  it('takes calls made just before into a block that is made by hand', async () => {
    await using chain = await startManual()
    const sent = [1n, 2n, 3n].map((tao) =>
      chain.call(alice, 'transfer', { to: bob.address, amountRao: tao * RAO_PER_TAO }),
    )
    expect((await chain.produceBlock()).receipts).toHaveLength(3)
    expect((await Promise.all(sent)).map(({ refusal }) => refusal)).toEqual([null, null, null])
    const founding = chain.call(alice, 'registerSubnet', { hotkey: keyOf('hot').address as never })
    await chain.produceBlock()
    expect((await founding).refusal).toBe(null)
  })

  it('answers bytes that it included with their receipt for as long as they can be valid', async () => {
    const preset = localnetPreset({ config: { callWindowBlocks: 3 } })
    await using chain = await startManual({ preset })
    const bytes = transferBytes(chain, 0, { expiryBlock: 3 })
    const sent = chain.submit(bytes)
    await chain.produceBlock()
    const receipt = await sent
    for (let made = 0; made < 2; made++) {
      expect(await chain.submit(bytes)).toEqual(receipt)
      await chain.produceBlock()
    }
    await chain.produceBlock()
    // Too old to be remembered: neither a receipt nor a promise that it is in no block.
    expect(await rejection(chain.submit(bytes))).toMatchObject({ code: 'OutcomeUnknown' })
    expect((await chain.query('account', { address: alice.address })).nonce).toBe(1)
  })

  it('puts calls of test origin into its next block, before all others', async () => {
    const preset = localnetPreset({ config: { testOriginAllowed: true } })
    await using chain = await startManual({ preset })
    const args = (balanceRao: bigint) => ({ account: bob.address, balanceRao })
    const signed = chain.call(alice, 'transfer', { to: bob.address, amountRao: 5n })
    const tests = [1_000n, 2_000n].map((balanceRao) =>
      chain.testCall({ signer: alice.address, name: 'overrideBalance', args: args(balanceRao) }),
    )
    const { receipts, header } = await chain.produceBlock()
    expect(await Promise.all([...tests, signed])).toEqual(receipts)
    expect(receipts.map(({ origin, refusal }) => [origin, refusal])).toEqual([
      ['test', null],
      ['test', null],
      ['signed', null],
    ])
    expect(header.callCount).toBe(3)
    expect((await chain.query('account', { address: bob.address })).balanceRao).toBe(2_005n)
    expect((await chain.query('account', { address: alice.address })).nonce).toBe(1)
  })

  it('takes no call of test origin unless its settings allow it', async () => {
    await using chain = await startManual()
    const call = {
      signer: alice.address,
      name: 'overrideEmission',
      args: { netuid: 1, enabled: true },
    } as const
    expect(await rejection(chain.testCall(call))).toMatchObject({ code: 'BadOrigin' })
    expect((await chain.produceBlock()).receipts).toEqual([])
  })

  it('ends calls of test origin that wait when it closes', async () => {
    const preset = localnetPreset({ config: { testOriginAllowed: true } })
    const chain = await startManual({ preset })
    const sent = chain.testCall({
      signer: alice.address,
      name: 'overrideEmission',
      args: { netuid: 1, enabled: true },
    })
    await chain.close()
    expect(await rejection(sent)).toBeInstanceOf(ChainClosedError)
  })

  it('makes blocks on the clock, in virtual time', async () => {
    const clock = new VirtualClock()
    const chain = await LocalChain.start({ clock, blockMs: 12_000, endowed })
    await clock.run({ untilMs: 11_999 })
    expect((await chain.head()).number).toBe(0)
    await clock.run({ untilMs: 60_000 })
    expect((await chain.head()).number).toBe(5)
    expect(chain.blockMs).toBe(12_000)
    await chain.close()
    await clock.run({ untilMs: 120_000 })
    expect((await chain.head()).number).toBe(5)
  })

  it('takes 0 for a block per millisecond of the clock, and 250 ms from the preset', async () => {
    const clock = new VirtualClock()
    const eager = await LocalChain.start({ clock, blockMs: 0, endowed })
    const calm = await LocalChain.start({ clock, endowed })
    await clock.run({ untilMs: 1_000 })
    expect([(await eager.head()).number, (await calm.head()).number]).toEqual([1_000, 4])
    expect([eager.blockMs, calm.blockMs]).toEqual([0, 250])
    await Promise.all([eager.close(), calm.close()])
  })

  it('does not catch up after a pause of the machine', async () => {
    let callback: (() => void) | undefined
    let now = 0
    const clock = {
      now: () => now,
      setTimer: (next: () => void) => {
        callback = next
        return { cancel: () => {} }
      },
      hold: <T>(work: () => Promise<T>) => work(),
    }
    await using chain = await LocalChain.start({ clock, blockMs: 100, endowed })
    now = 10_050
    callback!()
    expect((await chain.head()).number).toBe(1)
    let delay = 0
    clock.setTimer = (next: () => void, delayMs?: number) => {
      callback = next
      delay = delayMs ?? 0
      return { cancel: () => {} }
    }
    now = 10_150
    callback!()
    expect(delay).toBe(100)
  })

  it('gives the same blocks to two chains of one seed, and others to another seed', async () => {
    const hashes = async (seed?: string): Promise<string> => {
      await using chain = await startManual(seed === undefined ? {} : { seed })
      const sent = chain.submit(transferBytes(chain, 0))
      const { header } = await chain.produceBlock()
      await sent
      return `${chain.genesisHash} ${header.hash}`
    }
    expect(await hashes('one')).toBe(await hashes('one'))
    // Without a seed every chain is its own.
    expect(new Set([await hashes(), await hashes(), await hashes('one'), await hashes('two')]).size).toBe(4)
  })

  it('keeps a receipt with a refusal for a call that lands but is not allowed', async () => {
    await using chain = await startManual()
    const sent = chain.call(alice, 'startSubnet', { netuid: 4 })
    while (chain.waitingCalls < 1) await Promise.resolve()
    await chain.produceBlock()
    expect((await sent).refusal).toEqual({
      error: 'SubnetNotExists',
      data: { netuid: 4 },
      detail: 'There is no subnet 4 for this call.',
      remedy: expect.stringContaining('the query totals lists their numbers'),
    })
  })

  it('rejects by name what cannot enter a block', async () => {
    await using chain = await startManual({ mempool: { maxCalls: 3, maxCallsPerAccount: 2 } })
    const codeOf = async (bytes: Uint8Array) =>
      ((await rejection(chain.submit(bytes))) as CallRejectedError).code
    expect(await codeOf(new Uint8Array([1]))).toBe('MalformedCall')
    expect(await codeOf(transferBytes(chain, 0, { genesisHash: 'ab'.repeat(32) }))).toBe('WrongChain')
    expect(await codeOf(transferBytes(chain, 0, { expiryBlock: 0 }))).toBe('Expired')
    const altered = transferBytes(chain, 0)
    altered[altered.length - 1]! ^= 1
    expect(await codeOf(altered)).toBe('BadSignature')
    expect(await codeOf(transferBytes(chain, 2))).toBe('MempoolFull')
    const first = chain.submit(transferBytes(chain, 0))
    const again = chain.submit(transferBytes(chain, 0))
    const other = { to: bob.address, amountRao: 77_777n }
    expect(await codeOf(transferBytes(chain, 0, { args: other }))).toBe('StaleNonce')
    await chain.produceBlock()
    expect(await first).toEqual(await again)
    expect(await codeOf(transferBytes(chain, 0, { args: other }))).toBe('StaleNonce')
  })

  it('bounds the calls that wait, per account and in all', async () => {
    await using chain = await startManual({ mempool: { maxCalls: 3, maxCallsPerAccount: 2 } })
    const waiting = [0, 1].map((nonce) => chain.submit(transferBytes(chain, nonce)))
    expect(await rejection(chain.submit(transferBytes(chain, 2)))).toMatchObject({
      code: 'MempoolFull',
      rejection: { data: { because: 'callsOfAccount', most: 2 } },
    })
    const bobs = (nonce: number) =>
      signCall(bob, {
        genesisHash: chain.genesisHash,
        recentBlockHash: chain.genesisHash,
        nonce,
        expiryBlock: 9,
        name: 'startSubnet',
        args: { netuid: 1 },
      })
    waiting.push(chain.submit(bobs(0)))
    expect(await rejection(chain.submit(bobs(1)))).toMatchObject({
      code: 'MempoolFull',
      rejection: { data: { because: 'calls', calls: 3 } },
    })
    await chain.produceBlock()
    expect(await Promise.all(waiting)).toHaveLength(3)
  })

  it('holds a call back until the nonce before it comes, and drops it when it expires', async () => {
    await using chain = await startManual()
    const late = chain.submit(transferBytes(chain, 1, { expiryBlock: 2 }))
    await chain.produceBlock()
    expect(chain.waitingCalls).toBe(1)
    expect(await chain.nextNonce(alice.address)).toBe(0)
    await chain.produceBlock()
    expect(await rejection(late)).toMatchObject({ code: 'Expired' })
    const second = chain.submit(transferBytes(chain, 1))
    const first = chain.submit(transferBytes(chain, 0))
    await chain.produceBlock()
    expect([(await first).index, (await second).index]).toEqual([0, 1])
  })

  it('gives up waiting with the signal; the call stays', async () => {
    await using chain = await startManual()
    const controller = new AbortController()
    const sent = chain.submit(transferBytes(chain, 0), { signal: controller.signal })
    controller.abort()
    expect(await rejection(sent)).toBeInstanceOf(AbortedError)
    expect((await chain.produceBlock()).receipts).toHaveLength(1)
  })

  it('tells readers every block, from where they ask, and names a gap', async () => {
    await using chain = await startManual({ historyBlocks: 4 })
    for (let count = 0; count < 3; count++) await chain.produceBlock()
    const seen: number[] = []
    const reader = (async () => {
      for await (const { header } of chain.blocks({ fromBlock: 2 })) {
        seen.push(header.number)
        if (header.number === 5) break
      }
    })()
    for (let count = 0; count < 2; count++) await chain.produceBlock()
    await reader
    expect(seen).toEqual([2, 3, 4, 5])
    const slow = chain.blocks({ fromBlock: 1 })[Symbol.asyncIterator]()
    expect(await rejection(slow.next())).toMatchObject({ wantedBlock: 1, oldestBlock: 2 })
    expect(new BlocksGoneError({ wantedBlock: 1, oldestBlock: 2 }).code).toBe('BlocksGone')
  })

  it('ends its readers and rejects what waits when it is closed', async () => {
    const chain = await startManual()
    const waiting = rejection(chain.submit(transferBytes(chain, 0)))
    const updates: BlockUpdate[] = []
    const reader = (async () => {
      for await (const update of chain.blocks()) updates.push(update)
    })()
    await chain.close()
    await chain.close()
    await reader
    expect(await waiting).toBeInstanceOf(ChainClosedError)
    for (const use of [
      () => chain.submit(transferBytes(chain, 0)),
      () => chain.query('totals', {}),
      () => chain.nextNonce(alice.address),
      () => chain.produceBlock(),
    ]) {
      expect(await rejection(use())).toBeInstanceOf(ChainClosedError)
    }
  })

  it('refuses a pace that is none', async () => {
    for (const blockMs of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(await rejection(LocalChain.start({ blockMs }))).toBeInstanceOf(InvalidArgumentError)
    }
  })

  it('is not disturbed when a submitter changes its bytes afterwards', async () => {
    await using chain = await startManual()
    const bytes = transferBytes(chain, 0)
    const sent = chain.submit(bytes)
    bytes.fill(0)
    await chain.produceBlock()
    expect((await sent).refusal).toBe(null)
  })

  it('shows a subnet as a metagraph', async () => {
    await using chain = await startManual()
    const sent = chain.call(alice, 'registerSubnet', { hotkey: keyOf('hot').address as never })
    while (chain.waitingCalls < 1) await Promise.resolve()
    await chain.produceBlock()
    await sent
    const metagraph = await chain.metagraph(1)
    expect(metagraph.columns).toMatchObject({ n: 1, block: 1, ownerUid: 0, tempoBlocks: 10 })
    expect(metagraph.columns.hotkey).toEqual([keyOf('hot').address])
    expect(metagraph.columns.coldkey).toEqual([alice.address])
    expect(new Metagraph(metagraph.columns).toJSON()).toEqual(metagraph.toJSON())
    expect(await rejection(chain.metagraph(2))).toMatchObject({ code: 'SubnetNotExists', netuid: 2 })
  })

  it('hands everybody who asks columns of their own, which are neither the state nor of others', async () => {
    await using chain = await startManual()
    const sent = chain.call(alice, 'registerSubnet', { hotkey: keyOf('hot').hotkey })
    while (chain.waitingCalls < 1) await Promise.resolve()
    await chain.produceBlock()
    await sent
    const metagraph = await chain.metagraph(1)
    const others = await chain.metagraph(1)
    const before = others.toJSON()
    const snapshot = chain.snapshot()
    for (const column of Object.values(metagraph.columns)) {
      if (column instanceof BigUint64Array) column.fill(7n)
      else if (ArrayBuffer.isView(column)) (column as Uint8Array).fill(7)
    }
    metagraph.columns.bonds.rowStart.fill(7)
    expect(chain.snapshot()).toEqual(snapshot)
    expect(others.toJSON()).toEqual(before)
    await chain.produceBlock()
    const next = await chain.metagraph(1)
    expect(next.block).toBe(2)
    expect(new Metagraph(next.columns).columns.registeredAtBlock).toEqual(Float64Array.of(1))
  })
})

describe('localnetPreset', () => {
  it('is short of everything that makes people wait', () => {
    const { blockMs, config, endowed: accounts } = localnetPreset()
    expect(blockMs).toBe(250)
    expect(config.hyperparameters.tempoBlocks).toBe(10)
    expect(config.hyperparameters.weightsSetRateLimitBlocks).toBeLessThanOrEqual(5)
    expect(config.hyperparameters.servingRateLimitBlocks).toBeLessThanOrEqual(5)
    expect(config).toMatchObject({
      networkRateLimitBlocks: 0,
      adminFreezeWindowBlocks: 0,
      emissionEnabledAtRegistration: true,
      loopbackAxonsAllowed: true,
    })
    expect(config.hyperparameters.commitRevealEnabled).toBe(false)
    expect(accounts).toHaveLength(6)
    // The well-known address of //Alice.
    expect(accounts[0]!.address).toBe('5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY')
  })

  it('takes overrides one by one', () => {
    const preset = localnetPreset({
      chainId: 'mine',
      blockMs: 7,
      endowed: [],
      config: { subnetLimit: 3 },
      hyperparameters: { tempoBlocks: 33 },
    })
    expect(preset).toMatchObject({ blockMs: 7, endowed: [], config: { chainId: 'mine', subnetLimit: 3 } })
    expect(preset.config.hyperparameters).toMatchObject({ tempoBlocks: 33, commitRevealEnabled: false })
  })
})
