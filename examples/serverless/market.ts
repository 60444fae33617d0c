import { defineMarket } from '../support/market.js'
import { accounts, buyers } from './customers.js'
import { defences, Serverless } from './mechanism.js'
import { miners } from './miners.js'

export const market = defineMarket({
  name: 'serverless',
  title: 'Serverless inference',
  defences,
  notes: {
    identities: 'the four names of the crowd have 37.6% together, for one machine.',
  },
  epochs: 10,
  validators: 2,
  latencyMs: 10,
  // A round takes almost two and a half seconds.
  blockMs: 300,
  validator: { roundBlocks: 10, customers: {} },
  mechanism: (options) => new Serverless({ ...options, accounts }),
  miners,
  buyers,
})
