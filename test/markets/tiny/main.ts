import { playMarket } from '../../../examples/support/playMarket.js'
import { market } from './market.js'

await playMarket(market)
