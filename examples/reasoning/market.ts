import { defineMarket } from '../support/market.js'
import { defences, Reasoning } from './mechanism.js'
import { cast } from './miners/cast.js'

/** A reasoning arena as a play: who takes the throne, and who would without one of the defences. */
export const market = defineMarket({
  name: 'reasoning',
  title: 'A reasoning arena',
  defences,
  epochs: 10,
  validators: 2,
  validator: { roundBlocks: 3 },
  mechanism: (options) => new Reasoning(options),
  miners: cast,
})
