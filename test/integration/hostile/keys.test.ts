import { describe, expect, it } from 'vitest'
import { Axon } from '../../../src/axon/index.js'
import { LocalChain } from '../../../src/chain/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { admitsCaller } from '../../../src/neuron/index.js'
import { packValue, unpackValue } from '../../../src/synapse/index.js'
import {
  acceptSession,
  type Channel,
  connectSession,
  createMemoryNetwork,
  generateNoiseKeyPair,
  type KeyLifetime,
  webSocketCarrier,
} from '../../../src/transport/index.js'
import { afterwards, alice, bob, dendriteOf, double, endAll, serve, until } from './serving.js'

endAll()

/** A server that answers with what it got, and a caller of it, over real sockets and keys that last a few frames. */
async function echoed(
  messages: readonly Uint8Array[],
  keyLifetime: KeyLifetime,
): Promise<readonly Uint8Array[]> {
  const accepted: Channel[] = []
  const listener = await webSocketCarrier().listen({
    host: '127.0.0.1',
    port: 0,
    maxFrameBytes: 1 << 20,
    maxConnections: 1,
    onChannel: (channel) => {
      accepted.push(channel)
      void acceptSession(channel, { signer: alice, staticKey: generateNoiseKeyPair(), keyLifetime }).then(
        (session) => session.receive({ onMessage: (message) => session.send(message), onClose: () => {} }),
      )
    },
  })
  afterwards(() => listener.close())
  const channel = await webSocketCarrier().dial(listener.address, { maxFrameBytes: 1 << 20 })
  const session = await connectSession(channel, {
    signer: bob,
    staticKey: generateNoiseKeyPair(),
    hotkey: alice.hotkey,
    keyLifetime,
  })
  const answers: Uint8Array[] = []
  session.receive({ onMessage: (message) => void answers.push(Uint8Array.from(message)), onClose: () => {} })
  for (const [at, message] of messages.entries()) {
    session.send(message)
    // Some share a turn and some do not.
    if (at % 3 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  await until(() => answers.length === messages.length)
  session.close(1000)
  return answers
}

describe('keys', () => {
  it.each([1, 2, 3, 7])(
    'of a session are replaced every %i frames both ways, and no message is lost',
    async (rekeyEveryFrames) => {
      const messages = Array.from({ length: 100 }, (_, at) => packValue([at, 'x'.repeat(at)]))
      const answers = await echoed(messages, { rekeyEveryFrames, maxFrames: 1_000 })
      expect(answers.map((answer) => unpackValue(answer))).toEqual(
        messages.map((message) => unpackValue(message)),
      )
    },
  )

  it('of the encryption are others after a restart, and callers take them: who answers is proven by the signature', async () => {
    const first = await serve()
    const dendrite = dendriteOf()
    expect((await dendrite.call(double, first.target, 1)).status).toBe('ok')
    await first.axon.stop()
    const second = await serve({ host: first.address.host, port: first.address.port })
    expect((await dendrite.call(double, second.target, 1)).status).toBe('ok')
    await second.axon.stop()
    // Another hotkey at the same address is nobody.
    const third = new Axon({
      signer: bob,
      host: first.address.host,
      port: first.address.port,
      logger: silentLogger,
    })
    afterwards(() => third.stop())
    third.handle(double, (value) => value)
    await third.start()
    expect((await dendriteOf().call(double, first.target, 1)).status).toBe('unauthenticated')
    expect(third.counters.callsReceived).toBe(0)
  })
})

describe('a hotkey that was swapped on chain', () => {
  it('is answered for once the axon has the new key, and the old one gives no entrance', async () => {
    const carrier = createMemoryNetwork()
    const chain = await LocalChain.start({ blockMs: 5 })
    afterwards(() => chain.close())
    const key = (name: string) => keyPairFromUri(`//${name}`, { scheme: 'ed25519' })
    const [owner, oldKey, newKey, caller] = [keyPairFromUri('//Alice'), key('old'), key('new'), key('caller')]
    await chain.call(owner, 'registerSubnet', { hotkey: key('owner').hotkey })
    await chain.call(owner, 'startSubnet', { netuid: 1 })
    await chain.call(owner, 'registerNeuron', { netuid: 1, hotkey: oldKey.hotkey, limitRao: null })
    await chain.call(owner, 'registerNeuron', { netuid: 1, hotkey: caller.hotkey, limitRao: null })
    const axonOf = async (signer: typeof oldKey, host: string): Promise<Axon> => {
      const made = new Axon({
        signer,
        carrier,
        host,
        port: 8_091,
        logger: silentLogger,
        blacklist: async ({ hotkey }) => !admitsCaller(await chain.metagraph(1), hotkey, 0n),
      })
      made.handle(double, (value) => 2 * value)
      await made.start()
      afterwards(() => made.stop())
      return made
    }
    await chain.call(oldKey, 'serveAxon', { netuid: 1, ip: '10.0.0.1', port: 8_091, version: 1 })
    const axon = await axonOf(oldKey, '10.0.0.1')
    const dendrite = dendriteOf(caller, { carrier })
    const announced = async (): Promise<{ hotkey: typeof oldKey.hotkey; host: string; port: number }> => {
      const metagraph = await chain.metagraph(1)
      const { hotkey, axon: served } = metagraph.columns
      return { hotkey: hotkey[1] as typeof oldKey.hotkey, ...served[1]! }
    }
    expect((await announced()).hotkey).toBe(oldKey.hotkey)
    expect((await dendrite.call(double, await announced(), 1)).status).toBe('ok')

    const swapped = await chain.call(owner, 'swapHotkey', {
      oldHotkey: oldKey.hotkey,
      newHotkey: newKey.hotkey,
      netuid: null,
      keepStake: false,
    })
    expect(swapped.refusal).toBe(null)
    const target = await announced()
    expect(target).toMatchObject({ hotkey: newKey.hotkey, host: '10.0.0.1', port: 8_091 })
    // The process at that address has the old key only: what is announced is not what is proven.
    expect((await dendrite.call(double, target, 1)).status).toBe('unauthenticated')
    // As a caller the old key is a stranger now, the new one is not.
    const elsewhere = await axonOf(caller, '10.0.0.2')
    const other = { hotkey: elsewhere.hotkey, ...elsewhere.address }
    expect((await dendriteOf(oldKey, { carrier }).call(double, other, 1)).status).toBe('forbidden')
    expect((await dendriteOf(newKey, { carrier }).call(double, other, 1)).status).toBe('ok')

    await axon.stop()
    await axonOf(newKey, '10.0.0.1')
    expect((await dendrite.call(double, target, 1)).status).toBe('ok')
    expect((await dendrite.call(double, { ...target, hotkey: oldKey.hotkey }, 1)).status).toBe(
      'unauthenticated',
    )
  })
})
