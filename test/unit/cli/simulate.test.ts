import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { runCli } from '../../../src/cli/runCli.js'
import { duration, grouped, SimulateProgress } from '../../../src/cli/SimulateProgress.js'
import { readFrames } from '../../../src/simulation/index.js'
import { type MemoryIo, memoryIo } from './memoryIo.js'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'subnetkit-simulate-'))
  folders.push(made)
  return made
}

const small = [
  '--subnets',
  '2',
  '--validators',
  '2',
  '--miners',
  '3',
  '--tempo',
  '20',
  '--every',
  '50',
  '--blocks',
  '300',
]

async function run(
  argv: readonly string[],
  io: MemoryIo = memoryIo(),
): Promise<{ code: number; io: MemoryIo }> {
  return { code: await runCli(['simulate', ...argv], io), io }
}

/** Stops the run once its file holds so many bytes. */
function stopAt(io: MemoryIo, path: string, bytes: number): () => void {
  const timer = setInterval(() => {
    if (existsSync(path) && readFileSync(path).length >= bytes) io.stop()
  }, 1)
  return () => clearInterval(timer)
}

describe('subnetkit simulate', () => {
  test('tells in words and a table what came of a run, and what its rules are', async () => {
    const { code, io } = await run(small)
    expect([code, io.errors()]).toEqual([0, ''])
    const output = io.output()
    expect(output).toContain(
      '2 subnets of 2 validators and 3 miners, an epoch every 20 blocks, seed "simulation"',
    )
    expect(output).toMatch(/commitRevealEnabled +false, not true +weights enter openly/)
    expect(output).toMatch(/Simulated 300 blocks, 1 h of the chain, in /)
    expect(output).toMatch(
      /^ *subnet +price +average +new TAO +owner +miners +validators +on root +best miner$/m,
    )
    expect(output).toMatch(/^ +[12] +\d\.\d{4} +0\.00000\d+ +\d+\.\d% +\d/m)
    expect(output).toContain('Calls that the rules refused: 0.')
  })

  test('gives the same bytes for the same seed, as frames, as lines and as JSON', async () => {
    const at = folder()
    const files = await Promise.all(
      ['a.arrows', 'b.arrows', 'c.csv'].map(async (name) => {
        const { code, io } = await run([...small, '--json', '--quiet', '--out', join(at, name)])
        expect([code, io.errors()]).toEqual([0, ''])
        const { seconds: _, ...result } = JSON.parse(io.output())
        return { result, bytes: readFileSync(join(at, name)) }
      }),
    )
    const [a, b, c] = files as [(typeof files)[0], (typeof files)[0], (typeof files)[0]]
    expect([b.result, c.result]).toEqual([a.result, a.result])
    expect(b.bytes.equals(a.bytes)).toBe(true)
    const { frames, facts } = readFrames(a.bytes)
    expect(frames.map(({ block }) => block)).toEqual([50, 100, 150, 200, 250, 300])
    expect(facts).toMatchObject({ subnets: '2', seed: 'simulation', preset: 'reference' })
    expect(c.bytes.toString().split('\n')).toHaveLength(1 + 6 * 2 + 1)
    expect(a.result.subnets[0].ownerAlpha).toBe(
      frames.reduce((sum, { columns }) => sum + (columns.ownerAlpha[0] ?? 0n), 0n).toString(),
    )
    const other = await run([...small, '--json', '--seed', 'other'])
    expect(JSON.parse(other.io.output()).blockHash).not.toBe(a.result.blockHash)
  })

  test('shares by another policy where one is named, after it is resumed as well', async () => {
    const path = join(folder(), 'equal.arrows')
    const io = memoryIo()
    const done = stopAt(io, path, 5_000)
    const begun = await run([...small.slice(0, -1), '2000', '--policy', 'equal', '--out', path], io)
    done()
    expect([begun.code, io.output()]).toEqual([130, expect.stringMatching(/policy +equal, not reference/)])
    expect((await run(['--resume', path, '--json'])).code).toBe(0)
    const { frames, facts } = readFrames(readFileSync(path))
    expect([facts.policy, frames.length]).toEqual(['equal', 40])
    for (const { columns } of frames) {
      for (const share of columns.emissionShare) expect(share).toBeCloseTo(0.5, 6)
    }
  })

  test.each([
    [
      'weightsSetRateLimitBlocks=1000000',
      // Two validators on two subnets, in block 0, then one subnet in each of the blocks 100, 200 and 300.
      '10 (10 setWeights with SettingWeightsTooFast; docs/refusals.md says why)',
      [{ callName: 'setWeights', error: 'SettingWeightsTooFast', count: 10 }],
      ['No miner was paid in the whole run on subnets 1, 2', 'No validator was active in the last epoch of'],
    ],
    [
      'activityCutoffFactorMilli=1',
      '0',
      [],
      ['No miner was paid in the whole run on subnets 1, 2', 'No validator was active in the last epoch of'],
    ],
    ['kappaU16=40000', '0', [], []],
  ])(
    'with %s, says what was refused and which subnets decided nothing',
    async (set, refused, list, warned) => {
      const words = (await run([...small, '--set', set])).io.output()
      expect(words).toContain(`Calls that the rules refused: ${refused}.\n`)
      expect(words.match(/^Warning: /gm) ?? []).toHaveLength(warned.length)
      for (const warning of warned) expect(words).toContain(`Warning: ${warning}`)
      const json = JSON.parse((await run([...small, '--set', set, '--json'])).io.output())
      expect(json.refusals).toEqual(list)
      expect(json.warnings).toEqual(warned.map((warning) => expect.stringContaining(warning)))
    },
  )

  test('counts one block and one frame as one', async () => {
    const path = join(folder(), 'one.arrows')
    const { io } = await run([...small.slice(0, -4), '--blocks', '1', '--out', path])
    expect(io.output()).toContain('Simulated 1 block, 12 s of the chain')
    expect(io.output()).toContain(`1 frame is in ${path}.`)
  })

  test('draws the run as a page', async () => {
    const path = join(folder(), 'network.html')
    const { code, io } = await run([...small, '--chart', path])
    expect([code, io.output()]).toEqual([0, expect.stringContaining(`Chart: ${path}`)])
    const html = readFileSync(path, 'utf8')
    expect(html).toContain('<h1>A simulated network of 2 subnets</h1>')
    expect(html).toContain('commitRevealEnabled false, not true')
    const nowhere = await run([...small, '--chart', join(path, 'x.html'), '--json'])
    expect([nowhere.code, nowhere.io.output()]).toEqual([2, ''])
    expect(nowhere.io.errors()).toContain('--chart: ')
    expect(nowhere.io.errors()).toContain('its folder is no folder')
  })

  test('stopped and resumed, ends with the bytes of a run that was not', async () => {
    const at = folder()
    const [whole, cut] = [join(at, 'whole.arrows'), join(at, 'cut.arrows')]
    const long = [...small.slice(0, -1), '3000', '--quiet', '--json']
    const uninterrupted = await run([...long, '--out', whole])
    const io = memoryIo()
    const done = stopAt(io, cut, 20_000)
    const stopped = await run([...long.slice(0, -1), '--out', cut], io)
    done()
    expect(stopped.code).toBe(130)
    expect(io.output()).toMatch(/Stopped after [\d,]+ of 3,000 blocks/)
    expect(io.output()).toContain(`Go on with: subnetkit simulate --resume ${cut}`)
    const kept = readFrames(readFileSync(cut))
    expect([kept.isCut, kept.frames.length > 0, kept.frames.length < 60]).toEqual([false, true, true])
    // What a run wrote that the machine took down after it was saved is made again.
    writeFileSync(cut, 'half a frame', { flag: 'a' })
    const resumed = await run(['--resume', cut, '--quiet', '--json'])
    expect([resumed.code, resumed.io.errors()]).toEqual([0, ''])
    expect(readFileSync(cut).equals(readFileSync(whole))).toBe(true)
    expect(existsSync(`${cut}.state`)).toBe(false)
    const [one, other] = [uninterrupted, resumed].map(({ io: { output } }) => JSON.parse(output()))
    expect([other.blockHash, other.subnets]).toEqual([one.blockHash, one.subnets])
  })

  test('is saved once its network is founded, and while it goes on, without a frame being reached', async () => {
    const path = join(folder(), 'cut.arrows')
    const io = memoryIo()
    const saves = new Set<string>()
    const timer = setInterval(() => {
      if (existsSync(`${path}.state`)) saves.add(String(statSync(`${path}.state`).mtimeMs))
      if (saves.size >= 2) io.stop()
    }, 1)
    const { code } = await run(
      ['--subnets', '1', '--every', '900000', '--blocks', '900000', '--out', path, '--quiet'],
      io,
    )
    clearInterval(timer)
    expect([code, saves.size >= 2]).toEqual([130, true])
  }, 60_000)

  test('does not take up what another run of the same name left', async () => {
    const path = join(folder(), 'x.arrows')
    writeFileSync(`${path}.state`, 'of another run')
    expect((await run([...small, '--out', path, '--quiet'])).code).toBe(0)
    expect(existsSync(`${path}.state`)).toBe(false)
  })

  test('stopped before there is a network, leaves nothing', async () => {
    const path = join(folder(), 'x.arrows')
    const io = memoryIo()
    io.stop()
    expect((await run([...small, '--out', path], io)).code).toBe(130)
    expect([existsSync(path), io.errors()]).toEqual([false, 'Stopped before the network was founded.\n'])
  })

  test.each([
    [['--subnets', '0'], '--subnets: pass a whole number from 1 to 1024, not "0"'],
    [['--validators', '100', '--miners', '200'], '--miners: pass a whole number from 1 to 155, not "200"'],
    [['--subnet', '3'], '--subnet: unknown option; did you mean --subnets?'],
    [['--preset', 'mainnet'], "--preset: pass one of 'reference', 'localnet', not \"mainnet\""],
    [['--policy', 'fair'], "--policy: pass one of 'reference', 'equal', not \"fair\""],
    [['--blocks', '100', '--every', '200'], '--every: pass a whole number from 1 to 100, not "200"'],
    [['--set', 'tempoBlocks=5'], '--set tempoBlocks: pass it as --tempo'],
    [['--set', 'maxAllowedUids=30'], 'hyperparameters.maxAllowedUids: 30. Pass at least 41'],
    [['--set', 'minAllowedWeights=300'], 'hyperparameters.minAllowedWeights: 300. Pass at most 32'],
    [['--set', 'kapaU16=5'], '--set: no hyperparameter has this name; did you mean kappaU16?'],
    [['--out', 'frames.parquet'], '--out: name a file that ends in .arrows or .csv'],
    [['--resume', 'frames.csv'], '--resume: name a file that ends in .arrows'],
    [['--resume', 'x.arrows', '--seed', 'y'], '--seed: the run that is resumed has decided it'],
    [['--resume', 'not-there.arrows'], '--resume: there is no not-there.arrows.state'],
    [['--preset', 'localnet', '--subnets', '1000'], 'subnets'],
  ])('%j is refused with what to do', async (argv, said) => {
    const { code, io } = await run(argv)
    expect([code, io.output()]).toEqual([2, ''])
    expect(io.errors()).toContain(`subnetkit: ${said.startsWith('--') ? '' : 'Invalid '}${said}`)
  })

  test('writes over nothing, and says why a place cannot be written', async () => {
    const at = folder()
    const there = join(at, 'there.arrows')
    writeFileSync(there, 'mine')
    mkdirSync(join(at, 'folder.csv'))
    for (const [path, why] of [
      [there, 'is there already'],
      [join(at, 'gone/x.csv'), 'its folder is not there'],
      [join(there, 'x.csv'), 'its folder is no folder'],
      [join(at, 'folder.csv'), 'is there already'],
    ] as const) {
      const { code, io } = await run([...small, '--out', path])
      expect([code, io.errors()]).toEqual([2, expect.stringContaining(why)])
    }
    expect(readFileSync(there, 'utf8')).toBe('mine')
  })

  test('resumes nothing that is damaged or shorter than it was left', async () => {
    const path = join(folder(), 'cut.arrows')
    const io = memoryIo()
    const done = stopAt(io, path, 10_000)
    await run([...small.slice(0, -1), '100000', '--out', path, '--quiet'], io)
    done()
    const state = readFileSync(`${path}.state`)
    const before = await run(['--resume', path, '--blocks', '1'])
    expect([before.code, before.io.errors()]).toEqual([2, expect.stringContaining('--blocks: the run has')])
    writeFileSync(
      `${path}.state`,
      state.map((byte, at) => (at === 200 ? byte ^ 1 : byte)),
    )
    const damaged = await run(['--resume', path])
    expect([damaged.code, damaged.io.errors()]).toEqual([2, expect.stringContaining('is damaged')])
    writeFileSync(`${path}.state`, state)
    truncateSync(path, 3_000)
    const short = await run(['--resume', path])
    expect([short.code, short.io.errors()]).toEqual([2, expect.stringContaining('holds 3000 bytes')])
  })

  test('explains itself', async () => {
    const { code, io } = await run(['--help'])
    expect(code).toBe(0)
    for (const option of ['--subnets', '--blocks', '--out', '--resume', '--json', '--set'])
      expect(io.output()).toContain(`  ${option}`)
    expect(io.output()).toContain('130 stopped by Ctrl-C, 143 by SIGTERM, 129 by SIGHUP')
  })
})

