import { parseArgs } from 'node:util'
import type { CanonicalValue } from 'subnetkit/codec'
import { cloneFolder } from './folders.js'
import type { Market } from './market.js'
import type { MarketRunOptions, MarketWay } from './marketRun.js'

/** What the command line of a market says. */
export interface PlayOptions<Defence extends string> extends MarketRunOptions<Defence> {
  /** Where the picture is kept as a file of its own. */
  readonly picture?: string | undefined
  /** Plays so many seeds in place of one. */
  readonly seeds?: number | undefined
  /** Appends what came of them to `bench/markets.jsonl`. */
  readonly record?: boolean | undefined
}

/** The command line cannot be used. */
export class UsageError extends Error {}

/**
 * @param isClone - whether this runs in a clone, whose commit can be written down.
 * @throws UsageError for what is no option, lacks its value, or cannot be here.
 */
export function playOptions<Defence extends string>(
  args: string[],
  isClone = cloneFolder() !== undefined,
): PlayOptions<Defence> | 'help' {
  const [text, flag] = [{ type: 'string' }, { type: 'boolean' }] as const
  const options = {
    way: text,
    seed: text,
    epochs: text,
    without: text,
    picture: text,
    rounds: text,
    seeds: text,
    record: flag,
    help: flag,
  }
  try {
    const { values } = parseArgs({ args, options })
    if (values.help) return 'help'
    const { way = 'process', seed, epochs, without, picture, rounds, seeds, record } = values
    if (record === true && !isClone)
      throw new Error('--record is for a clone of subnetkit, whose commit it writes down; leave it out here.')
    if (record === true && seeds === undefined)
      throw new Error('--record writes down what came of --seeds N; give both.')
    const unused = Object.entries({ way: values.way, seed, without, picture, rounds }).find(
      ([, given]) => given !== undefined,
    )
    if (seeds !== undefined && unused !== undefined)
      throw new Error(
        `--seeds plays the whole market on virtual time, by seeds of its own; leave out --${unused[0]}.`,
      )
    return {
      // What it may be, runMarket says.
      way: way as MarketWay,
      picture,
      record,
      seeds: seeds === undefined ? undefined : numberOf('seeds', seeds),
      ...(rounds === undefined ? {} : { roundsFolder: rounds }),
      ...(seed === undefined ? {} : { seed }),
      ...(epochs === undefined ? {} : { epochs: numberOf('epochs', epochs) }),
      ...(without === undefined ? {} : { without: without.split(',') as Defence[] }),
    }
  } catch (cause) {
    throw new UsageError(`${cause instanceof Error ? cause.message : cause}\nSee --help.`)
  }
}

/** How large it may be, what it is for says. */
function numberOf(option: string, text: string): number {
  const number = Number(text)
  if (text.trim() === '' || Number.isNaN(number))
    throw new Error(`--${option} takes a number, not "${text}".`)
  return number
}

export function playHelp<Defence extends string, Task, Answer, State extends CanonicalValue>(
  { name, title, defences, epochs }: Market<Defence, Task, Answer, State>,
  isClone = cloneFolder() !== undefined,
): string {
  const record = isClone
    ? '\n  --record         with --seeds: append what came of them to bench/markets.jsonl'
    : ''
  return `${title}

Usage: ${isClone ? `npm run example -- ${name}` : 'npm start --'} [options]

Options:
  --way WAY        process: all here, on virtual time (default); processes: each neuron in its own; node: on a chain of another process
  --seed TEXT      keys, tasks and chance come from it (${name})
  --epochs N       how many (${epochs})
  --without LIST   defences to take away, of ${Object.keys(defences).join(', ')}; without it each is tried
  --picture FILE   keep the picture, as SVG
  --rounds FOLDER  keep a record of each round, as it is or without the LIST, in a folder for each validator; npx subnetkit replay judges one again
  --seeds N        play N seeds on virtual time, and count in how many honest miners earn more than cheats, the better ones most${record}
  --help           print this`
}
