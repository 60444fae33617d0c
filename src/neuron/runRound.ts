import { onAbort } from '../clock/index.js'
import { type CanonicalValue, decodeCanonical } from '../codec/index.js'
import { InvariantError } from '../errors/index.js'
import type { BlockHeader } from '../ledger/index.js'
import {
  encodeState,
  isShortForm,
  MAX_ROUND_BYTES,
  type MechanismError,
  type ProtocolMechanism,
  type RoundEntry,
  type RoundMiner,
  type RoundPlace,
  RoundRecordError,
  type ScoreBook,
  type TaskSeed,
  taskSeed,
} from '../mechanism/index.js'
import type { Metagraph } from '../metagraph/index.js'
import type { Status } from '../synapse/index.js'
import type { BlockNumber, Hotkey } from '../units/index.js'
import type { RoundArtefacts } from './artefacts/RoundArtefacts.js'
import { type Calling, scoreTask } from './callMechanism.js'
import type { SoldLoan } from './customers/SoldLoan.js'
import type { Addressee } from './play/Asking.js'
import { Doorway } from './play/Doorway.js'
import type { MinerFault } from './play/MinerTally.js'
import { type PlayedTask, playTask } from './play/playTask.js'
import type { RoundClient } from './play/RoundClient.js'
import { RoundRecorder } from './play/RoundRecorder.js'
import { RoundReplay } from './play/RoundReplay.js'
import type { RoundBlocks } from './play/roundBlocks.js'
import type { Refused } from './readValues.js'
import { type RecordedTask, rulesOf, verdictOf } from './recordRound.js'
import { addressIn, roundMiners, type SilentMiner } from './sampleMiners.js'
import { scoredTasks } from './scoredTasks.js'
import { entriesToGoOn } from './waiting/resumeTask.js'
import type { WaitingRound, WaitingTask } from './waiting/waitingRound.js'

/** What a round starts from. */
export interface RoundInput<State extends CanonicalValue> extends Calling {
  readonly mechanism: ProtocolMechanism<State>
  readonly mechanismId: number
  readonly client: RoundClient
  readonly metagraph: Metagraph
  readonly header: Pick<BlockHeader, 'number' | 'hash'>
  readonly round: number
  /** Whom to ask; those that serve nothing count as unreachable. */
  readonly miners: readonly SilentMiner[]
  readonly concurrency: number
  readonly blocks: RoundBlocks
  /** The validator's own key for what no miner may know. */
  readonly secretKey: () => Uint8Array
  /** What customers asked, where there may be any. */
  readonly loan?: SoldLoan | undefined
  /** Where artefacts of miners are had from. */
  readonly artefacts: RoundArtefacts
  /** Written to. */
  readonly book: ScoreBook
  readonly state: State
  /** Whose round it is. */
  readonly place: RoundPlace
  /** Whether its record is wanted. */
  readonly isRecorded: boolean
  /** The newest block. */
  readonly newestBlock: () => BlockNumber
  /** A round that waited and goes on. */
  readonly resumed?: WaitingRound | undefined
}

/** A round that waits for a block. */
export class ParkedRound {
  readonly round: WaitingRound

  constructor(round: WaitingRound) {
    this.round = round
  }
}

/** What a round leads to. */
export interface RoundOutcome<State extends CanonicalValue> {
  readonly state: State
  /** How many of the wanted answers ended with each status. */
  readonly statuses: Readonly<Partial<Record<Status, number>>>
  /** Mean score of the round by hotkey. */
  readonly scores: ReadonlyMap<Hotkey, number>
  /** Scores that could not be used, one entry per task that had some. */
  readonly refused: readonly Refused[]
  /** Miners on whose part the mechanism's own code failed, one entry per task. */
  readonly faults: readonly MinerFault[]
  /** What `score` said for people, by task. */
  readonly reports: readonly (CanonicalValue | undefined)[]
  /** What was wrong with a report. */
  readonly reportFaults: readonly MechanismError[]
  /** One per task, where the round is recorded. */
  readonly recorded: readonly RecordedTask[]
}

