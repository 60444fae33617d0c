import { describe, expect, it } from 'vitest'
import { type EpochInput, type EpochParams, runEpoch } from '../../../src/consensus/index.js'
import { YumaConsensus } from '../../../src/engine/index.js'
import { SeededRandom } from '../../../src/math/index.js'
import { difference } from '../../support/engines.js'
import { epochInput, epochParams } from '../../support/epochs.js'

type Row = [number, number][]

/** What a row of weights or bonds is like. */
interface Style {
  readonly density: number
  readonly order: 'ascending' | 'shuffled'
  readonly bonds: 'same targets' | 'other targets' | 'none'
}

const styles: readonly Style[] = [
  { density: 0.05, order: 'ascending', bonds: 'same targets' },
  { density: 0.02, order: 'ascending', bonds: 'other targets' },
  { density: 0.06, order: 'shuffled', bonds: 'other targets' },
  { density: 0.05, order: 'shuffled', bonds: 'same targets' },
  { density: 0.1, order: 'ascending', bonds: 'none' },
]

const rules: readonly Partial<EpochParams>[] = [
  {},
  { yuma3Enabled: true },
  { bondsPenaltyU16: 30_000 },
  { yuma3Enabled: true, bondsPenaltyU16: 0 },
  { yuma3Enabled: true, liquidAlphaEnabled: true },
]

/** Rows with explicit zeros, targets outside the subnet, rows of one target, and neurons without any. */
function network(random: SeededRandom, n: number, validators: number, style: Style): EpochInput {
  const isSilent = Array.from({ length: n }, () => random.int(8) === 0)
  const weights = Array.from({ length: n }, (_, i): Row => {
    if (i >= validators || random.int(10) === 0) return []
    if (random.int(20) === 0) return [[random.int(n), 1 + random.int(65_535)]]
    return row(random, n + 3, style, (j) => isSilent[j] === true)
  })
  const bonds = weights.map((own): Row => {
    if (style.bonds === 'none') return []
    if (style.bonds === 'same targets') return own.map(([j]) => [j, random.pick([0, random.int(65_536)])])
    return row(random, n + 3, style, () => false)
  })
  return epochInput(
    {
      weights,
      bonds,
      stakeRao: weights.map((_, i) => (i < validators ? random.pick([1_000, random.nextU32()]) : 0)),
    },
    {
      blockAtRegistration: Float64Array.from({ length: n }, () =>
        random.pick([100, 100, 100, 100, 950, 995]),
      ),
      lastUpdate: Float64Array.from({ length: n }, () => random.pick([996, 996, 996, 990])),
      ownerUid: random.pick([null, random.int(n)]),
    },
  )
}

function row(random: SeededRandom, n: number, style: Style, isSkipped: (j: number) => boolean): Row {
  const entries = Array.from({ length: n }, (_, j): [number, number] => [
    j,
    random.pick([0, 1, 65_535, random.int(65_536)]),
  ])
  const kept = entries.filter(([j]) => !isSkipped(j) && random.float() < style.density)
  return style.order === 'shuffled' ? random.shuffled(kept) : kept
}

/** Lists come in eights, tiles in at most 1,024 columns: sizes on both sides of every border. */
const sizes = [1, 7, 8, 9, 63, 64, 65, 255, 256, 257, 513, 1_023, 1_024, 1_025]

describe.each(styles)('the sparse layout, $order rows of density $density, bonds on $bonds', (style) => {
  it.each(sizes)('gives the bits of the rules at n=%i', (n) => {
    const random = new SeededRandom(`sparse ${n} ${JSON.stringify(style)}`)
    const input = network(random, n, random.pick([1, Math.min(n, 9), Math.min(n, 40)]), style)
    for (const rule of rules) {
      const params = epochParams({ ...rule, maxAllowedValidators: random.pick([2, 64, n]) })
      const expected = runEpoch(input, params)
      for (const path of ['sparse', 'sparseSlow'] as const) {
        const yuma = new YumaConsensus(params, { engine: 'wasm', path })
        expect(difference(expected, yuma.run(input)), `${path} ${JSON.stringify(rule)}`).toBeNull()
      }
    }
  })
})

