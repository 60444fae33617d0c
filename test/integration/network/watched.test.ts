import { join } from 'node:path'
import { expect, test } from 'vitest'
import { localnetPreset } from '../../../src/chain/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { Dendrite, type Target } from '../../../src/dendrite/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { ProcessNetwork } from '../../../src/network/index.js'
import { valuesOf } from '../../unit/monitor/scrape.js'
import { bundle } from './bundle.js'
import { slow } from './slow.js'

test('each process of a network serves metrics of its neuron where its module says so, and tells the limits that it meets', async () => {
  const built = await bundle('watched')
  try {
    const module = join(built.folder, 'watched.mjs')
    const lines: [object, string][] = []
    const told: object[] = []
    await using network = await ProcessNetwork.start({
      logger: { ...silentLogger, warn: (fields, message) => void lines.push([fields, message]) },
      onEvent: (event) => {
        if (event.type === 'limitMet') told.push(event)
      },
      execArgv: [],
      preset: localnetPreset({ blockMs: 60 }),
      neurons: [
        { name: 'good', role: 'miner', module },
        { name: 'judge', role: 'validator', module },
      ],
    })
    const scraped = async (name: string): Promise<ReadonlyMap<string, number>> => {
      const url = /metrics at (\S+)/.exec(network.linesOf(name).join('\n'))?.[1]
      return valuesOf(await (await fetch(`${url}/metrics`)).text())
    }
    const miner = await scraped('good')
    expect(miner.get('subnetkit_axon_running{name="good"}')).toBe(1)
    expect(miner.get('subnetkit_neuron_running{name="good",role="miner"}')).toBe(1)
    const scored = 'subnetkit_validator_rounds_total{name="judge",result="scored"}'
    const epochs = 'subnetkit_chain_epochs_total{name="judge"}'
    const answered = 'subnetkit_dendrite_call_duration_seconds_count{name="judge",synapse="sum",status="ok"}'
    const judged = async (): Promise<readonly boolean[]> => {
      const validator = await scraped('judge')
      return [scored, epochs, answered].map((name) => (validator.get(name) ?? 0) > 1)
    }
    await expect.poll(judged, { timeout: 30_000, interval: 100 }).toEqual([true, true, true])

    await using customer = new Dendrite({ signer: keyPairFromUri('//Customer') })
    const { hotkey } = network.neurons.find(({ name }) => name === 'good') ?? expect.fail('no miner')
    const metagraph = await network.metagraph()
    const target = { hotkey, ...metagraph.columns.axon[metagraph.uidOf(hotkey) ?? 0] } as Target
    const calls = Array.from({ length: 6 }, (_, value) => customer.call(slow, target, value))
    expect((await Promise.all(calls)).map(({ status }) => status)).toContain('overloaded')
    await expect.poll(() => told.length).toBeGreaterThan(0)
    const caller = customer.hotkey
    const met = { neuron: 'good', limit: 'queueFull', synapse: 'slow', caller, times: 1 }
    expect(told[0]).toMatchObject(met)
    expect(lines).toContainEqual([
      expect.objectContaining({ neuron: 'good', synapse: 'slow', caller }),
      expect.stringContaining('limits.maxQueued'),
    ])
  } finally {
    await built.remove()
  }
})
