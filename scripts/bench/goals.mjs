// The goals the engines were built for, and which recorded measurement answers each.

const V64 = { validators: 64 }
const FULL = 65_535
const PARTIAL = 30_000

/**
 * One goal: how the work is called, the multiples aimed at, and which rows answer it. Where several do, the worst counts.
 *
 * @typedef {object} Goal
 * @property {string} work
 * @property {number} goal
 * @property {number} stretch
 * @property {(row: Record<string, unknown>) => boolean} answers
 * @property {(row: Record<string, unknown>) => number | undefined} [measure] the ratio to the baseline unless given
 * @property {boolean} [isAtMost] for figures that are to be small
 * @property {(rows: readonly Record<string, unknown>[]) => string} [unanswered] why no row answers it
 */

const rules = { yuma2: 'Yuma 2', yuma3: 'Yuma 3' }

/** Rows of whole epochs with these values. */
const epoch = (wanted) => (row) =>
  row.bench === 'consensus/epoch' && Object.entries(wanted).every(([key, value]) => row[key] === value)

const perRules = (make) => Object.entries(rules).map(([variant, name]) => make(variant, name))

const stateless = [
  { n: 256, goal: 14, stretch: 17 },
  { n: 1_024, goal: 13, stretch: 16 },
  { n: 4_096, goal: 10, stretch: 13 },
].flatMap(({ n, goal, stretch }) =>
  perRules((variant, name) => ({
    work: `${name}, V=64, n=${n.toLocaleString('en')}`,
    goal,
    stretch,
    answers: epoch({ ...V64, n, variant, penalty: FULL, engine: 'wasm reuse' }),
  })),
)

const session = [
  { n: 256, goal: 17, stretch: 20 },
  { n: 1_024, goal: 16, stretch: 20 },
  { n: 4_096, goal: 12, stretch: 20 },
].flatMap(({ n, goal, stretch }) =>
  perRules((variant, name) => ({
    work: `${name} in a session, V=64, n=${n.toLocaleString('en')}`,
    goal,
    stretch,
    answers: epoch({ ...V64, n, variant, penalty: FULL, engine: 'wasm session' }),
  })),
)

const others = [
  ...perRules((variant, name) => ({
    work: `${name}, partial bond penalty (30,000), V=64, n=256`,
    goal: 9,
    stretch: 12,
    answers: epoch({ ...V64, n: 256, variant, penalty: PARTIAL, engine: 'wasm reuse' }),
  })),
  ...perRules((variant, name) => ({
    work: `${name}, V=1,024, n=4,096, density 0.1`,
    goal: 40,
    stretch: 60,
    answers: epoch({ validators: 1_024, n: 4_096, variant, penalty: FULL, engine: 'wasm reuse' }),
  })),
  {
    work: 'liquid alpha, every entry its exponential, V=64, n=256',
    goal: 3,
    stretch: 4,
    answers: epoch({ ...V64, n: 256, variant: 'yuma3-liquid steepness=1000', engine: 'wasm reuse' }),
  },
  {
    work: 'the same at the worst of the other steepnesses, up to the maximum',
    goal: 1,
    stretch: 2,
    answers: (row) =>
      epoch({ ...V64, n: 256, engine: 'wasm reuse' })(row) &&
      /^yuma3-liquid steepness=(?!1000\b)/.test(String(row.variant)),
  },
  {
    work: 'a batch of 4,000 subnets of 256 x 64: two workers against one',
    goal: 1.7,
    stretch: 1.85,
    answers: (row) =>
      row.bench === 'engine/batch' && row.subnets === 4_000 && row.engine === 'pool, 2 workers',
    measure: (row) => row.speedUp,
  },
]

/** A figure counts where a GPU made it: on a software driver only the results do. */
const gpu = [
  { work: '4,096 subnets of 256 x 64 at once', subnets: 4_096, validators: 64 },
  { work: 'one subnet of 1,024 validators, 16,384 uids', subnets: 1, validators: 1_024, uids: 16_384 },
].map(({ work, subnets, validators, uids }) => ({
  work: `GPU float32, ${work}: device time against the least bytes at copy bandwidth`,
  goal: 2,
  stretch: 1.3,
  isAtMost: true,
  answers: (row) =>
    row.bench === 'engine/gpu' &&
    !row.isSoftware &&
    row.subnets === subnets &&
    row.validators === validators &&
    (uids === undefined || row.n + row.validators === uids),
  measure: (row) => row.timesIdeal ?? undefined,
  unanswered: (rows) =>
    rows.some(({ bench }) => bench === 'engine/gpu') ? 'no GPU available' : 'not recorded',
}))

/** @type {readonly Goal[]} */
export const goals = [...stateless, ...session, ...others, ...gpu]

/** What was measured for each goal. */
export function goalsAgainst(rows) {
  return goals.map((one) => {
    const { work, goal, stretch, answers, measure = ({ ratio }) => ratio, isAtMost = false } = one
    const { unanswered = () => 'not recorded' } = one
    const figures = rows
      .filter(answers)
      .map(measure)
      .filter((figure) => figure !== undefined)
    if (figures.length === 0) return { work, isAtMost, goal, stretch, verdict: unanswered(rows) }
    const measured = isAtMost ? Math.max(...figures) : Math.min(...figures)
    const verdictOf = (figure) => {
      const reaches = (aim) => (isAtMost ? figure <= aim : figure >= aim)
      return reaches(stretch) ? 'stretch' : reaches(goal) ? 'goal' : 'below'
    }
    // The same work with every result in memory of its own, where an engine was measured both ways.
    const fresh = rows
      .filter(({ engine }) => engine === 'wasm')
      .filter((row) => answers({ ...row, engine: `${row.engine} reuse` }))
      .map(measure)
    const whenFresh =
      fresh.length === 0 ? {} : { fresh: Math.min(...fresh), freshVerdict: verdictOf(Math.min(...fresh)) }
    return { work, isAtMost, goal, stretch, measured, verdict: verdictOf(measured), ...whenFresh }
  })
}
