import { afterEach, describe, expect, test } from 'vitest'
import {
  type Chain,
  ChainNode,
  LocalChain,
  type LocalChainOptions,
  RemoteChain,
  type RemoteChainEvent,
} from '../../src/chain/index.js'
import { keyPairFromUri } from '../../src/crypto/index.js'
import { AbortedError } from '../../src/errors/index.js'
import type { Receipt } from '../../src/ledger/index.js'
import { silentLogger } from '../../src/log/index.js'
import { until } from '../contract/chainContract.js'

const alice = keyPairFromUri('//Alice')
const bob = keyPairFromUri('//Bob')

const cleanUps: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

async function startChain(options: LocalChainOptions = {}): Promise<LocalChain> {
  const chain = await LocalChain.start({ blockMs: 'manual', ...options })
  cleanUps.push(() => chain.close())
  return chain
}

async function serve(chain: LocalChain, port = 0): Promise<ChainNode> {
  const node = await ChainNode.start({ chain, port })
  cleanUps.push(() => node.close())
  return node
}

async function connect(node: ChainNode, onEvent?: (event: RemoteChainEvent) => void): Promise<RemoteChain> {
  const remote = await RemoteChain.connect({
    url: node.url,
    reconnect: { firstDelayMs: 1, maxDelayMs: 5 },
    logger: silentLogger,
    ...(onEvent === undefined ? {} : { onEvent }),
  })
  cleanUps.push(() => remote.close())
  return remote
}

const pay = (chain: Chain, amountRao: bigint, signal?: AbortSignal): Promise<Receipt> =>
  chain.call(alice, 'transfer', { to: bob.address, amountRao }, signal === undefined ? {} : { signal })

const balanceOf = async (chain: Chain): Promise<bigint> =>
  (await chain.query('account', { address: bob.address })).balanceRao

describe('programs that sign with one account at the same time', () => {
  test('all get all their calls in, each once, and each in its own order', async () => {
    const chain = await startChain({ blockMs: 20, mempool: { maxCallsPerAccount: 4 } })
    const node = await serve(chain)
    const before = await balanceOf(chain)
    const programs = [...(await Promise.all([1, 2, 3, 4].map(() => connect(node)))), chain]
    const receipts = await Promise.all(
      programs.map((program) => Promise.all([1n, 2n, 3n, 4n, 5n, 6n].map((rao) => pay(program, rao)))),
    )
    expect(receipts.flat().filter(({ refusal }) => refusal !== null)).toEqual([])
    const nonces = receipts.flat().map(({ nonce }) => nonce)
    expect(nonces.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, nonce) => nonce))
    for (const own of receipts) {
      const order = own.map(({ nonce }) => nonce)
      expect(order).toEqual(order.toSorted((a, b) => a - b))
    }
    expect((await balanceOf(chain)) - before).toBe(5n * 21n)
  })

  test('get in, each once, through a node that takes few requests at a time', async () => {
    const keys = Array.from({ length: 12 }, (_, at) => keyPairFromUri(`//payer${at}`, { scheme: 'ed25519' }))
    const endowed = keys.map(({ address }) => ({ address, balanceRao: 10n ** 9n }))
    const chain = await startChain({ blockMs: 10, endowed })
    const node = await ChainNode.start({ chain, limits: { maxRequests: 3, maxTotalRequests: 4 } })
    cleanUps.push(() => node.close())
    const programs = await Promise.all([connect(node), connect(node)])
    const paid = keys.map((key, at) =>
      programs[at % 2]!.call(key, 'transfer', { to: bob.address, amountRao: 1_000n }),
    )
    for (const { refusal } of await Promise.all(paid)) expect(refusal).toBe(null)
    expect(await balanceOf(chain)).toBe(12_000n)
  })

  test('wait in the client while the queue of the account is full, until there is room or they give up', async () => {
    const chain = await startChain({ mempool: { maxCallsPerAccount: 2 } })
    const remote = await connect(await serve(chain))
    const receipts = [1n, 2n, 3n, 4n, 5n].map((rao) => pay(remote, rao))
    const stop = new AbortController()
    const given = pay(remote, 6n, stop.signal)
    await until(() => chain.waitingCalls === 2)
    stop.abort()
    await expect(given).rejects.toThrow(AbortedError)
    let done = 0
    for (const receipt of receipts) void receipt.then(() => done++)
    while (done < 5) {
      await chain.produceBlock()
      await until(() => chain.waitingCalls > 0 || done === 5)
    }
    expect((await Promise.all(receipts)).map(({ nonce }) => nonce)).toEqual([0, 1, 2, 3, 4])
    await chain.produceBlock()
    expect(chain.waitingCalls).toBe(0)
  })
})

