import { expect, it } from 'vitest'
import { ChainNode, LocalChain, RemoteChain } from '../../../../src/chain/index.js'
import { BlockHashes } from '../../../../src/neuron/play/BlockHashes.js'

/** A chain whose blocks have their number as hash, and come when they are let. */
function chainOf() {
  let open = 0
  let most = 0
  const asked: number[] = []
  const doors = new Map<number, () => void>()
  const blocks = async function* ({ fromBlock = 0, signal }: { fromBlock?: number; signal?: AbortSignal }) {
    asked.push(fromBlock)
    most = Math.max(most, ++open)
    try {
      await new Promise<void>((resolve) => {
        doors.set(fromBlock, resolve)
        signal?.addEventListener('abort', () => resolve())
      })
      if (fromBlock === 13) throw new Error('gone')
      if (!signal?.aborted) yield { header: { hash: `${fromBlock}` } }
    } finally {
      open--
    }
  }
  const chain = { genesisHash: 'genesis', blocks } as never
  const rested = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  /** Lets a block come, once it is asked for. */
  const come = async (block: number): Promise<void> => {
    while (!doors.has(block)) await rested()
    doors.get(block)?.()
    await rested()
  }
  return { hashes: new BlockHashes(chain), come, asked, most: () => most, open: () => open, rested }
}

const { signal } = new AbortController()

it('reads three blocks at a time, each once for all who ask, and remembers them', async () => {
  const { hashes, come, asked, most } = chainOf()
  const all = [7, 8, 7, 9, 8, 10, 11].map((block) => hashes.at(block, signal))
  for (const block of [8, 7, 9, 10, 11]) await come(block)
  expect(await Promise.all(all)).toEqual(['7', '8', '7', '9', '8', '10', '11'])
  expect(await hashes.at(8, signal)).toBe('8')
  expect(await hashes.at(0, signal)).toBe('genesis')
  expect([asked, most()]).toEqual([[7, 8, 9, 10, 11], 3])
})

it('ends the wait of whose signal is aborted, and a read for which nobody waits any more', async () => {
  const { hashes, come, asked, open, rested } = chainOf()
  const [first, second] = [new AbortController(), new AbortController()]
  const waits = [hashes.at(7, first.signal), hashes.at(7, second.signal), hashes.at(8, signal)]
  await rested()
  first.abort()
  expect(await waits[0]).toBeUndefined()
  expect([asked, open()]).toEqual([[7, 8], 2])
  second.abort()
  expect(await waits[1]).toBeUndefined()
  await come(8)
  expect(await waits[2]).toBe('8')
  // Whoever asks for it anew is not told that it was given up.
  const again = hashes.at(7, signal)
  await rested()
  await come(7)
  expect(await again).toBe('7')
})

it('does not begin a read for which nobody waits any more when its turn comes', async () => {
  const { hashes, come, asked } = chainOf()
  const gone = new AbortController()
  const waits = [7, 8, 9].map((block) => hashes.at(block, signal))
  const given = hashes.at(10, gone.signal)
  const behind = hashes.at(11, signal)
  gone.abort()
  expect(await given).toBeUndefined()
  for (const block of [7, 11, 8, 9]) await come(block)
  expect(await Promise.all([...waits, behind])).toEqual(['7', '8', '9', '11'])
  expect(asked).toEqual([7, 8, 9, 11])
})

it('tells all who wait of a block that cannot be had, and goes on with the next', async () => {
  const { hashes, come } = chainOf()
  const waits = [hashes.at(13, signal), hashes.at(13, signal), hashes.at(8, signal)]
  const settled = Promise.allSettled(waits)
  for (const block of [13, 8]) await come(block)
  expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled'])
})

it('takes few streams of blocks of a node, however many ask', async () => {
  const chain = await LocalChain.start({ blockMs: 'manual' })
  for (let block = 0; block < 20; block++) await chain.produceBlock()
  const node = await ChainNode.start({ chain })
  const remote = await RemoteChain.connect({ url: node.url })
  try {
    const hashes = new BlockHashes(remote)
    const blocks = Array.from({ length: 60 }, (_, at) => 1 + (at % 20))
    const had = await Promise.all(blocks.map((block) => hashes.at(block, signal)))
    const own = new BlockHashes(chain)
    expect(had).toEqual(await Promise.all(blocks.map((block) => own.at(block, signal))))
    expect(new Set(had).size).toBe(20)
  } finally {
    await remote.close()
    await node.close()
    await chain.close()
  }
})
