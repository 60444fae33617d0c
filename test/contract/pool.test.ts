import fc from 'fast-check'
import { fixedPricePool, weightedPool } from '../../src/emission/index.js'
import { constantProductPool } from './constantProductPool.js'
import { describePoolContract } from './poolContract.js'

const reserve = fc.oneof(fc.bigInt(0n, 2_000_000n), fc.bigInt(0n, 10n ** 16n))
const reserves = fc.record({ taoRao: reserve, alphaIn: reserve })

const weighted = fc.record({
  taoRao: reserve,
  alphaIn: reserve,
  quoteWeightE18: fc.oneof(
    fc.constant(5n * 10n ** 17n),
    fc.bigInt(5n * 10n ** 17n - 10n ** 12n, 5n * 10n ** 17n + 10n ** 12n),
    fc.bigInt(10n ** 16n, 99n * 10n ** 16n),
  ),
  feeU16: fc.integer({ min: 0, max: 10_000 }),
})

describePoolContract('fixed price', { pool: fixedPricePool, reserves, isUnlimited: true })
describePoolContract('constant product', { pool: constantProductPool, reserves })
describePoolContract('weighted', { pool: weightedPool, reserves: weighted })
