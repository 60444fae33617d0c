import { furtherMechanism } from 'subnetkit/network'
import { defineMarket } from '../support/market.js'
import { defences, PricePaths } from './mechanism.js'
import { miners } from './miners.js'
import { PriceRanges } from './ranges.js'

/** Forecasts of a price as a play: paths are its first mechanism, points and ranges its second. */
export const market = defineMarket({
  name: 'prices',
  title: 'Forecasts of a price',
  defences,
  notes: {
    window: 'one owner has narrow, up and down: together they are paid most.',
    merged: 'one owner has the three twins.',
  },
  epochs: 10,
  validators: 2,
  validator: { roundBlocks: 4 },
  mechanism: (options) => new PricePaths(options),
  furtherMechanisms: (options) => [furtherMechanism({ mechanism: new PriceRanges(options) })],
  miners,
})
