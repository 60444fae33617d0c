import { SeededRandom } from 'subnetkit/math'
import type { ArtefactCommit, Played, Round, WeightView } from 'subnetkit/mechanism'
import {
  burnSlotIn,
  burnUnearned,
  fadingPay,
  nextCredibility,
  ProtocolMechanism,
  withCredibility,
} from 'subnetkit/mechanism'
import type { Hotkey } from 'subnetkit/units'
import {
  type Board,
  emptyBoard,
  forgotten,
  hadTurn,
  missed,
  restored,
  settled,
  waitingIn,
  withListed,
} from './board.js'
import { printsOf } from './likeness.js'
import { problemsOf } from './problems.js'
import { repair } from './protocol.js'
import { deedOf, isServed, isUnknown, runAgent, type Sale, TIMEOUT_MS, trialsOf } from './trial.js'
import { deedOfTurn, isUnjudged, sellsOf, type Turn, turnOf } from './turn.js'

/** What keeps cheats from pay. Each can be taken away, to see which cheat it stops. */
export const defences = {
  fresh: 'each round has new problems, from a block after the commitments',
  hidden: 'tests are other calls than those that agents are shown',
  apart: 'a patch runs in a sandbox of its own, and what it gives is compared outside',
  twins: 'each problem has a twin, whose tests no function can pass: who passes them cheats',
  cap: 'a problem is over for an agent that has spent its tokens',
  copies:
    'whoever committed first has its turn first, and a text that is like that of an earlier leader is a copy',
  served: 'what a miner answers to customers has to be what its agent gives',
} as const

export type Defence = keyof typeof defences

/** Problems of a turn. */
export const PROBLEMS = 12
/** Most turns in a round, and most retries for an agent that could not be judged. */
const [MOST_TURNS, MOST_MISSES] = [4, 2]
const MAX_BYTES = 16 * 1024
/** Half of a pay is left after so many blocks; a subnet that stays takes 7,200, a day. */
export const HALF_LIFE_BLOCKS = 20
/** Units left that earn the whole of the miners' share; with fewer the rest is burned. */
const FULL_UNITS = 10
/** Problems of a mechanism whose problems are not fresh. */
export const POOL = 'the same problems in each round'

/**
 * Coding agents. Miners commit programs that repair functions, and sell what they do. Whoever repairs more than the leader, on problems that nobody has seen, or as many for
 * fewer tokens, leads and is paid for the improvement: less from day to day, until somebody improves again.
 */
export class Agents extends ProtocolMechanism<Board> {
  override readonly sells = [{ synapse: repair, keep: 'onePerMiner' as const, timeoutMs: TIMEOUT_MS }]
  override readonly roundLimits = { artefactBytes: MAX_BYTES }
  readonly #has: (defence: Defence) => boolean

  constructor({ without = [] }: { readonly without?: readonly Defence[] } = {}) {
    super()
    this.#has = (defence) => !without.includes(defence)
  }

  initialState(): Board {
    return emptyBoard
  }

  /** Those who wait and the leader are run on the same problems; what customers bought of paid miners is run once more. */
  async play(round: Round<Board>) {
    const { leader, judged, served } = round.state
    const agents = await this.#agents(round)
    const waiting = waitingIn(round.state, agents).slice(0, MOST_TURNS)
    const paid = agents.filter(({ hotkey }) => served[hotkey] !== undefined) // whoever is paid has an entry
    const sources = await Promise.all(waiting.map((one) => round.bytes(one, { maxBytes: MAX_BYTES })))
    const prints = await round.record('prints', () => sources.map(printsOf))
    const random = this.#has('fresh') ? round.seed.random : new SeededRandom(POOL)
    const problems = waiting.length > 0 ? problemsOf(random, PROBLEMS) : []
    const holder = paid.find(({ hotkey, digest }) => hotkey === leader && judged[hotkey] === digest)
    const sales = round.sold(repair).flatMap(({ hotkey, request, reply }) => {
      const agent = paid.find((one) => one.hotkey === hotkey)
      return agent ? [runAgent(round, agent, request).then((ran): Sale => ({ hotkey, ran, reply }))] : []
    })
    const turns: Turn[] = []
    // All are asked at one time, and run one after the other.
    const replies = await Promise.all(waiting.map((one) => sellsOf(round, one, problems)))
    for (const [at, agent] of waiting.entries()) {
      const turn = { agent, prints: prints[at] ?? [], asked: replies[at] }
      turns.push(await turnOf(round, turn, problems, this.#has))
    }
    return {
      turns,
      listed: agents.map(({ hotkey }) => hotkey),
      // What new agents are held against: none where the leader has no agent here, then the best score ever paid is.
      held: holder ? await trialsOf(round, holder, problems, this.#has) : [],
      sales: await Promise.all(sales),
    }
  }

  /** Turn after turn. One that cannot be judged is given again, twice at most; meanwhile nobody else is held up. */
  score({ turns, listed, held, sales, block, state }: Played<Agents>) {
    const passed = sales.flatMap((one) =>
      isUnknown(one.ran) ? [] : [[one.hotkey, Number(isServed(one))] as const],
    )
    // Who is paid and commits anew in each round is never listed.
    const rated = { ...state, served: nextCredibility(state.served, new Map(passed)) }
    let board = withListed(rated, listed, MOST_MISSES)
    let lead = deedOf(held, this.#has) // what the leader did on the same problems
    const scores = new Map<Hotkey, number>()
    for (const turn of turns) {
      const { hotkey, digest } = turn.agent
      if (isUnjudged(turn, this.#has) && (board.misses[hotkey] ?? 0) < MOST_MISSES) {
        board = missed(board, hotkey)
        continue
      }
      board = hadTurn(this.#has('copies') ? restored(board, turn) : board, hotkey, digest)
      const deed = deedOfTurn(turn, board, this.#has)
      const turned = { ...turn, deed, lead, block, halfLifeBlocks: HALF_LIFE_BLOCKS }
      const next = settled(board, turned, state.served[hotkey] !== undefined)
      if (next !== board && next.leader === hotkey) lead = deed
      board = next
      scores.set(hotkey, deed.score)
    }
    return { scores, state: board }
  }

  /** What is left of improvements, as far as their miners serve customers. What nobody earned goes to the subnet's owner, where the chain burns it. */
  override weights({ state, metagraph }: WeightView<Board>) {
    const { improvements, served } = state
    // What is known of the subnet may be a block older than what is known of its agents.
    const atBlock = Math.max(metagraph.block, improvements.at(-1)?.block ?? 0)
    const left = fadingPay(improvements, { atBlock, halfLifeBlocks: HALF_LIFE_BLOCKS })
    const paid = this.#has('served') ? withCredibility(left, served) : left
    const earned = Math.min(1, sum(paid.values()) / FULL_UNITS)
    return burnUnearned(paid, { to: burnSlotIn(metagraph), earned })
  }

  /** Nobody loses the lead because its miner is not reached: its agent stays in the cache. */
  override pins({ leader, judged }: Board): readonly string[] {
    return Object.entries(judged).flatMap(([hotkey, digest]) => (hotkey === leader ? [digest] : []))
  }

  override forget(state: Board, hotkey: Hotkey): Board {
    return forgotten(state, hotkey)
  }

  async #agents(round: Round<Board>): Promise<readonly ArtefactCommit[]> {
    if (this.#has('copies')) return await round.artefacts('agent')
    return (await round.artefacts('agent', { copies: 'keep' })).toReversed() // the newest first: a copy before what it copies
  }
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((all, one) => all + one, 0)
