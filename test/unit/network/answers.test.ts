import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { sleep } from '../../../src/clock/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { Dendrite } from '../../../src/dendrite/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { LocalNetwork } from '../../../src/network/index.js'
import { answerTo } from '../../../src/neuron/index.js'
import { defineStream, defineSynapse } from '../../../src/synapse/index.js'
import { createMemoryNetwork } from '../../../src/transport/index.js'
import { rightSum, Sums } from '../../integration/network/sums.js'

const length = defineSynapse({ name: 'length', request: z.string(), answer: z.number() })
const count = defineStream({ name: 'count', request: z.number(), chunk: z.number() })

/** Real time that virtual time does not see. */
const realMs = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const answers = [
  answerTo(
    length,
    async (text) => {
      await realMs(5)
      return text.length
    },
    {
      blacklist: async () => {
        await realMs(5)
        return false
      },
      verify: async (_caller, _metagraph, { request }) => {
        await realMs(5)
        return request !== 'no'
      },
    },
  ),
  answerTo(
    count,
    async function* (to, { clock, signal }) {
      for (let n = 1; n <= to; n++) {
        await realMs(5)
        await sleep(clock, 100, signal)
        yield n
      }
    },
    { blacklist: () => false },
  ),
]

describe('a network whose miners answer other synapses', () => {
  test('holds virtual time for their work and their hooks, chunk by chunk', async () => {
    const carrier = createMemoryNetwork()
    await using network = await LocalNetwork.start({
      mechanism: new Sums(),
      miners: [
        { name: 'both', answer: rightSum, answers },
        { name: 'serves', answers },
      ],
      validators: 1,
      carrier,
    })
    const customer = new Dendrite({
      signer: keyPairFromUri('//Customer', { scheme: 'ed25519' }),
      carrier,
      clock: network.clock,
    })
    const metagraph = await network.metagraph()
    for (const name of ['both', 'serves']) {
      const { hotkey } = network.neurons.find((neuron) => neuron.name === name)!
      const target = { hotkey, ...metagraph.columns.axon[metagraph.uidOf(hotkey)!]! }
      const startMs = network.clock.now()
      const answered = await network.run(customer.call(length, target, 'four'))
      expect(answered).toMatchObject({ status: 'ok', answer: 4 })
      expect((await network.run(customer.call(length, target, 'no'))).status).toBe('forbidden')
      expect(network.clock.now()).toBe(startMs)
      const at: number[] = []
      await network.run(
        (async () => {
          for await (const n of customer.stream(count, target, 3)) at.push(n, network.clock.now() - startMs)
        })(),
      )
      expect(at).toEqual([1, 100, 2, 200, 3, 300])
      const sum = await network.run(customer.call(new Sums().synapse, target, [1, 2]))
      // Who may not ask is not told whether there is such an answer.
      expect(sum.status).toBe('forbidden')
    }
    await network.run(customer.close())
  })

  test.each(['the miner of a network', 'the logger of its axon'])(
    'is told of limits that calls meet, once and at each power of ten: %s',
    async (whose) => {
      const lines: [object, string][] = []
      const warn = (fields: object, message: string): void => void lines.push([fields, message])
      const logger = { ...silentLogger, warn }
      const own = whose === 'the logger of its axon' ? { logger } : {}
      const told: unknown[] = []
      const carrier = createMemoryNetwork()
      await using network = await LocalNetwork.start({
        mechanism: new Sums(),
        miners: [{ name: 'serves', answers, axon: { ...own, limits: { maxRunning: 1, maxQueued: 1 } } }],
        validators: 1,
        carrier,
        logger: whose === 'the logger of its axon' ? silentLogger : logger,
        onEvent: (event) => {
          if (event.type === 'limitMet') told.push(structuredClone(event))
        },
      })
      const signer = keyPairFromUri('//Customer', { scheme: 'ed25519' })
      const customer = new Dendrite({ signer, carrier, clock: network.clock })
      const metagraph = await network.metagraph()
      const { hotkey } = network.neurons.find(({ name }) => name === 'serves')!
      const target = { hotkey, ...metagraph.columns.axon[metagraph.uidOf(hotkey)!]! }
      const calls = Array.from({ length: 14 }, () => customer.call(length, target, 'four'))
      const results = await network.run(Promise.all(calls))
      expect(results.filter(({ status }) => status === 'overloaded')).toHaveLength(12)
      await network.run(customer.close())
      await network.stop()
      const event = { neuron: 'serves', type: 'limitMet', limit: 'queueFull', synapse: 'length' }
      expect(told).toMatchObject([1, 9, 2].map((times) => ({ ...event, caller: signer.address, times })))
      const line = 'Calls are refused as overloaded: as many wait for a handler as limits.maxQueued'
      expect(lines.map(([, message]) => message)).toEqual([
        expect.stringMatching(new RegExp(`^${line}[^(]+$`)),
        expect.stringMatching(/\(10 times by now\)$/),
        expect.stringMatching(/\(12 times by now\)$/),
      ])
      const fields = { synapse: 'length', caller: signer.address }
      expect(lines[0]![0]).toMatchObject(own.logger ? fields : { ...fields, neuron: 'serves' })
    },
  )

  test('is refused a miner that answers nothing', async () => {
    const start = LocalNetwork.start({
      mechanism: new Sums(),
      miners: [{ name: 'idle', answers: [] }],
      validators: 1,
    })
    await expect(start).rejects.toThrow('Give each miner answer, prepare, answers or artefacts')
  })
})
