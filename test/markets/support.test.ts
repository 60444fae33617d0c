import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { RemoteChain } from 'subnetkit/chain'
import { assert } from 'subnetkit/errors'
import type { RoundRecord } from 'subnetkit/mechanism'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { marketPage } from '../../examples/support/marketPage.js'
import type { MarketRun, MarketWay } from '../../examples/support/marketRun.js'
import { marketTable, percent } from '../../examples/support/marketTable.js'
import { payPicture } from '../../examples/support/payPicture.js'
import { playHelp, playOptions } from '../../examples/support/playOptions.js'
import { roundsIn } from '../../examples/support/roundsIn.js'
import { runMarket } from '../../examples/support/runMarket.js'
import { trySeeds, wrongRank } from '../../examples/support/seeds.js'
import { type Lane, spread } from '../../examples/support/spread.js'
import { startChain } from '../../examples/support/startChain.js'
import { bought, market } from './tiny/market.js'

const shareOf = ({ share }: MarketRun, name: string): number => share.get(name) ?? Number.NaN

let roundsFolder: string
beforeEach(async () => {
  roundsFolder = await mkdtemp(join(tmpdir(), 'market-'))
})
afterEach(() => rm(roundsFolder, { recursive: true, force: true }))

describe('a market', () => {
  const ways: readonly { way: MarketWay }[] = [{ way: 'process' }, { way: 'processes' }, { way: 'node' }]
  test.each(ways)(
    'pays the better miner more, and a cheat nothing: way $way',
    { timeout: 120_000 },
    async ({ way }) => {
      bought.length = 0
      const run = await runMarket(market, { way, blockMs: 200, roundsFolder })
      expect(run.faults).toEqual([])
      expect(run).toMatchObject({ market: 'tiny', way, seed: 'tiny', epochs: 3, without: [] })
      expect(run.miners.map(({ name }) => name)).toEqual(['exact', 'near', 'boaster'])
      expect(shareOf(run, 'exact')).toBeGreaterThan(shareOf(run, 'near'))
      expect(shareOf(run, 'near')).toBeGreaterThan(0)
      expect(run.earnedAlpha.get('boaster')).toBe(0n)
      expect(shareOf(run, 'exact') + shareOf(run, 'near')).toBeCloseTo(1)
      expect(run.lastShare.get('exact')).toBeGreaterThan(run.lastShare.get('near') ?? 1)

      const records = [...roundsIn(roundsFolder).values()].flat()
      // Its buyer was served by both validators, and rounds were given what it bought.
      expect(new Set(bought.map(({ desk }) => desk)).size).toBe(2)
      expect(new Set(bought.map(({ status }) => status))).toEqual(new Set(['ok']))
      const sold = records.flatMap(({ entries }) => entries.filter(({ door }) => door === 'sold'))
      expect(sold.length).toBeGreaterThan(0)
      const [hotkeys, [{ miners }]] = [
        new Map(run.miners.map(({ name, hotkey }) => [name, hotkey])),
        records as [RoundRecord],
      ]
      const coldkeyOf = (name: string) => miners.find(({ hotkey }) => hotkey === hotkeys.get(name))?.coldkey
      expect(coldkeyOf('boaster')).toBe(coldkeyOf('near'))
      expect(coldkeyOf('boaster')).not.toBe(coldkeyOf('exact'))
    },
  )

  test('pays the cheat when the defence is off, for the epochs and the miners that were named', async () => {
    const options = {
      way: 'process',
      without: ['check'],
      epochs: 2,
      miners: ['near', 'boaster'],
      seed: 'x',
    } as const
    const run = await runMarket(market, options)
    expect(run.miners.map(({ name, is }) => [name, is])).toEqual([
      ['near', 'honest'],
      ['boaster', 'cheat'],
    ])
    expect(shareOf(run, 'boaster')).toBeGreaterThan(0.9)
    const again = await runMarket(market, options)
    expect(again).toEqual(run)
  })

  test('ends with the first epoch that pays whom it waits for, and keeps the records of its rounds', async () => {
    const run = await runMarket(market, { way: 'process', epochs: 9, until: 'near', roundsFolder })
    expect(run.epochs).toBeLessThan(5)
    expect(run.lastShare.get('near')).toBeGreaterThan(0)
    const rounds = roundsIn(roundsFolder)
    expect([...rounds.keys()]).toEqual(['validator-1', 'validator-2'])
    for (const records of rounds.values()) {
      expect(records.length).toBeGreaterThan(1)
      expect(records.map(({ block }) => block)).toEqual(
        records.map(({ block }) => block).sort((a, b) => a - b),
      )
    }
  })

  test('tells of a buyer that fails, as a fault of the run, and of none whose friend is away', async () => {
    const failing = {
      ...market,
      buyers: ['exact', 'near'].map((friendOf) => ({
        name: `friend of ${friendOf}`,
        does: '',
        friendOf,
        buys: async () => await Promise.reject(new TypeError('no money')),
      })),
    }
    const run = await runMarket(failing, { way: 'process', epochs: 1, miners: ['near', 'boaster'] })
    expect(run.faults).toEqual(['The buyer friend of near failed: TypeError: no money'])
  })

  test('refuses by name what it does not know, before anything is started', async () => {
    const run = (options: object) => runMarket(market, { way: 'process', ...options })
    await expect(run({ way: 'cloud' })).rejects.toThrow(/way.*cloud.*process, processes, node/s)
    await expect(run({ without: ['checks'] })).rejects.toThrow(/without.*checks.*Pass one of check/s)
    await expect(run({ miners: ['exact', 'nobody'] })).rejects.toThrow(
      /miners.*nobody.*exact, near, boaster/s,
    )
    await expect(run({ epochs: 0 })).rejects.toThrow(/epochs.*0/s)
    await expect(run({ until: 'nobody' })).rejects.toThrow(/until.*nobody.*exact, near, boaster/s)
    await expect(run({ until: 'near', miners: ['exact'] })).rejects.toThrow(/until.*near.*exact/s)
    await expect(run({ blockMs: 0.5 })).rejects.toThrow(/blockMs.*0\.5/s)
  })

  test('ends when its signal says so', async () => {
    const stop = new AbortController()
    stop.abort()
    await expect(runMarket(market, { way: 'process', signal: stop.signal })).rejects.toMatchObject({
      code: 'Aborted',
    })
    const running = new AbortController()
    const run = runMarket(market, { way: 'node', epochs: 100_000, signal: running.signal })
    setTimeout(() => running.abort(), 2_000)
    await expect(run).rejects.toMatchObject({ code: 'Aborted' })
  })
})

