import { SeededRandom } from 'subnetkit/math'
import { accounts } from '../../../examples/serverless/customers.js'
import { market } from '../../../examples/serverless/market.js'
import { Serverless } from '../../../examples/serverless/mechanism.js'
import { answersOf } from '../../../examples/serverless/work.js'
import { defineMarket } from '../../../examples/support/market.js'

/** Neither a start nor a step takes any time of it, so that it does all that it is asked. */
const ready = (name: string) => ({
  name,
  is: 'honest' as const,
  does: 'does everything at once',
  spec: () => ({
    answers: answersOf({ speed: Number.POSITIVE_INFINITY, memoryMiB: 8 }, new SeededRandom(name)),
  }),
})

/** The market without customers, with a deadline that no busy machine misses, miners of whom chance decides nothing, and a score that reads no time. */
export const patient = defineMarket({
  ...market,
  mechanism: (options) =>
    new Serverless({
      ...options,
      accounts,
      timeoutMs: 20_000,
      weights: { units: 0, calls: 1, apps: 0, bounties: 0 },
    }),
  miners: [ready('one'), ready('two'), ...market.miners.filter(({ name }) => name === 'echo')],
  buyers: [],
  neuron: 'test/markets/serverless/neuron.ts',
})
