import { furtherMechanism } from 'subnetkit/network'
import { market } from '../../../examples/prices/market.js'
import { PricePaths } from '../../../examples/prices/mechanism.js'
import { PriceRanges } from '../../../examples/prices/ranges.js'
import { defineMarket } from '../../../examples/support/market.js'

/** The market with a deadline that no busy machine misses. */
export const timeoutMs = 20_000
export const patient = defineMarket({
  ...market,
  mechanism: (options) => new PricePaths({ ...options, timeoutMs }),
  furtherMechanisms: (options) => [
    furtherMechanism({ mechanism: new PriceRanges({ ...options, timeoutMs }) }),
  ],
  neuron: 'test/markets/prices/neuron.ts',
})
