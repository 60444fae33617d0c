import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import type { CanonicalValue } from 'subnetkit/codec'
import { AbortedError, BaseError, InvalidArgumentError } from 'subnetkit/errors'
import type { Market } from './market.js'
import { marketPage } from './marketPage.js'
import type { MarketRun, MarketRunOptions, MarketWay } from './marketRun.js'
import { marketTable } from './marketTable.js'
import { keepPage } from './page.js'
import { payPicture } from './payPicture.js'
import { runMarket } from './runMarket.js'

/** What a shell says of a program that Ctrl-C ended. */
const STOPPED = 130
/** One press of Ctrl-C arrives twice when npm hands it on. */
const SAME_PRESS_MS = 500

/**
 * What `npm run example -- NAME` runs: plays a market, once as it is and on virtual time once without each of its defences, prints who earned what, and
 * writes the page whose path is the last line. Ctrl-C stops everything that was started.
 */
export async function playMarket<Defence extends string, Task, Answer, State extends CanonicalValue>(
  market: Market<Defence, Task, Answer, State>,
): Promise<void> {
  const { signal, release } = untilCtrlC()
  try {
    const options = optionsOf<Defence>(process.argv.slice(2))
    if (options === 'help') console.log(helpOf(market))
    else await play(market, { ...options, signal })
  } catch (error) {
    if (error instanceof AbortedError && signal.aborted) process.exitCode = STOPPED
    else {
      process.exitCode = error instanceof UsageError || error instanceof InvalidArgumentError ? 2 : 1
      console.error(error instanceof BaseError || error instanceof UsageError ? error.message : error)
    }
  } finally {
    release()
  }
}

interface PlayOptions<Defence extends string> extends MarketRunOptions<Defence> {
  /** Where the picture is kept as a file of its own. */
  readonly picture?: string | undefined
}

async function play<Defence extends string, Task, Answer, State extends CanonicalValue>(
  market: Market<Defence, Task, Answer, State>,
  { picture, ...options }: PlayOptions<Defence>,
): Promise<void> {
  const run = await runMarket(market, options)
  const others: MarketRun[] = []
  const isWhole = options.way === 'process' && options.without === undefined
  for (const defence of isWhole ? (Object.keys(market.defences) as Defence[]) : []) {
    others.push(await runMarket(market, { ...options, without: [defence] }))
  }
  console.log(`${market.title}: who earned what in ${run.epochs} epochs, seed ${JSON.stringify(run.seed)}.\n`)
  console.log(marketTable(run, others))
  for (const fault of run.faults) console.log(`\n${fault}`)
  if (picture !== undefined) {
    mkdirSync(dirname(picture), { recursive: true })
    writeFileSync(picture, payPicture(market, [run, ...others]))
  }
  keepPage(market.name, marketPage(market, [run, ...others]))
}

class UsageError extends Error {}

function optionsOf<Defence extends string>(args: string[]): PlayOptions<Defence> | 'help' {
  const text = { type: 'string' } as const
  const options = {
    way: text,
    seed: text,
    epochs: text,
    without: text,
    picture: text,
    help: { type: 'boolean' },
  } as const
  try {
    const { values } = parseArgs({ args, options })
    if (values.help) return 'help'
    const { way = 'process', seed, epochs, without, picture } = values
    return {
      way: way as MarketWay,
      picture,
      ...(seed === undefined ? {} : { seed }),
      ...(epochs === undefined ? {} : { epochs: Number(epochs) }),
      ...(without === undefined ? {} : { without: without.split(',') as Defence[] }),
    }
  } catch (cause) {
    throw new UsageError(`${cause instanceof Error ? cause.message : cause}\nSee --help.`)
  }
}

function helpOf<Defence extends string, Task, Answer, State extends CanonicalValue>({
  name,
  title,
  defences,
  epochs,
}: Market<Defence, Task, Answer, State>): string {
  return `${title}

Usage: npm run example -- ${name} [options]

Options:
  --way WAY        process: all here, on virtual time (default); processes: each neuron in its own; node: on a chain of another process
  --seed TEXT      keys, tasks and chance come from it (${name})
  --epochs N       how many (${epochs})
  --without LIST   defences to take away, of ${Object.keys(defences).join(', ')}; without it each is tried
  --picture FILE   keep the picture, as SVG
  --help           print this`
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
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, onSignal)
  return {
    signal: stop.signal,
    release: () => {
      for (const signal of signals) process.off(signal, onSignal)
    },
  }
}