/**
 * Plays, scores and books one round, or takes in one that waits; `undefined` when the signal aborted it.
 *
 * @throws MechanismError when the mechanism fails, NotScoredError when what the validator needs does: nothing of the round counts.
 */
export async function runRound<State extends CanonicalValue>(
  input: RoundInput<State>,
): Promise<RoundOutcome<State> | ParkedRound | undefined> {
  const { mechanism, signal, header } = input
  let stateBytes = encodeState('score', input.state)
  // A round that waited began with another state than it is scored with.
  const began = input.resumed?.began.state ?? stateBytes
  const ended = await playAll({ ...input, state: stateOf<State>(began) })
  if (ended === undefined) return undefined
  if (ended.some(isWaiting)) return new ParkedRound(waitingRound(input, began, ended))
  const tasks = ended.filter((task): task is RecordingTask => !isWaiting(task))

  const totals = new Map<Hotkey, { sum: number; count: number }>()
  const statuses: Partial<Record<Status, number>> = {}
  const refused: Refused[] = []
  const faults: MinerFault[] = []
  const reports: (CanonicalValue | undefined)[] = []
  const reportFaults: MechanismError[] = []
  const recorded: RecordedTask[] = []
  const scored = tasks.flatMap((task, index) => {
    return scoredTasks(mechanism, task).map((one) => ({ ...task, ...one, index }))
  })
  for (const { index, played, tallies, isSold, recorder, miners } of scored) {
    const expected = whoIsExpected(input, tallies)
    // A copy as it would come out of a store: what was recorded, or resumed, is scored alike.
    const settled = { seed: seedOf(input, index), block: header.number, state: stateOf<State>(stateBytes) }
    const outcome = await scoreTask(mechanism, { ...settled, ...expected, played }, input)
    const { scores, report, reportFault } = outcome
    const last = recorded.at(-1)
    if (isSold && last !== undefined) last.sold.push(verdictOf(outcome))
    else if (recorder !== undefined && input.isRecorded)
      recorded.push({
        place: input.place,
        header,
        round: input.round,
        index,
        rules: rulesOf(mechanism),
        miners,
        state: began,
        scoredState: stateBytes,
        recorder,
        outcome: verdictOf(outcome),
        sold: [],
      })
    stateBytes = encodeState('score', outcome.state)
    if (!isSold) reports.push(report)
    if (reportFault !== undefined) reportFaults.push(reportFault)
    if (scores.refused !== undefined) refused.push(scores.refused)
    faults.push(...faultsOf(tallies, outcome.faults))
    for (const { statuses: ended } of isSold ? [] : tallies.values())
      for (const status of ended) statuses[status] = (statuses[status] ?? 0) + 1
    const counts = (hotkey: Hotkey): boolean => isOfRound(input, hotkey)
    bookTask(input, tallies, scores, (hotkey) => expected.isExpected(hotkey) && counts(hotkey))
    for (const [hotkey, score] of scores.values) if (counts(hotkey)) addTo(totals, hotkey, score)
  }
  if (signal.aborted) return undefined
  const scores = new Map(Array.from(totals, ([hotkey, { sum, count }]) => [hotkey, sum / count]))
  const state = stateOf<State>(stateBytes)
  return { state, statuses, scores, refused, faults, reports, reportFaults, recorded }
}

/** A state of its own, as it is stored. */
function stateOf<State extends CanonicalValue>(bytes: Uint8Array): State {
  return decodeCanonical(bytes) as State
}

/** A task that was played, and what was written down of it. */
interface RecordingTask extends PlayedTask {
  readonly recorder: RoundRecorder | undefined
  readonly miners: readonly RoundMiner[]
}

type EndedTask = RecordingTask | (WaitingTask & { readonly miners: readonly RoundMiner[] })

function isWaiting(task: EndedTask): task is Exclude<EndedTask, RecordingTask> {
  return 'wait' in task
}

