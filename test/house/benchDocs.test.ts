import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { picture, pictureOf, recordedRows, withTables } from '../../scripts/bench/page.mjs'
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
    const page = withTables('<!-- table ledger -->\n<!-- end -->', [
      {
        bench: 'ledger/blocks',
        id: 'an empty block n=16 V=3',
        runs: 24,
        medianUs: 1_234,
        ...place,
      },
      { bench: 'bundle/size', id: 'subnetkit', bytes: 1, ...place },
    ])
    expect(page).toContain(
      'Recorded 2026-01-01T00:00 UTC at commit `abcdef0`: x, 2 cores, Node v20.0.0, load average 0.1.',
    )
    expect(page).toContain('| an empty block n=16 V=3 | 24 | 1,234 |')
    expect(page).not.toContain('subnetkit')
  })

  test('names every machine that rows come from', () => {
    const row = { bench: 'ledger/calls', id: 'a', runs: 1, medianUs: 1, ...place }
    const page = withTables('<!-- table ledger -->\n<!-- end -->', [row, { ...row, cpu: 'y', cores: 16 }])
    expect(page).toContain(': x, 2 cores')
    expect(page).toContain(': y, 16 cores')
  })

  test('says so where nothing is recorded', () => {
    expect(withTables('<!-- table bundle/size -->\n<!-- end -->', [])).toContain('Not recorded yet.')
  })

  test('refuses a table that nobody knows', () => {
    expect(() => withTables('<!-- table no/such -->\n<!-- end -->', [])).toThrow('no/such')
  })

  test('puts the rows of a GPU side by side with what they are held to, and names the device', () => {
    const row = { bench: 'engine/gpu', id: 'one', device: 'D', medianUs: 10, runs: 5, ...place }
    const page = withTables('<!-- table engine/gpu -->\n<!-- end -->', [
      { ...row, ratio: 2, maxError: 1.2e-7 },
      { ...row, id: 'alone', ratio: 3, idealUs: 5, timesIdeal: 2 },
    ])
    expect(page).toContain('Computed on: D.')
    expect(page).toContain('| one | 5 | 10 |  | 2x | 1.2e-7 |  |  |')
    expect(page).toContain('| alone | 5 | 10 |  | 3x |  | 5 | 2x |')
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
    expect(page).toContain('| µs, and share of the whole epoch | a | b |')
    expect(page).toContain('| bonds | 9 (90%) | 8 (80%) |')
  })

  test('sets the rules of a curve side by side, each network once', () => {
    const rows = [
      curveRow(64, 10),
      { ...curveRow(64, 8), variant: 'yuma3' },
      { ...curveRow(64, 10), curve: 'v' },
    ]
    const page = withTables('<!-- table consensus/curves -->\n<!-- end -->', rows)
    expect(page.split('| n=64 V=64 d=1 | 4,096 | dense | 100 | 10 (10x) | 8 (10x) |')).toHaveLength(2)
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

describe('the table of goals', () => {
  const id = 'n=256 V=64 d=1 yuma2 penalty=65535 wasm'
  const row = (engine: string, ratio: number) => ({
    bench: 'consensus/epoch',
    id: `${id}${engine}`,
    ratio,
    ...place,
  })
  const drawn = (...rows: ReturnType<typeof row>[]) => withTables('<!-- table goals -->\n<!-- end -->', rows)

  test('says of each row that answers one what it reached: 14 times the baseline, 17 when stretched', () => {
    expect(drawn(row(' reuse', 14))).toContain(`| ${id} reuse | 14x | 17x | 14x | goal |  |  |`)
    expect(drawn(row(' reuse', 17))).toContain('| 17x | stretch |  |  |')
    expect(drawn(row(' reuse', 13.99))).toContain('| 13.99x | below |  |  |')
  })

  test('sets the same work with results in new memory beside it', () => {
    expect(drawn(row(' reuse', 15), row('', 13))).toContain('| 15x | goal | 13x | below |')
  })

  test('has rows for all that the page records', () => {
    const page = read('docs/performance.md')
    const table = /<!-- table goals -->(.*?)<!-- end -->/s.exec(page)![1]!
    expect(table.match(/^\| (n=|4000)/gm)).toHaveLength(15)
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
