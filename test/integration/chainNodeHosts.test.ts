import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ChainNode, LocalChain } from '../../src/chain/index.js'
import { hostOf } from '../../src/chain/remote/hostOf.js'
import { encodeMessage, MAX_ANSWER_BYTES } from '../../src/chain/remote/messages.js'
import { type Carrier, type Channel, createMemoryNetwork } from '../../src/transport/index.js'
import { until } from '../contract/chainContract.js'

/** A memory network whose listener sees each dial come from the address that a test names. */
class Internet {
  readonly #network = createMemoryNetwork()
  #from = ''

  readonly carrier: Carrier = {
    kind: 'memory',
    dial: (address, options) => this.#network.dial(address, options),
    listen: (options) =>
      this.#network.listen({
        ...options,
        onChannel: (channel) => {
          const remote = this.#from
          options.onChannel({
            remote,
            get bufferedBytes() {
              return channel.bufferedBytes
            },
            receive: (handlers) => channel.receive(handlers),
            send: (frame) => channel.send(frame),
            close: (code) => channel.close(code),
            trust: () => channel.trust(),
          })
        },
      }),
  }

  async dial(node: ChainNode, from: string): Promise<Channel> {
    this.#from = from
    return await this.#network.dial(node.address, { maxFrameBytes: MAX_ANSWER_BYTES })
  }
}

describe('ChainNode among many hosts', () => {
  let chain: LocalChain
  let node: ChainNode
  let internet: Internet

  beforeEach(async () => {
    chain = await LocalChain.start({ blockMs: 'manual' })
    internet = new Internet()
    node = await ChainNode.start({ chain, carrier: internet.carrier, limits: { maxConnections: 6 } })
  })

  afterEach(async () => {
    await node.close()
    await chain.close()
  })

  /** A client that follows the chain, which keeps it busy; `isIn` tells whether it has its place. */
  const follow = async (from: string): Promise<{ isIn: () => boolean }> => {
    let isIn = true
    const channel = await internet.dial(node, from)
    channel.receive({
      onFrame: () => {},
      onClose: () => {
        isIn = false
      },
    })
    channel.send(encodeMessage(['blocks', 0, -1, 1_000]))
    await new Promise((resolve) => setTimeout(resolve, 5))
    return { isIn: () => isIn }
  }

  it('lets a newcomer in while three hosts share all places and are busy with each', async () => {
    const greedy: { isIn: () => boolean }[] = []
    for (let i = 0; i < 6; i++) greedy.push(await follow(`198.51.100.${i % 3}:${4_000 + i}`))
    const newcomer = await follow('203.0.113.9:5000')
    await until(() => greedy.filter(({ isIn }) => isIn()).length === 5)
    expect(newcomer.isIn()).toBe(true)
  })

  it('lets a busy host that has one place keep it, whoever comes', async () => {
    const modest = await follow('203.0.113.9:5000')
    for (let i = 0; i < 40; i++) await follow(`198.51.100.${i % 4}:${4_000 + i}`)
    expect(modest.isIn()).toBe(true)
    expect(node.counters.openConnections).toBe(6)
  })

  it('turns a newcomer away when every host has one place and is busy with it', async () => {
    const all: { isIn: () => boolean }[] = []
    for (let i = 0; i < 6; i++) all.push(await follow(`198.51.100.${i}:4000`))
    const newcomer = await follow('203.0.113.9:5000')
    await until(() => !newcomer.isIn())
    expect(all.every(({ isIn }) => isIn())).toBe(true)
    expect(node.counters.refused.tooManyConnections).toBe(1)
  })

  it.each([
    ['198.51.100.7:4000', '198.51.100.7'],
    ['::ffff:198.51.100.7:4000', '198.51.100.7'],
    ['127.0.0.1:4000', 'loopback'],
    ['127.200.3.4:4000', 'loopback'],
    ['::1:4000', 'loopback'],
    ['::ffff:127.0.0.1:4000', 'loopback'],
    ['2001:db8:1:2:3:4:5:6:4000', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9:4000', '2001:db8:1:2::/64'],
    ['2001:db8::9:4000', '2001:db8:0:0::/64'],
    ['memory:3', 'memory'],
    ['?:0', '?'],
  ])('counts %s as the host %s', (remote, host) => {
    expect(hostOf(remote)).toBe(host)
  })
})
