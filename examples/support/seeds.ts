import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname } from 'node:path'
import { performance } from 'node:perf_hooks'
import type { CanonicalValue } from 'subnetkit/codec'
import type { Market } from './market.js'
import type { MarketRun, MarketRunOptions } from './marketRun.js'
import { UsageError } from './playOptions.js'
import { runMarket } from './runMarket.js'
import { type Lane, spread } from './spread.js'

/** How a market did over many seeds. */
export interface SeedsResult {
  readonly market: string
  readonly seeds: number
  readonly epochs: number
  /** Seeds in which each honest miner earned more than those listed after it, and no cheat as much as any of them. */
  readonly held: number
  /** The others, each with what was wrong first. */
  readonly failed: readonly { readonly seed: string; readonly why: string }[]
  readonly seconds: number
}

/** What part of all seeds has to hold. */
export const GOAL = 0.95

/**
 * Plays a market on virtual time with the seeds `NAME 1` to `NAME N`, and counts in how many the ranks are as they ought to be.
 *
 * @throws AbortedError when the signal is aborted first.
 */
export async function trySeeds<Defence extends string, Task, Answer, State extends CanonicalValue>(
  market: Market<Defence, Task, Answer, State>,
  {
    seeds,
    epochs = market.epochs,
    signal,
    lanes = [(options, either) => runMarket(market, { ...options, signal: either })],
    onSeed = () => {},
  }: {
    readonly seeds: number
    readonly epochs?: number
    readonly signal?: AbortSignal
    /** Where they are played. Default: all here, one after the other. */
    readonly lanes?: readonly Lane<MarketRunOptions<Defence>, MarketRun>[]
    readonly onSeed?: (seed: string, why: string | undefined) => void
  },
): Promise<SeedsResult> {
  const startedMs = performance.now()
  const names = Array.from({ length: seeds }, (_, at) => `${market.name} ${at + 1}`)
  const judged = lanes.map((lane): Lane<string, { seed: string; why: string | undefined }> => {
    return async (seed, either) => {
      const run = await lane({ way: 'process', seed, epochs }, either)
      const why = wrongRank(run, market.paid === 'winner' ? run.lastShare : run.share)
      onSeed(seed, why)
      return { seed, why }
    }
  })
  const failed = (await spread(names, judged, signal)).flatMap(({ seed, why }) =>
    why === undefined ? [] : [{ seed, why }],
  )
  const seconds = Math.round((performance.now() - startedMs) / 100) / 10
  return { market: market.name, seeds, epochs, held: seeds - failed.length, failed, seconds }
}

/**
 * What is wrong with who is paid what, if anything: of honest miners each one has more than those listed after it, and a cheat less than any of them; both
 * may have nothing.
 */
export function wrongRank(
  { miners }: Pick<MarketRun, 'miners'>,
  share: ReadonlyMap<string, number>,
): string | undefined {
  const of = (name: string): number => share.get(name) ?? 0
  const honest = miners.filter(({ is }) => is === 'honest').map(({ name }) => name)
  const [best] = honest
  if (best === undefined || of(best) === 0) return `${best ?? 'nobody honest'} earned nothing`
  for (const [at, name] of honest.entries()) {
    const next = honest[at + 1]
    if (next !== undefined && of(next) >= of(name) && of(next) > 0)
      return `${next} earned ${percent(of(next))}, no less than ${name}, ${percent(of(name))}`
  }
  for (const cheat of miners.filter(({ is }) => is === 'cheat')) {
    const beaten = honest.find((name) => of(cheat.name) >= of(name) && of(cheat.name) > 0)
    if (beaten !== undefined)
      return `${cheat.name}, a cheat, earned ${percent(of(cheat.name))}, no less than ${beaten}, ${percent(of(beaten))}`
  }
  return undefined
}

const percent = (part: number): string => `${(100 * part).toFixed(2)}%`

/**
 * The commit that is about to be played: by the end of a long run another one may be there.
 *
 * @throws UsageError where this is no clone of git, or there is no git.
 */
export function commitNow(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short=8', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch (cause) {
    throw new UsageError('--record writes down the commit, and git names none here.', { cause })
  }
}

/** Appends a result, with the commit that was played and where and when it was found, to a file of one line each. */
export function recordSeeds(
  result: SeedsResult,
  { commit, file }: { readonly commit: string; readonly file: string },
): void {
  const line = {
    at: new Date().toISOString().slice(0, 16),
    commit,
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    ...result,
  }
  mkdirSync(dirname(file), { recursive: true })
  appendFileSync(file, `${JSON.stringify(line)}\n`)
}
