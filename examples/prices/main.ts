import { playMarket } from '../support/playMarket.js'
import { market } from './market.js'

await playMarket(market)
