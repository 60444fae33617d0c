import { type ArtefactCommit, type Improvement, improvementUnits, noiseMargin } from 'subnetkit/mechanism'
import type { BlockNumber, Hotkey } from 'subnetkit/units'
import { likeness } from './likeness.js'

/** What a validator remembers. */
export type Board = {
  readonly leader: Hotkey | null
  /** The best share of problems solved that was ever paid for. */
  readonly record: number
  /** Tokens for each problem that the leader spent when it came to lead. */
  readonly tokens: number
  /** Units paid for saving tokens since the record last rose by a step. */
  readonly saved: number
  readonly improvements: readonly {
    readonly hotkey: Hotkey
    readonly units: number
    readonly block: BlockNumber
  }[]
  /** Digest of the agent that each hotkey has had its turn with. */
  readonly judged: { readonly [hotkey: string]: string }
  /** How often in a row an agent could not be judged. */
  readonly misses: { readonly [hotkey: string]: number }
  /** For how many rounds in a row a paid miner was without an agent. */
  readonly absences: { readonly [hotkey: string]: number }
  /** Prints of the agents that led, and when they were committed. */
  readonly owned: {
    readonly [hotkey: string]: { readonly prints: readonly number[]; readonly block: BlockNumber }
  }
  /** Of each miner that is paid, from the turn in which it improved on: how far its answers to customers are those of its agent, 0 to 1. */
  readonly served: { readonly [hotkey: string]: number }
}

/** What an agent did in a turn: its share of so many problems solved, and tokens for each. */
export interface Deed {
  readonly score: number
  readonly tokens: number
  readonly of: number
}

/** A turn that is over. */
export interface Turned extends Committed {
  readonly deed: Deed
  /** What the leader did on the same problems, if there is one and it could be run. */
  readonly lead: Deed | undefined
  readonly block: BlockNumber
  readonly halfLifeBlocks: number
}

/** Who comes first has to be better than this. */
export const LEAST_SCORE = 0.3
/** An agent as like as this to one that led is a copy of it. */
const MOST_ALIKE = 0.6
/** What a step of progress is: a tenth more problems solved, or a fifth of the tokens saved. */
const [LEAST_GAIN, LEAST_SAVING] = [0.1, 0.2]
/** Improvements older than this many half-lives weigh nothing. */
const MOST_HALF_LIVES = 60

export const emptyBoard: Board = {
  leader: null,
  record: LEAST_SCORE,
  tokens: 0,
  saved: 0,
  improvements: [],
  judged: {},
  misses: {},
  absences: {},
  owned: {},
  served: {},
}

/** Whose agent it is, when it was committed, and its prints. */
export interface Committed {
  readonly hotkey: Hotkey
  readonly committedAt: BlockNumber
  readonly prints: readonly number[]
}

/** Whether an agent is like one of somebody else's that led and was committed before. */
export const isCopy = ({ owned }: Board, one: Committed): boolean =>
  Object.entries(owned).some(
    ([owner, own]) => own.block <= one.committedAt && isAlike(owner, own.prints, one),
  )

/** A copy may have come to lead before the original was reached: then all that it has is the original's, from here on. */
export function restored(board: Board, one: Committed): Board {
  const copier = Object.entries(board.owned).find(
    ([owner, own]) => own.block > one.committedAt && isAlike(owner, own.prints, one),
  )?.[0]
  if (copier === undefined) return board
  const { prints, committedAt: block, hotkey } = one
  return {
    ...board,
    leader: board.leader === copier ? hotkey : board.leader,
    improvements: board.improvements.map((each) => (each.hotkey === copier ? { ...each, hotkey } : each)),
    owned: { ...without(board.owned, copier), [hotkey]: { prints, block } },
    served: { ...without(board.served, copier), [hotkey]: 1 },
  }
}

const isAlike = (owner: string, prints: readonly number[], one: Committed): boolean =>
  owner !== one.hotkey && likeness(prints, one.prints) >= MOST_ALIKE

/**
 * Who improves on the leader is paid for it, and leads. The longer nobody was better, the more it is worth. A lead that luck explains is none, nobody is paid for what was paid before, and so much is paid for saving tokens
 * until more is solved: who wastes them first and saves slice by slice gets no more than who saves at once.
 */
