import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { CanonicalValue } from 'subnetkit/codec'
import { BaseError, InvalidArgumentError } from 'subnetkit/errors'
import { silentLogger } from 'subnetkit/log'
import type { Market } from './market.js'
import { marketPage } from './marketPage.js'
import { castOf, type MarketRun, type MarketRunOptions } from './marketRun.js'
import { marketTable } from './marketTable.js'
import { keepPage } from './page.js'
import { payPicture } from './payPicture.js'
import { playsForAnother, serveRuns, startPlayers } from './player.js'
import { type PlayOptions, playHelp, playOptions, UsageError } from './playOptions.js'
import { commitNow, GOAL, recordSeeds, trySeeds } from './seeds.js'
import { spread } from './spread.js'

/** What a shell says of a program that Ctrl-C ended. */
const STOPPED = 130
/** One press of Ctrl-C arrives twice when npm hands it on. */
const SAME_PRESS_MS = 500
const MOST_SEEDS = 100_000

/**
 * What `npm run example -- NAME` runs: plays a market, once as it is and on virtual time once without each of its defences, prints who earned what, and
 * writes the page whose path is the last line. Ctrl-C stops everything that was started.
 */
export async function playMarket<Defence extends string, Task, Answer, State extends CanonicalValue>(
  market: Market<Defence, Task, Answer, State>,
): Promise<void> {
  if (playsForAnother(process.argv.slice(2))) return await serveRuns(market)
  const { signal, release } = untilCtrlC()
  try {
    const options = playOptions<Defence>(process.argv.slice(2))
    if (options === 'help') console.log(playHelp(market))
    else if (options.seeds !== undefined)
      await playSeeds(market, { ...options, seeds: options.seeds, signal })
    else await play(market, { ...options, signal })
  } catch (error) {
    // A terminal stops what this process started as well: whatever ends in an error by then was stopped.
    if (signal.aborted) process.exitCode = STOPPED
    else {
      process.exitCode = error instanceof UsageError || error instanceof InvalidArgumentError ? 2 : 1
      console.error(error instanceof BaseError || error instanceof UsageError ? error.message : error)
    }
  } finally {
    release()
  }
}

async function playSeeds<Defence extends string, Task, Answer, State extends CanonicalValue>(
  market: Market<Defence, Task, Answer, State>,
  { seeds, epochs, record, signal }: PlayOptions<Defence> & { readonly seeds: number },
): Promise<void> {
  if (!Number.isSafeInteger(seeds) || seeds < 1 || seeds > MOST_SEEDS)
    throw new UsageError(`--seeds needs a whole number from 1 to ${MOST_SEEDS}.`)
  const run = epochs === undefined ? {} : { epochs }
  mustBeKnown(market, { way: 'process', ...run })
  const commit = record === true ? commitNow() : undefined
  await using players = startPlayers(market, seeds)
  const result = await trySeeds(market, {
    seeds,
    lanes: players.lanes,
    ...run,
    ...(signal === undefined ? {} : { signal }),
    onSeed: (seed, why) => console.log(`${seed}: ${why ?? 'as it ought to be'}`),
  })
  console.log(`\n${result.held} of ${seeds} seeds held in ${result.seconds} s; the goal is ${100 * GOAL}%.`)
  if (commit !== undefined) recordSeeds(result, { commit, file: 'bench/markets.jsonl' })
  if (result.held < GOAL * seeds) process.exitCode = 1
}

async function play<Defence extends string, Task, Answer, State extends CanonicalValue>(
  market: Market<Defence, Task, Answer, State>,
  { picture, roundsFolder, ...options }: PlayOptions<Defence>,
): Promise<void> {
  if (picture !== undefined) makePlaceFor(picture)
  if (roundsFolder !== undefined) makeFolder(roundsFolder)
  const isWhole = options.way === 'process' && options.without === undefined
  const defences = isWhole ? (Object.keys(market.defences) as Defence[]) : []
  // Each run would write over the rounds of the one before.
  const first = roundsFolder === undefined ? options : { ...options, roundsFolder }
  const plans = [first, ...defences.map((defence) => ({ ...options, without: [defence] }))]
  mustBeKnown(market, options)
  const [run, ...others] = await played(market, plans, options.signal)
  if (run === undefined) return
  console.log(`${market.title}: who earned what in ${run.epochs} epochs, seed ${JSON.stringify(run.seed)}.\n`)
  console.log(marketTable(run, others))
  for (const fault of run.faults) console.log(`\n${fault}`)
  if (roundsFolder !== undefined) console.log(`\nRounds: ${roundsFolder}`)
  if (picture !== undefined) writeFileSync(picture, payPicture(market, [run, ...others]))
  keepPage(market.name, marketPage(market, [run, ...others]))
}

/** What the command line says is refused before anything is started. @throws InvalidArgumentError */
function mustBeKnown<Defence extends string, Task, Answer, State extends CanonicalValue>(
  market: Market<Defence, Task, Answer, State>,
  options: MarketRunOptions<Defence>,
): void {
  castOf(market, options, { logger: silentLogger, end() {} })
}

async function played<Defence extends string, Task, Answer, State extends CanonicalValue>(
  market: Market<Defence, Task, Answer, State>,
  plans: readonly MarketRunOptions<Defence>[],
  signal: AbortSignal | undefined,
): Promise<MarketRun[]> {
  await using players = startPlayers(market, plans.length)
  let done = 0
  const lanes = players.lanes.map((lane): typeof lane => async (plan, either) => {
    const run = await lane(plan, either)
    showProgress(++done, plans.length)
    return run
  })
  return await spread(plans, lanes, signal)
}

/** Before anything is played: minutes of work are not to end without the picture. @throws UsageError */
function makePlaceFor(picture: string): void {
  try {
    if (statSync(picture, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a folder')
    mkdirSync(dirname(picture), { recursive: true })
    const isThere = existsSync(picture)
    closeSync(openSync(picture, 'a'))
    if (!isThere) rmSync(picture)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : cause
    throw new UsageError(`--picture ${picture} cannot be written: ${why}`, { cause })
  }
}

/** Rounds of two plays would stand beside each other, and some in each other's place. @throws UsageError */
function makeFolder(folder: string): void {
  let kept = 0
  try {
    mkdirSync(folder, { recursive: true })
    kept = readdirSync(folder).length
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : cause
    throw new UsageError(`--rounds ${folder} is no folder and cannot be made: ${why}`, { cause })
  }
  if (kept > 0) throw new UsageError(`--rounds ${folder} holds something already; name another folder.`)
}

/** One line that is written over, for somebody who looks at it. */
function showProgress(done: number, of: number): void {
  if (of === 1 || !process.stderr.isTTY) return
  process.stderr.write(done < of ? `\r${done} of ${of} runs done` : '\r\x1b[K')
}

function untilCtrlC(): { readonly signal: AbortSignal; readonly release: () => void } {
  const stop = new AbortController()
  let firstAtMs = 0
  const onSignal = (): void => {
    // A second press ends this process at once, and with it all that it started.
    if (stop.signal.aborted && Date.now() - firstAtMs > SAME_PRESS_MS) process.exit(STOPPED)
    if (!stop.signal.aborted) firstAtMs = Date.now()
    stop.abort()
  }
  // Whoever read what is said has gone, as `head` does.
  process.stdout.on('error', () => stop.abort())
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, onSignal)
  return {
    signal: stop.signal,
    release: () => {
      for (const signal of signals) process.off(signal, onSignal)
    },
  }
}