describe('a node that comes back', () => {
  test('as another chain ends everything with one error, and executes nothing that was meant for the first', async () => {
    const events: RemoteChainEvent[] = []
    const first = await startChain()
    const node = await serve(first)
    const remote = await connect(node, (event) => events.push(event))
    const waiting = pay(remote, 5n)
    const queued = pay(remote, 6n)
    const reading = (async () => {
      for await (const _ of remote.blocks());
    })()
    await until(() => first.waitingCalls === 2)
    await node.close()
    await until(() => events.length > 0)
    const meanwhile = [
      remote.head(),
      remote.query('totals', {}),
      pay(remote, 7n),
      remote.nextNonce(bob.address),
    ]
    // The same default localnet once more.
    const second = await startChain()
    expect([second.chainId, second.genesisHash === first.genesisHash]).toEqual([first.chainId, false])
    await serve(second, node.address.port)
    const ends = await Promise.allSettled([waiting, queued, reading, ...meanwhile])
    const later = await Promise.allSettled([
      remote.head(),
      pay(remote, 8n),
      remote.submit(new Uint8Array(3)),
      remote.metagraph(1),
      remote.blocks()[Symbol.asyncIterator]().next(),
    ])
    const reasons = new Set([...ends, ...later].map((end) => (end.status === 'rejected' ? end.reason : end)))
    expect([...reasons]).toEqual([expect.objectContaining({ code: 'ChainConnection', fault: 'otherChain' })])
    const types = events.map(({ type }) => type).filter((type) => type !== 'retrying')
    expect(types).toEqual(['lost', 'replaced'])
    await second.produceBlock()
    expect(second.waitingCalls).toBe(0)
    expect((await second.query('account', { address: alice.address })).nonce).toBe(0)
  })

  test('with the same block 0 and another history is another chain', async () => {
    const first = await startChain({ seed: 'one' })
    const node = await serve(first)
    const remote = await connect(node)
    await first.produceBlock()
    const paid = pay(first, 1n)
    await until(() => first.waitingCalls === 1)
    await first.produceBlock()
    await paid
    expect((await remote.head()).number).toBe(2)
    const sent = pay(remote, 5n)
    await until(() => first.waitingCalls === 1)
    await node.close()
    const second = await startChain({ seed: 'one' })
    for (let made = 0; made < 5; made++) await second.produceBlock()
    expect(second.genesisHash).toBe(first.genesisHash)
    await serve(second, node.address.port)
    await expect(sent).rejects.toMatchObject({ fault: 'otherChain' })
    await expect(remote.head()).rejects.toMatchObject({ fault: 'otherChain' })
    expect(second.waitingCalls).toBe(0)
  })

  test('as itself goes on, and says so by events and in the log, though the listener throws', async () => {
    const chain = await startChain()
    const node = await serve(chain)
    const lines: string[] = []
    const write = (_: object, message: string): void => void lines.push(message)
    const types: string[] = []
    const remote = await RemoteChain.connect({
      url: node.url,
      reconnect: { firstDelayMs: 1, maxDelayMs: 5 },
      logger: { debug: () => {}, info: write, warn: write, error: write },
      onEvent: ({ type }) => {
        types.push(type)
        throw new RangeError('mine')
      },
    })
    cleanUps.push(() => remote.close())
    await node.close()
    await until(() => types.includes('retrying'))
    await serve(chain, node.address.port)
    await until(() => types.includes('reconnected'))
    expect(types.filter((type) => type !== 'retrying')).toEqual(['lost', 'reconnected'])
    const about = lines.filter((line) => !line.includes('onEvent'))
    expect(about).toEqual(['The chain is lost; connecting again.', 'The chain is back.'])
    expect(lines).toContain('The function onEvent threw; the chain goes on.')
    expect((await remote.head()).number).toBe(0)
  })
})

describe('waits on one signal', () => {
  test('may be any number, without a warning of a leak', async () => {
    const warnings: string[] = []
    const warn = (warning: Error): void => void warnings.push(warning.name)
    process.on('warning', warn)
    const chain = await startChain()
    const remote = await connect(await serve(chain))
    const stop = new AbortController()
    const { signal } = stop
    const waits = [chain, remote].flatMap((one) =>
      Array.from({ length: 20 }, () => [
        pay(one, 1n, signal),
        one.query('totals', {}, { signal }),
        one.head({ signal }),
        one.blocks({ signal })[Symbol.asyncIterator]().next(),
      ]).flat(),
    )
    const ended = Promise.allSettled(waits)
    await until(() => chain.waitingCalls === 40)
    stop.abort()
    await ended
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', warn)
    expect(warnings).toEqual([])
  })
})
