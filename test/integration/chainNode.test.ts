import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  type Chain,
  ChainNode,
  type ChainNodeLimits,
  LocalChain,
  RemoteChain,
} from '../../src/chain/index.js'
import {
  type ClientMessage,
  encodeMessage,
  MAX_ANSWER_BYTES,
  MAX_REQUEST_BYTES,
  type NodeMessage,
  readNodeMessage,
} from '../../src/chain/remote/messages.js'
import { keyPairFromUri } from '../../src/crypto/index.js'
import { type BlockUpdate, signCall } from '../../src/ledger/index.js'
import { type Channel, closeCodes, webSocketCarrier } from '../../src/transport/index.js'
import { asHotkey } from '../../src/units/index.js'
import { until } from '../contract/chainContract.js'
import { upgradeStatus } from '../support/upgradeStatus.js'

const carrier = webSocketCarrier()
const bob = keyPairFromUri('//Bob')

/** A client without manners: it says what a test wants and writes down what it hears. */
class RawClient {
  readonly heard: NodeMessage[] = []
  readonly closes: number[] = []
  readonly channel: Channel

  private constructor(channel: Channel) {
    this.channel = channel
  }

  static async dial(node: ChainNode): Promise<RawClient> {
    return new RawClient(await carrier.dial(node.address, { maxFrameBytes: MAX_ANSWER_BYTES }))
  }

  listen(): this {
    this.channel.receive({
      onFrame: (frame) => this.heard.push(readNodeMessage(frame)!),
      onClose: (code) => this.closes.push(code),
    })
    return this
  }

  say(...messages: ClientMessage[]): void {
    for (const message of messages) this.channel.send(encodeMessage(message))
  }

  about(id: number): NodeMessage[] {
    return this.heard.filter((message) => message[0] !== 'hello' && message[1] === id)
  }
}

