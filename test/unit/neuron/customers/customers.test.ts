import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Clock, sleep } from '../../../../src/clock/index.js'
import type { Dendrite, Target } from '../../../../src/dendrite/index.js'
import { silentLogger } from '../../../../src/log/index.js'
import { LocalNetwork, type LocalNetworkOptions, type NetworkEvent } from '../../../../src/network/index.js'
import { answerTo, type ValidatorOptions } from '../../../../src/neuron/index.js'
import { atMiner, defineStream, defineSynapse } from '../../../../src/synapse/index.js'
import { keyNamed } from '../World.js'
import { doorOf, hurried, rent, Shop, type ShopState, spell } from './Shop.js'

type Options = LocalNetworkOptions<never, never, ShopState>
type Customers = NonNullable<ValidatorOptions<never, never, ShopState>['customers']>

const honest = [
  answerTo(rent, (hours) => ({ lease: hours })),
  answerTo(spell, async function* (word) {
    yield* word
  }),
]
/** A miner that takes so long for each answer, or each letter. */
const slow = (ms: number, seen: AbortSignal[] = []) => [
  answerTo(rent, async (hours, { clock, signal }) => {
    seen.push(signal)
    await sleep(clock, ms)
    return { lease: hours }
  }),
  answerTo(spell, async function* (word, { clock, signal }) {
    seen.push(signal)
    for (const letter of word) {
      await sleep(clock, ms)
      yield letter
    }
  }),
]
const failing = [
  answerTo(rent, () => {
    throw new Error('out of order')
  }),
  answerTo(spell, async function* (word) {
    yield word[0] ?? ''
    throw new Error('out of order')
  }),
]

let network: LocalNetwork<never, never, ShopState>
let events: NetworkEvent[]
afterEach(() => network?.stop())

/** A network with one validator, vera, that lets customers in; carl is one. */
async function shop(
  miners: readonly (typeof honest)[] = [honest],
  customers: Customers = {},
  options: Partial<Options> = {},
) {
  events = []
  network = await LocalNetwork.start<never, never, ShopState>({
    mechanism: new Shop(),
    miners: miners.map((answers, at) => ({ name: names[at] ?? '', answers })),
    validators: [{ name: 'vera', customers }],
    logger: silentLogger,
    onEvent: (event) => events.push(event),
    ...options,
  })
  const carl = network.dendrite(keyNamed('carl'))
  return { carl, door: doorOf(network, 'vera') }
}
const names = ['ann', 'barbara', 'cleo']
const hotkeyOf = (name: string) => network.neurons.find((one) => one.name === name)?.hotkey ?? ''
const stateOf = () => network.validator('vera').state

const told = <Type extends NetworkEvent['type']>(type: Type) =>
  events.filter((event): event is Extract<NetworkEvent, { type: Type }> => event.type === type)

async function epochs(count: number): Promise<void> {
  for await (const _ of network.epochs({ count }));
}

async function all<T>(chunks: AsyncIterable<T>): Promise<T[]> {
  const given: T[] = []
  for await (const chunk of chunks) given.push(chunk)
  return given
}

/** What a stream gave, and how it ended. */
async function outcomeOf<T>(chunks: AsyncIterable<T>): Promise<{ chunks: T[]; status: string }> {
  const given: T[] = []
  try {
    for await (const chunk of chunks) given.push(chunk)
    return { chunks: given, status: 'ok' }
  } catch (error) {
    return { chunks: given, status: (error as { status: string }).status }
  }
}

