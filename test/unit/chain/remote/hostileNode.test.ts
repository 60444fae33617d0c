import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LocalChain, RemoteChain } from '../../../../src/chain/index.js'
import {
  type ClientMessage,
  encodeMessage,
  type NodeMessage,
  PROTOCOL_VERSION,
  readClientMessage,
} from '../../../../src/chain/remote/messages.js'
import { toWire } from '../../../../src/chain/remote/wireValues.js'
import type { CanonicalValue } from '../../../../src/codec/index.js'
import { keyPairFromUri } from '../../../../src/crypto/index.js'
import { InvalidArgumentError } from '../../../../src/errors/index.js'
import { silentLogger } from '../../../../src/log/index.js'
import { type Channel, createMemoryNetwork } from '../../../../src/transport/index.js'

type Wire = { readonly [key: string]: CanonicalValue }

let chain: LocalChain
let honest: Wire
let hello: NodeMessage
const remotes: RemoteChain[] = []

beforeEach(async () => {
  chain = await LocalChain.start({ blockMs: 1 })
  const signer = keyPairFromUri('//Alice')
  await chain.call(signer, 'registerSubnet', { hotkey: keyPairFromUri('//hotkey').hotkey })
  honest = toWire(await chain.query('metagraph', { netuid: 1 })) as Wire
  const { chainId, genesisHash, callWindowBlocks, blockMs } = chain
  const introduction = { chainId, genesisHash, callWindowBlocks, loopbackAxonsAllowed: true, blockMs }
  hello = ['hello', PROTOCOL_VERSION, introduction, toWire(await chain.head())]
})
afterEach(async () => {
  for (const remote of remotes.splice(0)) await remote.close()
  await chain.close()
})

/** A client of a node that greets with these words and answers every question with that. */
async function clientOf(greeting: NodeMessage, answer: CanonicalValue = null): Promise<RemoteChain> {
  const carrier = createMemoryNetwork()
  const serve = (channel: Channel): void => {
    channel.send(encodeMessage(greeting))
    channel.receive({
      onFrame: (frame) => {
        const [, id] = readClientMessage(frame) as ClientMessage
        channel.send(encodeMessage(['answer', id, answer]))
      },
      onClose: () => {},
    })
  }
  const { address: url } = await carrier.listen({
    host: '127.0.0.1',
    port: 0,
    maxFrameBytes: 1_000_000,
    maxConnections: 1,
    onChannel: serve,
  })
  const remote = await RemoteChain.connect({ url, carrier, logger: silentLogger })
  remotes.push(remote)
  return remote
}

const column = (kind: string, bytes: number): CanonicalValue => ({ $column: [kind, new Uint8Array(bytes)] })

describe('a client of a node that does not keep to the protocol', () => {
  it('takes columns of the right form', async () => {
    const remote = await clientOf(hello, honest)
    expect((await remote.metagraph(1)).toJSON()).toEqual((await chain.metagraph(1)).toJSON())
  })

  it.each([PROTOCOL_VERSION - 1, PROTOCOL_VERSION + 1])('refuses version %i by name', async (version) => {
    const [, , introduction, head] = hello as Extract<NodeMessage, readonly ['hello', ...unknown[]]>
    await expect(clientOf(['hello', version, introduction, head])).rejects.toMatchObject({
      code: 'ChainConnection',
      fault: 'otherVersion',
    })
  })

  it('refuses a greeting whose head is none', async () => {
    const [, version, introduction] = hello as Extract<NodeMessage, readonly ['hello', ...unknown[]]>
    for (const head of [column('i8', 1), column('u16', 2), null]) {
      const refused = clientOf(['hello', version, introduction, head])
      await expect(refused).rejects.toMatchObject({ fault: 'notAChainNode' })
    }
  })

  it.each<[what: string, answer: CanonicalValue]>([
    ['of an unknown kind', column('i64', 8)],
    ['with half an entry', column('f64', 12)],
    ['with a mark that does not exist', { $table: 1 }],
  ])('ends the connection for an answer with a column %s', async (_, lastUpdate) => {
    const remote = await clientOf(hello, { ...honest, lastUpdate })
    await expect(remote.metagraph(1)).rejects.toMatchObject({ fault: 'notAChainNode' })
  })

  it.each<[part: string, answer: CanonicalValue]>([
    ['lastUpdate', column('u16', 2)],
    ['lastUpdate', column('f64', 16)],
    ['lastUpdate', column('f64', 0)],
    ['lastUpdate', 7],
    ['n', column('u16', 2)],
    ['n', 2 ** 40],
    ['hotkey', column('u16', 2)],
    ['axon', [['127.0.0.1', 1]]],
    ['weights', { rowStart: column('u32', 8), column: column('u16', 2), value: column('u16', 0) }],
  ])('refuses a metagraph whose %s is none, and goes on', async (part, wrong) => {
    const remote = await clientOf(hello, { ...honest, [part]: wrong })
    const error = await remote.metagraph(1).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'ChainConnection', fault: 'notAChainNode' })
    const { cause } = error as Error
    expect(cause).toBeInstanceOf(InvalidArgumentError)
    expect((cause as InvalidArgumentError).field).toMatch(new RegExp(`^columns\\.${part}`))
  })
})
