import {
  check,
  custom,
  finiteNumber,
  flag,
  having,
  listOf,
  optional,
  shape,
  wholeNumber,
} from '../checks/index.js'
import { checkMatrix, checkNumber, refuse } from './checks.js'
import type { ComputeBackend, Matrix } from './types.js'

const aBackend = having('a backend of createBackend', ['vecMat', 'rankRows', 'cosineRows', 'ema', 'topKRows'])
const pairsCheck = listOf(
  shape<SimilarPair>({ first: wholeNumber(), second: wholeNumber(), similarity: finiteNumber() }),
)

/** Two rows that look alike. */
export interface SimilarPair {
  /** The lower row of the two. */
  readonly first: number
  readonly second: number
  readonly similarity: number
}

/**
 * The pairs of rows whose similarity is at least `threshold`: answers that one miner may have copied from another.
 *
 * @param similarity - square and symmetric, such as `backend.cosineRows` gives.
 * @returns pairs by descending similarity, then by rows.
 * @throws InvalidArgumentError when the matrix is not square, or the threshold no number from -1 to 1.
 *
 * @example
 * ```ts
 * import { similarPairs } from 'subnetkit/compute'
 *
 * const similarity = { rows: 2, columns: 2, data: Float32Array.of(1, 1, 1, 1) }
 * similarPairs(similarity, 0.99) // [{ first: 0, second: 1, similarity: 1 }]
 * ```
 */
export function similarPairs(similarity: Matrix, threshold: number): SimilarPair[] {
  checkMatrix(similarity, 'similarity')
  const { rows, columns, data } = similarity
  if (rows !== columns) refuse('similarity', `${rows} x ${columns}`, 'Pass a square matrix.')
  checkThreshold(threshold)
  const pairs: SimilarPair[] = []
  for (let first = 0; first < rows; first++) {
    for (let second = first + 1; second < rows; second++) {
      const value = data[first * columns + second]
      if (value !== undefined && value >= threshold) pairs.push({ first, second, similarity: value })
    }
  }
  return pairs.sort((a, b) => b.similarity - a.similarity || a.first - b.first || a.second - b.second)
}

/**
 * Groups rows that are linked by similar pairs, directly or through others: each group is one answer and its copies.
 *
 * @returns groups of two or more rows, ascending within and by their first row.
 * @throws InvalidArgumentError naming the pair that is wrong (`pairs[3].first`).
 *
 * @example
 * ```ts
 * import { copyGroups } from 'subnetkit/compute'
 *
 * copyGroups([{ first: 0, second: 2, similarity: 1 }, { first: 2, second: 5, similarity: 1 }]) // [[0, 2, 5]]
 * ```
 */
export function copyGroups(pairs: readonly SimilarPair[]): number[][] {
  check('pairs', pairsCheck, pairs)
  return groupsOf(pairs)
}

function groupsOf(pairs: readonly SimilarPair[]): number[][] {
  const leader = new Map<number, number>()
  const leaderOf = (row: number): number => {
    for (let at = row; ; ) {
      const next = leader.get(at)
      if (next === undefined) return at
      at = next
    }
  }
  const members = new Set<number>()
  for (const { first, second } of pairs) {
    members.add(first).add(second)
    const [a, b] = [leaderOf(first), leaderOf(second)]
    if (a !== b) leader.set(Math.max(a, b), Math.min(a, b))
  }
  const groups = new Map<number, number[]>()
  for (const row of [...members].sort((a, b) => a - b)) {
    const group = groups.get(leaderOf(row)) ?? []
    group.push(row)
    groups.set(leaderOf(row), group)
  }
  // In the order of their first rows, which went in ascending.
  return [...groups.values()]
}

/**
 * Finds copied answers: rows of `answers` (one per miner) that point the same way.
 *
 * @param threshold - cosine from which two answers count as copies, such as 0.9999.
 * @throws what the backend throws; InvalidArgumentError for a threshold that is no number from -1 to 1.
 * PERF: rows * rows * columns on the backend, rows * rows here.
 *
 * @example
 * ```ts
 * import { createBackend, findCopies } from 'subnetkit/compute'
 *
 * const backend = await createBackend({ kind: 'cpu' })
 * await findCopies(backend, { rows: 2, columns: 2, data: Float32Array.of(1, 2, 2, 4) }, 0.9999) // [[0, 1]]
 * ```
 */
export async function findCopies(
  backend: ComputeBackend,
  answers: Matrix,
  threshold: number,
): Promise<number[][]> {
  checkBackend(backend)
  checkMatrix(answers, 'answers', 'any', unread)
  checkThreshold(threshold)
  return groupsOf(similarPairs(await backend.cosineRows(answers), threshold))
}