export function improved(board: Board, turned: Turned): Board {
  const { hotkey, committedAt, prints, deed, lead, block, halfLifeBlocks } = turned
  const { leader, record, improvements, saved } = board
  const best = Math.max(lead?.score ?? 0, record)
  const margin = leader === null ? 0 : noiseMargin({ rate: best, count: deed.of })
  const isGain = deed.score >= best + margin
  const leadScore = isGain ? best : (lead?.score ?? record)
  const leadTokens = lead?.tokens ?? board.tokens
  if (leadScore === 0) return board
  const units = improvementUnits({
    score: isGain ? deed.score : Math.min(deed.score, leadScore),
    leadScore,
    leastGain: LEAST_GAIN,
    ...(leadTokens > 0 ? { cost: deed.tokens, leadCost: leadTokens } : {}),
    leastSaving: LEAST_SAVING,
    waited: (block - (improvements.at(-1)?.block ?? block)) / halfLifeBlocks,
  })
  const paid = isGain ? units : Math.min(units, 1 / LEAST_SAVING - saved)
  if (paid <= 0) return board
  const isRecent = (one: Improvement): boolean => block - one.block < MOST_HALF_LIVES * halfLifeBlocks
  return {
    ...board,
    leader: hotkey,
    record: isGain ? deed.score : record,
    tokens: deed.tokens,
    saved: isGain ? 0 : saved + paid,
    improvements: [...improvements.filter(isRecent), { hotkey, units: paid, block }],
    owned: { ...board.owned, [hotkey]: { prints, block: committedAt } },
    served: { ...board.served, [hotkey]: 1 },
  }
}

/** Agents that have had no turn yet: those of hotkeys that never had one first, and who could not be judged before behind the others; otherwise in their order. */
export function waitingIn({ judged, misses }: Board, agents: readonly ArtefactCommit[]): ArtefactCommit[] {
  const place = ({ hotkey }: ArtefactCommit): number =>
    (judged[hotkey] === undefined ? 0 : 1_000) + (misses[hotkey] ?? 0)
  return agents
    .filter(({ hotkey, digest }) => judged[hotkey] !== digest)
    .toSorted((one, other) => place(one) - place(other))
}

/** A paid miner may be without an agent that is listed for so many rounds in a row, as where it has just committed a better one; then it is paid no more. */
export function withListed(board: Board, listed: readonly Hotkey[], most: number): Board {
  const unlisted = (Object.keys(board.served) as Hotkey[]).filter((paid) => !listed.includes(paid))
  const absences = Object.fromEntries(unlisted.map((one) => [one, (board.absences[one] ?? 0) + 1]))
  const gone = unlisted.filter((one) => (absences[one] ?? 0) > most)
  return gone.reduce<Board>(replaced, { ...board, absences })
}

/** The board after a turn. Another agent in the place of one that was paid, and no better, ends what that one earned: the same board where nothing changes. */
export function settled(board: Board, turned: Turned, wasPaid: boolean): Board {
  const next = improved(board, turned)
  return next === board && wasPaid ? replaced(board, turned.hotkey) : next
}

/** A turn is over. */
export const hadTurn = (board: Board, hotkey: Hotkey, digest: string): Board => ({
  ...board,
  judged: { ...board.judged, [hotkey]: digest },
  misses: without(board.misses, hotkey),
})

export const missed = (board: Board, hotkey: Hotkey): Board => ({
  ...board,
  misses: { ...board.misses, [hotkey]: (board.misses[hotkey] ?? 0) + 1 },
})

/** A paid agent is there no more; its text still is its miner's. */
const replaced = (board: Board, hotkey: Hotkey): Board => ({
  ...forgotten(board, hotkey),
  judged: board.judged,
  owned: board.owned,
})

export const forgotten = (board: Board, hotkey: Hotkey): Board => ({
  ...board,
  leader: board.leader === hotkey ? null : board.leader,
  improvements: board.improvements.filter((one) => one.hotkey !== hotkey),
  judged: without(board.judged, hotkey),
  misses: without(board.misses, hotkey),
  absences: without(board.absences, hotkey),
  owned: without(board.owned, hotkey),
  served: without(board.served, hotkey),
})

function without<T>(by: { readonly [hotkey: string]: T }, hotkey: string): { readonly [hotkey: string]: T } {
  const { [hotkey]: _gone, ...others } = by
  return others
}