describe('a customer of a validator', () => {
  test('is answered by a miner, and the next round knows', async () => {
    const { carl, door } = await shop()
    const result = await network.run(carl.call(rent, door, 3))
    expect(result).toMatchObject({ status: 'ok', answer: { lease: 3 } })
    await epochs(1)
    expect(stateOf().rents).toEqual([`${carl.hotkey} 3 ok`])
    expect(told('customerCall')).toEqual([
      expect.objectContaining({
        synapse: 'rent',
        customer: carl.hotkey,
        miners: [hotkeyOf('ann')],
        status: 'ok',
        requestBytes: 9,
        answerBytes: 5 + 3 + 5 + 9,
      }),
    ])
  })

  test('is given a stream as it comes, and the next round its parts', async () => {
    const { carl, door } = await shop()
    expect(await network.run(all(carl.stream(spell, door, 'abc')))).toEqual(['a', 'b', 'c'])
    await epochs(1)
    expect(stateOf().spelt).toEqual([`${hotkeyOf('ann')} ok abc`])
  })

  test('may name the miner', async () => {
    const { carl, door } = await shop(
      ['ann', 'barbara'].map((name) => [answerTo(rent, () => ({ lease: name.length }))]),
    )
    for (const name of ['ann', 'barbara', 'ann']) {
      const request = { miner: hotkeyOf(name), request: 1 }
      const result = await network.run(carl.call(atMiner(rent), door, request))
      expect(result).toMatchObject({ status: 'ok', answer: { lease: name.length } })
    }
  })

  test('whose request does not fit is told so, and no miner is asked', async () => {
    const { carl, door } = await shop()
    const loose = defineSynapse({ name: 'rent', request: z.any(), answer: z.any() })
    const looseAt = defineSynapse({ name: 'rent.miner', request: z.any(), answer: z.any() })
    const wrong = [
      [loose, 'three hours'],
      [looseAt, { request: 3 }],
      [looseAt, { miner: hotkeyOf('ann'), request: 'three hours' }],
      [looseAt, null],
    ] as const
    for (const [synapse, request] of wrong)
      expect(await network.run(carl.call(synapse, door, request))).toMatchObject({ status: 'malformed' })
    expect(told('customerCall')).toEqual([])
  })

  test.each<[string, (network: () => LocalNetwork<never, never, ShopState>) => string]>([
    ['is none', () => keyNamed('nobody').address],
    ['is no address at all', () => 'ann'],
    ['is the validator itself', (network) => network().validator('vera').hotkey],
  ])('who names a miner that %s is told that it is unreachable', async (_, who) => {
    const { carl, door } = await shop()
    const request = { miner: who(() => network), request: 1 }
    const result = await network.run(carl.call(atMiner(rent), door, request))
    expect(result).toMatchObject({ status: 'unreachable', unhandled: true })
    await epochs(1)
    expect(stateOf().rents).toEqual([])
  })

  test('of a synapse that the validator does not sell is told so', async () => {
    const { carl, door } = await shop()
    const other = defineSynapse({ name: 'buy', request: z.number(), answer: z.number() })
    expect(await network.run(carl.call(other, door, 1))).toMatchObject({ status: 'unknownSynapse' })
  })

  test('whom the blacklist turns away is told so, with the subnet before it', async () => {
    const seen: unknown[] = []
    const blacklist: Customers['blacklist'] = (caller, metagraph, { request }) => {
      seen.push([caller, metagraph.uidOf(caller), request])
      return true
    }
    const { carl, door } = await shop([honest], { blacklist })
    expect(await network.run(carl.call(rent, door, 1))).toMatchObject({ status: 'forbidden' })
    expect(seen).toEqual([[carl.hotkey, undefined, 1]])
  })

  test('is told of a blacklist that throws nothing but that it is turned away, and the validator tells', async () => {
    const blacklist = () => {
      throw new Error('no list')
    }
    const { carl, door } = await shop([honest], { blacklist })
    expect(await network.run(carl.call(rent, door, 1))).toMatchObject({ status: 'forbidden' })
    expect(told('hookFailed')).toEqual([
      expect.objectContaining({ neuron: 'vera', hook: 'blacklist', synapse: 'rent', caller: carl.hotkey }),
    ])
  })
})

