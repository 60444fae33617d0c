import { runMarketNeuron } from '../../../examples/support/marketNeuron.js'
import { market } from './market.js'

await runMarketNeuron(market)
