import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { CallFailedError, Dendrite } from '../../../src/dendrite/index.js'
import { InvalidArgumentError } from '../../../src/errors/index.js'
import { silentLogger } from '../../../src/log/index.js'
import type { EpochFrame } from '../../../src/metagraph/index.js'
import { LocalNetwork } from '../../../src/network/index.js'
import {
  type AnswerContext,
  answerTo,
  Miner,
  type MinerEvent,
  type SynapseAnswer,
} from '../../../src/neuron/index.js'
import { defineStream, defineSynapse } from '../../../src/synapse/index.js'
import { Guess } from './Guess.js'
import { keyNamed, World } from './World.js'

const length = defineSynapse({ name: 'length', request: z.string(), answer: z.number() })
const words = defineStream({ name: 'words', request: z.string(), chunk: z.string() })
const guess = new Guess()
const open = { blacklist: () => false }

const measures = answerTo(length, (text) => text.length, open)
const splits = answerTo(
  words,
  async function* (text) {
    yield* text.split(' ')
  },
  open,
)

/** A miner that answers more than its mechanism, or no mechanism at all. */
async function minerOf(
  answers: readonly SynapseAnswer[],
  options: { mechanism?: 'guess'; settings?: Partial<ConstructorParameters<typeof Miner>[0]> } = {},
) {
  const world = await World.start()
  await world.join('miner')
  const events: MinerEvent[] = []
  const settings = {
    chain: world.chain,
    signer: keyNamed('miner'),
    netuid: world.netuid,
    carrier: world.carrier,
    clock: world.clock,
    logger: silentLogger,
    onEvent: (event: MinerEvent) => void events.push(event),
    ...options.settings,
    answers,
  }
  const work = options.mechanism === undefined ? {} : { mechanism: guess, answer: (task: number) => task }
  const miner = new Miner<number, number>({ ...settings, ...work } as never)
  await world.run(miner.start())
  const dendriteOf = (name: string) =>
    new Dendrite({ signer: keyNamed(name), carrier: world.carrier, clock: world.clock })
  const target = { hotkey: miner.hotkey, ...miner.axon.address }
  const call = async (name: string, synapse: typeof length | typeof guess.synapse, request: never) => {
    const dendrite = dendriteOf(name)
    const result = await world.run(dendrite.call(synapse as typeof length, target, request))
    await world.run(dendrite.close())
    return result
  }
  const read = async (name: string, request: string) => {
    const dendrite = dendriteOf(name)
    const chunks: string[] = []
    await world.run(
      (async () => {
        for await (const chunk of dendrite.stream(words, target, request)) chunks.push(chunk)
      })(),
    )
    await world.run(dendrite.close())
    return chunks
  }
  return { world, miner, events, call, read }
}

