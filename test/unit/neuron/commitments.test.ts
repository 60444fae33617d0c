import { afterEach, describe, expect, it } from 'vitest'
import { ChainNode, LocalChain, localnetPreset, RemoteChain } from '../../../src/chain/index.js'
import { type KeyPair, keyPairFromUri, sha256 } from '../../../src/crypto/index.js'
import {
  type CommitmentPart,
  type PublishCommitmentOptions,
  publishCommitment,
  type ReadCommitment,
  readCommitment,
  readCommitments,
} from '../../../src/neuron/index.js'

const alice = keyPairFromUri('//Alice')
const miner = keyPairFromUri('//Alice//miner')
const other = keyPairFromUri('//Alice//other')
const netuid = 1
const TEMPO = 30

const closing: LocalChain[] = []
afterEach(async () => {
  for (const chain of closing.splice(0)) await chain.close()
})

/** A chain with subnet 1 of Alice, whose neurons are two miners of hers; a block is made for each call, and whenever one is asked for. */
async function started(timelock: 'beacon' | 'plain' = 'beacon') {
  const preset = localnetPreset({ hyperparameters: { tempoBlocks: TEMPO, bondsResetEnabled: true } })
  const chain = await LocalChain.start({ preset, blockMs: 'manual', timelock })
  closing.push(chain)
  const during = async <T>(work: Promise<T>): Promise<T> => {
    const done = work.then(
      () => true,
      () => true,
    )
    // What asks before it calls needs a turn for each question.
    while (!(await Promise.race([done, turn()]))) if (chain.waitingCalls > 0) await chain.produceBlock()
    return await work
  }
  await during(chain.call(alice, 'registerSubnet', { hotkey: keyPairFromUri('//owner').hotkey }))
  await during(chain.call(alice, 'startSubnet', { netuid }))
  for (const { hotkey } of [miner, other]) {
    await during(chain.call(alice, 'registerNeuron', { netuid, hotkey, limitRao: null }))
  }
  const publish = (parts: readonly CommitmentPart[], more: Partial<PublishCommitmentOptions> = {}) =>
    during(publishCommitment({ chain, signer: miner, netuid, parts, ...more }))
  const read = ({ hotkey }: KeyPair) => readCommitment({ chain, netuid, hotkey })
  const until = async (block: number) => {
    while ((await chain.head()).number < block) await chain.produceBlock()
  }
  return { chain, publish, read, until, during }
}

const turn = (): Promise<false> => new Promise((resolve) => setImmediate(() => resolve(false)))

async function listed(list: AsyncIterable<ReadCommitment>): Promise<ReadCommitment[]> {
  const found: ReadCommitment[] = []
  for await (const one of list) found.push(one)
  return found
}

