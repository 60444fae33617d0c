import { wordsOfThrown } from '../errors/index.js'
import {
  assertMechanism,
  decodeRound,
  MAX_ROUND_BYTES,
  type ProtocolMechanism,
  RoundDiffersError,
  RoundDivergedError,
  type RoundRecord,
  RoundRecordError,
} from '../mechanism/index.js'
import { replayRound } from '../neuron/index.js'
import { fileBytes } from './fileBytes.js'
import type { CliIo } from './io.js'
import { loadModule } from './loadModule.js'
import { shown } from './openRefusal.js'
import { describeOptions, type OptionSpecs, parseOptions } from './options.js'
import { UsageError } from './UsageError.js'

/** The replay came to another result, or went another way. */
const DIFFERS = 3

const options: OptionSpecs = {
  mechanism: {
    type: 'string',
    value: 'MODULE#EXPORT',
    help: 'the rules: a class that takes no arguments, or an instance, that a module exports; without #EXPORT its default export',
  },
  json: { type: 'boolean', help: 'print one object of JSON instead of sentences' },
  help: { type: 'boolean', help: 'print this' },
}

const HELP = `subnetkit replay: judge a recorded round again

A validator with onRound: roundFolder({ ... }) writes each round into a file (docs/mechanisms.md, "Record and replay a round"). This runs the
mechanism on such a file, with no network, and says whether it comes to the same scores. What weights makes of scores is no part of a round.

Usage: subnetkit replay FILE --mechanism MODULE#EXPORT [--json]

MODULE is a file that Node can load, .js or .mjs, and that only holds the rules: whatever else it does when it is loaded, it does first. One in
TypeScript is loaded where Node is started with tsx:
NODE_OPTIONS="--import tsx" npx subnetkit replay FILE --mechanism mechanism.ts#Market

Examples:
  subnetkit replay rounds/0000000123-0.round --mechanism dist/mechanism.js#Market
  subnetkit replay rounds/0000000123-0.round --mechanism dist/mechanism.js#Market --json

Exit codes: 0 the same result, 3 another one or another way, 2 bad arguments or no record, 1 when the mechanism fails.

Options:
${describeOptions(options)}`

/** What the command found. */
interface Verdict {
  readonly verdict: 'same' | 'differs' | 'diverged'
  readonly block: number
  readonly index: number
  readonly validator: string
  /** Recorded scores, by hotkey. */
  readonly scores: { readonly [hotkey: string]: number }
  /** What is another, in words. */
  readonly why?: string
}

/** Runs `subnetkit replay`. */
export async function replayCommand(argv: readonly string[], io: CliIo): Promise<number> {
  const given = parseOptions(argv, options, 1)
  if (given.flag('help')) {
    io.out(`${HELP}\n`)
    return 0
  }
  const [file] = given.positionals
  if (file === undefined) throw new UsageError({ field: 'FILE', problem: 'name a record; see --help' })
  const name = given.text('mechanism')
  if (name === undefined)
    throw new UsageError({ field: '--mechanism', problem: 'say which rules: MODULE#EXPORT' })
  const record = await recordIn(file)
  const mechanism = await mechanismNamed(name)
  const verdict = await judged(mechanism, record)
  io.out(given.flag('json') ? `${JSON.stringify(verdict)}\n` : inWords(verdict))
  return verdict.verdict === 'same' ? 0 : DIFFERS
}

/** @throws UsageError naming the file, where it cannot be read or holds no record. */
async function recordIn(file: string): Promise<RoundRecord> {
  const bytes = await fileBytes(file, MAX_ROUND_BYTES)
  try {
    return decodeRound(bytes)
  } catch (cause) {
    if (!(cause instanceof RoundRecordError)) throw cause
    const problem = `${shown(file)} cannot be used as a record: ${cause.why}; take a file that roundFolder wrote, of this version of subnetkit`
    throw new UsageError({ field: 'FILE', problem, cause })
  }
}

async function judged(mechanism: ProtocolMechanism, record: RoundRecord): Promise<Verdict> {
  const { block, index, place, outcome } = record
  const found = { block, index, validator: place.hotkey, scores: Object.fromEntries(outcome.scores) }
  try {
    await replayRound(mechanism, record)
    return { verdict: 'same', ...found }
  } catch (error) {
    if (error instanceof RoundDiffersError) return { verdict: 'differs', ...found, why: error.shortMessage }
    if (error instanceof RoundDivergedError) return { verdict: 'diverged', ...found, why: error.shortMessage }
    throw error
  }
}

function inWords({ verdict, block, index, validator, scores, why }: Verdict): string {
  const count = Object.keys(scores).length
  const of = `Block ${block}, task ${index}, of validator ${validator}`
  if (verdict === 'same') return `${of}: the same, ${count} scores.\n`
  const what = verdict === 'differs' ? 'another result' : 'another way than the record'
  return `${of}: ${what}.\n${why}\n`
}

/** An instance of what a module exports. @throws UsageError for what is no mechanism. */
async function mechanismNamed(name: string): Promise<ProtocolMechanism> {
  const at = name.lastIndexOf('#')
  const [file, exported] = at < 0 ? [name, 'default'] : [name.slice(0, at), name.slice(at + 1)]
  const module = await loadModule(file, `replay FILE --mechanism ${name}`)
  const problem = (words: string, cause?: unknown): UsageError =>
    new UsageError({ field: '--mechanism', problem: words, cause })
  if (!Object.hasOwn(module, exported))
    throw problem(`${file} has no export ${exported}; it has ${Object.keys(module).join(', ') || 'none'}`)
  let mechanism: unknown
  try {
    const value: unknown = (module as Record<string, unknown>)[exported]
    mechanism = typeof value === 'function' ? new (value as new () => unknown)() : value
    assertMechanism(mechanism)
  } catch (cause) {
    throw problem(`${exported} of ${file} is no mechanism: ${wordsOfThrown(cause)}`, cause)
  }
  return mechanism as ProtocolMechanism
}
