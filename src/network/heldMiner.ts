import { check, durationMs } from '../checks/index.js'
import type { Clock } from '../clock/index.js'
import type { AnswerDoor, AnswerStream, AnswerTask, MinerHooks } from '../neuron/index.js'

/** Virtual milliseconds that an answer takes: always the same, or by its task. */
export type AnswerCost<Task> = number | ((task: Task) => number)

/** Whose work it is, and the clock that holds for it. */
interface Holder {
  readonly name: string
  readonly clock: Clock
}

/**
 * A miner's answers as work that its clock holds for: whatever `answer` does on the way, virtual time stands still until it is done
 * or waits for that time itself, by the clock or by a call.
 */
export function heldAnswer<Task, Answer>(
  answer: AnswerTask<Task, Answer>,
  options: Holder & { readonly costMs: AnswerCost<Task> },
): AnswerTask<Task, Answer> {
  const { name, clock, costMs } = options
  const what = `The answer of miner ${name}`
  return (task, context) =>
    clock.hold(async () => await answer(task, context), {
      what,
      costMs: costOf(costMs, task),
    })
}

const anyCost = durationMs()

function costOf<Task>(costMs: AnswerCost<Task>, task: Task): number {
  if (typeof costMs === 'number') return costMs
  const cost = costMs(task)
  check('answerCostMs', anyCost, cost)
  return cost
}

/** A miner's stream as work that its clock holds for, a chunk at a time. */
export function heldStream<Request, Chunk>(
  answer: AnswerStream<Request, Chunk>,
  { name, clock }: Holder,
): AnswerStream<Request, Chunk> {
  const what = `The answer of miner ${name}`
  const hold = <T>(work: () => Promise<T>): Promise<T> => clock.hold(work, { what })
  return async function* held(request, context) {
    const chunks = await hold(async () => answer(request, context)[Symbol.asyncIterator]())
    let isDone = false
    try {
      for (;;) {
        const next = await hold(async () => await chunks.next())
        isDone = next.done === true
        if (next.done) return
        yield next.value
      }
    } finally {
      if (!isDone) await hold(async () => await chunks.return?.())
    }
  }
}

/** A miner's hooks as work that its clock holds for; `priority` is asked at once. */
export function heldHooks<Request>(hooks: MinerHooks<Request>, { name, clock }: Holder): MinerHooks<Request> {
  const { blacklist, verify, priority } = hooks
  const hold = (what: string, work: () => Promise<boolean>): Promise<boolean> =>
    clock.hold(work, { what: `The ${what} of miner ${name}` })
  return {
    ...(blacklist && { blacklist: (...call) => hold('blacklist', async () => await blacklist(...call)) }),
    ...(verify && { verify: (...call) => hold('verify', async () => await verify(...call)) }),
    ...(priority && { priority }),
  }
}

/** An answer of a miner, held in all its parts before it goes through a door. */
export function heldDoor(next: AnswerDoor, holder: Holder): AnswerDoor {
  return {
    unary: (synapse, answer, hooks) =>
      next.unary(synapse, heldAnswer(answer, { ...holder, costMs: 0 }), heldHooks(hooks, holder)),
    stream: (synapse, answer, hooks) =>
      next.stream(synapse, heldStream(answer, holder), heldHooks(hooks, holder)),
  }
}
