import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Axon } from '../../../src/axon/index.js'
import { ChainNode, LocalChain, RemoteChain } from '../../../src/chain/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { Dendrite } from '../../../src/dendrite/index.js'
import { type Logger, silentLogger } from '../../../src/log/index.js'
import { defineSynapse } from '../../../src/synapse/index.js'
import { createMemoryNetwork } from '../../../src/transport/index.js'

const wait = defineSynapse({ name: 'wait', request: z.null(), answer: z.null() })

function lines() {
  const said: { readonly fields: object; readonly message: string }[] = []
  const logger: Logger = { ...silentLogger, warn: (fields, message) => said.push({ fields, message }) }
  return { said, logger }
}

describe('a limit that turns somebody away', () => {
  test('is said by an axon once, and again with its count', async () => {
    const { said, logger } = lines()
    const carrier = createMemoryNetwork()
    const signer = keyPairFromUri('//Alice', { scheme: 'ed25519' })
    const axon = new Axon({ signer, carrier, logger, limits: { maxRunning: 1, maxQueued: 0 } })
    let finish = (): void => {}
    axon.handle(
      wait,
      () =>
        new Promise<null>((resolve) => {
          finish = () => resolve(null)
        }),
    )
    await axon.start()
    const dendrite = new Dendrite({ signer: keyPairFromUri('//Bob', { scheme: 'ed25519' }), carrier })
    const target = { hotkey: axon.hotkey, ...axon.address }
    const held = dendrite.call(wait, target, null)
    const refused = await Promise.all(
      Array.from({ length: 12 }, (_, at) => dendrite.call(wait, target, null, { requestId: `r${at}` })),
    )
    expect(refused.every(({ status }) => status === 'overloaded')).toBe(true)
    expect(said).toEqual([
      {
        fields: { synapse: 'wait', caller: dendrite.hotkey, requestId: 'r0' },
        message: expect.stringMatching(/^Calls are refused as overloaded: .* raise limits\.maxRunning/),
      },
      {
        fields: { synapse: 'wait', caller: dendrite.hotkey, requestId: 'r9', count: 10 },
        message: expect.stringContaining('(10 times by now)'),
      },
    ])
    finish()
    expect((await held).status).toBe('ok')
    // What is a caller's own affair is not said.
    const unheard = defineSynapse({ name: 'unheard', request: z.null(), answer: z.null() })
    await dendrite.call(unheard, target, null)
    expect(said).toHaveLength(2)
    await dendrite.close()
    await axon.stop()
    expect(said.at(-1)?.message).toContain('(12 times by now)')
  })

  test('is said by a node', async () => {
    const { said, logger } = lines()
    const carrier = createMemoryNetwork()
    const chain = await LocalChain.start({ blockMs: 'manual' })
    const node = await ChainNode.start({ chain, carrier, logger, limits: { maxSubscriptions: 1 } })
    const remote = await RemoteChain.connect({ url: node.address, carrier, logger: silentLogger })
    const stop = new AbortController()
    const first = remote.blocks({ signal: stop.signal })[Symbol.asyncIterator]().next()
    await remote.head()
    await expect(remote.blocks()[Symbol.asyncIterator]().next()).rejects.toThrow()
    expect(said.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^The node refuses to send blocks to more readers: limits\.maxSubscriptions/),
    ])
    stop.abort()
    await first
    await remote.close()
    await node.close()
    await chain.close()
  })
})
