import { TIERS } from '../../../examples/storage/ledger.js'
import { market } from '../../../examples/storage/market.js'
import { Storage } from '../../../examples/storage/mechanism.js'
import { storageMiners } from '../../../examples/storage/miners.js'
import { defineMarket } from '../../../examples/support/market.js'

/** Two who now and then fail by chance: the worse one on purpose, the deleter with what it has kept. */
const chancy = ['worse', 'deleter']
const tiers = TIERS.map((tier) => ({ ...tier, successes: tier.successes / 250 }))
const patience = { proveMs: 20_000, getMs: 20_000, putMs: 20_000, spreadMs: 0, wantMs: 0 }

/** The market with deadlines that no busy machine misses, and nothing that is slow on purpose. */
export const patient = defineMarket({
  ...market,
  blockMs: 250,
  mechanism: (options) => new Storage({ ...options, ...patience, tiers }),
  miners: storageMiners(0).filter(({ name }) => !chancy.includes(name)),
  neuron: 'test/markets/storage/neuron.ts',
})
