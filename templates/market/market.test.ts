import { describe, expect, test } from 'vitest'
import { market } from '../src/__MARKET__/market.js'
import { runMarket } from '../src/support/runMarket.js'

const namesOf = (is: 'honest' | 'cheat') =>
  market.miners.filter((miner) => miner.is === is).map(({ name }) => name)

describe(market.title, () => {
  test('pays the best honest miner more than any cheat, without a fault', { timeout: 120_000 }, async () => {
    const { share, faults } = await runMarket(market, { way: 'process' })
    const most = Math.max(...namesOf('cheat').map((name) => share.get(name) ?? 0))
    const best = Math.max(...namesOf('honest').map((name) => share.get(name) ?? 0))
    expect(best).toBeGreaterThan(most)
    // To be late is the part of some in the cast.
    expect(faults.filter((fault) => !fault.includes('too late'))).toEqual([])
  })

  test('gives the same to everybody each time', { timeout: 120_000 }, async () => {
    const run = () => runMarket(market, { way: 'process', epochs: 2, seed: 'any text' })
    expect(await run()).toEqual(await run())
  })
})
