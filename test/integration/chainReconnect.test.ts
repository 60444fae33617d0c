import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  ChainConnectionError,
  ChainNode,
  LocalChain,
  localnetPreset,
  RemoteChain,
  type RemoteChainEvent,
} from '../../src/chain/index.js'
import { VirtualClock } from '../../src/clock/index.js'
import { keyPairFromUri } from '../../src/crypto/index.js'
import { AbortedError, InvalidArgumentError } from '../../src/errors/index.js'
import { type BlockUpdate, signCall } from '../../src/ledger/index.js'
import { silentLogger } from '../../src/log/index.js'
import { createMemoryNetwork, type Listener, webSocketCarrier } from '../../src/transport/index.js'
import { until } from '../contract/chainContract.js'

const alice = keyPairFromUri('//Alice')
const bob = keyPairFromUri('//Bob')

describe('RemoteChain on a real socket', () => {
  let chain: LocalChain
  let node: ChainNode
  let remote: RemoteChain
  let events: RemoteChainEvent[]

  const isLost = (): boolean => events.some(({ type }) => type === 'lost')

  beforeEach(async () => {
    chain = await LocalChain.start({ blockMs: 'manual' })
    node = await ChainNode.start({ chain })
    events = []
    remote = await RemoteChain.connect({
      url: node.url,
      reconnect: { firstDelayMs: 1, maxDelayMs: 5 },
      logger: silentLogger,
      onEvent: (event) => events.push(event),
    })
  })
  afterEach(async () => {
    await remote.close()
    await node.close()
    await chain.close()
  })

  const restart = async (): Promise<void> => {
    node = await ChainNode.start({ chain, port: node.address.port })
  }

  it('goes on with the next block after a loss, without a gap and without a repetition', async () => {
    const seen: BlockUpdate[] = []
    const stop = new AbortController()
    const reading = (async () => {
      for await (const update of remote.blocks({ fromBlock: 1, signal: stop.signal })) seen.push(update)
    })()
    for (let round = 0; round < 3; round++) {
      await chain.produceBlock()
      await until(() => seen.length === 3 * round + 1)
      await node.close()
      await chain.produceBlock()
      await chain.produceBlock()
      await restart()
      await until(() => seen.length === 3 * round + 3)
    }
    stop.abort()
    await reading
    expect(seen.map(({ header }) => header.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('carries a call through a loss, once, and lets new requests wait for the next connection', async () => {
    const receipt = remote.call(alice, 'transfer', { to: bob.address, amountRao: 5n })
    await until(() => chain.waitingCalls === 1)
    await node.close()
    await until(isLost)
    const head = remote.head()
    const cut = new AbortController()
    const given = remote.query('totals', {}, { signal: cut.signal })
    cut.abort()
    await expect(given).rejects.toThrow(AbortedError)
    await restart()
    expect((await head).number).toBe(0)
    // The call had reached the node: the same bytes wait with the first.
    expect(await remote.nextNonce(alice.address)).toBe(1)
    expect(chain.waitingCalls).toBe(1)
    await chain.produceBlock()
    expect(await receipt).toMatchObject({ nonce: 0, refusal: null })
    expect((await chain.query('account', { address: alice.address })).nonce).toBe(1)
  })

  it('answers a call with its receipt though its block came while the connection was away', async () => {
    const receipt = remote.call(alice, 'transfer', { to: bob.address, amountRao: 5n })
    await until(() => chain.waitingCalls === 1)
    await node.close()
    await chain.produceBlock()
    await chain.produceBlock()
    await restart()
    expect(await receipt).toMatchObject({ block: 1, nonce: 0, refusal: null })
    expect((await chain.query('account', { address: alice.address })).nonce).toBe(1)
  })

  it('rejects signed bytes that were under way when the connection broke: whose they are may send them again', async () => {
    const head = await remote.head()
    const bytes = signCall(alice, {
      genesisHash: remote.genesisHash,
      recentBlockHash: head.hash,
      nonce: 0,
      expiryBlock: 9,
      name: 'transfer',
      args: { to: bob.address, amountRao: 5n },
    })
    const sent = remote.submit(bytes)
    await until(() => chain.waitingCalls === 1)
    await node.close()
    await expect(sent).rejects.toThrow(ChainConnectionError)
    await expect(sent).rejects.toMatchObject({
      code: 'ChainConnection',
      fault: 'lost',
      node: `127.0.0.1:${node.address.port}`,
    })
    await restart()
    await chain.produceBlock()
    expect(await remote.submit(bytes)).toMatchObject({ block: 1, refusal: null })
  })

  it('keeps the order of calls made while there is no connection', async () => {
    const first = remote.call(bob, 'transfer', { to: alice.address, amountRao: 1n })
    await until(() => chain.waitingCalls === 1)
    await node.close()
    const receipts = [1n, 2n, 3n].map((amountRao) =>
      remote.call(alice, 'transfer', { to: bob.address, amountRao }),
    )
    await restart()
    await until(() => chain.waitingCalls === 4)
    await chain.produceBlock()
    expect((await Promise.all(receipts)).map(({ nonce }) => nonce)).toEqual([0, 1, 2])
    expect((await first).refusal).toBe(null)
  })

  it('ends its reader when another chain answers than before', async () => {
    const reading = (async () => {
      for await (const _ of remote.blocks({ fromBlock: 1 }));
    })()
    const failure = expect(reading).rejects.toMatchObject({ code: 'ChainConnection', fault: 'otherChain' })
    await node.close()
    const other = await LocalChain.start({ blockMs: 'manual', preset: localnetPreset({ chainId: 'other' }) })
    const otherNode = await ChainNode.start({ chain: other, port: node.address.port })
    await failure
    await expect(remote.head()).rejects.toMatchObject({ fault: 'otherChain' })
    await otherNode.close()
    await other.close()
  })

  it('ends its reader when a chain of the same name does not continue the blocks it knows', async () => {
    const seen: number[] = []
    const reading = (async () => {
      for await (const { header } of remote.blocks({ fromBlock: 1 })) seen.push(header.number)
    })()
    const failure = expect(reading).rejects.toMatchObject({ fault: 'otherChain' })
    await chain.produceBlock()
    await until(() => seen.length === 1)
    await node.close()
    const other = await LocalChain.start({ blockMs: 'manual', seed: 'another history' })
    await other.produceBlock()
    await other.produceBlock()
    const otherNode = await ChainNode.start({ chain: other, port: node.address.port })
    await failure
    expect(seen).toEqual([1])
    await otherNode.close()
    await other.close()
  })
})

describe('RemoteChain that is pushed out as idle', () => {
  it('asks a question again that crossed the end of its connection', async () => {
    const carrier = createMemoryNetwork({ latencyMs: 20 })
    await using chain = await LocalChain.start({ blockMs: 'manual' })
    const node = await ChainNode.start({ chain, carrier, limits: { maxConnections: 1 } })
    const events: RemoteChainEvent[] = []
    const remote = await RemoteChain.connect({
      url: node.url,
      carrier,
      reconnect: { firstDelayMs: 1, maxDelayMs: 5 },
      logger: silentLogger,
      onEvent: (event) => events.push(event),
    })
    await carrier.dial(node.address, { maxFrameBytes: 1_024 })
    const answers = Promise.all([remote.head(), remote.query('account', { address: bob.address })])
    expect(await answers).toMatchObject([{ number: 0 }, { nonce: 0 }])
    expect(events.map(({ type }) => type)).toEqual(['lost', 'reconnected'])
    await remote.close()
    await node.close()
  })
})

describe('RemoteChain.connect', () => {
  it('refuses a url that is none', async () => {
    await expect(RemoteChain.connect({ url: 'http://127.0.0.1:1' })).rejects.toThrow(InvalidArgumentError)
    await expect(RemoteChain.connect({ url: '127.0.0.1:1' })).rejects.toMatchObject({ field: 'url' })
  })

  it('says when nobody answers', async () => {
    const listener = await webSocketCarrier().listen({
      host: '127.0.0.1',
      port: 0,
      maxFrameBytes: 100,
      maxConnections: 1,
      onChannel: () => {},
    })
    await listener.close()
    await expect(RemoteChain.connect({ url: listener.address })).rejects.toMatchObject({
      code: 'ChainConnection',
      fault: 'unreachable',
      message: expect.stringContaining(`127.0.0.1:${listener.address.port}`),
    })
  })

  it('says when somebody else answers, or nobody speaks in time', async () => {
    const clock = new VirtualClock()
    const carrier = createMemoryNetwork({ clock })
    const listen = (frame?: Uint8Array): Promise<Listener> =>
      carrier.listen({
        host: '127.0.0.1',
        port: 0,
        maxFrameBytes: 100,
        maxConnections: 1,
        onChannel: (channel) => frame && channel.send(frame),
      })
    for (const frame of [Uint8Array.of(1, 2, 3), undefined]) {
      const { address } = await listen(frame)
      const refused = expect(RemoteChain.connect({ url: address, carrier, clock })).rejects.toMatchObject({
        fault: 'notAChainNode',
      })
      await clock.run()
      await refused
    }
    // Ten seconds for the silent one.
    expect(clock.now()).toBe(10_000)
  })

  it('stops with its signal', async () => {
    const carrier = createMemoryNetwork()
    const url = { host: '127.0.0.1', port: 1 }
    await expect(RemoteChain.connect({ url, carrier, signal: AbortSignal.abort() })).rejects.toThrow(
      AbortedError,
    )
  })
})

describe('RemoteChain on a node that stopped without a word', () => {
  it('gives the connection up after two silences, and is patient with a node that only has nothing to say', async () => {
    const clock = new VirtualClock()
    const carrier = createMemoryNetwork({ clock })
    const chain = await LocalChain.start({ blockMs: 'manual', clock })
    const node = await ChainNode.start({ chain, carrier })
    let answers = true
    // Between the two: it passes on what the node says until it stops doing so.
    const wall = await carrier.listen({
      host: '127.0.0.1',
      port: 0,
      maxFrameBytes: 1 << 20,
      maxConnections: 4,
      onChannel: async (client) => {
        const behind = await carrier.dial(node.address, { maxFrameBytes: 1 << 24 })
        behind.receive({ onFrame: (frame) => answers && client.send(frame), onClose: () => {} })
        client.receive({ onFrame: (frame) => behind.send(frame), onClose: () => behind.close(1000) })
      },
    })
    const connecting = RemoteChain.connect({
      url: wall.address,
      carrier,
      clock,
      reconnect: { giveUpAfterMs: 1 },
      logger: silentLogger,
    })
    await clock.run()
    const remote = await connecting
    const receipt = remote.call(alice, 'transfer', { to: bob.address, amountRao: 1n })
    receipt.catch(() => {})
    await clock.run({ untilMs: 100_000 })
    expect(chain.waitingCalls).toBe(1)
    expect(node.counters.openConnections).toBe(1)
    answers = false
    const head = remote.head()
    head.catch(() => {})
    await clock.run({ untilMs: 150_000 })
    await expect(head).rejects.toMatchObject({ code: 'ChainConnection', fault: 'lost' })
    // The call goes on with the next connection, and there is none.
    await expect(receipt).rejects.toMatchObject({ code: 'ChainConnection', fault: 'unreachable' })
    await remote.close()
    await wall.close()
    await node.close()
    await chain.close()
  })
})

describe('RemoteChain without a node', () => {
  it('gives up after the time it was given, and says so to everyone who waits', async () => {
    const clock = new VirtualClock()
    const carrier = createMemoryNetwork({ clock })
    const chain = await LocalChain.start({ blockMs: 'manual', clock })
    const node = await ChainNode.start({ chain, carrier })
    const connecting = RemoteChain.connect({
      url: node.address,
      carrier,
      clock,
      reconnect: { firstDelayMs: 100, maxDelayMs: 1_000, giveUpAfterMs: 5_000 },
      logger: silentLogger,
    })
    await clock.run()
    const remote = await connecting
    const reading = (async () => {
      for await (const _ of remote.blocks({ fromBlock: 1 }));
    })()
    const failed = expect(reading).rejects.toMatchObject({ fault: 'unreachable' })
    await node.close()
    await clock.run({ until: () => clock.now() > 0 })
    const waiting = expect(remote.head()).rejects.toMatchObject({
      code: 'ChainConnection',
      fault: 'unreachable',
    })
    await clock.run()
    await Promise.all([failed, waiting])
    // 100 + 200 + 400 + 800 ms, then every second: the attempt at 5,500 ms is the last.
    expect(clock.now()).toBe(5_500)
    await expect(remote.head()).rejects.toMatchObject({ fault: 'unreachable' })
    await remote.close()
    await chain.close()
  })
})
