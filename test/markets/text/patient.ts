import { defineMarket } from '../../../examples/support/market.js'
import { market } from '../../../examples/text/market.js'
import { Text } from '../../../examples/text/mechanism.js'

/** Two cheats that live by missing a deadline, and one whose draft is now and then the very text. */
const chancy = ['echo', 'boaster', 'drafter']

/** The market with a deadline that no busy machine misses, and without the cheats about whom chance decides. */
export const patient = defineMarket({
  ...market,
  mechanism: (options) => new Text({ ...options, timeoutMs: 20_000 }),
  miners: market.miners.filter(({ name }) => !chancy.includes(name)),
  neuron: 'test/markets/text/neuron.ts',
})
