import { market } from '../../../examples/rental/market.js'
import { Rental } from '../../../examples/rental/mechanism.js'
import { defineMarket } from '../../../examples/support/market.js'

/** What they are paid follows from no time, and from no chance. */
const plain = ['better', 'worse', 'bluffer', 'twin-1', 'twin-2']

/** The market with a deadline that no busy machine misses. One validator rents, so that no tenant who is held up by the machine has to make room for another. */
export const patient = defineMarket({
  ...market,
  validators: 1,
  mechanism: (options) => new Rental({ ...options, timeoutMs: 20_000 }),
  miners: market.miners.filter(({ name }) => plain.includes(name)),
  neuron: 'test/markets/rental/neuron.ts',
})
