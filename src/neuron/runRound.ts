import { onAbort } from '../clock/index.js'
import type { CanonicalValue } from '../codec/index.js'
import type { BlockHeader } from '../ledger/index.js'
import {
  defaultRoundLimits,
  isShortForm,
  type MechanismError,
  type ProtocolMechanism,
  type Reply,
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
import { type MinerFault, MinerTally } from './play/MinerTally.js'
import { type PlayedTask, playTask } from './play/playTask.js'
import type { RoundClient } from './play/RoundClient.js'
import type { Refused } from './readValues.js'
import { addressIn, roundMiners, type SilentMiner } from './sampleMiners.js'
import { scoredPlays } from './scoredPlays.js'

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
  /** The validator's own key for what no miner may know. */
  readonly secretKey: () => Uint8Array
  /** What customers asked, where there may be any. */
  readonly loan?: SoldLoan | undefined
  /** Where artefacts of miners are had from. */
  readonly artefacts: RoundArtefacts
  /** Written to. */
  readonly book: ScoreBook
  readonly state: State
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
  const tasks = await playAll(input)
  if (tasks === undefined) return undefined

  const totals = new Map<Hotkey, { sum: number; count: number }>()
  const statuses: Partial<Record<Status, number>> = {}
  const refused: Refused[] = []
  const faults: MinerFault[] = []
  let state = input.state
  const scored = tasks.flatMap((task, index) => scoredTasks(input, task).map((one) => ({ ...one, index })))
  for (const { index, played, tallies, isSold } of scored) {
    const expected = whoIsExpected(input, tallies)
    const settled = { seed: seedOf(input, index), block: header.number, state, ...expected }
    const outcome = await scoreTask(mechanism, { ...settled, played }, input)
    const { scores } = outcome
    state = outcome.state
    if (scores.refused !== undefined) refused.push(scores.refused)
    faults.push(...faultsOf(tallies, outcome.faults))
    for (const { statuses: ended } of isSold ? [] : tallies.values())
      for (const status of ended) statuses[status] = (statuses[status] ?? 0) + 1
    bookTask(input, tallies, scores, expected.isExpected)
    for (const [hotkey, score] of scores.values) addTo(totals, hotkey, score)
  }
  if (signal.aborted) return undefined
  const scores = new Map(Array.from(totals, ([hotkey, { sum, count }]) => [hotkey, sum / count]))
  return { state, statuses, scores, refused, faults }
}

/** Plays every task, all at once; where one fails, the others are ended. */
async function playAll<State extends CanonicalValue>(
  input: RoundInput<State>,
): Promise<readonly PlayedTask[] | undefined> {
  const { mechanism, metagraph, signal } = input
  const over = new AbortController()
  const forget = onAbort(signal, () => over.abort())
  const parts = {
    ...input,
    block: input.header.number,
    miners: roundMiners(metagraph, input.miners),
    addressOf: (hotkey: Hotkey) => addressIn(metagraph, hotkey),
  }
  const plays = Array.from({ length: mechanism.tasksPerRound }, (_, index) => {
    // What customers asked counts once, however many tasks there are.
    const sold = index === 0 ? input.loan?.callsIn(metagraph) : undefined
    const own = { ...parts, seed: seedOf(input, index), ...(sold === undefined ? {} : { sold }) }
    return playTask(mechanism, own, { ...input, signal: over.signal })
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
  { header, metagraph, round }: Pick<RoundInput<never>, 'header' | 'metagraph' | 'round'>,
  index: number,
): TaskSeed {
  return taskSeed({ blockHash: header.hash, netuid: metagraph.netuid, round, index })
}

/** What `score` is asked of one task; a customer's call is as a task of which its one miner was asked. */
function scoredTasks(
  { mechanism, concurrency }: Pick<RoundInput<never>, 'concurrency'> & { readonly mechanism: object },
  { played, tallies }: PlayedTask,
): readonly (PlayedTask & { readonly isSold: boolean })[] {
  const [own, ...sold] = scoredPlays(played, isShortForm(mechanism))
  return [
    { played: own, tallies, isSold: false },
    ...sold.map((one) => {
      const { responses } = one as { readonly responses: readonly Reply<unknown>[] }
      const asked = responses.map((reply) => {
        const tally = new MinerTally(reply, { limits: defaultRoundLimits, concurrency })
        tally.statuses.push(reply.status)
        return [reply.hotkey, tally] as const
      })
      return { played: one, tallies: new Map(asked), isSold: true }
    }),
  ]
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