describe('a miner with several synapses', () => {
  test('tells its work the newest block, also where the subnet has not changed since', async () => {
    const seen: { block: number; known: number }[] = []
    const look = answerTo(
      length,
      async (_text, { block, metagraph }) => seen.push({ block: block(), known: (await metagraph()).block }),
      open,
    )
    const { world, miner, call } = await minerOf([look])
    await call('judge', length, 'first' as never)
    const first = (await world.chain.head()).number
    expect(seen[0]?.block).toBe(first)
    await world.untilBlock(first + 3)
    await call('judge', length, 'second' as never)
    expect(seen[1]?.block).toBe(first + 3)
    expect(seen[1]?.known).toBeLessThan(first + 3)
    await world.run(miner.stop())
  })

  test('tells its work the hash of a block that has come, of which a validator makes the same chance', async () => {
    const hashes: (string | Error)[] = []
    const keep = (hash: Promise<string>) =>
      hash.then(
        (one) => hashes.push(one),
        (error: Error) => hashes.push(error),
      )
    const tells = answerTo(
      length,
      async (_, { hashAt, block }) => {
        const blocks = [0, 1, block(), block() + 1, -1, 'newest' as never]
        for (const one of blocks) await keep(hashAt(one))
        return block()
      },
      open,
    )
    const { world, call, miner } = await minerOf([tells])
    const newest = await call('validator', length, '' as never)
    const { hash, number } = await world.chain.head()
    expect(newest).toMatchObject({ status: 'ok', answer: number })
    const [genesis, first, last, next, negative, text] = hashes
    expect(genesis).toBe(world.chain.genesisHash)
    for await (const { header } of world.chain.blocks({ fromBlock: 1 })) {
      expect(first).toBe(header.hash)
      break
    }
    expect(last).toBe(hash)
    for (const [error, value] of [
      [next, number + 1],
      [negative, -1],
      [text, 'newest'],
    ] as const) {
      expect(error).toBeInstanceOf(InvalidArgumentError)
      expect(error).toMatchObject({ field: 'block', value })
    }
    await world.run(miner.stop())
    await world.chain.close()
  })

  test('tells many at once of one block, on virtual time too', async () => {
    const network = await LocalNetwork.start({
      mechanism: new Guess(),
      miners: ['a', 'b', 'c'].map((name) => ({
        name,
        answer: async (task: number, { hashAt, block }: AnswerContext<number, number>) => {
          const hashes = await Promise.all([hashAt(block()), hashAt(block()), hashAt(block() - 1)])
          return hashes[0] === hashes[1] && hashes[0] !== hashes[2] ? task : 0
        },
      })),
      validators: [{ name: 'one' }, { name: 'two' }],
      logger: silentLogger,
    })
    let last: EpochFrame | undefined
    for await (const frame of network.epochs({ count: 3 })) last = frame
    expect(last?.metagraph.columns.incentiveU16.filter((incentive) => incentive > 0)).toHaveLength(3)
    await network.stop()
  })

  test('answers its mechanism, another synapse and a stream on one axon', async () => {
    const { world, miner, call, read } = await minerOf([measures, splits], {
      mechanism: 'guess',
      settings: open,
    })
    expect(await call('judge', guess.synapse, 7 as never)).toMatchObject({ status: 'ok', answer: 7 })
    expect(await call('judge', length, 'four' as never)).toMatchObject({ status: 'ok', answer: 4 })
    expect(await read('judge', 'one by one')).toEqual(['one', 'by', 'one'])
    await world.run(miner.stop())
  })

  test('serves customers through one synapse while its mechanism stays closed to them', async () => {
    const { world, miner, call, read } = await minerOf([measures, splits], { mechanism: 'guess' })
    expect((await call('customer', guess.synapse, 7 as never)).status).toBe('forbidden')
    expect((await call('customer', length, 'four' as never)).status).toBe('ok')
    expect(await read('customer', 'a b')).toEqual(['a', 'b'])
    await world.run(miner.stop())
  })

  test('needs no mechanism', async () => {
    const { world, miner, call, events } = await minerOf([measures])
    expect(events.map(({ type }) => type)).toEqual(['served'])
    expect(await call('customer', length, 'four' as never)).toMatchObject({ status: 'ok', answer: 4 })
    // Who is turned away is told nothing of names.
    expect((await call('customer', guess.synapse, 7 as never)).status).toBe('forbidden')
    await world.run(miner.stop())
  })

  test('tells its answers when it stops, so that they can put away what they have open', async () => {
    const told: string[] = []
    const opens = answerTo(
      length,
      (text, { stopped }) => {
        stopped.addEventListener('abort', () => told.push('closed'))
        told.push(stopped.aborted ? 'too late' : 'open')
        return text.length
      },
      open,
    )
    const { world, miner, call } = await minerOf([opens])
    await call('customer', length, 'four' as never)
    expect(told).toEqual(['open'])
    await world.run(miner.stop())
    expect(told).toEqual(['open', 'closed'])
  })

  test('is closed to strangers where a synapse has no blacklist of its own', async () => {
    const closed = answerTo(length, (text) => text.length)
    const { world, miner, call } = await minerOf([closed])
    expect((await call('customer', length, 'four' as never)).status).toBe('forbidden')
    await world.run(miner.stop())
  })

  test('asks each synapse’s own hooks, and its own where a synapse has none, with the subnet and the request', async () => {
    const seen: string[] = []
    const tell =
      <T>(name: string, answer: T) =>
      (caller: string, { netuid }: { netuid: number }, { request }: { request: unknown }): T => {
        seen.push(`${name} ${caller === keyNamed('c').address} ${netuid} ${JSON.stringify(request)}`)
        return answer
      }
    const own = answerTo(length, (text) => text.length, {
      blacklist: tell('own blacklist', false),
      priority: tell('own priority', 3),
    })
    const settings = { blacklist: tell('blacklist', true), verify: tell('verify', true) }
    const { world, miner, call } = await minerOf([own], { mechanism: 'guess', settings })
    expect((await call('c', length, 'four' as never)).status).toBe('ok')
    expect((await call('c', guess.synapse, 7 as never)).status).toBe('forbidden')
    expect(seen).toEqual([
      'own blacklist true 1 "four"',
      'verify true 1 "four"',
      'own priority true 1 "four"',
      'blacklist true 1 7',
    ])
    await world.run(miner.stop())
  })

  test('tells of faults by synapse', async () => {
    const fails = answerTo(length, () => Promise.reject(new RangeError('broken')), open)
    const odd = answerTo(
      defineSynapse({ name: 'odd', request: z.string(), answer: z.string() }),
      (text) => text,
      { ...open, priority: () => Number.NaN },
    )
    const { world, miner, call, events } = await minerOf([fails, odd])
    expect((await call('c', length, 'x' as never)).status).toBe('failed')
    const named = { ...length, name: 'odd', answer: z.string() as never }
    expect((await call('c', named, 'x' as never)).status).toBe('forbidden')
    expect(events.slice(1)).toMatchObject([
      {
        type: 'answerFailed',
        synapse: 'length',
        requestId: expect.any(String),
        status: 'failed',
        error: { message: 'broken' },
      },
      { type: 'hookFailed', hook: 'priority', synapse: 'odd', error: { code: 'HookResult' } },
    ])
    await world.run(miner.stop())
  })

  test('asks another miner for a stream, and says when there is nobody', async () => {
    const { world, miner } = await minerOf([splits])
    await world.join('relay')
    const relays = answerTo(
      words,
      async function* (text, { ask }) {
        if (text === '') yield* ask(keyNamed('nobody').hotkey, 'x')
        else for await (const word of ask(miner.hotkey, text)) yield word.toUpperCase()
      },
      open,
    )
    const relay = new Miner({
      chain: world.chain,
      signer: keyNamed('relay'),
      netuid: world.netuid,
      carrier: world.carrier,
      clock: world.clock,
      logger: silentLogger,
      answers: [relays],
    })
    await world.run(relay.start())
    const dendrite = new Dendrite({ signer: keyNamed('c'), carrier: world.carrier, clock: world.clock })
    const target = { hotkey: relay.hotkey, ...relay.axon.address }
    const read = async (request: string) => {
      const chunks: string[] = []
      for await (const chunk of dendrite.stream(words, target, request)) chunks.push(chunk)
      return chunks
    }
    expect(await world.run(read('one by one'))).toEqual(['ONE', 'BY', 'ONE'])
    await expect(world.run(read(''))).rejects.toThrow(CallFailedError)
    await world.run(Promise.all([dendrite.close(), relay.stop(), miner.stop()]))
  })
})

describe('a miner is refused', () => {
  const made = (options: object) => () =>
    new Miner({
      chain: { metagraph() {}, blocks() {}, call() {}, query() {}, head() {} },
      signer: keyNamed('m'),
      netuid: 1,
      ...options,
    } as never)

  test.each<[string, object, string]>([
    ['without anything to answer', {}, 'answers'],
    ['with an empty list', { answers: [] }, 'answers'],
    ['with a mechanism alone', { mechanism: guess }, 'answer'],
    ['with an answer alone', { answer: () => 1 }, 'mechanism'],
    ['with two synapses of one name', { answers: [measures, measures] }, 'synapse.name'],
    [
      'with a synapse of its mechanism’s name',
      { mechanism: guess, answer: () => 1, answers: [answerTo(guess.synapse, () => 1)] },
      'synapse.name',
    ],
  ])('%s', (_, options, field) => {
    expect(made(options)).toThrow(expect.objectContaining({ field }))
  })
})
