import { join } from 'node:path'
import { expect, test } from 'vitest'
import { localnetPreset } from '../../../src/chain/index.js'
import { ProcessNetwork } from '../../../src/network/index.js'
import { valuesOf } from '../../unit/monitor/scrape.js'
import { bundle } from './bundle.js'

test('each process of a network serves metrics of its neuron where its module says so', async () => {
  const built = await bundle('watched')
  try {
    const module = join(built.folder, 'watched.mjs')
    await using network = await ProcessNetwork.start({
      execArgv: [],
      preset: localnetPreset({ blockMs: 60 }),
      neurons: [
        { name: 'good', role: 'miner', module },
        { name: 'judge', role: 'validator', module },
      ],
    })
    for await (const _ of network.epochs({ count: 2 }));
    const scraped = async (name: string): Promise<ReadonlyMap<string, number>> => {
      const url = /metrics at (\S+)/.exec(network.linesOf(name).join('\n'))?.[1]
      return valuesOf(await (await fetch(`${url}/metrics`)).text())
    }
    const [miner, validator] = [await scraped('good'), await scraped('judge')]
    expect(miner.get('subnetkit_axon_running{name="good"}')).toBe(1)
    expect(miner.get('subnetkit_neuron_running{name="good",role="miner"}')).toBe(1)
    expect(validator.get('subnetkit_validator_rounds_total{name="judge",result="scored"}')).toBeGreaterThan(1)
    expect(validator.get('subnetkit_chain_epochs_total{name="judge"}')).toBeGreaterThan(0)
    const answered = 'subnetkit_dendrite_call_duration_seconds_count{name="judge",synapse="sum",status="ok"}'
    expect(validator.get(answered)).toBeGreaterThan(1)
  } finally {
    await built.remove()
  }
}, 60_000)