describe('what comes of a miner', () => {
  const loose = defineSynapse({ name: 'rent', request: z.number(), answer: z.any() })
  const looseSpell = defineStream({ name: 'spell', request: z.string(), chunk: z.any() })
  test.each<[string, typeof honest, string]>([
    ['fails', failing, 'failed'],
    ['is late', slow(501), 'timeout'],
    ['gives what is no answer', [answerTo(loose, () => 'yes')], 'malformed'],
    ['does not answer it', [answerTo(spell, async function* () {})], 'unknownSynapse'],
    ['turns validators away', [answerTo(rent, () => ({ lease: 1 }), { blacklist: () => true })], 'forbidden'],
  ])('that %s is told with its status, and kept', async (_, answers, status) => {
    const { carl, door } = await shop([answers])
    const result = await network.run(carl.call(rent, door, 3, { timeoutMs: 5_000 }))
    expect(result).toMatchObject({ status, unhandled: ['unknownSynapse', 'forbidden'].includes(status) })
    await epochs(1)
    expect(stateOf().rents).toEqual([`${carl.hotkey} 3 ${status}`])
    expect(told('customerCall')).toMatchObject([{ status, miners: [hotkeyOf('ann')], answerBytes: 0 }])
    expect(told('axonFault')).toEqual([])
  })

  test('that is late is told when a round would have given it up, whatever time the customer has', async () => {
    const { carl, door } = await shop([slow(10_000)])
    const result = await network.run(carl.call(rent, door, 3, { timeoutMs: 60_000 }))
    expect(result).toMatchObject({ status: 'timeout', elapsedMs: 500 })
  })

  test.each<[string, typeof honest, { chunks: unknown[]; status: string }]>([
    ['fails', failing, { chunks: ['a'], status: 'failed' }],
    ['is late', slow(300), { chunks: ['a', 'b'], status: 'timeout' }],
    [
      'gives what is no chunk',
      [
        answerTo(looseSpell, async function* () {
          yield 'a'
          yield 7
        }),
      ],
      { chunks: ['a'], status: 'malformed' },
    ],
  ])('that %s in a stream is told with its status, after the chunks before', async (_, answers, outcome) => {
    const { carl, door } = await shop([answers])
    expect(await network.run(outcomeOf(carl.stream(spell, door, 'abc')))).toEqual(outcome)
    await epochs(1)
    expect(stateOf().spelt).toEqual([`${hotkeyOf('ann')} ${outcome.status} ${outcome.chunks.join('')}`])
  })

  test('that is gone is told, where there is no other', async () => {
    const { carl, door } = await shop()
    await network.stopNeuron('ann')
    const result = await network.run(carl.call(rent, door, 3))
    expect(result).toMatchObject({ status: 'unreachable', unhandled: true })
    expect(told('customerCall')).toMatchObject([{ miners: Array(4).fill(hotkeyOf('ann')) }])
  })

  test('that fails is no end where the synapse is idempotent: another is asked, and both are kept', async () => {
    const { carl, door } = await shop([
      [answerTo(hurried, () => Promise.reject(new Error('out of order')))],
      [answerTo(hurried, (word) => word)],
    ])
    const results = []
    for (let nth = 0; nth < 8; nth++) results.push(await network.run(carl.call(hurried, door, 'now')))
    expect(results.map(({ status }) => status)).toEqual(Array(8).fill('ok'))
    await epochs(1)
    expect(stateOf().hurried).toContain(`${hotkeyOf('ann')} failed`)
    expect(stateOf().hurried.filter((row) => row.startsWith(hotkeyOf('barbara')))).toHaveLength(8)
  })
})

describe('a customer that does not wait', () => {
  test.each<[string, (carl: Dendrite, door: Target) => Promise<{ status: string }>, string, string]>([
    [
      'cancels',
      async (carl, door) => {
        const gone = new AbortController()
        network.clock.setTimer(() => gone.abort(), 100)
        return await carl.call(rent, door, 3, { signal: gone.signal, timeoutMs: 5_000 })
      },
      'cancelled',
      'cancelled',
    ],
    ['has less time', (carl, door) => carl.call(rent, door, 3, { timeoutMs: 100 }), 'timeout', 'timeout'],
    [
      'hangs up',
      async (carl, door) => {
        network.clock.setTimer(() => void carl.close(), 100)
        return await carl.call(rent, door, 3, { timeoutMs: 5_000 })
      },
      'unreachable',
      'cancelled',
    ],
  ])('ends the ask at the miner when it %s', async (_, call, status, toldAs) => {
    const seen: AbortSignal[] = []
    const { carl, door } = await shop([slow(400, seen)])
    seen.length = 0
    const result = await network.run(call(carl, door))
    expect(result).toMatchObject({ status })
    await network.run(sleep(network.clock, 50))
    expect(seen).toMatchObject([{ aborted: true }])
    expect(told('customerCall')).toMatchObject([{ status: toldAs }])
    await epochs(1)
    // It may bind the miner, so a mechanism that keeps all hears of it.
    expect(stateOf().rents).toEqual([`${carl.hotkey} 3 cancelled`])
  })

  test('leaves no trace in what is one per miner', async () => {
    const { carl, door } = await shop([slow(200)])
    const reading = (async () => {
      for await (const chunk of carl.stream(spell, door, 'abc')) return chunk
      return undefined
    })()
    expect(await network.run(reading)).toBe('a')
    await epochs(1)
    expect(stateOf().spelt).toEqual([])
    expect(told('customerCall')).toMatchObject([{ synapse: 'spell', status: 'cancelled', answerBytes: 4 }])
  })

  test('for its chunks holds up those alone, and not the miner', async () => {
    const { carl, door } = await shop([slow(10)])
    const word = 'a'.repeat(40)
    const read = async (clock: Clock) => {
      const given: string[] = []
      for await (const chunk of carl.stream(spell, door, word)) {
        given.push(chunk)
        await sleep(clock, 100)
      }
      return given.join('')
    }
    expect(await network.run(read(network.clock))).toBe(word)
    await epochs(1)
    // The miner's deadline is 800 ms; its reader took four seconds.
    expect(stateOf().spelt).toEqual([`${hotkeyOf('ann')} ok ${word}`])
    expect(stateOf().lastAtMs).toBe(400)
  })
})

