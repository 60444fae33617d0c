import type { ArtefactCommit, Reply, Round } from 'subnetkit/mechanism'
import { type Board, type Committed, type Deed, isCopy } from './board.js'
import type { Problem } from './problems.js'
import { type RepairAnswer, repair } from './protocol.js'
import {
  deedOf,
  type Has,
  isServed,
  isUnknown,
  type Sale,
  TIMEOUT_MS,
  type Trial,
  trialsOf,
} from './trial.js'

/** An agent that waits for its turn, and what came of it. */
export interface Turn extends Committed {
  readonly agent: ArtefactCommit
  /** `undefined` for a copy, which is not run. */
  readonly trials: readonly Trial[] | undefined
  /** One of the problems, asked of its miner as a customer asks. */
  readonly sale: Sale | undefined
}

/** A problem by its number, and what the miner of an agent answered to it. */
export interface Asked {
  readonly nth: number
  readonly reply: Reply<RepairAnswer>
}

/** Asks the miner of an agent for one of the problems, at a choice that it cannot foresee. */
export async function sellsOf(
  round: Round<Board>,
  { hotkey }: ArtefactCommit,
  problems: readonly Problem[],
): Promise<Asked | undefined> {
  const nth = round.secret(`sale of ${hotkey}`).int(problems.length)
  const problem = problems[nth]
  if (problem === undefined) return undefined
  const { source, examples } = problem
  return { nth, reply: await round.ask(hotkey, repair, { source, examples }, { timeoutMs: TIMEOUT_MS }) }
}

/** Tries an agent, beside what its miner answered. */
export async function turnOf(
  round: Round<Board>,
  { agent, prints, asked }: Pick<Turn, 'agent' | 'prints'> & { readonly asked: Asked | undefined },
  problems: readonly Problem[],
  has: Has,
): Promise<Turn> {
  const { hotkey } = agent
  const turn = { agent, hotkey, committedAt: agent.block, prints }
  if (has('copies') && isCopy(round.state, turn)) return { ...turn, trials: undefined, sale: undefined }
  const trials = await trialsOf(round, agent, problems, has)
  const trial = trials[asked?.nth ?? -1]
  if (asked === undefined || trial === undefined) return { ...turn, trials, sale: undefined }
  return { ...turn, trials, sale: { hotkey, ran: trial.ran, reply: asked.reply } }
}

/** Bytes that cannot be had, a machine that cannot run them and a miner that is not reached say nothing of an agent. */
export function isUnjudged({ trials, sale }: Turn, has: Has): boolean {
  if (trials === undefined) return false
  const isSilent = has('served') && sale?.reply.status !== 'ok'
  return isSilent || trials.some(({ ran, verdict }) => isUnknown(ran) || verdict === 'notScored')
}

/** What an agent did counts if it is its miner's own, and sold. */
export function deedOfTurn(turn: Turn, board: Board, has: Has): Deed {
  const { trials, sale } = turn
  const isOut = has('copies') && isCopy(board, turn)
  const isSold = !has('served') || (sale !== undefined && isServed(sale))
  const deed = isOut || !isSold || trials === undefined ? undefined : deedOf(trials, has)
  return deed ?? { score: 0, tokens: 0, of: trials?.length ?? 0 }
}
