import { defineMarket } from '../support/market.js'
import { TIERS } from './ledger.js'
import { defences, Storage } from './mechanism.js'
import { storageMiners } from './miners.js'

/** A play has some hundred challenges of each miner, not ten thousand: its tiers are reached sooner. */
const tiers = TIERS.map((tier) => ({ ...tier, successes: tier.successes / 250 }))

export const market = defineMarket({
  name: 'storage',
  title: 'Storage',
  defences,
  epochs: 12,
  validators: 2,
  // A round takes a second, most of it sealing: where time is real, there is room for a slow machine.
  blockMs: 500,
  latencyMs: { leastMs: 2, mostMs: 8 },
  validator: { roundBlocks: 5 },
  mechanism: (options) => new Storage({ ...options, tiers }),
  miners: storageMiners(),
})
