import { describe, expect, test } from 'vitest'
import { market } from '../../examples/prices/market.js'
import type { Defence } from '../../examples/prices/mechanism.js'
import { runMarket } from '../../examples/support/runMarket.js'

/** Who earned how much of what miners earned, on virtual time. */
async function sharesOf(without: readonly Defence[], miners?: readonly string[], epochs = 4) {
  const some = miners === undefined ? {} : { miners, epochs }
  const { share, faults } = await runMarket(market, { way: 'process', without, ...some })
  expect(faults).toEqual([])
  return (name: string): number => share.get(name) ?? Number.NaN
}

let whole: ReturnType<typeof sharesOf> | undefined
/** With all who are there, and all rules. */
function asItIs() {
  whole ??= sharesOf([])
  return whole
}

const twins = ['twin-1', 'twin-2', 'twin-3']
const honest = ['better', 'worse']
const copies = ['late-1', 'late-2', 'late-3']
const bets = ['narrow', 'up', 'down']

// Some seconds of work each; a busy machine takes its time.
describe('The market of forecasts', { timeout: 180_000 }, () => {
  test('pays the better honest miner most, the worse one next, and every cheat less', async () => {
    const of = await asItIs()
    expect(of('better')).toBeGreaterThan(of('worse'))
    for (const { name, is } of market.miners) {
      if (is === 'cheat') expect(of(name), name).toBeLessThan(of('worse'))
    }
    // What it shows is not what it sealed, in either mechanism.
    for (const name of copies) expect(of(name), name).toBe(0)
  })

  test.each<[Defence, string]>([
    ['calibration', 'narrow'],
    ['sharpness', 'wide'],
    ['later', 'seer'],
  ])('without %s pays %s more than those who are honest', async (defence, cheat) => {
    const of = await sharesOf([defence], [...honest, cheat])
    expect(of(cheat)).toBeGreaterThan(of('better'))
    expect(of(cheat)).toBeGreaterThan(of('worse'))
  })

  test('without sealed pays each copy as much as who is copied, so that one owner of some has most', async () => {
    const of = await sharesOf(['sealed'], [...honest, ...copies])
    for (const name of copies) expect(of(name), name).toBeGreaterThan(0.9 * of('better'))
    expect(copies.reduce((sum, name) => sum + of(name), 0)).toBeGreaterThan(of('better') + of('worse'))
  })

  test('without missing pays most who shows what it sealed only where it was right', async () => {
    const of = await sharesOf(['missing'])
    for (const { name } of market.miners)
      if (name !== 'picker') expect(of('picker'), name).toBeGreaterThan(of(name))
  })

  test('without window pays three bets of one owner, that it rises, falls or stays, more than a forecast', async () => {
    const of = await sharesOf(['window'], [...honest, ...bets], 8)
    expect(of('up') + of('down') + of('narrow')).toBeGreaterThan(of('better'))
  })

  test('pays three names of one answer what one of them would earn; without merged three times that', async () => {
    const paid = (of: (name: string) => number): number => twins.reduce((sum, name) => sum + of(name), 0)
    const merged = await sharesOf([], [...honest, ...twins])
    expect(paid(merged)).toBeLessThan(1.3 * merged('better'))
    const apart = await sharesOf(['merged'], [...honest, ...twins])
    expect(paid(apart)).toBeGreaterThan(2.5 * apart('better'))
  })

  test('has a test for each defence that can be left out', () => {
    const tested = ['calibration', 'sharpness', 'sealed', 'later', 'missing', 'window', 'merged']
    expect(Object.keys(market.defences)).toEqual(tested)
  })
})
