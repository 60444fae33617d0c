import type { CanonicalValue } from 'subnetkit/codec'
import { assert } from 'subnetkit/errors'
import { runNeuronProcess } from 'subnetkit/network'
import { z } from 'zod'
import type { Market } from './market.js'
import { minerWork } from './minerWork.js'

/** What a process of a market is told by the one that started it. */
export interface NeuronOptions {
  readonly seed: string
  readonly without: readonly string[]
}

const optionsSchema: z.ZodType<NeuronOptions> = z.object({ seed: z.string(), without: z.array(z.string()) })

/** The whole program of one neuron of a market in a process of its own. */
export async function runMarketNeuron<Defence extends string, Task, Answer, State extends CanonicalValue>(
  market: Market<Defence, Task, Answer, State>,
): Promise<never> {
  const rulesOf = ({ without }: NeuronOptions) => ({
    without: (Object.keys(market.defences) as Defence[]).filter((one) => without.includes(one)),
  })
  return await runNeuronProcess<Task, Answer, State>({
    async miner(self) {
      const options = optionsSchema.parse(self.options)
      const miner = market.miners.find(({ name }) => name === self.name)
      assert(miner !== undefined, `the market has a miner ${self.name}`)
      return await minerWork(miner, market.mechanism(rulesOf(options)), self, options.seed)
    },
    validator(self) {
      const rules = rulesOf(optionsSchema.parse(self.options))
      return {
        ...market.validator,
        mechanism: market.mechanism(rules),
        furtherMechanisms: market.furtherMechanisms?.(rules) ?? [],
      }
    },
  })
}
