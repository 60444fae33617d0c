import {
  check,
  custom,
  finiteNumber,
  flag,
  func,
  having,
  listOf,
  optional,
  plainObject,
  shape,
  wholeNumber,
} from '../checks/index.js'
import { type ComputeBackend, findCopies, type Matrix, meanScores } from '../compute/index.js'
import { InvalidArgumentError, ShapeError } from '../errors/index.js'
import type { Hotkey } from '../units/index.js'
import { normalizeWeights } from './policies/normalizeWeights.js'
import type { MovingScores } from './policies/scaling.js'
import { topK } from './policies/topK.js'
import type { MinerResponse, Standing } from './types.js'
import { hotkeyText, movingScores, SCORE_LIMIT, standingsMap } from './views.js'

/** How a `MatrixScorer` turns rounds into scores and weights. */
export interface MatrixScorerOptions {
  /** Share of a new round in the moving score, above 0 to 1. */
  readonly rate: number
  /** Within each part of a task only the order of the miners counts, not by how much they differ. Default false. */
  readonly byRank?: boolean
  /** Cosine of two answers' features from which they are one and the same work. Default 0.9999. */
  readonly copyThreshold?: number
  /** Most miners with a weight, 1 or more. Default: all. */
  readonly keep?: number
}

/** One task's responses, as `score` of a mechanism gets them, and how to read them. */
export interface MatrixRound<Answer> {
  readonly responses: readonly MinerResponse<Answer>[]
  readonly state: MovingScores
  /** Parts of the task that are scored one by one: questions, samples, days. */
  readonly parts: number
  /** One score per part; higher is better. `undefined` for an answer that is none. Pure. */
  grade(answer: Answer): ArrayLike<number> | undefined
  /**
   * What two answers are compared by, of one length for all. Copies are looked for where this is given: take something in
   * which honest answers differ, such as errors; rows of zeros are never alike. Pure.
   */
  features?(answer: Answer): ArrayLike<number>
}

const backendCheck = having('a backend, such as createBackend gives', ['ema', 'rankRows', 'cosineRows'])

const scorerOptions = shape<MatrixScorerOptions>({
  rate: custom(
    'Pass a number above 0, up to 1.',
    (rate) => typeof rate === 'number' && rate > 0 && rate <= 1,
  ),
  byRank: optional(flag),
  copyThreshold: optional(finiteNumber({ min: -1, max: 1 })),
  keep: optional(wholeNumber({ min: 1 })),
})

const roundShape = shape<MatrixRound<unknown>>({
  responses: listOf(plainObject),
  state: movingScores,
  parts: wholeNumber(),
  grade: func,
  features: optional(func),
})

/** What one round decides. */
export interface MatrixOutcome {
  /** Mean score of this round by hotkey; 0 for failures and copies. */
  readonly scores: ReadonlyMap<Hotkey, number>
  /** Moving scores for the next round. */
  readonly state: MovingScores
  /** Hotkeys whose answer repeats an earlier one. */
  readonly copies: readonly Hotkey[]
}

/**
 * Scores large response sets as matrices [parts x miners] on a compute backend: copies are found by similarity, every part is
 * graded by value or rank, means move from round to round, and weights are what is left of them, normalised.
 *
 * Of answers that are alike the one that came first counts; at the same millisecond the lower uid came first. Failures and
 * copies score 0 and are no rivals: ranks are taken among the others.
 *
 * The cpu and wasm backends give every validator the same bytes. On a graphics device orders and ranks are the same, sums
 * agree within float32 rounding: fine for weights of 16 bits, not for comparing states byte by byte.
 *
 * @example
 * ```ts
 * import { type ComputeBackend } from 'subnetkit/compute'
 * import { IncentiveMechanism, MatrixScorer, type MovingScores } from 'subnetkit/mechanism'
 * import type { ScoreRound, TaskSeed, WeightView } from 'subnetkit/mechanism'
 * import { defineSynapse } from 'subnetkit/synapse'
 * import { z } from 'zod'
 *
 * const numbers = z.array(z.number())
 *
 * class Roots extends IncentiveMechanism<number[], number[], MovingScores> {
 *   readonly synapse = defineSynapse({ name: 'roots', request: numbers, answer: numbers })
 *   readonly #scorer: MatrixScorer
 *
 *   constructor(backend: ComputeBackend) {
 *     super()
 *     this.#scorer = new MatrixScorer(backend, { rate: 0.1, byRank: true })
 *   }
 *   initialState(): MovingScores {
 *     return {}
 *   }
 *   createTask({ random }: TaskSeed) {
 *     return Array.from({ length: 256 }, () => random.float())
 *   }
 *   score({ task, responses, state }: ScoreRound<number[], number[], MovingScores>) {
 *     const errorsOf = (answer: number[]) => task.map((x, at) => -Math.abs(answer[at]! ** 2 - x))
 *     const grade = (answer: number[]) => (answer.length === task.length ? errorsOf(answer) : undefined)
 *     return this.#scorer.score({ responses, state, parts: task.length, grade })
 *   }
 *   override weights(view: WeightView<MovingScores>) {
 *     return this.#scorer.weights(view)
 *   }
 * }
 * ```
 */
export class MatrixScorer {
  readonly #backend: ComputeBackend
  readonly #options: MatrixScorerOptions

  /** @throws InvalidArgumentError naming the option that is wrong. */
  constructor(backend: ComputeBackend, options: MatrixScorerOptions) {
    check('backend', backendCheck, backend)
    check('options', scorerOptions, options)
    this.#backend = backend
    this.#options = { ...options }
  }

