import { type ArtefactCommit, metered, type Reply, type Round, type RunResult } from 'subnetkit/mechanism'
import type { Hotkey } from 'subnetkit/units'
import type { Board, Deed } from './board.js'
import { type Verdict, verdictOf } from './judge.js'
import { infer, tokensOf } from './model.js'
import type { Problem } from './problems.js'
import { BUDGET, inputOf, patch, type RepairAnswer, type RepairRequest, seedOf } from './protocol.js'

/** What an agent made of a function. */
type Ran = RunResult<string | null>

/** What an agent made of a problem, and what that is worth. */
export interface Trial {
  readonly ran: Ran
  readonly verdict: Verdict
}

/** What a miner answered to a customer, and what its agent makes of the same function. */
export interface Sale {
  readonly hotkey: Hotkey
  readonly ran: Ran
  readonly reply: Reply<RepairAnswer>
}

/** Which rules there are. */
export type Has = (defence: 'hidden' | 'apart' | 'twins' | 'cap' | 'copies' | 'served') => boolean

/** Where no budget ends a problem. */
const UNLIMITED = 2 ** 40
export const TIMEOUT_MS = 5_000

/** What a call of the model costs: a token for each of the prompt, and for each that is drawn. */
export const costOf = (_answer: unknown, prompt: unknown, draws: unknown): number =>
  tokensOf(String(prompt)).length + Number(draws)

/** Runs an agent on a function, with so many tokens to spend. */
export async function runAgent(
  round: Round<Board>,
  agent: ArtefactCommit,
  request: RepairRequest,
  tokens: number = BUDGET.tokens,
): Promise<Ran> {
  return await round.runCode(agent, {
    call: 'repair',
    input: inputOf(request),
    steps: BUDGET.steps,
    memoryBytes: BUDGET.memoryBytes,
    functions: { infer: metered(infer, { units: tokens, of: costOf }) },
    seed: seedOf(request),
    output: patch,
  })
}

/** Runs an agent on each problem, and then what it gave on tests that it has never seen. Who has spent all tokens has not solved the problem. */
export async function trialsOf(
  round: Round<Board>,
  agent: ArtefactCommit,
  problems: readonly Problem[],
  has: Has,
): Promise<Trial[]> {
  const tokens = has('cap') ? BUDGET.tokens : UNLIMITED
  const all: { readonly problem: Problem; readonly ran: Ran }[] = []
  // One after the other, so that a program is loaded once.
  for (const problem of problems) all.push({ problem, ran: await runAgent(round, agent, problem, tokens) })
  const trials: Trial[] = []
  for (const { problem, ran } of all) {
    const isOver = ran.status !== 'ok' || ran.value === null || spentOf(ran) >= tokens
    if (isOver) trials.push({ ran, verdict: isUnknown(ran) ? 'notScored' : 'wrong' })
    else {
      const held = has('hidden') ? problem.tests : problem.examples
      trials.push({ ran, verdict: await verdictOf(round, ran.value ?? '', held, { apart: has('apart') }) })
    }
  }
  return trials
}

/** What trials are worth; `undefined` where some could not be judged. Who passed what no function can has solved nothing. */
export function deedOf(trials: readonly Trial[], has: Has): Deed | undefined {
  if (trials.length === 0 || trials.some(({ verdict }) => verdict === 'notScored')) return undefined
  const of = (wanted: Verdict): number => trials.filter(({ verdict }) => verdict === wanted).length
  const right = has('twins') && of('impossible') > 0 ? 0 : of('right') + of('impossible')
  const tokens = trials.reduce((sum, { ran }) => sum + spentOf(ran), 0)
  return { score: right / trials.length, tokens: tokens / trials.length, of: trials.length }
}

/** Bytes that cannot be had, and a machine that cannot run them, say nothing of an agent. */
export const isUnknown = ({ status }: Ran): boolean => status === 'unavailable' || status === 'notScored'

/** Whether a miner answered what its agent gives, and told truly what that spent. */
export function isServed({ ran, reply }: Sale): boolean {
  const source = ran.status === 'ok' ? ran.value : null
  return reply.answer?.source === source && reply.answer.tokens === spentOf(ran)
}

const spentOf = ({ used }: Ran): number => used.infer ?? 0
