import { SeededRandom } from 'subnetkit/math'
import type { ArtefactCommit, Played, Round, RunResult, TaskSeed, WeightView } from 'subnetkit/mechanism'
import {
  burnSlotIn,
  burnUnearned,
  dominates,
  noiseMargin,
  ProtocolMechanism,
  winnerTakesAll,
} from 'subnetkit/mechanism'
import type { Hotkey } from 'subnetkit/units'
import { z } from 'zod'
import { type Answer, environments, problemsOf, rateOf } from './environments.js'
import { emptyThrone, forgotten, missed, type Throne } from './throne.js'

/** What keeps cheats from the throne. Each can be taken away, to see which cheat it stops. */
export const defences = {
  copies: 'whoever committed first has its turn first, and of equal bytes only the earliest count',
  margin: 'a lead has to be larger than luck explains',
  conjunction: 'who leads in one environment may be worse in no other',
  fresh: 'each round has new problems, from a block after the commitment',
  oneShot: 'one policy for each hotkey, soon after it registered',
  turns:
    'a policy that fails has had its turn, one that is missing lets others go first and is judged the third time',
  floor: 'an empty throne has its price too',
} as const

export type Defence = keyof typeof defences

/** A policy, and what came of running it on the questions of each environment. */
type Turn = { readonly policy: ArtefactCommit; readonly runs: readonly RunResult<Answer[]>[] }

/** Of each environment, in a round. */
export const PROBLEMS = 200
const LIMITS = { steps: 50_000_000, memoryBytes: 16 * 2 ** 20 }
const ONE_SHOT = { windowBlocks: 30 }
const [LEAST_RATE, STANDARD_ERRORS, TOLERANCE, MOST_MISSES] = [0.2, 2, 0.02, 2]
const answers = z.array(z.union([z.number(), z.string().max(64)])).length(PROBLEMS)
/** Problems of a mechanism whose problems are not fresh. */
export const POOL = 'the same problems in each round'

/**
 * A reasoning arena. Miners commit policies; in each round the next in the queue challenges the champion on problems that nobody has seen, and
 * whoever holds the throne is paid all.
 */
export class Reasoning extends ProtocolMechanism<Throne> {
  readonly #without: readonly Defence[]

  constructor({ without = [] }: { readonly without?: readonly Defence[] } = {}) {
    super()
    this.#without = without
  }

  initialState(): Throne {
    return emptyThrone
  }

  /** Both get the questions alone, in a sandbox that has no clock and no network. Where nobody challenges there is nothing to run. */
  async play(round: Round<Throne>) {
    const queue = await this.#queue(round)
    const { champion, judged, misses } = round.state
    const holder = queue.find(({ hotkey }) => hotkey === champion)
    const waiting = queue.filter((one) => one !== holder && judged[one.hotkey] !== one.digest)
    // Who was missing lets others go first: friends that are never there would keep challengers away.
    const missesOf = ({ hotkey }: ArtefactCommit) => (this.#has('turns') ? (misses[hotkey] ?? 0) : 0)
    const [next] = waiting.toSorted((a, b) => missesOf(a) - missesOf(b))
    if (next === undefined) return { holder, champion: undefined, challenger: undefined }
    const inputs = this.#problems(round.seed).map(({ environment, problems }) => ({
      environment,
      questions: problems.map(({ question }) => question),
    }))
    const turnOf = async (policy: ArtefactCommit): Promise<Turn> => {
      const run = (input: (typeof inputs)[number]) =>
        round.runCode(policy, { call: 'solve', input, output: answers, ...LIMITS })
      return { policy, runs: await Promise.all(inputs.map(run)) }
    }
    return { holder, champion: holder && (await turnOf(holder)), challenger: await turnOf(next) }
  }

  /** Answers are computed here, from the seed. A champion whose commitment counts no more has left the throne. */
  score({ holder, champion, challenger, seed, state }: Played<Reasoning>) {
    const throne = { ...state, champion: holder?.hotkey ?? null }
    if (challenger === undefined) return { scores: new Map(), state: throne }
    const both = champion === undefined ? [challenger] : [challenger, champion]
    const missing = both.filter((turn) => this.#isDueAgain(turn, state)).map(({ policy }) => policy.hotkey)
    if (missing.length > 0) return { scores: new Map(), state: missed(throne, missing) }

    const all = this.#problems(seed)
    const rates = both.map(({ runs }) => all.map(({ problems }, at) => rateOf(problems, answersOf(runs[at]))))
    const wins = this.#wins(rates[0] ?? [], rates[1])
    const { hotkey, digest } = challenger.policy
    const judged = { ...state.judged, [hotkey]: digest }
    const scores = new Map(both.map(({ policy }, at) => [policy.hotkey, mean(rates[at] ?? [])] as const))
    const misses = { ...state.misses }
    for (const { policy } of both) delete misses[policy.hotkey]
    return { scores, state: { champion: wins ? hotkey : throne.champion, judged, misses } }
  }

  /** All to the champion. While the throne is empty all goes to the subnet's owner, whose incentive the chain takes back. */
  override weights({ state, metagraph }: WeightView<Throne>) {
    return burnUnearned(winnerTakesAll(state.champion), { to: burnSlotIn(metagraph), earned: 1 })
  }

  /** Nobody takes the throne because the champion is not reached: its policy stays in the cache. */
  override pins({ champion, judged }: Throne): readonly string[] {
    return Object.entries(judged).flatMap(([hotkey, digest]) => (hotkey === champion ? [digest] : []))
  }

  override forget(throne: Throne, hotkey: Hotkey): Throne {
    return forgotten(throne, hotkey)
  }

  async #queue(round: Round<Throne>): Promise<readonly ArtefactCommit[]> {
    const oneShot = this.#has('oneShot') ? { oneShot: ONE_SHOT } : {}
    if (this.#has('copies')) return await round.artefacts('policy', oneShot)
    return (await round.artefacts('policy', { ...oneShot, copies: 'keep' })).toReversed() // the newest first
  }

  #problems(seed: TaskSeed) {
    const random = this.#has('fresh') ? seed.random : new SeededRandom(POOL)
    return environments.map((one) => ({ environment: one.name, problems: problemsOf(one, random, PROBLEMS) }))
  }

  /** Bytes that cannot be had, and a machine that cannot run them, say nothing of a policy; but they may not go on for ever. */
  #isDueAgain({ policy, runs }: Turn, { misses }: Throne): boolean {
    if (!this.#has('turns')) return runs.some(({ status }) => status !== 'ok')
    const isMissing = runs.some(({ status }) => status === 'unavailable' || status === 'notScored')
    return isMissing && (misses[policy.hotkey] ?? 0) < MOST_MISSES
  }

  #wins(challenger: readonly number[], champion: readonly number[] | undefined): boolean {
    if (champion === undefined) return !this.#has('floor') || Math.min(...challenger) >= LEAST_RATE
    const luck = (rate: number): number => noiseMargin({ rate, count: PROBLEMS, z: STANDARD_ERRORS })
    const margin = this.#has('margin') ? champion.map(luck) : 0
    const tolerance = this.#has('conjunction') ? TOLERANCE : 1
    return dominates({ challenger, champion, margin, tolerance })
  }

  #has(defence: Defence): boolean {
    return !this.#without.includes(defence)
  }
}

/** A run that failed has none. */
const answersOf = (run: Turn['runs'][number] | undefined): Answer[] => (run?.status === 'ok' ? run.value : [])

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, one) => sum + one, 0) / numbers.length