/** The same chain with longer blocks, and with one answer for every question. */
function grownBy(
  chain: LocalChain,
  eventIn: (update: BlockUpdate) => string,
  answer: string,
  onFollow: (signal: AbortSignal) => void = () => {},
): Chain {
  return new Proxy(chain, {
    get(target, key) {
      if (key === 'query') return async () => answer
      if (key === 'blocks')
        return async function* (options: { readonly signal: AbortSignal }) {
          onFollow(options.signal)
          for await (const update of target.blocks(options)) yield { ...update, events: [eventIn(update)] }
        }
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

describe('ChainNode', () => {
  let chain: LocalChain
  let node: ChainNode
  let honest: RemoteChain

  const start = async (limits: Partial<ChainNodeLimits> = {}): Promise<void> => {
    node = await ChainNode.start({ chain, limits })
    honest = await RemoteChain.connect({ url: node.url })
  }

  beforeEach(async () => {
    chain = await LocalChain.start({ blockMs: 'manual', historyBlocks: 8 })
  })
  afterEach(async () => {
    // Whatever a test did to the node, it still serves those who keep to the rules.
    expect((await honest.head()).number).toBe((await chain.head()).number)
    await honest.close()
    await node.close()
    await chain.close()
  })

  it('says where it listens', async () => {
    await start()
    expect(node.address.host).toBe('127.0.0.1')
    expect(node.url).toBe(`ws://127.0.0.1:${node.address.port}`)
  })

  it.each<[what: string, frame: Uint8Array]>([
    ['bytes that are no message', Uint8Array.of(0xc1, 0x00)],
    ['a kind that does not exist', encodeMessage(['shout', 1] as unknown as ClientMessage)],
    ['a message with a field too few', encodeMessage(['query', 1, 'totals'] as unknown as ClientMessage)],
    ['an id that is no number', encodeMessage(['head', 'x'] as unknown as ClientMessage)],
    ['a message of the node', encodeMessage(['answer', 1, null])],
  ])('drops a client that sends %s, and counts it', async (_, frame) => {
    await start()
    const client = (await RawClient.dial(node)).listen()
    client.channel.send(frame)
    await until(() => client.closes.length > 0)
    expect(client.closes).toEqual([closeCodes.badMessage])
    expect(node.counters.refused).toEqual({ badMessage: 1 })
  })

  it('drops a client that uses an id twice at once', async () => {
    await start()
    const client = (await RawClient.dial(node)).listen()
    client.say(['blocks', 5, -1, 1], ['head', 5])
    await until(() => client.closes.length > 0)
    expect(client.closes).toEqual([closeCodes.badMessage])
  })

  it('drops a client that sends a frame above the limit', async () => {
    await start()
    const client = (await RawClient.dial(node)).listen()
    client.channel.send(new Uint8Array(MAX_REQUEST_BYTES + 1))
    await until(() => client.closes.length > 0)
    expect(client.closes).toEqual([closeCodes.frameTooLarge])
    expect(node.counters.refused).toEqual({ frameTooLarge: 1 })
  })

  it('answers a bad question with a named failure', async () => {
    await start()
    const client = (await RawClient.dial(node)).listen()
    client.say(
      ['query', 1, 'constructor', {}],
      ['query', 2, 'subnet', { netuid: 70_000 }],
      ['nonce', 3, 'nobody'],
      ['submit', 4, Uint8Array.of(1)],
      ['blocks', 5, 0, 1],
    )
    await until(() => client.heard.length === 6)
    const failures = client.heard.filter(([kind]) => kind === 'failure').map((message) => message[2])
    expect(failures).toEqual(
      expect.arrayContaining([
        ['InvalidArgument', 'name', '"constructor"', expect.stringContaining('totals')],
        ['InvalidArgument', 'args.netuid', '70000', 'Pass a whole number from 0 to 65535.'],
        ['InvalidArgument', 'address', '"nobody"', 'Pass an address from parseAddress.'],
        ['CallRejected', expect.objectContaining({ error: 'MalformedCall', data: expect.anything() })],
        ['BlocksGone', 0, 1],
      ]),
    )
  })

  it('says of an answer that has no bytes where it has none, and serves on', async () => {
    await start()
    const unfit = vi.spyOn(chain, 'query').mockResolvedValueOnce({ balanceRao: 1n, nonce: -0 } as never)
    const { address } = bob
    await expect(honest.query('account', { address })).rejects.toThrow('nonce: "-0"')
    unfit.mockRestore()
    expect(await honest.query('account', { address })).toMatchObject({ nonce: 0 })
  })

  it('refuses more requests of a client than may be open, and forgets cancelled ones', async () => {
    await start({ maxRequests: 2 })
    const client = (await RawClient.dial(node)).listen()
    // Calls wait for a block that is not made: they stay open.
    const calls = [0, 1, 2].map((nonce) =>
      signCall(bob, {
        genesisHash: chain.genesisHash,
        recentBlockHash: chain.genesisHash,
        nonce,
        expiryBlock: 9,
        name: 'transfer',
        args: { to: bob.address, amountRao: 1n },
      }),
    )
    client.say(['submit', 1, calls[0]!], ['submit', 2, calls[1]!], ['submit', 3, calls[2]!])
    await until(() => client.about(3).length === 1)
    expect(client.about(3)).toEqual([['failure', 3, ['Request', 'TooManyRequests']]])
    // The place of a cancelled request is free for the next one.
    client.say(['cancel', 1], ['submit', 4, calls[2]!])
    await until(() => chain.waitingCalls === 3)
    await chain.produceBlock()
    await until(() => client.about(4).length === 2)
    const kinds = [1, 2, 4].map((id) => client.about(id).map(([kind]) => kind))
    expect(kinds).toEqual([['accepted'], ['accepted', 'answer'], ['accepted', 'answer']])
    expect(node.counters.refused).toEqual({ tooManyRequests: 1 })
  })

  it('refuses more subscriptions of a client than may be open', async () => {
    await start({ maxSubscriptions: 1 })
    const client = (await RawClient.dial(node)).listen()
    client.say(['blocks', 1, -1, 1], ['blocks', 2, -1, 1])
    await until(() => client.about(2).length === 1)
    expect(client.about(2)).toEqual([['failure', 2, ['Request', 'TooManySubscriptions']]])
    client.say(['cancel', 1], ['blocks', 3, -1, 1], ['head', 4])
    await until(() => client.about(4).length === 1)
    await chain.produceBlock()
    await until(() => client.about(3).length === 1)
    expect(client.about(3)[0]?.[0]).toBe('block')
    expect(client.about(1)).toEqual([])
  })

  it('lets newcomers in while idle clients hold every place, at the cost of those alone', async () => {
    await start({ maxConnections: 4 })
    await honest.head()
    const idle = await Promise.all(Array.from({ length: 20 }, () => RawClient.dial(node)))
    for (const client of idle) client.listen()
    for (let i = 0; i < 3; i++) {
      const newcomer = await RemoteChain.connect({ url: node.url })
      expect((await newcomer.head()).number).toBe(0)
      await newcomer.close()
    }
    expect(node.counters.openConnections).toBeLessThanOrEqual(4)
    await until(() => idle.filter(({ closes }) => closes.length > 0).length >= 17)
    expect(idle.flatMap(({ closes }) => closes)).toEqual(expect.arrayContaining([closeCodes.idle]))
    expect(node.counters.refused.pushedOut).toBeGreaterThanOrEqual(17)
  })

  it('lets newcomers in while one host holds every place and takes blocks with each', async () => {
    await start({ maxConnections: 4 })
    await honest.head()
    const greedy = await Promise.all(Array.from({ length: 12 }, () => RawClient.dial(node)))
    for (const client of greedy) client.listen().say(['blocks', 1, -1, 1_000])
    await until(() => node.counters.openConnections === 4)
    const newcomer = await RemoteChain.connect({ url: node.url })
    expect((await newcomer.head()).number).toBe(0)
    await newcomer.close()
    honest = await RemoteChain.connect({ url: node.url })
  })

  it('takes a request from who has most when all places for requests are taken', async () => {
    await start({ maxTotalRequests: 4 })
    const calls = [0, 1, 2, 3].map((nonce) =>
      signCall(bob, {
        genesisHash: chain.genesisHash,
        recentBlockHash: chain.genesisHash,
        nonce,
        expiryBlock: 9,
        name: 'transfer',
        args: { to: bob.address, amountRao: 1n },
      }),
    )
    const greedy = (await RawClient.dial(node)).listen()
    calls.forEach((call, id) => void greedy.say(['submit', id, call]))
    await until(() => chain.waitingCalls === 4)
    expect((await honest.head()).number).toBe(0)
    expect((await honest.query('totals', {})).netuids).toEqual([])
    await until(() => greedy.about(3).length > 0)
    expect(greedy.about(3).at(-1)).toEqual(['failure', 3, ['Request', 'TooManyRequests']])
  })

  it('takes a subscription from who has most when all are taken', async () => {
    await start({ maxTotalSubscriptions: 3 })
    const greedy = (await RawClient.dial(node)).listen()
    greedy.say(['blocks', 1, -1, 9], ['blocks', 2, -1, 9], ['blocks', 3, -1, 9], ['head', 4])
    await until(() => greedy.about(4).length > 0)
    const blocks = honest.blocks()[Symbol.asyncIterator]()
    const next = blocks.next()
    await until(() => greedy.about(3).length > 0)
    expect(greedy.about(3)).toEqual([['failure', 3, ['Request', 'TooManySubscriptions']]])
    await chain.produceBlock()
    expect((await next).value?.header.number).toBe(1)
    await blocks.return?.()
  })

  it('closes a client that asks nothing and takes no blocks for long, and no other', async () => {
    await start({ idleMs: 300 })
    const silent = (await RawClient.dial(node)).listen()
    const stalled = (await RawClient.dial(node)).listen()
    const follower = (await RawClient.dial(node)).listen()
    stalled.say(['blocks', 1, 1, 1])
    follower.say(['blocks', 1, 1, 1_000])
    await chain.produceBlock()
    await until(() => silent.closes.length > 0 && stalled.closes.length > 0)
    expect([silent.closes, stalled.closes, follower.closes]).toEqual([
      [closeCodes.idle],
      [closeCodes.idle],
      [],
    ])
    honest = await RemoteChain.connect({ url: node.url })
  })

  it('makes answers for a client as fast as it reads them', async () => {
    await start()
    const client = await RawClient.dial(node)
    for (let id = 0; id < 256; id++) client.say(['query', id, 'totals', {}])
    client.listen()
    await until(() => client.heard.length === 257)
    const ids = client.heard.slice(1).map(([, id]) => id)
    expect(ids).toEqual(Array.from({ length: 256 }, (_, id) => id))
  })

  it.each([
    ['https://evil.example', 403],
    ['null', 403],
    ['https://example.org', 101],
  ])('answers a browser of %s with %d when https://example.org is allowed', async (origin, status) => {
    node = await ChainNode.start({ chain, allowedOrigins: ['https://example.org'] })
    honest = await RemoteChain.connect({ url: node.url })
    expect(await upgradeStatus(node.url, origin)).toBe(status)
    expect(node.counters.refused).toEqual(status === 101 ? {} : { originNotAllowed: 1 })
  })

  it('sends a subscriber no more than it has leave for, and drops one that falls behind by name', async () => {
    await start()
    const client = (await RawClient.dial(node)).listen()
    client.say(['blocks', 1, 1, 2], ['head', 2])
    await until(() => client.about(2).length === 1)
    for (let made = 0; made < 20; made++) await chain.produceBlock()
    client.say(['head', 3])
    await until(() => client.about(3).length === 1)
    expect(client.about(1).map(([kind]) => kind)).toEqual(['block', 'block'])
    // The third block was taken from the chain in time; the fourth is long gone.
    client.say(['more', 1, 10])
    await until(() => client.about(1).length === 4)
    expect(client.about(1)[3]).toEqual(['failure', 1, ['BlocksGone', 4, 13]])
    expect(node.counters.refused).toEqual({ blocksGone: 1 })
  })

  it('refuses a block and an answer that no message holds by name, and sends what comes after', async () => {
    const long = 'x'.repeat(MAX_ANSWER_BYTES)
    const isLarge = ({ header }: BlockUpdate): boolean => header.number === 2
    const grown = grownBy(chain, (update) => (isLarge(update) ? long : ''), long)
    node = await ChainNode.start({ chain: grown })
    honest = await RemoteChain.connect({ url: node.url })
    await expect(honest.query('totals', {})).rejects.toMatchObject({ code: 'TooLarge' })
    for (let made = 0; made < 3; made++) await chain.produceBlock()
    const heard: number[] = []
    const follow = async (fromBlock: number): Promise<void> => {
      for await (const { header } of honest.blocks({ fromBlock })) if (heard.push(header.number) === 2) return
    }
    await expect(follow(1)).rejects.toMatchObject({ code: 'BlockTooLarge', block: 2 })
    await follow(3)
    expect(heard).toEqual([1, 3])
    expect(node.counters.refused).toEqual({ blockTooLarge: 1 })
    // Its place is free again: nobody is sent what nobody follows.
    expect((await honest.head()).number).toBe(3)
  })

  it('sends a reader all large blocks, also those that its client had no room for', async () => {
    const long = 'x'.repeat(15 * 1024 * 1024)
    const signals: AbortSignal[] = []
    const grown = grownBy(
      chain,
      () => long,
      '',
      (signal) => signals.push(signal),
    )
    node = await ChainNode.start({ chain: grown })
    honest = await RemoteChain.connect({ url: node.url })
    for (let made = 0; made < 7; made++) await chain.produceBlock()
    const heard: number[] = []
    for await (const { header } of honest.blocks({ fromBlock: 1 })) {
      // Five more are more than a client holds: it ends what the node sends, until they are read.
      if (heard.push(header.number) === 1) {
        await vi.waitUntil(() => signals[0]?.aborted, { timeout: 50_000, interval: 20 })
      }
      if (heard.length === 7) break
    }
    expect(heard).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(signals).toHaveLength(2)
    expect(node.counters.refused).toEqual({})
    expect(node.counters.connections).toBe(1)
  })

  it('drops a client that asks and never reads', async () => {
    await start({ maxBufferedBytes: 100_000 })
    const registered = chain.call(bob, 'registerSubnet', {
      hotkey: asHotkey(keyPairFromUri('//Hotkey').address),
    })
    await until(() => chain.waitingCalls === 1)
    await chain.produceBlock()
    await registered
    const client = await RawClient.dial(node)
    let id = 0
    // Each answer is far larger than its question; the kernel takes some megabytes before anything waits here.
    while (node.counters.refused.slowReader === undefined) {
      if (client.channel.bufferedBytes === 0)
        for (let burst = 0; burst < 200; burst++) client.say(['query', id++, 'subnet', { netuid: 1 }])
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(node.counters.refused.slowReader).toBe(1)
    expect(node.counters.openConnections).toBe(1)
    client.listen()
    await until(() => client.closes.length > 0)
  })

  it('counts connections and requests', async () => {
    await start()
    await honest.head()
    await honest.query('totals', {})
    expect(node.counters).toEqual({ connections: 1, openConnections: 1, requests: 2, refused: {} })
  })
})
