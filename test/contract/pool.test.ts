import fc from 'fast-check'
import { fixedPricePool } from '../../src/emission/index.js'
import { constantProductPool } from './constantProductPool.js'
import { describePoolContract } from './poolContract.js'

const reserve = fc.oneof(fc.bigInt(0n, 2_000_000n), fc.bigInt(0n, 10n ** 16n))
const reserves = fc.record({ taoRao: reserve, alphaIn: reserve })

describePoolContract('fixed price', { pool: fixedPricePool, reserves, isUnlimited: true })
describePoolContract('constant product', { pool: constantProductPool, reserves })
