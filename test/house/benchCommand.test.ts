import { execFileSync, type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  commitOf,
  epochRows,
  ledgerRows,
  mergedRows,
  record,
  whyNotRecord,
} from '../../scripts/bench/record.mjs'
import { runProgram } from '../../scripts/bench/run.mjs'
import { root } from './sources.js'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'subnetkit-bench-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(path: string, text: string): void {
  const whole = join(folder, path)
  mkdirSync(join(whole, '..'), { recursive: true })
  writeFileSync(whole, text)
}

function git(...args: string[]): void {
  const author = ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false']
  execFileSync('git', [...author, ...args], { cwd: folder, stdio: 'ignore' })
}

/** A repository with one commit that holds everything written so far. */
function commitAll(): void {
  if (!existsSync(join(folder, '.git'))) git('init')
  git('add', '--all')
  git('commit', '-m', 'all')
}

describe('npm run bench', () => {
  function bench(args: readonly string[], env: NodeJS.ProcessEnv = {}, at = root): SpawnSyncReturns<string> {
    return spawnSync(process.execPath, [join(at, 'scripts/bench.mjs'), ...args], {
      encoding: 'utf8',
      env: { ...process.env, ...env },
    })
  }

  test('explains itself', () => {
    const { status, stdout } = bench(['--help'])
    expect(status).toBe(0)
    for (const option of ['--quick', '--json', '--out', '--record', '--against', '--write-digests'])
      expect(stdout).toContain(option)
  })

  test.each([
    { args: ['--fast'], what: "'--fast'" },
    { args: ['--json'], what: "'--json <value>'" },
    { args: ['--quick=yes'], what: "'--quick'" },
  ])('refuses $args before any work, naming it', ({ args, what }) => {
    const { status, stdout, stderr } = bench(args)
    expect(status).toBe(2)
    expect(stderr).toContain(what)
    expect(stderr).toContain('Usage:')
    expect(stdout).toBe('')
  })

  test('lists what there is when a text matches no file', () => {
    const { status, stderr } = bench(['consensus', 'nothing-like-it'])
    expect(status).toBe(2)
    expect(stderr).toContain('"nothing-like-it"')
    expect(stderr).toContain('  consensus/epoch.bench.ts\n')
  })

  test('fails, and prints no figure, when a result has another digest than the recorded one', () => {
    write('digests.json', JSON.stringify({ 'curve n=64 V=64 d=1 yuma2': '00000000' }))
    const { status, stdout, stderr } = bench(['curves', '--quick'], {
      SUBNETKIT_BENCH_DIGESTS: join(folder, 'digests.json'),
    })
    expect(status).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toMatch(
      /curve n=64 V=64 d=1 yuma2: the results have the digest [0-9a-f]{8}, recorded is 00000000/,
    )
    expect(stderr).toContain('Failed: consensus/curves.bench.ts')
  })

  test('ends its child and itself when interrupted', async () => {
    const child = spawn(process.execPath, [join(root, 'scripts/bench.mjs'), 'curves', '--quick'])
    let said = ''
    child.stderr.on('data', (text) => {
      if (!said.includes('1/1') && `${said}${text}`.includes('1/1')) child.kill('SIGINT')
      said += text
    })
    const status = await new Promise((end) => child.on('close', end))
    expect(status).toBe(130)
    expect(said).toContain('Stopped by SIGINT')
  })

  test('--record refuses a working tree that is no commit, before anything is installed', () => {
    cpSync(join(root, 'scripts'), join(folder, 'scripts'), { recursive: true })
    write('bench/a.bench.ts', 'export const a = 1\n')
    commitAll()
    write('bench/a.bench.ts', 'export const a = 2\n')
    const { status, stdout, stderr } = bench(['--record'], {}, folder)
    expect(status).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toContain('bench/a.bench.ts')
    expect(stderr).toContain('Commit the changes first')
    expect(existsSync(join(folder, 'bench/results'))).toBe(false)
  })
})

describe('whyNotRecord', () => {
  test('nothing stands in the way of a clean commit', () => {
    write('src/a.ts', 'a')
    commitAll()
    expect(whyNotRecord(folder)).toBeUndefined()
  })

  test('files that no commit holds do, and are named', () => {
    write('src/a.ts', 'a')
    commitAll()
    write('src/new.ts', 'b')
    expect(whyNotRecord(folder)).toContain('src/new.ts')
  })

  test('what a recording writes itself does not', () => {
    for (const path of ['bench/results/recorded.jsonl', 'docs/performance.md', 'docs/images/a.svg'])
      write(path, '')
    commitAll()
    for (const path of ['bench/results/recorded.jsonl', 'docs/performance.md', 'docs/images/a.svg'])
      write(path, 'x')
    expect(whyNotRecord(folder)).toBeUndefined()
  })

  test('a folder that is no repository, or one without a commit, does', () => {
    expect(whyNotRecord(folder)).toContain('name a commit')
    git('init')
    expect(whyNotRecord(folder)).toContain('name a commit')
  })

  test('so does a quick run', () => {
    write('a', 'a')
    commitAll()
    expect(whyNotRecord(folder, { quick: true })).toContain('--quick')
  })
})

describe('commitOf', () => {
  test('is the short hash, marked when files differ from it', () => {
    write('a', 'a')
    commitAll()
    expect(commitOf(folder)).toMatch(/^[0-9a-f]{7,}$/)
    write('a', 'b')
    expect(commitOf(folder)).toMatch(/^[0-9a-f]{7,}\+changes$/)
  })

  test('is unknown outside of git', () => {
    expect(commitOf(folder)).toBe('unknown')
  })
})