describe('the sparse layout', () => {
  it('takes as many rows as neurons', () => {
    const n = 16_384
    const random = new SeededRandom('narrow')
    const input = epochInput({
      weights: Array.from(
        { length: n },
        (_, i): Row =>
          [
            [(i * 7) % n, 1 + random.int(9)],
            [n - 1, 5],
          ].sort((a, b) => a[0]! - b[0]!) as Row,
      ).map((entries) => (entries[0]![0] === n - 1 ? [] : entries)),
      stakeRao: Array.from({ length: n }, () => 1 + random.int(1_000)),
    })
    for (const rule of [{}, { yuma3Enabled: true }]) {
      const params = epochParams({ ...rule, maxAllowedValidators: n })
      const yuma = new YumaConsensus(params, { engine: 'wasm', path: 'sparse' })
      expect(difference(runEpoch(input, params), yuma.run(input))).toBeNull()
      expect(yuma.info.lastRun).toMatchObject({ engine: 'wasm', layout: 'sparse' })
    }
  })

  it('takes columns so full that a tile holds few of them', () => {
    const random = new SeededRandom('full')
    const style: Style = { density: 0.9, order: 'ascending', bonds: 'other targets' }
    const input = network(random, 600, 300, style)
    for (const rule of rules.slice(0, 2)) {
      const params = epochParams({ ...rule, maxAllowedValidators: 200 })
      const yuma = new YumaConsensus(params, { engine: 'wasm', path: 'sparse' })
      expect(difference(runEpoch(input, params), yuma.run(input)), JSON.stringify(rule)).toBeNull()
    }
  })

  it('takes rows of 32,768 targets, most of them outside the subnet', () => {
    const all = Array.from({ length: 32_768 }, (_, k): [number, number] => [2 * k + 1, 1 + (k % 7)])
    const shuffled = new SeededRandom('long').shuffled(all)
    const input = epochInput({
      weights: [all, shuffled, [], []],
      bonds: [shuffled, all, [], []],
      stakeRao: [3, 4, 0, 0],
    })
    const yuma = new YumaConsensus(epochParams(), { engine: 'wasm', path: 'sparse' })
    expect(difference(runEpoch(input, epochParams()), yuma.run(input))).toBeNull()
    expect(yuma.info.lastRun).toMatchObject({ engine: 'wasm', layout: 'sparse' })
  })

  it('keeps to the quick form where the stakes share everything out without a rest', () => {
    const random = new SeededRandom('whole')
    const validators = 64
    const input = epochInput({
      weights: Array.from(
        { length: 256 },
        (_, i): Row =>
          i < validators
            ? Array.from({ length: 192 }, (_, k): [number, number] => [
                validators + k,
                1 + random.int(65_535),
              ]).filter(() => random.int(8) === 0)
            : [],
      ),
      stakeRao: Array.from({ length: 256 }, (_, i) => (i < validators ? 1 : 0)),
    })
    const yuma = new YumaConsensus(epochParams({ yuma3Enabled: true }), { engine: 'wasm', path: 'sparse' })
    const output = yuma.run(input)
    expect(difference(runEpoch(input, epochParams({ yuma3Enabled: true })), output)).toBeNull()
    expect(output.raw.activeStake.reduce((sum, share) => sum + share, 0n)).toBe(1n << 32n)
    expect(yuma.info.lastRun).toMatchObject({ layout: 'sparse', slowColumns: 0 })
  })

  it('gives the same again and again, whatever ran before', () => {
    const random = new SeededRandom('again')
    const yuma = new YumaConsensus(epochParams(), { engine: 'wasm', path: 'sparse', reuseOutput: true })
    for (let t = 0; t < 40; t++) {
      const input = network(random, 1 + random.int(700), 1 + random.int(40), random.pick(styles))
      expect(difference(runEpoch(input, epochParams()), yuma.run(input)), `network ${t}`).toBeNull()
    }
  })
})