describe('a validator with customers', () => {
  test('gives a customer that does not read its place for so long and no longer', async () => {
    const { carl, door } = await shop([slow(10)], { maxAtOnce: 4 })
    const dora = network.dendrite(keyNamed('dora'))
    // A quarter of four places: it is the only one of its kind.
    const held = carl.stream(spell, door, 'a'.repeat(200), { timeoutMs: 100_000 })
    expect((await network.run(held.next())).value).toBe('a')
    expect(await network.run(dora.call(rent, door, 1, { timeoutMs: 5_000 }))).toMatchObject({ status: 'ok' })
    // Four asks of 800 ms, the longest of what is sold but the one of a second, and ten seconds to read.
    await network.run(sleep(network.clock, 14_100))
    expect(told('customerCall').filter(({ synapse }) => synapse === 'spell')).toMatchObject([
      { status: 'timeout', elapsedMs: 14_000 },
    ])
    const rest = (async () => {
      for await (const _ of held);
    })()
    await expect(network.run(rest)).rejects.toMatchObject({ status: 'timeout' })
  })

  test('tells where it is called, and puts it on no chain', async () => {
    const { door } = await shop()
    const { host, port } = door
    expect(told('customersServed')).toMatchObject([{ neuron: 'vera', address: { host, port } }])
    const { columns } = await network.metagraph()
    expect(columns.axon[columns.hotkey.indexOf(door.hotkey)]).toBeNull()
  })

  test('that stops ends their calls as unreachable, streams too', async () => {
    const { carl, door } = await shop([slow(400)])
    const calls = [
      carl.call(rent, door, 3, { timeoutMs: 5_000 }).then(({ status }) => status),
      outcomeOf(carl.stream(spell, door, 'abc', { timeoutMs: 5_000 })).then(({ status }) => status),
    ]
    network.clock.setTimer(() => void network.validator('vera').stop(), 100)
    expect(await network.run(Promise.all(calls))).toEqual(['unreachable', 'unreachable'])
    expect(told('customerCall')).toMatchObject([{ status: 'unreachable' }, { status: 'unreachable' }])
    const late = await network.run(carl.call(rent, door, 3, { timeoutMs: 100 }))
    expect(late.status).toBe('unreachable')
  })

  test('holds quotas', async () => {
    const quotas = { perCaller: { calls: 2, intervalMs: 3_600_000 } }
    const { carl, door } = await shop([honest], { quotas })
    const dora = network.dendrite(keyNamed('dora'))
    const asked = []
    for (const one of [carl, carl, carl, dora]) asked.push(await network.run(one.call(rent, door, 1)))
    expect(asked.map(({ status }) => status)).toEqual(['ok', 'ok', 'overloaded', 'ok'])
    expect(network.validator('vera').customers?.axon.counters.refused).toEqual({ quota: 1 })
  })

  test('works on so many calls at once, a quarter of them of one customer and at one miner', async () => {
    let now = 0
    let most = 0
    const counting = [
      answerTo(rent, async (hours, { clock }) => {
        most = Math.max(most, ++now)
        await sleep(clock, 20)
        now--
        return { lease: hours }
      }),
    ]
    const { carl, door } = await shop([counting], { maxAtOnce: 8 })
    const dora = network.dendrite(keyNamed('dora'))
    most = 0
    const calls = [carl, dora].flatMap((one) =>
      Array.from({ length: 6 }, () => one.call(rent, door, 1, { timeoutMs: 5_000 })),
    )
    const results = await network.run(Promise.all(calls))
    expect(results.map(({ status }) => status)).toEqual(Array(12).fill('ok'))
    expect(most).toBe(2)
  })

  test('has more asked than there is room for refused as overloaded', async () => {
    const { carl, door } = await shop([slow(400)], { maxAtOnce: 1 })
    const calls = Array.from({ length: 140 }, () => carl.call(rent, door, 1, { timeoutMs: 450 }))
    const results = await network.run(Promise.all(calls))
    const statuses = new Set(results.map(({ status }) => status))
    expect(statuses).toContain('overloaded')
    expect([...statuses].every((status) => ['ok', 'overloaded', 'timeout'].includes(status))).toBe(true)
  })

  test('asks within its own time, whatever the customer carries along', async () => {
    const { carl, door } = await shop()
    const seen: (string | undefined)[] = []
    network.miner('ann').axon.observe({
      begins: ({ requestId, traceparent }) => {
        seen.push(requestId, traceparent)
        return { ended: () => {} }
      },
    })
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
    await network.run(carl.call(rent, door, 1, { requestId: 'carl-1', traceparent }))
    expect(seen).toEqual([expect.not.stringContaining('carl'), undefined])
  })
})

