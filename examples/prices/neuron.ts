import { runMarketNeuron } from '../support/marketNeuron.js'
import { market } from './market.js'

await runMarketNeuron(market)
