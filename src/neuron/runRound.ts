import type { CanonicalValue } from '../codec/index.js'
import { isRequestTooLarge } from '../dendrite/index.js'
import type { BlockHeader } from '../ledger/index.js'
import {
  type IncentiveMechanism,
  type MinerResponse,
  type ScoreBook,
  type TaskSeed,
  taskSeed,
} from '../mechanism/index.js'
import type { CallResult, Status, Synapse } from '../synapse/index.js'
import type { Hotkey, Netuid } from '../units/index.js'
import { type Calling, createTask, invalidTask, scoreTask, taskFault } from './callMechanism.js'
import type { Refused } from './readValues.js'
import type { MinerTarget, SilentMiner } from './sampleMiners.js'

/** The part of a `Dendrite` that a round needs. */
export interface RoundClient {
  callAll<Request, Answer>(
    synapse: Synapse<Request, Answer>,
    targets: readonly Omit<MinerTarget, 'uid'>[],
    request: Request,
    options: { timeoutMs: number; concurrency?: number; signal?: AbortSignal },
  ): Promise<readonly CallResult<Answer>[]>
}

/** What a round starts from. */
export interface RoundInput<Task, Answer, State extends CanonicalValue> extends Calling {
  readonly mechanism: IncentiveMechanism<Task, Answer, State>
  readonly client: RoundClient
  readonly netuid: Netuid
  readonly header: BlockHeader
  readonly round: number
  readonly targets: readonly MinerTarget[]
  /** Miners that serve nothing: they count as unreachable. */
  readonly silent: readonly SilentMiner[]
  readonly concurrency: number
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
}

/**
 * Asks, scores and books one round; `undefined` when the signal aborted it.
 *
 * @throws MechanismError when the mechanism fails: nothing of the round counts.
 */
export async function runRound<Task, Answer, State extends CanonicalValue>(
  input: RoundInput<Task, Answer, State>,
): Promise<RoundOutcome<State> | undefined> {
  const { mechanism, signal, book } = input
  const tasks: Task[] = []
  for (let index = 0; index < mechanism.tasksPerRound; index++) {
    tasks.push(await createTask(mechanism, seedOf(input, index), input))
  }
  const responsesByTask = await Promise.all(tasks.map((task) => ask(input, task)))
  if (signal.aborted) return undefined

  const totals = new Map<Hotkey, { sum: number; count: number }>()
  const statuses: Partial<Record<Status, number>> = {}
  const refused: Refused[] = []
  let state = input.state
  for (const [index, task] of tasks.entries()) {
    const responses = responsesByTask[index]!
    const outcome = await scoreTask(mechanism, { seed: seedOf(input, index), task, responses, state }, input)
    const { scores } = outcome
    state = outcome.state
    if (scores.refused !== undefined) refused.push(scores.refused)
    for (const { hotkey, status } of responses) {
      statuses[status] = (statuses[status] ?? 0) + 1
      const score = scores.values.get(hotkey)
      const answered = status === 'ok' && scores.refused?.values.has(hotkey) !== true
      const { averageOver } = mechanism
      book.record({ hotkey, answered, score }, { block: input.header.number, averageOver })
      if (score !== undefined) addTo(totals, hotkey, score)
    }
  }
  if (signal.aborted) return undefined
  const scores = new Map(Array.from(totals, ([hotkey, { sum, count }]) => [hotkey, sum / count]))
  return { state, statuses, scores, refused }
}

function seedOf(
  { header, netuid, round }: { header: BlockHeader; netuid: Netuid; round: number },
  index: number,
): TaskSeed {
  return taskSeed({ blockHash: header.hash, netuid, round, index })
}

async function ask<Task, Answer, State extends CanonicalValue>(
  input: RoundInput<Task, Answer, State>,
  task: Task,
): Promise<MinerResponse<Answer>[]> {
  const { mechanism, client, targets, concurrency, signal } = input
  const options = { timeoutMs: mechanism.answerTimeoutMs, concurrency, signal }
  const addresses = targets.map(({ hotkey, host, port }) => ({ hotkey, host, port }))
  const results = await client.callAll(mechanism.synapse, addresses, task, options).catch((error) => {
    throw taskFault(error, task)
  })
  // Nobody was asked: it is no miner's failure.
  if (results.some((result) => result.status !== 'ok' && isRequestTooLarge(result.reason)))
    throw invalidTask(task, 'it is larger than a message may be')
  const responses = targets.map(({ hotkey, uid }, at): MinerResponse<Answer> => {
    const result = results[at]!
    const { elapsedMs } = result
    return result.status === 'ok'
      ? { hotkey, uid, status: result.status, answer: result.answer, elapsedMs }
      : { hotkey, uid, status: result.status, elapsedMs }
  })
  const unasked = input.silent.map((miner) => ({ ...miner, status: 'unreachable', elapsedMs: 0 }) as const)
  return [...responses, ...unasked].sort((a, b) => a.uid - b.uid)
}

function addTo(totals: Map<Hotkey, { sum: number; count: number }>, hotkey: Hotkey, score: number): void {
  const total = totals.get(hotkey)
  if (total === undefined) totals.set(hotkey, { sum: score, count: 1 })
  else {
    total.sum += score
    total.count++
  }
}