test('the chain of another process goes on when a terminal stops all that was started, and ends when it is told to', {
  timeout: 120_000,
}, async () => {
  const chain = await startChain({ seed: 'x', blockMs: 200, validators: 1, endowed: [] })
  const { pid } = chain
  assert(pid !== undefined, 'it has started')
  process.kill(pid, 'SIGINT')
  process.kill(pid, 'SIGHUP')
  const remote = await RemoteChain.connect({ url: chain.url })
  for await (const block of remote.blocks()) if (block.header.number > 3) break
  await remote.close()
  await chain[Symbol.asyncDispose]()
  expect(() => process.kill(pid, 0)).toThrow('ESRCH')
})

describe('the command line of a market', () => {
  test('reads numbers, and says which option holds none', () => {
    expect(playOptions(['--epochs', '12', '--seeds', '3'])).toMatchObject({ epochs: 12, seeds: 3 })
    expect(playOptions(['--rounds', 'kept'])).toMatchObject({ roundsFolder: 'kept' })
    expect(() => playOptions(['--epochs', 'two'])).toThrow('--epochs takes a number, not "two".\nSee --help.')
    expect(() => playOptions(['--seeds', ''])).toThrow('--seeds takes a number, not "".')
  })

  test('refuses what many seeds make no use of', () => {
    for (const option of ['--way=node', '--seed=x', '--without=slope', '--picture=x.svg', '--rounds=x'])
      expect(() => playOptions(['--seeds', '2', option])).toThrow(`leave out ${option.split('=')[0]}.`)
  })

  test('names a place where no picture can be kept before anything is played', {
    timeout: 120_000,
  }, async () => {
    const play = join(import.meta.dirname, '../../scripts/run.mjs')
    const picture = join(roundsFolder, 'file', 'pay.svg')
    await writeFile(join(roundsFolder, 'file'), '')
    const args = [play, 'text', '--picture', picture]
    const failure = await promisify(execFile)(process.execPath, args).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 2, stdout: '' })
    expect(failure).toMatchObject({
      stderr: expect.stringContaining(`--picture ${picture} cannot be written`),
    })
  })

  test('writes down seeds in a clone alone, where there is a commit to name', () => {
    const record = ['--seeds', '2', '--record']
    expect(playOptions(record)).toMatchObject({ seeds: 2, record: true })
    expect(playHelp(market)).toContain('\n  --record ')
    expect(() => playOptions(['--record'])).toThrow('--record writes down what came of --seeds N')
  })

  test('refuses that in a project of its own, and does not offer it', () => {
    expect(() => playOptions(['--seeds', '2', '--record'], false)).toThrow(
      '--record is for a clone of subnetkit',
    )
    expect(playHelp(market, false)).not.toContain('--record')
    expect(playHelp(market, false)).toContain('Usage: npm start --')
  })
})

