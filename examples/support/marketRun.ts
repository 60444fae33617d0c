import type { CanonicalValue } from 'subnetkit/codec'
import { AbortedError, InvalidArgumentError } from 'subnetkit/errors'
import type { Logger } from 'subnetkit/log'
import { SeededRandom } from 'subnetkit/math'
import type { Hotkey } from 'subnetkit/units'
import type { Market, MarketMiner, MarketSeat } from './market.js'

/** Where the neurons of a run live: all in this process on virtual time, each in a process of its own, or all here on a chain that is another's. */
export type MarketWay = 'process' | 'processes' | 'node'

export const MARKET_WAYS: readonly MarketWay[] = ['process', 'processes', 'node']

/** How a market is run. */
export interface MarketRunOptions<Defence extends string> {
  readonly way: MarketWay
  /** Keys, tasks and chance come from it. Default: the market's name. */
  readonly seed?: string
  /** Default: the market's. */
  readonly epochs?: number
  /** Name of a miner: the run ends with the first epoch that pays it, where that comes before `epochs` are over. Default: none. */
  readonly until?: string
  /** Defences that are taken away. */
  readonly without?: readonly Defence[]
  /** Names of those who take part. Default: all. */
  readonly miners?: readonly string[]
  /** Milliseconds between blocks where time is real. Default: the market's. */
  readonly blockMs?: number
  /** Folder in which each validator keeps the records of its rounds, in one of its name; `roundsIn` reads them. Default: none is kept. */
  readonly roundsFolder?: string
  /** Ends the run, and everything that was started for it. */
  readonly signal?: AbortSignal
}

/** What came of a run. */
export interface MarketRun {
  readonly market: string
  readonly way: MarketWay
  readonly seed: string
  /** How many there were. */
  readonly epochs: number
  readonly without: readonly string[]
  /** Those who took part, in the market's order, and who they were. */
  readonly miners: readonly (Pick<MarketMiner<never, never>, 'name' | 'is' | 'does'> & {
    readonly hotkey: Hotkey
  })[]
  /** Alpha that the counted epochs paid, by name of the miner. */
  readonly earnedAlpha: ReadonlyMap<string, bigint>
  /** What part that is of all that miners got; 0 where none got any. */
  readonly share: ReadonlyMap<string, number>
  /** The same of the last epoch. */
  readonly lastShare: ReadonlyMap<string, number>
  /** What would have been said on standard error. */
  readonly faults: readonly string[]
}

/** A market and what is to be done with it, looked at and complete. */
export interface Cast<Defence extends string, Task, Answer, State extends CanonicalValue> {
  readonly market: Market<Defence, Task, Answer, State>
  readonly seed: string
  readonly epochs: number
  readonly until: string | undefined
  readonly without: readonly Defence[]
  readonly miners: readonly MarketMiner<Task, Answer>[]
  readonly validators: readonly string[]
  readonly blockMs: number
  readonly roundsFolder: string | undefined
  readonly signal: AbortSignal | undefined
  readonly logger: Logger
  /** From its call on, whatever is said is of things that are being stopped. */
  readonly end: () => void
}

/** What was paid to whom, by name of the miner. */
export interface Paid {
  readonly hotkeys: ReadonlyMap<string, Hotkey>
  /** Of each epoch, in order. */
  readonly epochs: readonly ReadonlyMap<string, bigint>[]
}

/** Looks at the options before anything is started. @throws InvalidArgumentError naming the option, the value and what may stand there. */
export function castOf<Defence extends string, Task, Answer, State extends CanonicalValue>(
  market: Market<Defence, Task, Answer, State>,
  options: MarketRunOptions<Defence>,
  told: Pick<Cast<never, never, never, never>, 'logger' | 'end'>,
): Cast<Defence, Task, Answer, State> {
  const { way, seed = market.name, epochs = market.epochs, without = [] } = options
  const { until, roundsFolder, signal, blockMs = market.blockMs ?? 250 } = options
  mustKnow('way', MARKET_WAYS, [way])
  mustKnow('without', Object.keys(market.defences), without)
  const names = market.miners.map(({ name }) => name)
  const { miners: chosen = names } = options
  mustKnow('miners', names, chosen)
  if (until !== undefined) mustKnow('until', chosen, [until])
  mustCount('epochs', epochs)
  mustCount('blockMs', blockMs)
  return {
    market,
    seed,
    epochs,
    until,
    without,
    miners: market.miners.filter(({ name }) => chosen.includes(name)),
    validators: Array.from({ length: market.validators }, (_, at) => `validator-${at + 1}`),
    blockMs,
    roundsFolder,
    signal,
    ...told,
  }
}

/** Whether the miner that a run waits for was paid in an epoch. */
export function isPaid(epoch: ReadonlyMap<string, bigint>, until: string | undefined): boolean {
  return until !== undefined && (epoch.get(until) ?? 0n) > 0n
}

/** Where a miner sits. */
export function seatOf(name: string, seed: string): MarketSeat {
  return { name, seed, random: new SeededRandom(`${seed}/${name}`) }
}

/** @throws AbortedError when the run was told to end. */
export function mustGoOn(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AbortedError({ what: 'The run of the market', cause: signal.reason })
}

function mustKnow(field: string, known: readonly string[], given: readonly string[]): void {
  const value = given.find((name) => !known.includes(name))
  if (value === undefined) return
  throw new InvalidArgumentError({ field, value, remedy: `Pass one of ${known.join(', ')}.` })
}

function mustCount(field: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return
  throw new InvalidArgumentError({ field, value, remedy: 'Pass a whole number from 1.' })
}
