import { AsyncLocalStorage } from 'node:async_hooks'
import { afterEach, describe, expect, test } from 'vitest'
import { type AxonTransport, sessionServer } from '../../../../src/axon/index.js'
import type { Dendrite } from '../../../../src/dendrite/index.js'
import { silentLogger } from '../../../../src/log/index.js'
import {
  type Played,
  ProtocolMechanism,
  type Round,
  type SoldSynapse,
  scoresOf,
} from '../../../../src/mechanism/index.js'
import { LocalNetwork } from '../../../../src/network/index.js'
import { answerTo } from '../../../../src/neuron/index.js'
import { atMiner, type CallerMessage, encodeCallerMessage } from '../../../../src/synapse/index.js'
import { keyNamed } from '../World.js'
import { doorOf, rent, spell } from './Shop.js'

/** Asks what customers ask: 3 hours, and `abc`. */
class Same extends ProtocolMechanism {
  override readonly sells: readonly SoldSynapse[] = [
    { synapse: rent, keep: 'all', timeoutMs: 500 },
    { synapse: spell, keep: 'all', timeoutMs: 800 },
  ]

  initialState() {
    return null
  }

  async play(round: Round<null>) {
    const rents = await round.askAll(rent, 3, { timeoutMs: 500 })
    return {
      rents,
      spelt: await round.each((miner) => round.stream(miner, spell, 'abc', { timeoutMs: 800 })),
    }
  }

  score({ rents, state }: Played<Same>) {
    return { scores: scoresOf(rents, () => 1), state }
  }
}

/** One thing that a miner can see of a call. */
interface Sight {
  readonly bytes: string
  /** Who names requests: what comes before their count. */
  readonly maker: string | undefined
  readonly caller: string
  readonly remote: string
  /** Of what came besides the message. */
  readonly restBytes: number
}

/** Sessions, whose every request is looked at as it comes in. */
function watching(see: (sight: Sight) => void): AxonTransport {
  return {
    kind: 'session',
    listen: (host) =>
      sessionServer().listen({
        ...host,
        accept: (request, port, options) => {
          see({
            bytes: wireOf(request),
            maker: request.requestId?.split('.')[0],
            caller: port.caller,
            remote: port.remote,
            restBytes: (options?.requestBytes ?? 0) - encodeCallerMessage(request).length,
          })
          return host.accept(request, port, options)
        },
      }),
  }
}

/** A request as it travels, with its number on the connection and its name, which are made anew for each, taken out. */
function wireOf(request: Extract<CallerMessage, { kind: 'request' }>): string {
  return Buffer.from(encodeCallerMessage({ ...request, id: 1, requestId: 'x' })).toString('hex')
}

let network: LocalNetwork<never, never>
afterEach(() => network.stop())

async function shop(see: (sight: Sight) => void) {
  network = await LocalNetwork.start<never, never>({
    mechanism: new Same(),
    miners: [
      {
        name: 'ann',
        answers: [
          answerTo(rent, (lease) => ({ lease })),
          answerTo(spell, async function* (word) {
            yield* word
          }),
        ],
        axon: { transports: [watching(see)] },
      },
    ],
    validators: [{ name: 'vera', customers: {} }],
    logger: silentLogger,
  })
  return { carl: network.dendrite(keyNamed('carl')), door: doorOf(network, 'vera') }
}

async function ask(carl: Dendrite, door: ReturnType<typeof doorOf>): Promise<void> {
  const all = async (chunks: AsyncIterable<string>) => {
    for await (const _ of chunks);
  }
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
  const options = { timeoutMs: 7_000, requestId: 'a-name-of-the-customer', traceparent }
  const miner = network.neurons.find(({ role }) => role === 'miner')?.hotkey ?? ''
  await network.run(carl.call(rent, door, 3, options))
  await network.run(all(carl.stream(spell, door, 'abc', options)))
  await network.run(carl.call(atMiner(rent), door, { miner, request: 3 }, options))
  await network.run(all(carl.stream(atMiner(spell), door, { miner, request: 'abc' }, options)))
}

describe('what a miner sees of a request of a customer', () => {
  test('is what it sees of one of a round, byte for byte', async () => {
    const sights: Sight[] = []
    const { carl, door } = await shop((sight) => sights.push(sight))
    for await (const _ of network.epochs({ count: 1 }));
    const own = new Set(sights.map((sight) => JSON.stringify(sight)))
    // A rent and a spell, time and again over one connection.
    expect(own.size).toBe(2)
    sights.length = 0
    await ask(carl, door)
    const passedOn = sights
      .filter(({ caller }) => caller === door.hotkey)
      .map((sight) => JSON.stringify(sight))
    expect(passedOn).toHaveLength(4)
    expect(new Set(passedOn)).toEqual(own)
  })

  test('carries nothing along that is set around the call of the customer', async () => {
    const { carl, door } = await shop(() => {})
    const around = new AsyncLocalStorage<string>()
    const { dendrite, customers } = network.validator('vera')
    const seen: unknown[] = []
    customers?.axon.observe({
      begins: () => ({ run: (step) => around.run('a customer', step), ended: () => {} }),
    })
    dendrite.observe({
      begins: ({ traceparent }) => {
        seen.push(around.getStore(), traceparent)
        return { ended: () => {} }
      },
    })
    await ask(carl, door)
    expect(seen.length).toBeGreaterThanOrEqual(8)
    expect(new Set(seen)).toEqual(new Set([undefined]))
  })
})
