import { defineMarket } from '../../../examples/support/market.js'
import { market } from '../../../examples/text/market.js'
import { Text } from '../../../examples/text/mechanism.js'

/** The market with a deadline that no busy machine misses, and without the two cheats that live by missing it. */
export const patient = defineMarket({
  ...market,
  mechanism: (options) => new Text({ ...options, timeoutMs: 20_000 }),
  miners: market.miners.filter(({ name }) => name !== 'echo' && name !== 'boaster'),
  neuron: 'test/markets/text/neuron.ts',
})
