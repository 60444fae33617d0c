import { check, having } from '../checks/index.js'
import type { Clock } from '../clock/index.js'
import { bytesEqual, type CanonicalValue, decodeCanonical, encodeCanonical } from '../codec/index.js'
import { hexOf } from '../crypto/index.js'
import { describeValue, InvariantError } from '../errors/index.js'
import {
  assertMechanism,
  checkRecord,
  encodeState,
  isShortForm,
  type ProtocolMechanism,
  RoundDiffersError,
  type RoundRecord,
  RoundRecordError,
  type RoundVerdict,
  taskSeed,
  wordsOfQuestion,
} from '../mechanism/index.js'
import type { Hotkey } from '../units/index.js'
import { scoreTask } from './callMechanism.js'
import { Doorway } from './play/Doorway.js'
import { keyOf } from './play/KeyedQuestions.js'
import { playTask } from './play/playTask.js'
import type { RoundClient } from './play/RoundClient.js'
import { RoundReplay } from './play/RoundReplay.js'
import { rulesOf, verdictOf } from './recordRound.js'
import { scoredTasks } from './scoredTasks.js'

/** What a replay came to: the same as in the record. */
export interface ReplayedRound<State extends CanonicalValue> {
  readonly scores: ReadonlyMap<Hotkey, number>
  /** The next state. */
  readonly state: State
  /** What `score` said for people. */
  readonly report?: CanonicalValue
}

/** Time stands still in a replay: what took time is in the record. */
const still: Clock = {
  now: () => 0,
  setTimer: () => ({ isPending: true, cancel() {} }) as unknown as ReturnType<Clock['setTimer']>,
  hold: (work) => work(),
}

/** Nobody is asked in a replay. */
const nobody: RoundClient = {
  call: asked,
  stream: asked,
}

function asked(): never {
  throw new InvariantError('A replay asked a miner, or the chain.')
}

/** A record holds no key: it has what was drawn from it. */
function noKey(): never {
  throw new InvariantError('A replay drew from a key.')
}

/**
 * Runs a round again from its record, with no network and no clock: the same `play` on what the record answers, and `score` on what it returned.
 * What was handed to `record` is not run; its result is in the record.
 *
 * @param mechanism - a fresh instance: what an earlier `play` wrote into its fields is not in the record.
 * @throws RoundDivergedError when `play` asks what is not in the record, waits for something else, or leaves out what it has.
 * @throws RoundDiffersError when scores, report or the next state are others, or the rules are.
 * @throws RoundRecordError for a record without secrets, or one that holds what no round gives.
 * @throws MechanismError, NotScoredError as `play` and `score` do when they fail.
 * @throws InvalidArgumentError for what is no mechanism or no record.
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 * import { decodeRound, type ProtocolMechanism } from 'subnetkit/mechanism'
 * import { replayRound } from 'subnetkit/neuron'
 *
 * async function again(market: ProtocolMechanism, path: string): Promise<void> {
 *   const { scores } = await replayRound(market, decodeRound(await readFile(path)))
 *   console.log(scores) // those of the record, or it would have thrown
 * }
 * ```
 */
export async function replayRound<State extends CanonicalValue>(
  mechanism: ProtocolMechanism<State>,
  record: RoundRecord,
): Promise<ReplayedRound<State>> {
  check('mechanism', having('a mechanism', []), mechanism)
  assertMechanism(mechanism)
  checkRecord(record)
  assertWhole(record)
  assertSameRules(mechanism, record)
  const calling = { clock: still, signal: new AbortController().signal, onOverdue: () => {} }
  const replay = new RoundReplay({ round: record, entries: record.entries })
  const doorway = new Doorway({ replay })
  const ended = await replay.run(() => playTask(mechanism, { ...partsOf<State>(record), doorway }, calling))
  if (!('played' in ended)) throw new InvariantError('A replay waited for a block.')
  const { played, tallies } = ended
  let state = decodeCanonical(record.scoredState ?? record.state) as State
  const verdicts: RoundVerdict[] = []
  for (const { played: one, tallies: asked } of scoredTasks(mechanism, { played, tallies })) {
    const settled = {
      seed: seedOf(record),
      block: record.block,
      state,
      ...expectedIn(record, mechanism, asked),
    }
    const outcome = await scoreTask(mechanism, { ...settled, played: one }, calling)
    verdicts.push(verdictOf(outcome))
    state = decodeCanonical(encodeState('score', outcome.state)) as State
  }
  assertSameAll(record, verdicts)
  const { scores, report } = record.outcome
  return { scores, state, ...(report === undefined ? {} : { report }) }
}

/** Whom a score may be given to: in the short form who was asked, otherwise who is known to have been registered. */
function expectedIn(
  record: RoundRecord,
  mechanism: object,
  asked: ReadonlyMap<Hotkey, unknown>,
): { readonly isExpected: (hotkey: Hotkey) => boolean; readonly who: string } {
  if (isShortForm(mechanism)) return { isExpected: (hotkey) => asked.has(hotkey), who: 'among the responses' }
  const registered = registeredIn(record)
  return { isExpected: (hotkey) => registered.has(hotkey), who: 'of the subnet' }
}

