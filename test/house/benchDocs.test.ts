import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { goalsAgainst } from '../../scripts/bench/goals.mjs'
import { leastSquares } from '../../scripts/bench/leastSquares.mjs'
import { picture, pictureOf, recordedRows, withTables } from '../../scripts/benchTables.mjs'
import { root } from './sources.js'

const read = (path: string): string => readFileSync(join(root, path), 'utf8')

describe('docs/performance.md', () => {
  test('shows what the recorded results give', () => {
    const page = read('docs/performance.md')
    expect(page).toBe(withTables(page))
  })

  test('a changed figure would be noticed', () => {
    const page = read('docs/performance.md')
    const row = /^\|[^|]+\| [\d,]+ \|/m
    expect(page).toMatch(row)
    const changed = page.replace(row, (line) => line.replace(/\d/, '7777'))
    expect(withTables(changed)).not.toBe(changed)
  })

  test('shows the picture that the recorded results give, where they give one', async () => {
    const drawn = await pictureOf(recordedRows())
    expect(existsSync(join(root, picture)) ? read(picture) : undefined).toBe(drawn)
  })
})

const place = { at: '2026-01-01T00:00', cpu: 'x', cores: 2, node: 'v20.0.0', commit: 'abcdef0', load: 0.1 }
const curveRow = (n: number, medianUs: number) => ({
  bench: 'consensus/curves',
  curve: 'n',
  n,
  validators: 64,
  density: 1,
  nonZeros: 64 * n,
  variant: 'yuma2',
  layout: 'dense',
  medianUs,
  p10Us: medianUs,
  p90Us: medianUs,
  nsPerEntry: medianUs,
  baselineUs: 10 * medianUs,
  ratio: 10,
  ...place,
})

describe('withTables', () => {
  test('fills each table from the rows of its bench, and says where they were taken', () => {
    const page = withTables('<!-- table ledger/blocks -->\n<!-- end -->', [
      {
        bench: 'ledger/blocks',
        work: 'an empty block',
        n: 16,
        validators: 3,
        runs: 24,
        medianUs: 1_234,
        ...place,
      },
      { bench: 'bundle/size', id: 'subnetkit', bytes: 1, ...place },
    ])
    expect(page).toContain(
      'Recorded 2026-01-01T00:00 UTC at commit `abcdef0`: x, 2 cores, Node v20.0.0, load average 0.1.',
    )
    expect(page).toContain('| an empty block | 16 | 3 | 24 | 1,234 |')
    expect(page).not.toContain('subnetkit')
  })

  test('names every machine that rows come from', () => {
    const row = { bench: 'ledger/blocks', work: 'a', n: 1, validators: 1, runs: 1, medianUs: 1, ...place }
    const page = withTables('<!-- table ledger/blocks -->\n<!-- end -->', [
      row,
      { ...row, cpu: 'y', cores: 16 },
    ])
    expect(page).toContain(': x, 2 cores')
    expect(page).toContain(': y, 16 cores')
  })

  test('says so where nothing is recorded', () => {
    expect(withTables('<!-- table bundle/size -->\n<!-- end -->', [])).toContain('Not recorded yet.')
  })

  test('refuses a table that nobody knows', () => {
    expect(() => withTables('<!-- table no/such -->\n<!-- end -->', [])).toThrow('no/such')
  })

  test('says that rows of a software driver are none of a GPU, and from where on a device is ahead', () => {
    const row = (subnets: number, ratio: number, isSoftware: boolean) => ({
      bench: 'engine/gpu',
      id: `${subnets}`,
      engine: 'gpu',
      device: isSoftware ? 'software driver: S' : 'D',
      isSoftware,
      subnets,
      n: 256,
      validators: 64,
      nonZeros: 16_384,
      variant: 'yuma2',
      medianUs: 10,
      cpuUs: 10 * ratio,
      ratio,
      maxError: 1e-7,
      ...place,
    })
    const draw = (isSoftware: boolean) =>
      withTables('<!-- table engine/gpu -->\n<!-- end -->', [
        row(16, 0.5, isSoftware),
        row(64, 2, isSoftware),
      ])
    expect(draw(true)).toContain('No machine with a GPU was available')
    expect(draw(false)).not.toContain('No machine with a GPU was available')
    expect(draw(false)).toContain('**D.** Yuma 2: ahead of one core from 64 of 256 x 64, Yuma 2 on.')
  })

  test('names the participants of matrix work as columns, and where each computed', () => {
    const row = (engine: string, medianUs: number, ratio: number) => ({
      bench: 'compute/peers',
      id: 'matVec 2 x 2',
      engine,
      device: `device of ${engine}`,
      medianUs,
      ratio,
      runs: 24,
      maxError: 0,
      ...place,
    })
    const page = withTables('<!-- table compute/peers -->\n<!-- end -->', [row('a', 8, 1), row('b', 2, 4)])
    expect(page).toContain('| matVec 2 x 2 | 8 (1x) | 2 (4x) |')
    expect(page).toContain('a: device of a; b: device of b')
  })

  test('sets the steps of several networks side by side', () => {
    const row = (id: string, step: string, medianUs: number) => ({
      bench: 'engine/steps',
      id,
      step,
      medianUs,
      sharePercent: 10 * medianUs,
      ...place,
    })
    const rows = [row('a', 'read', 1), row('a', 'bonds', 9), row('b', 'bonds', 8)]
    const page = withTables('<!-- table engine/steps -->\n<!-- end -->', rows)
    expect(page).toContain('| step | a | b |')
    expect(page).toContain('| bonds | 9 (90%) | 8 (80%) |')
  })

  test('gives the power that the cost grows with', () => {
    const rows = [curveRow(64, 10), curveRow(256, 160), curveRow(1_024, 2_560)]
    expect(withTables('<!-- table consensus/curves -->\n<!-- end -->', rows)).toContain(
      'power of 2.00 (yuma2)',
    )
  })
})

