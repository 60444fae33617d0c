import { defineMarket } from '../support/market.js'
import type { Book } from './book.js'
import { type Defence, defences, Rental } from './mechanism.js'
import { miners } from './miners.js'

export const market = defineMarket<Defence, unknown, unknown, Book>({
  name: 'rental',
  title: 'GPU rental',
  defences,
  epochs: 16,
  validators: 2,
  latencyMs: { leastMs: 2, mostMs: 10 },
  validator: { roundBlocks: 10 },
  mechanism: (options) => new Rental(options),
  miners,
})