/** What is kept of a round while it waits. */
function waitingRound(
  { place, header, round, mechanism }: RoundInput<never> | RoundInput<CanonicalValue>,
  state: Uint8Array,
  ended: readonly EndedTask[],
): WaitingRound {
  const { miners = [] } = ended[0] ?? {}
  const began = {
    place,
    block: header.number,
    blockHash: header.hash,
    round,
    rules: rulesOf(mechanism),
    miners,
    state,
  }
  return {
    began,
    tasks: ended.map((task): WaitingTask => {
      if (isWaiting(task)) return { entries: task.entries, wait: task.wait }
      return { entries: task.recorder?.entries ?? [], wait: undefined }
    }),
  }
}

/** Whether what a round says of a hotkey is about who holds it now: since a round that waited began, it may have left or registered anew. */
function isOfRound(
  { resumed, metagraph, header }: Pick<RoundInput<never>, 'resumed' | 'metagraph' | 'header'>,
  hotkey: Hotkey,
): boolean {
  if (resumed === undefined) return true
  const uid = metagraph.uidOf(hotkey)
  return uid !== undefined && (metagraph.columns.registeredAtBlock[uid] ?? 0) <= header.number
}

/** Plays every task, all at once; where one fails, the others are ended. */
async function playAll<State extends CanonicalValue>(
  input: RoundInput<State>,
): Promise<readonly EndedTask[] | undefined> {
  const { mechanism, metagraph, signal, resumed, header } = input
  const over = new AbortController()
  const forget = onAbort(signal, () => over.abort())
  const miners = resumed?.began.miners ?? roundMiners(metagraph, input.miners)
  const parts = {
    ...input,
    block: header.number,
    validator: input.place.hotkey,
    miners,
    addressOf: addressesOf(metagraph, miners),
    newestBlock: mechanism.waits ? input.newestBlock : undefined,
  }
  const play = async (index: number): Promise<EndedTask> => {
    const before = resumed?.tasks[index]
    const entries =
      before && (await entriesToGoOn(before, input.newestBlock(), { ...input, signal: over.signal }))
    if (before !== undefined && entries === undefined) return { ...before, miners }
    // What customers asked counts once, however many tasks there are.
    const sold = index === 0 ? input.loan?.callsIn(metagraph) : undefined
    const isKept = input.isRecorded || mechanism.waits
    const recorder = isKept ? new RoundRecorder({ entries: entries ?? [] }) : undefined
    const replay =
      entries && new RoundReplay({ round: { block: header.number, index }, entries, onMissing: 'ask' })
    const doorway = new Doorway({ recorder, replay })
    const own = {
      ...parts,
      seed: seedOf(input, index),
      doorway,
      replay,
      ...(sold === undefined ? {} : { sold }),
    }
    const task = await playTask(mechanism, own, { ...input, signal: over.signal })
    if (!('untilBlock' in task)) return { ...task, recorder, miners }
    return { entries: wholeEntries(recorder), wait: task, miners }
  }
  try {
    const count = resumed?.tasks.length ?? mechanism.tasksPerRound
    const tasks = await Promise.all(Array.from({ length: count }, (_, index) => play(index)))
    return signal.aborted ? undefined : tasks
  } catch (error) {
    if (signal.aborted) return undefined
    throw error
  } finally {
    forget()
    over.abort()
  }
}

function seedOf(
  {
    header,
    metagraph,
    round,
    mechanismId,
  }: Pick<RoundInput<never>, 'header' | 'metagraph' | 'round' | 'mechanismId'>,
  index: number,
): TaskSeed {
  return taskSeed({ blockHash: header.hash, netuid: metagraph.netuid, round, index, mechanismId })
}

/** What a round goes on from. @throws what keeps it from being written down. */
function wholeEntries(recorder: RoundRecorder | undefined): readonly RoundEntry[] {
  if (recorder === undefined) throw new InvariantError('A round that waits is not recorded.')
  if (recorder.fault !== undefined) throw recorder.fault
  if (recorder.isTooLarge)
    throw new RoundRecordError({
      why: `it would have more than ${MAX_ROUND_BYTES} bytes, too many to wait with`,
    })
  return [...recorder.entries]
}