describe('publishCommitment', () => {
  it('commits to texts, bytes and hashes that everybody reads', async () => {
    const { chain, publish, read } = await started()
    const digest = sha256(Uint8Array.of(1))
    const published = await publish([
      { text: 'https://example.org/ü' },
      { bytes: Uint8Array.of(0xff) },
      { hash: 'Sha256', digest },
    ])
    const { number } = await chain.head()
    expect(published).toEqual({
      block: number,
      opensAtBlocks: [],
      leftBytes: 3_000,
      renewsAtBlock: (await chain.query('subnet', { netuid }))?.nextEpochBlock,
    })
    expect(await read(miner)).toEqual({
      hotkey: miner.hotkey,
      block: number,
      parts: [
        {
          kind: 'open',
          bytes: new TextEncoder().encode('https://example.org/ü'),
          text: 'https://example.org/ü',
        },
        { kind: 'open', bytes: Uint8Array.of(0xff), text: null },
        { kind: 'hash', hash: 'Sha256', digest },
      ],
      opened: [],
    })
    expect(await read(other)).toBeNull()
  })

  it('locks parts that the chain opens at the block it says, and nobody before', async () => {
    const { chain, publish, read, until } = await started()
    const { block, opensAtBlocks } = await publish([{ text: 'now' }, { locked: 'later', inBlocks: 3 }])
    expect(opensAtBlocks).toEqual([block + 3])
    const [opensAt = 0] = opensAtBlocks
    await until(opensAt - 1)
    const stored = await chain.query('commitment', { netuid, hotkey: miner.hotkey })
    expect(new TextDecoder().decode(stored?.fields[1]?.data)).not.toContain('later')
    expect((await read(miner))?.parts[1]).toEqual({ kind: 'locked', opensAtBlock: opensAt })
    await until(opensAt)
    expect(await read(miner)).toMatchObject({
      block,
      parts: [{ kind: 'open', text: 'now' }],
      opened: [{ block: opensAt, text: 'later' }],
    })
    await publish([{ locked: Uint8Array.of(0xff), round: opensAt + 2 }])
    await until(opensAt + 2)
    expect(await read(miner)).toMatchObject({
      block: null,
      parts: [],
      opened: [{ text: 'later' }, { block: opensAt + 2, text: null }],
    })
  })

  it('hides nothing on a chain without a beacon, and opens all the same', async () => {
    const { chain, publish, read, until } = await started('plain')
    const { opensAtBlocks } = await publish([{ locked: 'x', inBlocks: 2 }])
    const stored = await chain.query('commitment', { netuid, hotkey: miner.hotkey })
    expect(stored?.fields[0]?.data).toEqual(new TextEncoder().encode('x'))
    await until(opensAtBlocks[0] ?? 0)
    expect(await read(miner)).toMatchObject({ opened: [{ text: 'x' }] })
  })

  it('names what opens too far away on a chain without a beacon too', async () => {
    const { publish } = await started('plain')
    await expect(publish([{ locked: 'x', inBlocks: 2 ** 48 - 1 }])).rejects.toMatchObject({
      field: 'parts[0].inBlocks',
    })
    await expect(publish([{ locked: 'x', round: 2 ** 48 }])).rejects.toMatchObject({
      field: 'parts[0].round',
    })
  })

  it('commits to what its parts were when it was asked', async () => {
    const { publish, read } = await started()
    const part = { bytes: Uint8Array.of(1) }
    const published = publish([part])
    part.bytes[0] = 2
    await published
    expect((await read(miner))?.parts).toMatchObject([{ bytes: Uint8Array.of(1) }])
  })

  it('asks that bonds be reset', async () => {
    const { publish, read } = await started()
    await publish([{ text: 'x' }], { resetBonds: true })
    expect((await read(miner))?.parts).toMatchObject([{ text: 'x' }, { kind: 'resetBonds' }])
    await expect(
      publish([{ text: '1' }, { text: '2' }, { text: '3' }], { resetBonds: true }),
    ).rejects.toThrow('parts')
  })

  it('names the part that is wrong, before the chain is asked', async () => {
    const { chain, publish } = await started()
    const wrong: readonly [string, unknown, RegExp][] = [
      ['parts[0].text', { text: 'x'.repeat(513) }, /at most 512 bytes/],
      ['parts[0].bytes', { bytes: new Uint8Array(513) }, /at most 512 bytes/],
      ['parts[0].locked', { locked: 'x'.repeat(848), inBlocks: 1 }, /at most 847 bytes/],
      ['parts[0]', { locked: 'x' }, /either inBlocks or round/],
      ['parts[0]', { locked: 'x', inBlocks: 1, round: 90 }, /either inBlocks or round/],
      ['parts[0].round', { locked: 'x', round: 1 }, /would hide nothing/],
      ['parts[0].inBlocks', { locked: 'x', inBlocks: 0 }, /from 1/],
      ['parts[0].inBlocks', { locked: 'x', inBlocks: 2 ** 48 - 1 }, /at most 2814749767106\d\d/],
      ['parts[0].inBlocks', { locked: 'x', inBlocks: Number.MAX_SAFE_INTEGER }, /to 281474976710655/],
      ['parts[0].round', { locked: 'x', round: 2 ** 48 }, /to 281474976710655/],
      ['parts[0].text', { text: 'a\ud800b' }, /without half surrogate pairs/],
      ['parts[0].locked', { locked: 'a\udc00', inBlocks: 1 }, /without half surrogate pairs/],
      [
        'parts[0].text',
        {
          get text() {
            throw new Error('mine')
          },
        },
        /was thrown when this one was read/,
      ],
      ['parts[0]', Object.create({ text: 'x' }), /keys that it inherits/],
      ['parts[0].hash', { hash: 'Md5', digest: new Uint8Array(32) }, /Sha256/],
      ['parts[0].digest', { hash: 'Sha256', digest: new Uint8Array(31) }, /32/],
      ['parts[0]', { text: 'x', bytes: new Uint8Array(1) }, /Pass \{ text \}/],
      ['parts[0].more', { text: 'x', more: 1 }, /more/],
    ]
    const before = await chain.head()
    for (const [field, part, remedy] of wrong) {
      const failed = publish([part as never])
      await expect(failed, field).rejects.toMatchObject({ field, message: expect.stringMatching(remedy) })
    }
    const four = Array<CommitmentPart>(4).fill({ text: 'x' })
    await expect(publish(four)).rejects.toMatchObject({ field: 'parts' })
    expect(await chain.head()).toEqual(before)
  })

  it('says why the chain refuses', async () => {
    const { publish } = await started()
    await expect(publish([{ text: 'x' }], { netuid: 7 })).rejects.toMatchObject({ code: 'SubnetNotExists' })
    await expect(publish([{ text: 'x' }], { signer: keyPairFromUri('//nobody') })).rejects.toMatchObject({
      code: 'AccountNotAllowedCommit',
    })
    for (let at = 0; at < 6; at++) await publish([{ text: 'x'.repeat(512) }])
    await expect(publish([{ text: 'x' }])).rejects.toMatchObject({
      code: 'SpaceLimitExceeded',
      refusal: { data: { usedBytes: 3_072, costBytes: 100, quotaBytes: 3_100 } },
    })
  })
})