describe('many seeds', () => {
  test('are played one after the other, and those that do not hold are named with the reason', async () => {
    const told: (string | undefined)[][] = []
    const onSeed = (...line: (string | undefined)[]): void => void told.push(line)
    const result = await trySeeds(market, { seeds: 2, epochs: 2, onSeed })
    expect(result).toMatchObject({ market: 'tiny', seeds: 2, epochs: 2, held: 2, failed: [] })
    expect(told).toEqual([
      ['tiny 1', undefined],
      ['tiny 2', undefined],
    ])
    // The same cast in the other order: now the worse one is expected to earn more.
    const turned = { ...market, miners: market.miners.toReversed() }
    const { held, failed } = await trySeeds(turned, { seeds: 1, epochs: 2 })
    expect([held, failed[0]?.seed, failed[0]?.why]).toEqual([
      0,
      'tiny 1',
      expect.stringMatching(/^exact earned .*%, no less than/),
    ])
  })

  test('are played in other processes of the program as well, with the same result', {
    timeout: 120_000,
  }, async () => {
    const program = join(import.meta.dirname, 'tiny/main.ts')
    const play = join(import.meta.dirname, '../../scripts/run.mjs')
    const { stdout } = await promisify(execFile)(process.execPath, [
      play,
      program,
      '--seeds',
      '3',
      '--epochs',
      '2',
    ])
    const lines = stdout.trim().split('\n')
    expect(lines.slice(0, 3).toSorted()).toEqual([1, 2, 3].map((nth) => `tiny ${nth}: as it ought to be`))
    expect(lines.at(-1)).toMatch(/^3 of 3 seeds held in [\d.]+ s; the goal is 95%\.$/)
  })

  const who = (name: string, is: 'honest' | 'cheat') => ({ name, is, does: '', hotkey: name as never })
  const miners = [who('better', 'honest'), who('worse', 'honest'), who('cheat', 'cheat')]
  const judged = (better: number, worse: number, cheat: number) =>
    wrongRank({ miners }, new Map(Object.entries({ better, worse, cheat })))

  test('hold where the better earns more than the worse, and a cheat less than both or nothing', () => {
    expect(judged(0.7, 0.3, 0)).toBeUndefined()
    expect(judged(0.6, 0.3, 0.1)).toBeUndefined()
    expect(judged(1, 0, 0)).toBeUndefined()
    expect(judged(0, 0, 0)).toBe('better earned nothing')
    expect(judged(0.5, 0.5, 0)).toBe('worse earned 50.00%, no less than better, 50.00%')
    expect(judged(0.4, 0.3, 0.3)).toBe('cheat, a cheat, earned 30.00%, no less than worse, 30.00%')
    expect(judged(0.9, 0, 0.1)).toBe('cheat, a cheat, earned 10.00%, no less than worse, 0.00%')
  })
})