describe('what a round is given', () => {
  test('is there once, and again after a round that failed', async () => {
    const mechanism = new Shop()
    const { carl, door } = await shop([honest], {}, { mechanism })
    mechanism.failures = 2
    const asked = await network.run(Promise.all([1, 2, 3].map((hours) => carl.call(rent, door, hours))))
    expect(asked.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok'])
    await epochs(2)
    expect(told('roundFailed')).toHaveLength(2)
    expect(stateOf().rents).toEqual([1, 2, 3].map((hours) => `${carl.hotkey} ${hours} ok`))
  })

  test('is no more than a quarter of the room; of all calls none goes', async () => {
    const mechanism = new Shop({ soldRows: 12 })
    const { carl, door } = await shop([honest], {}, { mechanism })
    const results = []
    for (let hours = 0; hours < 5; hours++) results.push(await network.run(carl.call(rent, door, hours)))
    expect(results.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok', 'overloaded', 'overloaded'])
    const dora = network.dendrite(keyNamed('dora'))
    expect(await network.run(dora.call(rent, door, 7))).toMatchObject({ status: 'ok' })
    await epochs(1)
    expect(await network.run(carl.call(rent, door, 5))).toMatchObject({ status: 'ok' })
    await epochs(1)
    const rows = [0, 1, 2, 7, 5].map((hours) => `${(hours === 7 ? dora : carl).hotkey} ${hours} ok`)
    expect(stateOf().rents).toEqual(rows)
  })

  test('is one call per miner where that is said; of those that have no room the oldest go, and are told', async () => {
    const mechanism = new Shop({ soldRows: 16 })
    const { carl, door } = await shop([honest, honest], {}, { mechanism })
    const asked = ['ann', 'barbara', 'ann', 'ann', 'barbara', 'ann']
    for (const [at, name] of asked.entries()) {
      const request = { miner: hotkeyOf(name), request: String(at) }
      await network.run(all(carl.stream(atMiner(spell), door, request)))
    }
    await epochs(1)
    const rows = stateOf().spelt.map((row) => row.split(' '))
    expect(rows.map(([hotkey]) => hotkey).sort()).toEqual([hotkeyOf('ann'), hotkeyOf('barbara')].sort())
    // The first two went.
    expect(['2', '3', '5']).toContain(rows.find(([hotkey]) => hotkey === hotkeyOf('ann'))?.[2])
    expect(rows.find(([hotkey]) => hotkey === hotkeyOf('barbara'))?.[2]).toBe('4')
    expect(told('soldRowsDropped')).toMatchObject([{ synapse: 'spell', rows: 2 }])
  })

  test('is what the first task is given, however many there are', async () => {
    const mechanism = new Shop({}, 3)
    const { carl, door } = await shop([honest], {}, { mechanism })
    await network.run(carl.call(rent, door, 7))
    await epochs(1)
    expect(stateOf().rents).toEqual([`${carl.hotkey} 7 ok`])
  })

  test('is nothing of a miner that left', async () => {
    const { carl, door } = await shop([honest, honest])
    const mechanism = network.validator('vera')
    expect(mechanism.standings.size).toBeGreaterThanOrEqual(0)
    await network.run(carl.call(atMiner(rent), door, { miner: hotkeyOf('barbara'), request: 1 }))
    await epochs(1)
    expect(stateOf().rents).toHaveLength(1)
  })
})