describe('leastSquares', () => {
  const terms = [1, 2, 4, 8].flatMap((n) => [16, 64].map((v) => [1, n, n * v]))

  test('finds the parts that times are a sum of', () => {
    const { coefficients, worstError } = leastSquares(
      terms,
      terms.map(([, n, places]) => 10 + 3 * n! + 0.5 * places!),
    )
    expect(coefficients.map((value) => Math.round(value * 1e6) / 1e6)).toEqual([10, 3, 0.5])
    expect(worstError).toBeLessThan(1e-9)
  })

  test('leaves out what would have to be negative, and says how far off it then is', () => {
    const { coefficients, worstError } = leastSquares(
      terms,
      terms.map(([, n, places]) => 5 * places! - n!),
    )
    expect(Math.min(...coefficients)).toBe(0)
    expect(worstError).toBeGreaterThan(0)
  })
})

describe('pictureOf', () => {
  test('the same rows give the same bytes, other rows others', async () => {
    const drawn = await pictureOf([curveRow(64, 10), curveRow(256, 160)])
    expect(drawn).toMatch(/^<svg /)
    expect(await pictureOf([curveRow(64, 10), curveRow(256, 160)])).toBe(drawn)
    expect(await pictureOf([curveRow(64, 10), curveRow(256, 170)])).not.toBe(drawn)
  })
})

describe('goalsAgainst', () => {
  const row = (ratio: number) => ({
    bench: 'consensus/epoch',
    n: 256,
    validators: 64,
    variant: 'yuma2',
    penalty: 65_535,
    engine: 'wasm reuse',
    ratio,
  })
  const first = (...ratios: number[]) => goalsAgainst(ratios.map(row))[0]

  test('the first goal is 14 times the baseline, 17 when stretched', () => {
    expect(first(14)).toMatchObject({ goal: 14, stretch: 17, measured: 14, verdict: 'goal' })
    expect(first(17)).toMatchObject({ verdict: 'stretch' })
    expect(first(13.99)).toMatchObject({ verdict: 'below' })
    expect(first()).toMatchObject({ verdict: 'not recorded' })
    expect(first()).not.toHaveProperty('measured')
  })

  test('results in new memory stand beside, with a verdict of their own', () => {
    const goal = goalsAgainst([row(15), { ...row(13), engine: 'wasm' }])[0]
    expect(goal).toMatchObject({ measured: 15, verdict: 'goal', fresh: 13, freshVerdict: 'below' })
  })

  test('a figure of a GPU is to be small, and one of a software driver is none', () => {
    const gpuRow = { bench: 'engine/gpu', subnets: 4_096, n: 256, validators: 64, isSoftware: false }
    const goalOf = (changes: object) =>
      goalsAgainst([{ ...gpuRow, ...changes }]).find(({ work }) => work.includes('4,096 subnets'))
    expect(goalOf({ timesIdeal: 1.3 })).toMatchObject({ measured: 1.3, verdict: 'stretch' })
    expect(goalOf({ timesIdeal: 2 })).toMatchObject({ verdict: 'goal' })
    expect(goalOf({ timesIdeal: 2.1 })).toMatchObject({ verdict: 'below' })
    expect(goalOf({ timesIdeal: 1, isSoftware: true })).toMatchObject({ verdict: 'no GPU available' })
  })

  test('of several rows the worst counts', () => {
    expect(first(18, 13)).toMatchObject({ measured: 13, verdict: 'below' })
  })
})

describe('bench/results/', () => {
  test('every line is a measurement with the machine, runtime and commit it was taken on', () => {
    expect(readdirSync(join(root, 'bench/results'))).toContain('recorded.jsonl')
    const rows = recordedRows()
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) {
      expect(row).toMatchObject({
        bench: expect.any(String),
        cpu: expect.any(String),
        cores: expect.any(Number),
        node: expect.stringMatching(/^v\d+/),
        commit: expect.stringMatching(/^[0-9a-f]{7,}$/),
      })
    }
  })
})

describe('bench/naiveYuma.mjs', () => {
  test('is the baseline that every recorded ratio refers to, byte for byte', () => {
    const digest = createHash('sha256').update(read('bench/naiveYuma.mjs')).digest('hex')
    expect(digest).toBe('4cc90f7728d97a8b7d8284c3a1965a7db7de9670e72ed06c155335671140b5e9')
  })
})