/** What the round of a record is played with. */
function partsOf<State extends CanonicalValue>(record: RoundRecord) {
  const uids = new Map(record.miners.map(({ hotkey, uid }) => [hotkey, uid]))
  return {
    client: nobody,
    seed: seedOf(record),
    block: record.block,
    mechanismId: record.place.mechanismId,
    validator: record.place.hotkey,
    miners: record.miners.map((miner) => Object.freeze({ ...miner })),
    addressOf(hotkey: Hotkey) {
      const uid = uids.get(hotkey)
      return uid === undefined ? undefined : { hotkey, uid, address: null }
    },
    state: decodeCanonical(record.state) as State,
    concurrency: Number.MAX_SAFE_INTEGER,
    secretKey: noKey,
    blocks: { hashAt: asked },
  }
}

function seedOf({ blockHash, place, round, index }: RoundRecord) {
  const { netuid, mechanismId } = place
  return taskSeed({ blockHash, netuid, round, index, mechanismId })
}

/** Who is known to have been registered: those of the round, whom it asked besides, and whose scores counted. */
function registeredIn({ miners, entries, outcome }: RoundRecord): ReadonlySet<string> {
  const asked = entries.flatMap(({ door, hotkey }) =>
    door === 'ask' || door === 'stream' ? [hotkey ?? ''] : [],
  )
  return new Set<string>([...miners.map(({ hotkey }) => hotkey), ...asked, ...outcome.scores.keys()])
}

function assertWhole({ entries, state, scoredState }: RoundRecord): void {
  if (entries.some(({ answer }) => answer.how === 'hidden'))
    throw new RoundRecordError({ why: 'it is one without secrets, which can be read and not replayed' })
  const keys = new Set<string>()
  for (const entry of entries) {
    const key = keyOf(entry)
    if (keys.has(key)) throw new RoundRecordError({ why: `it answers twice: ${wordsOfQuestion(entry)}` })
    keys.add(key)
  }
  try {
    for (const one of [state, scoredState]) if (one !== undefined) decodeCanonical(one)
  } catch (cause) {
    throw new RoundRecordError({ why: 'its state is malformed', cause })
  }
}

function assertSameRules(mechanism: Parameters<typeof rulesOf>[0], record: RoundRecord): void {
  const now = rulesOf(mechanism)
  const { stateVersion, roundLimits, datasets } = record.rules
  const [data, dataNow] = [new Map(datasets), new Map(now.datasets)]
  const names = [...data.keys(), ...[...dataNow.keys()].filter((name) => !data.has(name))]
  const parts: readonly (readonly [string, unknown, unknown])[] = [
    ['stateVersion', stateVersion, now.stateVersion],
    ...names.map((name) => [`data set ${name}`, data.get(name), dataNow.get(name)] as const),
    ...Object.entries(roundLimits).map(([limit, value]) => {
      return [`roundLimits.${limit}`, value, now.roundLimits[limit as keyof typeof roundLimits]] as const
    }),
  ]
  for (const [what, recorded, replayed] of parts) {
    if (recorded === replayed) continue
    throw differs(record, 'rules', `${what} of the mechanism`, String(recorded), String(replayed))
  }
}

/** @throws RoundDiffersError for the first part of an outcome that is another. */
function assertSameAll(record: RoundRecord, now: readonly RoundVerdict[]): void {
  const recorded = [record.outcome, ...record.sold]
  for (const [at, verdict] of now.entries()) {
    const before = recorded[at]
    if (before !== undefined) assertSame(record, before, verdict)
  }
  if (recorded.length === now.length) return
  const what = "the number of customers' requests that were scored"
  throw differs(record, 'scores', what, String(recorded.length - 1), String(now.length - 1))
}

function assertSame(record: RoundRecord, recorded: RoundVerdict, now: RoundVerdict): void {
  const { scores, refused, report, stateDigest } = recorded
  assertSameMap(record, 'scores', scores, now.scores)
  assertSameMap(record, 'refused', refused, now.refused)
  const reports = [report, now.report].map((one) => (one === undefined ? '' : hexOf(encodeCanonical(one))))
  if (reports[0] !== reports[1])
    throw differs(record, 'report', 'the report', describeValue(report), describeValue(now.report))
  if (bytesEqual(stateDigest, now.stateDigest)) return
  throw differs(record, 'state', 'the digest of the next state', hexOf(stateDigest), hexOf(now.stateDigest))
}

function assertSameMap(
  record: RoundRecord,
  part: 'scores' | 'refused',
  recorded: ReadonlyMap<string, unknown>,
  replayed: ReadonlyMap<string, unknown>,
): void {
  const words = (map: ReadonlyMap<string, unknown>, key: string): string => {
    if (!map.has(key)) return 'none'
    return part === 'scores' ? String(map.get(key)) : describeValue(map.get(key))
  }
  for (const key of new Set([...recorded.keys(), ...replayed.keys()])) {
    if (recorded.has(key) === replayed.has(key) && recorded.get(key) === replayed.get(key)) continue
    const what = part === 'scores' ? `the score of ${key}` : `what is refused of ${describeValue(key)}`
    const { block, index } = record
    throw new RoundDiffersError({
      round: { block, index },
      part,
      what,
      hotkey: key,
      recorded: words(recorded, key),
      replayed: words(replayed, key),
    })
  }
}

function differs(
  { block, index }: RoundRecord,
  part: 'rules' | 'scores' | 'report' | 'state',
  what: string,
  recorded: string,
  replayed: string,
): RoundDiffersError {
  return new RoundDiffersError({ round: { block, index }, part, what, recorded, replayed })
}