describe('runProgram', () => {
  const options = (onRow: (row: Record<string, unknown>) => void = () => {}) => ({
    cwd: folder,
    args: ['--quick'],
    limitMs: 60_000,
    signal: new AbortController().signal,
    onRow,
  })

  test('hands on the lines that are measurements', async () => {
    write(
      'a.mjs',
      "console.log('warming up')\nconsole.log(JSON.stringify({ bench: 'a', args: process.argv.slice(2) }))",
    )
    const rows: unknown[] = []
    expect(
      await runProgram(
        join(folder, 'a.mjs'),
        options((row) => rows.push(row)),
      ),
    ).toBe(0)
    expect(rows).toEqual([{ bench: 'a', args: ['--quick'] }])
  })

  test('gives the code of a program that failed', async () => {
    write('a.mjs', 'process.exit(3)')
    expect(await runProgram(join(folder, 'a.mjs'), options())).toBe(3)
  })

  test('ends one that goes on too long', async () => {
    write('a.mjs', 'setInterval(() => {}, 1000)')
    expect(await runProgram(join(folder, 'a.mjs'), { ...options(), limitMs: 1 })).toBe('SIGKILL')
  })

  test('ends one when asked to', async () => {
    write('a.mjs', "console.log('{}')\nsetInterval(() => {}, 1000)")
    const asked = new AbortController()
    const onRow = (): void => asked.abort()
    expect(await runProgram(join(folder, 'a.mjs'), { ...options(onRow), signal: asked.signal })).toBe(
      'SIGTERM',
    )
  })
})

const epochRow = {
  bench: 'consensus/epoch',
  id: 'n=256 V=64 d=1 yuma2 penalty=65535 wasm',
  n: 256,
  validators: 64,
  nonZeros: 16_384,
  variant: 'yuma2',
  penalty: 65_535,
  engine: 'wasm',
  medianUs: 80,
  baselineUs: 1_200,
  ratio: 15,
}

describe('epochRows', () => {
  test('have exactly the keys that tools outside read', () => {
    const [row] = epochRows([{ ...epochRow, p10Us: 79, cpu: 'x', commit: 'abcdef0' }])
    expect(Object.keys(row!)).toEqual([
      'id',
      'n',
      'validators',
      'nonZeros',
      'variant',
      'penalty',
      'engine',
      'medianUs',
      'baselineUs',
      'ratio',
    ])
  })

  test('leave out the curves and what has no baseline', () => {
    const { baselineUs: _, ...without } = epochRow
    expect(
      epochRows([{ ...epochRow, bench: 'consensus/curves' }, without, { bench: 'bundle/size' }]),
    ).toEqual([])
  })
})

describe('ledgerRows', () => {
  test('are those with a goal, without what is the same of every row', () => {
    const facts = { at: '2026', node: 'v20', cpu: 'x', cores: 2, commit: 'abcdef0', load: 1 }
    const timed = { id: 'block-1', medianUs: 12, baselineUs: 1_200, ratio: 0.01 }
    const held = { id: 'memory', bytes: 800_000 }
    const rows = [
      { bench: 'ledger/emitting', ...timed, ...facts },
      { bench: 'ledger/paid', ...held, ...facts },
      { bench: 'ledger/blocks', id: 'an empty block', medianUs: 50, ...facts },
      { ...epochRow, ...facts },
    ]
    expect(ledgerRows(rows)).toEqual([timed, held])
  })
})

describe('mergedRows', () => {
  const old = [
    { bench: 'a', us: 1 },
    { bench: 'b', us: 2 },
  ]

  test('a bench that ran loses its old rows, others keep theirs', () => {
    expect(mergedRows(old, [{ bench: 'a', us: 9 }], { isWhole: false })).toEqual([
      { bench: 'b', us: 2 },
      { bench: 'a', us: 9 },
    ])
  })

  test('after a whole run nothing old is left', () => {
    expect(mergedRows(old, [{ bench: 'a', us: 9 }], { isWhole: true })).toEqual([{ bench: 'a', us: 9 }])
  })
})

describe('record', () => {
  const place = { at: '2026-01-01T00:00', cpu: 'x', cores: 2, node: 'v20.0.0', commit: 'abcdef0', load: 0.1 }

  test('writes rows and page, and leaves no drafts', async () => {
    write('docs/performance.md', 'Text.\n\n<!-- table consensus/epoch -->\nold\n<!-- end -->\n')
    await record(folder, [{ ...epochRow, ...place, p10Us: 79, p90Us: 82, runs: 24 }], { isWhole: false })
    expect(readFileSync(join(folder, 'docs/performance.md'), 'utf8')).toContain('80 (15x)')
    expect(readdirSync(join(folder, 'bench/results'))).toEqual(['recorded.jsonl'])
    expect(readdirSync(join(folder, 'docs'))).toEqual(['performance.md'])
  })

  test('leaves the page as it was when a table cannot be made', async () => {
    write('docs/performance.md', '<!-- table no/such -->\nold\n<!-- end -->\n')
    await expect(record(folder, [{ ...epochRow, ...place }], { isWhole: false })).rejects.toThrow('no/such')
    expect(readFileSync(join(folder, 'docs/performance.md'), 'utf8')).toContain('old')
  })
})
