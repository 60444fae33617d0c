import { describe, expect, test } from 'vitest'
import { minerCast } from '../../../examples/forecast/cast.js'
import { ForecastMechanism } from '../../../examples/forecast/mechanism.js'
import { loadWeather } from '../../../examples/forecast/weather.js'
import { LocalNetwork } from '../../../src/network/index.js'

const BLOCK_MS = 250

/** How many epochs paid before the miner died that does so half-way. */
async function paidBefore(epochs: number): Promise<number> {
  const specs = minerCast({ seed: '1', epochs }).map(({ spec }) => spec)
  const [persistence, dies] = ['persistence', 'dies'].map((name) => specs.find((spec) => spec.name === name)!)
  let diedAtMs: number | undefined
  await using network = await LocalNetwork.start({
    mechanism: new ForecastMechanism(loadWeather()),
    miners: [
      persistence!,
      {
        ...dies!,
        prepare: (self) =>
          dies!.prepare!({
            ...self,
            die() {
              diedAtMs = self.clock.now()
              self.die()
            },
          }),
      },
    ],
    validators: [{ name: 'ada', roundBlocks: 5 }],
  })
  const paidAtBlocks: number[] = []
  for await (const { block, metagraph } of network.epochs({ count: epochs + 3 })) {
    if (metagraph.columns.incentiveU16.some((share) => share > 0)) paidAtBlocks.push(block)
  }
  return paidAtBlocks.filter((block) => diedAtMs !== undefined && block * BLOCK_MS <= diedAtMs).length
}

describe('the miner that dies half-way', () => {
  test.each([4, 5, 20])('is gone half-way through %i epochs that pay', async (epochs) => {
    expect(await paidBefore(epochs)).toBe(Math.floor(epochs / 2))
  })
})