describe('what is shown of a market', () => {
  const of = (without: readonly string[], parts: Readonly<Record<string, number>>): MarketRun => ({
    market: 'tiny',
    way: 'process',
    seed: 's',
    epochs: 3,
    without,
    miners: market.miners.map(({ name, is, does }) => ({
      name,
      is,
      does,
      hotkey: name as MarketRun['miners'][0]['hotkey'],
    })),
    earnedAlpha: new Map(Object.entries(parts).map(([name, part]) => [name, BigInt(part * 1e9)])),
    share: new Map(Object.entries(parts)),
    lastShare: new Map(),
    faults: [],
  })
  const asItIs = of([], { exact: 0.7, near: 0.2998, boaster: 0.0002 })
  const without = of(['check'], { exact: 0, near: 0, boaster: 1 })

  test('a share is shown in tenths of a percent, and a little never as nothing', () => {
    expect([0, 0.0002, 0.0005, 0.3333, 1].map(percent)).toEqual(['0%', '<0.1%', '0.1%', '33.3%', '100.0%'])
  })

  test('the table has one row per miner, most first, beside it what a defence is worth', () => {
    expect(marketTable(asItIs, [without]).split('\n')).toEqual([
      '                               without',
      'miner    is      alpha  share   check',
      'exact    honest  0.700  70.0%      0%',
      'near     honest  0.299  30.0%      0%',
      'boaster  cheat   0.000  <0.1%  100.0%',
      '',
      'exact    Takes the cube root.',
      'near     Takes it a little wrong.',
      'boaster  Guesses, and claims much.',
    ])
    expect(marketTable(asItIs).split('\n')[0]).toBe('miner    is      alpha  share')
  })

  test('the picture tells cheats by more than their colour, and has a panel per run', () => {
    const svg = payPicture(market, [asItIs, without])
    expect(svg).toContain('boaster<tspan fill="#b3261e"> cheat</tspan>')
    expect(svg).toContain('>as it is<')
    expect(svg).toContain('>without check<')
    // One hatched bar in each panel, and one in the legend; full ones only where somebody earned.
    expect(svg.match(/fill="url\(#marked\)"/g)).toHaveLength(3)
    expect(svg.match(/<rect [^>]*fill="#1d5fd1"/g)).toHaveLength(3)
    expect(svg).not.toMatch(/href=|<script|url\((?!#marked)/)
  })

  test('the page says what each miner does and what each defence is for, as text', () => {
    const page = marketPage({ ...market, title: 'A <b>market</b> & more' }, [asItIs, without])
    expect(page).toContain('<h1>A &lt;b&gt;market&lt;/b&gt; &amp; more</h1>')
    expect(page).toContain('<td class="does">Guesses, and claims much.</td>')
    expect(page).toContain('<dt>check</dt><dd>the root is raised to its cube again</dd>')
    // The title stands once where it is seen.
    expect(page.match(/>A &lt;b&gt;market/g)).toHaveLength(3)
    expect(page).not.toContain('>without check</b>')
    const noted = marketPage({ ...market, notes: { check: 'as <it> is' } }, [asItIs, without])
    expect(noted).toContain('<p class="how"><b>without check</b>: as &lt;it&gt; is</p>')
    expect(marketPage({ ...market, notes: { check: 'x' } }, [asItIs])).not.toContain('<b>without check</b>')
    expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org\/2000\/svg)/)
  })
})

describe('spread over lanes', () => {
  type Job = { readonly ms: number; readonly result: string; readonly fails?: boolean }
  const laneOf =
    (log: string[]): Lane<Job, string> =>
    async ({ ms, result, fails = false }, signal) => {
      log.push(`${result} begins`)
      await new Promise<void>((resolve, reject) => {
        const onAbort = (): void => {
          clearTimeout(timer)
          log.push(`${result} ends`)
          reject(signal.reason)
        }
        const timer = setTimeout(() => {
          signal.removeEventListener('abort', onAbort)
          resolve()
        }, ms)
        signal.addEventListener('abort', onAbort)
      })
      if (fails) throw new Error('failed')
      return result
    }
  const twoOf = (log: string[]) => [laneOf(log), laneOf(log)]

  test('the next job is done when one of two is over, and the results stand in order', async () => {
    const log: string[] = []
    const jobs = [
      { ms: 30, result: 'a' },
      { ms: 1, result: 'b' },
      { ms: 1, result: 'c' },
    ]
    expect(await spread(jobs, twoOf(log), undefined)).toEqual(['a', 'b', 'c'])
    expect(log).toEqual(['a begins', 'b begins', 'c begins'])
  })

  test('none begins when one has failed; the one under way is ended, and what the first threw is thrown', async () => {
    const log: string[] = []
    const jobs = [
      { ms: 60_000, result: 'a' },
      { ms: 1, result: 'b', fails: true },
      { ms: 1, result: 'c' },
    ]
    await expect(spread(jobs, twoOf(log), undefined)).rejects.toThrow('failed')
    expect(log).toEqual(['a begins', 'b begins', 'a ends'])
  })

  test('all end with the signal', async () => {
    const stop = new AbortController()
    const jobs = ['a', 'b', 'c'].map((result) => ({ ms: 60_000, result }))
    const log: string[] = []
    const done = spread(jobs, twoOf(log), stop.signal)
    stop.abort(new Error('enough'))
    await expect(done).rejects.toThrow('enough')
    expect(log).toEqual(['a begins', 'b begins', 'a ends', 'b ends'])
  })
})
