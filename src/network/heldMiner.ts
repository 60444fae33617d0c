import { check, durationMs } from '../checks/index.js'
import type { Clock } from '../clock/index.js'
import type { AnswerTask, MinerOptions } from '../neuron/index.js'

/** Virtual milliseconds that an answer takes: always the same, or by its task. */
export type AnswerCost<Task> = number | ((task: Task) => number)

/**
 * A miner's answers as work that its clock holds for: whatever `answer` does on the way, virtual time stands still until it is done
 * or waits for that time itself, by the clock or by a call.
 */
export function heldAnswer<Task, Answer>(
  answer: AnswerTask<Task, Answer>,
  options: { readonly name: string; readonly clock: Clock; readonly costMs: AnswerCost<Task> },
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

/** A miner's blacklist as work that its clock holds for. */
export function heldBlacklist(
  blacklist: NonNullable<MinerOptions<never, never>['blacklist']>,
  { name, clock }: { readonly name: string; readonly clock: Clock },
): NonNullable<MinerOptions<never, never>['blacklist']> {
  const what = `The blacklist of miner ${name}`
  return (...call) => clock.hold(async () => await blacklist(...call), { what })
}
