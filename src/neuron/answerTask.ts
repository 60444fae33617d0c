import type { Clock } from '../clock/index.js'
import type { Metagraph } from '../metagraph/index.js'
import type { CallResult, CallScope } from '../synapse/index.js'
import type { Hotkey } from '../units/index.js'

/** What an answer may use besides the task. Calls that it makes over a dendrite of its own are given it as `within`. */
export interface AnswerContext<Task, Answer> extends CallScope {
  /** The miner's own hotkey. */
  readonly hotkey: Hotkey
  /** Verified hotkey of who asks. */
  readonly caller: Hotkey
  readonly receivedAtMs: number
  readonly clock: Clock
  /** The subnet as the miner sees it now. */
  metagraph(): Promise<Metagraph>
  /** Asks another neuron of the subnet the same kind of question, as this miner, in what is left of this answer's own time. */
  ask(
    hotkey: Hotkey,
    task: Task,
    options?: { timeoutMs?: number; signal?: AbortSignal },
  ): Promise<CallResult<Answer>>
}

/** A miner's work: one task in, one answer out. An answer that does not fit the synapse's schema never leaves. */
export type AnswerTask<Task, Answer> = (
  task: Task,
  context: AnswerContext<Task, Answer>,
) => Answer | Promise<Answer>
