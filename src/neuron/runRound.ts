import type { Clock } from '../clock/index.js'
import type { CanonicalValue } from '../codec/index.js'
import type { BlockHeader } from '../ledger/index.js'
import { type IncentiveMechanism, type MinerResponse, type ScoreBook, taskSeed } from '../mechanism/index.js'
import type { CallResult, Synapse } from '../synapse/index.js'
import type { Hotkey, Netuid } from '../units/index.js'
import type { MinerTarget } from './sampleMiners.js'

/** The part of a `Dendrite` that a round needs. */
export interface RoundClient {
  callAll<Request, Answer>(
    synapse: Synapse<Request, Answer>,
    targets: readonly MinerTarget[],
    request: Request,
    options: { timeoutMs: number; concurrency?: number; signal?: AbortSignal },
  ): Promise<readonly CallResult<Answer>[]>
}

/** What a round starts from. */
export interface RoundInput<Task, Answer, State extends CanonicalValue> {
  readonly mechanism: IncentiveMechanism<Task, Answer, State>
  readonly client: RoundClient
  readonly netuid: Netuid
  readonly header: BlockHeader
  readonly round: number
  readonly targets: readonly MinerTarget[]
  readonly concurrency: number
  readonly book: ScoreBook
  readonly state: State
  readonly signal: AbortSignal
  readonly clock: Clock
}

/** What a round leads to; the input's book and state are left as they were. */
export interface RoundOutcome<State extends CanonicalValue> {
  readonly book: ScoreBook
  readonly state: State
  readonly answered: number
  /** Mean score of the round by hotkey. */
  readonly scores: ReadonlyMap<Hotkey, number>
}

/** Asks, scores and books one round; `undefined` when the signal aborted it. */
export async function runRound<Task, Answer, State extends CanonicalValue>(
  input: RoundInput<Task, Answer, State>,
): Promise<RoundOutcome<State> | undefined> {
  const { mechanism } = input
  const seedOf = (index: number) =>
    taskSeed({ blockHash: input.header.hash, netuid: input.netuid, round: input.round, index })
  const tasks = Array.from({ length: mechanism.tasksPerRound }, (_, index) =>
    mechanism.createTask(seedOf(index)),
  )
  const responsesByTask = await Promise.all(tasks.map((task) => ask(input, task)))
  if (input.signal.aborted) return undefined

  const book = input.book.copy()
  const totals = new Map<Hotkey, { sum: number; count: number }>()
  let state = input.state
  let answered = 0
  for (const [index, task] of tasks.entries()) {
    const responses = responsesByTask[index]!
    const scored = mechanism.score({ seed: seedOf(index), task, responses, state })
    const outcome = scored instanceof Promise ? await input.clock.hold(() => scored) : scored
    state = outcome.state
    for (const { hotkey, status } of responses) {
      const score = outcome.scores.get(hotkey)
      book.record(
        { hotkey, answered: status === 'ok', score },
        { block: input.header.number, averageOver: mechanism.averageOver },
      )
      if (status === 'ok') answered++
      if (score !== undefined) addTo(totals, hotkey, score)
    }
  }
  if (input.signal.aborted) return undefined
  const scores = new Map(Array.from(totals, ([hotkey, { sum, count }]) => [hotkey, sum / count]))
  return { book, state, answered, scores }
}

async function ask<Task, Answer, State extends CanonicalValue>(
  input: RoundInput<Task, Answer, State>,
  task: Task,
): Promise<MinerResponse<Answer>[]> {
  const { mechanism, targets, concurrency, signal } = input
  const options = { timeoutMs: mechanism.answerTimeoutMs, concurrency, signal }
  const results = await input.client.callAll(mechanism.synapse, targets, task, options)
  return targets.map(({ hotkey, uid }, at): MinerResponse<Answer> => {
    const result = results[at]!
    const { elapsedMs } = result
    return result.status === 'ok'
      ? { hotkey, uid, status: result.status, answer: result.answer, elapsedMs }
      : { hotkey, uid, status: result.status, elapsedMs }
  })
}

function addTo(totals: Map<Hotkey, { sum: number; count: number }>, hotkey: Hotkey, score: number): void {
  const total = totals.get(hotkey)
  if (total === undefined) totals.set(hotkey, { sum: score, count: 1 })
  else {
    total.sum += score
    total.count++
  }
}