describe('readCommitments', () => {
  it('reads those of a subnet, page by page, over a socket too', async () => {
    const { chain, publish } = await started()
    await publish([{ text: 'a' }])
    await publish([{ text: 'b' }], { signer: other })
    const texts = (await listed(readCommitments({ chain, netuid }))).map(({ hotkey, parts }) => [
      hotkey,
      parts,
    ])
    expect(texts).toHaveLength(2)
    expect(await listed(readCommitments({ chain, netuid: 7 }))).toEqual([])
    const node = await ChainNode.start({ chain })
    const remote = await RemoteChain.connect({ url: node.url })
    const overSocket = await listed(readCommitments({ chain: remote, netuid }))
    expect(overSocket.map(({ hotkey, parts }) => [hotkey, parts])).toEqual(texts)
    await remote.close()
    await node.close()
  })

  it('asks for the next page when the one before is taken', async () => {
    const { chain, publish } = await started()
    await publish([{ text: 'a' }])
    await publish([{ text: 'b' }], { signer: other })
    const asked: unknown[] = []
    const inPages = {
      head: () => chain.head(),
      metagraph: () => chain.metagraph(netuid),
      call: () => undefined,
      blocks: () => chain.blocks(),
      query: (name: 'commitments', args: { netuid: number }) => {
        asked.push(args)
        return chain.query(name, { ...args, limit: 1 })
      },
    }
    const list = readCommitments({ chain: inPages as never, netuid })[Symbol.asyncIterator]()
    await list.next()
    expect(asked).toHaveLength(1)
    await list.next()
    expect(asked).toHaveLength(2)
    expect((await list.next()).done).toBe(true)
  })
})