/**
 * Mean score of each miner, f32[miners], from scores [tasks x miners].
 *
 * @param options.byRank - grades each task by rank: the best of n miners gets 1, the last 1/n, equal scores the mean of their
 * places. Default: by value.
 * @throws InvalidArgumentError naming what is wrong; what the backend throws.
 *
 * @example
 * ```ts
 * import { createBackend, meanScores } from 'subnetkit/compute'
 *
 * const backend = await createBackend({ kind: 'cpu' })
 * await meanScores(backend, { rows: 2, columns: 2, data: Float32Array.of(1, 0, 3, 2) }) // 2, 1
 * ```
 */
export async function meanScores(
  backend: ComputeBackend,
  scores: Matrix,
  options: { readonly byRank?: boolean } = {},
): Promise<Float32Array> {
  checkBackend(backend)
  check('options', meanOptions, options)
  checkMatrix(scores, 'scores', 'any', unread)
  const graded = options.byRank === true ? rankScores(await backend.rankRows(scores)) : scores
  const { rows: tasks } = scores
  return backend.vecMat(new Float32Array(tasks).fill(tasks === 0 ? 0 : 1 / tasks), graded)
}

/** The backend looks at the values itself. */
const unread = (): boolean => true

const meanOptions = shape<{ readonly byRank?: boolean }>({ byRank: optional(flag) })

/** What `scoreRound` takes and gives back for the next round. */
export interface ScoreMatrixOptions {
  /** Scores [miners] after the round before; left out in the first. */
  readonly previous?: Float32Array
  /** Share of the new round in the moving score, 0 to 1. */
  readonly rate: number
  /** Scores by rank within each task instead of by value, see `meanScores`. Default false. */
  readonly byRank?: boolean
  /** Keep only this many miners with a weight. Default: all. */
  readonly keep?: number
}

const roundOptions = (miners: number) =>
  shape<ScoreMatrixOptions>({
    previous: optional(
      custom(
        `Pass a Float32Array of ${miners}, one score for each miner.`,
        (value) => value instanceof Float32Array && value.length === miners,
      ),
    ),
    rate: finiteNumber({ min: 0, max: 1 }),
    byRank: optional(flag),
    keep: optional(wholeNumber({ max: miners })),
  })

/**
 * One round of a validator with many responses: scores [tasks x miners] to moving scores and weights.
 *
 * @returns `scores`, f32[miners], for `previous` of the next round; `weights`, f32[miners], sum 1 or 0.
 * @throws InvalidArgumentError naming what is wrong; what the backend throws.
 *
 * @example
 * ```ts
 * import { createBackend, scoreRound } from 'subnetkit/compute'
 *
 * const backend = await createBackend({ kind: 'cpu' })
 * const scores = { rows: 1, columns: 2, data: Float32Array.of(3, 1) }
 * const first = await scoreRound(backend, scores, { rate: 0.5 })
 * const second = await scoreRound(backend, scores, { rate: 0.5, previous: first.scores })
 * second.weights // 0.75, 0.25
 * ```
 */
export async function scoreRound(
  backend: ComputeBackend,
  scores: Matrix,
  options: ScoreMatrixOptions,
): Promise<{ readonly scores: Float32Array; readonly weights: Float32Array }> {
  checkBackend(backend)
  checkMatrix(scores, 'scores', 'any', unread)
  check('options', roundOptions(scores.columns), options)
  const { columns: miners } = scores
  const { byRank = false } = options
  const means = await meanScores(backend, scores, { byRank })
  const moving =
    options.previous === undefined ? means : await backend.ema(options.previous, means, options.rate)
  const row = { rows: 1, columns: miners, data: moving }
  if (options.keep === undefined) return { scores: moving, weights: await backend.scoresToWeights(row) }
  const { indices, values } = await backend.topKRows(row, options.keep)
  const kept = new Float32Array(miners)
  indices.forEach((miner, place) => {
    kept[miner] = values[place] ?? 0
  })
  return { scores: moving, weights: await backend.scoresToWeights({ ...row, data: kept }) }
}

function rankScores(ranks: Matrix): Matrix {
  return { ...ranks, data: ranks.data.map((rank) => (ranks.columns + 1 - rank) / ranks.columns) }
}

function checkThreshold(threshold: number): void {
  checkNumber(threshold, 'threshold', -1, 1)
}

function checkBackend(backend: ComputeBackend): void {
  check('backend', aBackend, backend)
}