/** Where those of a round are asked, also one that has left since it began; and any that is registered. */
function addressesOf(
  metagraph: Metagraph,
  miners: readonly RoundMiner[],
): (hotkey: Hotkey) => Addressee | undefined {
  const uids = new Map(miners.map(({ hotkey, uid }) => [hotkey, uid]))
  return (hotkey) => {
    const now = addressIn(metagraph, hotkey)
    const uid = uids.get(hotkey)
    return uid === undefined ? now : { hotkey, uid, address: now?.address ?? null }
  }
}

/** In the short form those that were asked; otherwise any registered hotkey, asked or not. */
function whoIsExpected(
  {
    mechanism,
    metagraph,
    resumed,
  }: Pick<RoundInput<never>, 'metagraph' | 'resumed'> & { readonly mechanism: object },
  tallies: PlayedTask['tallies'],
): { readonly isExpected: (hotkey: Hotkey) => boolean; readonly who: string } {
  if (isShortForm(mechanism))
    return { isExpected: (hotkey) => tallies.has(hotkey), who: 'among the responses' }
  const began = new Set<string>(resumed?.began.miners.map(({ hotkey }) => hotkey))
  return {
    isExpected: (hotkey) => metagraph.uidOf(hotkey) !== undefined || began.has(hotkey),
    who: 'of the subnet',
  }
}

/** The first fault of each miner: those that follow are most often the same. */
function faultsOf(
  tallies: PlayedTask['tallies'],
  scoring: ReadonlyMap<Hotkey, MechanismError>,
): MinerFault[] {
  const faults = new Map(scoring)
  for (const [
    hotkey,
    {
      faults: [first],
    },
  ] of tallies)
    if (first !== undefined) faults.set(hotkey, first)
  return Array.from(faults, ([hotkey, error]) => ({ hotkey, error }))
}

/** Books what one task says of each miner that it asked, judged or failed on. In uid order. */
function bookTask(
  {
    book,
    newestBlock,
    resumed,
    header,
    mechanism,
    metagraph,
  }: Pick<RoundInput<never>, 'book' | 'header' | 'metagraph' | 'newestBlock' | 'resumed'> & {
    readonly mechanism: { readonly averageOver: number }
  },
  tallies: PlayedTask['tallies'],
  { values, refused }: { values: ReadonlyMap<Hotkey, number>; refused: Refused | undefined },
  isExpected: (hotkey: Hotkey) => boolean,
): void {
  // When it was last seen: no later round has said less.
  const block = resumed === undefined ? header.number : newestBlock()
  const named = [...tallies.keys(), ...values.keys(), ...(refused?.values.keys() ?? [])] as Hotkey[]
  const subjects = [...new Set(named)].filter(isExpected)
  const uidOf = (hotkey: Hotkey): number => metagraph.uidOf(hotkey) ?? Number.POSITIVE_INFINITY
  for (const hotkey of subjects.sort((a, b) => uidOf(a) - uidOf(b))) {
    const tally = tallies.get(hotkey)
    const score = values.get(hotkey)
    const isRefused = refused?.values.has(hotkey) === true
    const wasAsked = tally !== undefined && tally.statuses.length > 0
    const hasFailed = isRefused || (tally !== undefined && tally.faults.length > 0)
    // A script that asked nothing and came to nothing says nothing of its miner.
    if (!wasAsked && !hasFailed && score === undefined) continue
    if (tally?.isNotScored === true && !hasFailed && score === undefined) continue
    const answered = !hasFailed && (wasAsked ? tally.answered : true)
    book.record({ hotkey, answered, score }, { block, averageOver: mechanism.averageOver })
  }
}

function addTo(totals: Map<Hotkey, { sum: number; count: number }>, hotkey: Hotkey, score: number): void {
  const total = totals.get(hotkey)
  if (total === undefined) totals.set(hotkey, { sum: score, count: 1 })
  else {
    total.sum += score
    total.count++
  }
}
