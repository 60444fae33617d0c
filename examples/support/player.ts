import { fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import type { CanonicalValue } from 'subnetkit/codec'
import { AbortedError } from 'subnetkit/errors'
import type { Market } from './market.js'
import type { MarketRun, MarketRunOptions } from './marketRun.js'
import { runMarket } from './runMarket.js'
import type { Lane } from './spread.js'

/** Runs at once: each takes some hundred MB. */
const MOST_AT_ONCE = 8
/** The one argument of a program that is to play for another process of it. */
const PLAYS_FOR_ANOTHER = '--plays-for-another'
/** How long a process may take to clear away what it began. */
const END_MS = 10_000

type Played = { readonly run: MarketRun } | { readonly why: string }

/** Lanes on which runs of a market are done, and the end of what was started for them. */
export interface Players<Defence extends string> extends AsyncDisposable {
  readonly lanes: readonly Lane<MarketRunOptions<Defence>, MarketRun>[]
}

/**
 * As many lanes as there are processors, and no more than there are runs: this process is one, each of the others another process of the same program. For runs on virtual
 * time alone; results do not depend on where they were played.
 */
export function startPlayers<Defence extends string, Task, Answer, State extends CanonicalValue>(
  market: Market<Defence, Task, Answer, State>,
  runs: number,
): Players<Defence> {
  const count = Math.min(availableParallelism(), runs, MOST_AT_ONCE)
  const others = Array.from({ length: count - 1 }, () => startPlayer(market.name))
  return {
    lanes: [
      (options, signal) => runMarket(market, { ...options, signal }),
      ...others.map(({ play }) => play),
    ],
    [Symbol.asyncDispose]: async () => void (await Promise.all(others.map(({ end }) => end()))),
  }
}

/** Whether this process plays for another one. */
export function playsForAnother(args: readonly string[]): boolean {
  return args[0] === PLAYS_FOR_ANOTHER && process.send !== undefined
}

/** Plays what it is told to, until whoever tells it is gone. */
export async function serveRuns<Defence extends string, Task, Answer, State extends CanonicalValue>(
  market: Market<Defence, Task, Answer, State>,
): Promise<void> {
  const stop = new AbortController()
  // A terminal tells all that it started; who started this one says when it has to end.
  for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => {})
  process.on('message', (options: MarketRunOptions<Defence>) => {
    void runMarket(market, { ...options, signal: stop.signal }).then(
      (run) => say({ run }),
      (error: unknown) =>
        say({ why: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    )
  })
  await once(process, 'disconnect')
  stop.abort()
}

const aborted = ({ reason }: AbortSignal): AbortedError =>
  new AbortedError({ what: 'The run of the market', cause: reason })

function say(played: Played): void {
  if (process.connected) process.send?.(played)
}

function startPlayer(market: string): {
  readonly play: Lane<MarketRunOptions<string>, MarketRun>
  readonly end: () => Promise<void>
} {
  const child = fork(process.argv[1] ?? '', [PLAYS_FOR_ANOTHER], { serialization: 'advanced' })
  const play: Lane<MarketRunOptions<string>, MarketRun> = async (options, signal) => {
    if (signal.aborted) throw aborted(signal)
    const over = new AbortController()
    const until = { signal: over.signal }
    try {
      const played = Promise.race([
        once(child, 'message', until).then(([message]) => message as Played),
        once(child, 'exit', until).then(([code, by]): Played => ({ why: `it ended with ${code ?? by}` })),
        once(signal, 'abort', until).then((): Played => ({ why: 'It was told to end.' })),
      ])
      child.send(options)
      const result = await played
      if (signal.aborted) throw aborted(signal)
      if ('why' in result) {
        const { seed = market, without = [] } = options
        const play = `The play of seed ${JSON.stringify(seed)}${without.map((one) => `, without ${one}`).join('')},`
        throw new Error(`${play} did not come to its end: ${result.why}`)
      }
      return result.run
    } finally {
      over.abort()
    }
  }
  const end = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const killing = setTimeout(() => child.kill('SIGKILL'), END_MS)
    const exit = once(child, 'exit')
    if (child.connected) child.disconnect()
    await exit
    clearTimeout(killing)
  }
  return { play, end }
}