  /**
   * Scores one round.
   *
   * @throws ShapeError when grades or features of an answer have the wrong length.
   * @throws InvalidArgumentError for a grade or feature that is not finite or beyond 1e12; what the backend throws.
   * PERF: miners * parts on the backend, and miners² * features where copies are looked for.
   */
  async score<Answer>(round: MatrixRound<Answer>): Promise<MatrixOutcome> {
    check('round', roundShape, round)
    const graded = gradedAnswers(round)
    const copies = await this.#copiesIn(round, graded)
    const rivals = graded.filter(({ hotkey }) => !copies.has(hotkey))
    const { byRank = false } = this.#options
    const means = await meanScores(this.#backend, columnsOf(rivals, round.parts), { byRank })
    const scores = new Map(round.responses.map(({ hotkey }) => [hotkey, 0]))
    // Adding 0 turns -0, which has no stored form, into 0.
    rivals.forEach(({ hotkey }, at) => {
      scores.set(hotkey, (means[at] ?? 0) + 0)
    })
    return { scores, state: await this.#moved(round.state, scores), copies: [...copies] }
  }

  /** Moving scores of the registered miners, negative ones as 0, the best `keep` of them, with sum 1 or 0. */
  weights(view: {
    readonly state: MovingScores
    readonly standings: ReadonlyMap<Hotkey, Standing>
  }): Map<Hotkey, number> {
    check('view.state', movingScores, view?.state)
    check('view.standings', standingsMap, view.standings)
    const moving = new Map<Hotkey, number>()
    for (const hotkey of view.standings.keys()) moving.set(hotkey, Math.max(0, view.state[hotkey] ?? 0))
    const { keep } = this.#options
    // One row is too short to be worth a journey to a device.
    return normalizeWeights(keep === undefined ? moving : topK(moving, keep))
  }

  /** The state without a hotkey that left; for `forget` of a mechanism. */
  forget(state: MovingScores, hotkey: Hotkey): MovingScores {
    check('state', movingScores, state)
    check('hotkey', hotkeyText, hotkey)
    const { [hotkey]: _gone, ...kept } = state
    return kept
  }

  async #copiesIn<Answer>(
    round: MatrixRound<Answer>,
    graded: readonly Graded<Answer>[],
  ): Promise<Set<Hotkey>> {
    const { features: featuresOf } = round
    if (featuresOf === undefined || graded.length < 2) return new Set()
    const byArrival = [...graded].sort((a, b) => a.elapsedMs - b.elapsedMs || a.uid - b.uid)
    const features = byArrival.map(({ hotkey, answer }) => [hotkey, featuresOf(answer)] as const)
    const { copyThreshold = 0.9999 } = this.#options
    const groups = await findCopies(this.#backend, rowsOf(features), copyThreshold)
    return new Set(groups.flatMap((group) => group.slice(1).flatMap((row) => byArrival[row]?.hotkey ?? [])))
  }

  /** A miner that is new moves from nowhere: its first score is its moving one. */
  async #moved(state: MovingScores, scores: ReadonlyMap<Hotkey, number>): Promise<MovingScores> {
    const next = Float32Array.from(scores.values())
    const previous = Float32Array.from(scores, ([hotkey, score]) => state[hotkey] ?? score)
    const moved = await this.#backend.ema(previous, next, this.#options.rate)
    const entries = Array.from(scores.keys(), (hotkey, at) => [hotkey, (moved[at] ?? 0) + 0] as const)
    return { ...state, ...Object.fromEntries(entries) }
  }
}

/** An answer that counts. */
interface Graded<Answer> {
  readonly hotkey: Hotkey
  readonly uid: number
  readonly elapsedMs: number
  readonly answer: Answer
  readonly grades: ArrayLike<number>
}

function gradedAnswers<Answer>(round: MatrixRound<Answer>): Graded<Answer>[] {
  return round.responses.flatMap((response) => {
    if (response.status !== 'ok') return []
    const { hotkey, uid, elapsedMs, answer } = response
    const grades = round.grade(answer)
    if (grades === undefined) return []
    checkValues(grades, round.parts, `grades[${hotkey}]`)
    return [{ hotkey, uid, elapsedMs, answer, grades }]
  })
}

/** Scores [parts x miners]. */
function columnsOf(graded: readonly Graded<unknown>[], parts: number): Matrix {
  const data = new Float32Array(parts * graded.length)
  graded.forEach(({ grades }, column) => {
    for (let part = 0; part < parts; part++) data[part * graded.length + column] = grades[part]!
  })
  return { rows: parts, columns: graded.length, data }
}

/** Features [miners x features]. */
function rowsOf(features: readonly (readonly [Hotkey, ArrayLike<number>])[]): Matrix {
  const [[, first] = [undefined, []]] = features
  const columns = first.length
  const data = new Float32Array(features.length * columns)
  features.forEach(([hotkey, values], row) => {
    checkValues(values, columns, `features[${hotkey}]`)
    data.set(values, row * columns)
  })
  return { rows: features.length, columns, data }
}

function checkValues(values: ArrayLike<number>, expectedLength: number, field: string): void {
  if (values.length !== expectedLength) {
    throw new ShapeError({ field, expectedLength, actualLength: values.length })
  }
  for (let at = 0; at < values.length; at++) {
    const value = values[at]
    if (value !== undefined && Math.abs(value) <= SCORE_LIMIT) continue
    const remedy = 'Return finite numbers within 1e12 of 0.'
    throw new InvalidArgumentError({ field: `${field}[${at}]`, value, remedy })
  }
}