describe('progress of a run', () => {
  test('is a bar on a terminal, with pace and the time that is left', () => {
    const [io, clock] = [
      { ...memoryIo(), isErrorTerminal: true },
      { ms: 0, now: () => clock.ms },
    ]
    const progress = new SimulateProgress(io, 0, clock)
    clock.ms = 200
    progress.show({ phase: 'founding', done: 5, of: 10 })
    clock.ms = 1_000
    progress.show({ phase: 'running', done: 0, of: 216_000 })
    clock.ms = 1_050
    progress.show({ phase: 'running', done: 50, of: 216_000 })
    clock.ms = 11_000
    progress.show({ phase: 'running', done: 54_000, of: 216_000 })
    progress.end()
    const looks = io.errors().split('\r').slice(1)
    expect(looks).toEqual([
      '[############------------] Founding the network:  50%\x1b[K',
      '[------------------------]   0%  block 0 of 216,000\x1b[K',
      '[######------------------]  25%  block 54,000 of 216,000  5,400 blocks/s, 64,800 times real time  about 30 s left\x1b[K',
      '\x1b[K',
    ])
  })

  test('is a line now and then elsewhere, and counts what was made before', () => {
    const [io, clock] = [memoryIo(), { ms: 0, now: () => clock.ms }]
    const progress = new SimulateProgress(io, 1_000, clock)
    for (clock.ms = 0; clock.ms <= 25_000; clock.ms += 1_000)
      progress.show({ phase: 'running', done: clock.ms / 100, of: 3_000 })
    progress.end()
    expect(io.errors().split('\n')).toEqual([
      ' 27%  block 1,100 of 4,000  10 blocks/s, 120 times real time  about 4 min 50 s left',
      ' 30%  block 1,200 of 4,000  10 blocks/s, 120 times real time  about 4 min 40 s left',
      '',
    ])
  })

  test.each([
    [0, '0 s'],
    [59.4, '59 s'],
    [60, '1 min'],
    [3_725, '1 h 2 min'],
    [31_536_000, '365 d'],
  ])('%d seconds are %s', (seconds, said) => {
    expect(duration(seconds)).toBe(said)
  })

  test('numbers are grouped by thousands, however large', () => {
    expect([grouped(999), grouped(1_000), grouped(21_000_000n * 10n ** 9n)]).toEqual([
      '999',
      '1,000',
      '21,000,000,000,000,000',
    ])
  })
})
