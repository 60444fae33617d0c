import { onAbort } from '../clock/index.js'
import { type CanonicalValue, decodeCanonical } from '../codec/index.js'
import type { BlockHeader } from '../ledger/index.js'
import {
  encodeState,
  isShortForm,
  type MechanismError,
  type ProtocolMechanism,
  type RoundMiner,
  type RoundPlace,
  type ScoreBook,
  type TaskSeed,
  taskSeed,
} from '../mechanism/index.js'
import type { Metagraph } from '../metagraph/index.js'
import type { Status } from '../synapse/index.js'
import type { Hotkey } from '../units/index.js'
import type { RoundArtefacts } from './artefacts/RoundArtefacts.js'
import { type Calling, scoreTask } from './callMechanism.js'
import type { SoldLoan } from './customers/SoldLoan.js'
import { Doorway } from './play/Doorway.js'
import type { MinerFault } from './play/MinerTally.js'
import { type PlayedTask, playTask } from './play/playTask.js'
import type { RoundClient } from './play/RoundClient.js'
import { RoundRecorder } from './play/RoundRecorder.js'
import type { RoundBlocks } from './play/roundBlocks.js'
import type { Refused } from './readValues.js'
import { type RecordedTask, rulesOf, verdictOf } from './recordRound.js'
import { addressIn, roundMiners, type SilentMiner } from './sampleMiners.js'
import { scoredTasks } from './scoredTasks.js'

/** What a round starts from. */
export interface RoundInput<State extends CanonicalValue> extends Calling {
  readonly mechanism: ProtocolMechanism<State>
  readonly mechanismId: number
  readonly client: RoundClient
  readonly metagraph: Metagraph
  readonly header: BlockHeader
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
  /** Whose round it is, where it is to be recorded. */
  readonly recordedAs?: RoundPlace | undefined
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
 * Plays, scores and books one round; `undefined` when the signal aborted it.
 *
 * @throws MechanismError when the mechanism fails, NotScoredError when what the validator needs does: nothing of the round counts.
 */
export async function runRound<State extends CanonicalValue>(
  input: RoundInput<State>,
): Promise<RoundOutcome<State> | undefined> {
  const { mechanism, signal, header } = input
  const began = encodeState('score', input.state)
  const tasks = await playAll({ ...input, state: stateOf<State>(began) })
  if (tasks === undefined) return undefined

  const totals = new Map<Hotkey, { sum: number; count: number }>()
  const statuses: Partial<Record<Status, number>> = {}
  const refused: Refused[] = []
  const faults: MinerFault[] = []
  const reports: (CanonicalValue | undefined)[] = []
  const reportFaults: MechanismError[] = []
  const recorded: RecordedTask[] = []
  let stateBytes = began
  const scored = tasks.flatMap((task, index) => {
    return scoredTasks(input, task).map((one) => ({ ...task, ...one, index }))
  })
  for (const { index, played, tallies, isSold, recorder, miners } of scored) {
    const expected = whoIsExpected(input, tallies)
    // A copy as it would come out of a store: what was recorded, or resumed, is scored alike.
    const settled = { seed: seedOf(input, index), block: header.number, state: stateOf<State>(stateBytes) }
    const outcome = await scoreTask(mechanism, { ...settled, ...expected, played }, input)
    const { scores, report, reportFault } = outcome
    const last = recorded.at(-1)
    if (isSold && last !== undefined) last.sold.push(verdictOf(outcome))
    else if (recorder !== undefined && input.recordedAs !== undefined)
      recorded.push({
        place: input.recordedAs,
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
    bookTask(input, tallies, scores, expected.isExpected)
    for (const [hotkey, score] of scores.values) addTo(totals, hotkey, score)
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

/** Plays every task, all at once; where one fails, the others are ended. */
async function playAll<State extends CanonicalValue>(
  input: RoundInput<State>,
): Promise<readonly RecordingTask[] | undefined> {
  const { mechanism, metagraph, signal } = input
  const over = new AbortController()
  const forget = onAbort(signal, () => over.abort())
  const miners = roundMiners(metagraph, input.miners)
  const parts = {
    ...input,
    block: input.header.number,
    miners,
    addressOf: (hotkey: Hotkey) => addressIn(metagraph, hotkey),
  }
  const plays = Array.from({ length: mechanism.tasksPerRound }, async (_, index) => {
    // What customers asked counts once, however many tasks there are.
    const sold = index === 0 ? input.loan?.callsIn(metagraph) : undefined
    const recorder = input.recordedAs === undefined ? undefined : new RoundRecorder()
    const doorway = new Doorway({ recorder })
    const own = { ...parts, seed: seedOf(input, index), doorway, ...(sold === undefined ? {} : { sold }) }
    const task = await playTask(mechanism, own, { ...input, signal: over.signal })
    return { ...task, recorder, miners }
  })
  try {
    const tasks = await Promise.all(plays)
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

/** In the short form those that were asked; otherwise any registered hotkey, asked or not. */
function whoIsExpected(
  { mechanism, metagraph }: Pick<RoundInput<never>, 'metagraph'> & { readonly mechanism: object },
  tallies: PlayedTask['tallies'],
): { readonly isExpected: (hotkey: Hotkey) => boolean; readonly who: string } {
  return isShortForm(mechanism)
    ? { isExpected: (hotkey) => tallies.has(hotkey), who: 'among the responses' }
    : { isExpected: (hotkey) => metagraph.uidOf(hotkey) !== undefined, who: 'of the subnet' }
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
    header,
    mechanism,
    metagraph,
  }: Pick<RoundInput<never>, 'book' | 'header' | 'metagraph'> & {
    readonly mechanism: { readonly averageOver: number }
  },
  tallies: PlayedTask['tallies'],
  { values, refused }: { values: ReadonlyMap<Hotkey, number>; refused: Refused | undefined },
  isExpected: (hotkey: Hotkey) => boolean,
): void {
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
    book.record({ hotkey, answered, score }, { block: header.number, averageOver: mechanism.averageOver })
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
