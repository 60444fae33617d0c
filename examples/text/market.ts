import { defineMarket } from '../support/market.js'
import { defences, Text } from './mechanism.js'
import { miners } from './miners.js'

export const market = defineMarket({
  name: 'text',
  title: 'Verified text',
  defences,
  epochs: 7,
  validators: 2,
  validator: { roundBlocks: 5 },
  mechanism: (options) => new Text(options),
  miners,
})
