import { describe, expect, it } from 'vitest'
import { type EpochOutput, rowsOf, runEpoch } from '../../src/consensus/index.js'
import { SeededRandom } from '../../src/math/index.js'
import { naiveEpoch } from './naiveEpoch.js'
import { type RowStyle, randomNetwork } from './randomNetworks.js'

const NETWORKS = 400

/** An output as plain lists, field by field. */
function plain(output: EpochOutput): Record<string, unknown> {
  const { bonds, ...raw } = output.raw
  const rawBonds = rowsOf({ ...bonds, value: new Uint16Array(bonds.raw.length) }).map((row, i) =>
    row.map(([j], k) => [j, bonds.raw[bonds.rowStart[i]! + k]!]),
  )
  const lists = (columns: object): [string, unknown][] =>
    Object.entries(columns).map(([field, column]) => [field, [...(column as Iterable<unknown>)]])
  const { raw: _, bonds: stored, ...columns } = output
  return {
    ...Object.fromEntries(lists(columns)),
    bonds: rowsOf(stored),
    raw: { ...Object.fromEntries(lists(raw)), bonds: rawBonds },
  }
}

describe('runEpoch and the naive epoch', () => {
  it.each<RowStyle>(['ordered', 'anyhow'])(`agree on ${NETWORKS} random networks with rows %s`, (style) => {
    const seed = `naive ${style} 1`
    for (let index = 0; index < NETWORKS; index++) {
      const { input, params } = randomNetwork(new SeededRandom(seed).fork(String(index)), style)
      expect(plain(runEpoch(input, params)), `seed ${seed}, network ${index}`).toEqual(
        naiveEpoch(input, params),
      )
    }
  })
})
