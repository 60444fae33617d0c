import { type EpochInput, type EpochOutput, type EpochParams, rowsOf } from '../../src/consensus/index.js'

/**
 * The epoch written a second time, from its written rules alone: bigints and lists, every rounding and every limit
 * spelled out, nothing shared with the code under test and no thought of speed.
 */
type Row = (readonly [target: number, raw: bigint])[]

const ONE = 1n << 32n
const MIN = -(1n << 63n)
const MAX = (1n << 63n) - 1n

const held = (x: bigint): bigint => (x > MAX ? MAX : x < MIN ? MIN : x)
const mul = (a: bigint, b: bigint): bigint => held((a * b) >> 32n)
const add = (a: bigint, b: bigint): bigint => held(a + b)
const sub = (a: bigint, b: bigint): bigint => held(a - b)
const fits = (x: bigint): bigint => (x > MAX || x < MIN ? 0n : x)
const div = (a: bigint, b: bigint): bigint => (b === 0n ? 0n : fits((a << 32n) / b))
const divHeld = (a: bigint, b: bigint): bigint => held((a << 32n) / b)
const wrap = (x: bigint): bigint => BigInt.asIntN(64, x)
const sum = (list: readonly bigint[]): bigint => list.reduce((total, x) => wrap(total + x), 0n)
const lesser = (a: bigint, b: bigint): bigint => (a < b ? a : b)
const greater = (a: bigint, b: bigint): bigint => (a > b ? a : b)
const clamp = (x: bigint, low: bigint, high: bigint): bigint => greater(lesser(x, high), low)
const proportion = (k: number): bigint => (BigInt(k) << 32n) / 65_535n
const u16 = (x: bigint): number => Number(clamp(held(x * 65_535n) >> 32n, 0n, 65_535n))

function exp(x: bigint): bigint {
  const held20 = clamp(x, -20n * ONE, 20n * ONE)
  if (held20 === 0n) return ONE
  if (held20 === ONE) return 22_802_600n * 512n
  const y = held20 < 0n ? -held20 : held20
  let result = y + ONE
  let term = y
  for (let i = 2n; i <= 31n; i++) {
    term = div(mul(term, y), i << 32n)
    result += term
  }
  return held20 < 0n ? (1n << 64n) / result : result
}

function normalise(list: readonly bigint[]): bigint[] {
  const total = sum(list)
  return total === 0n ? [...list] : list.map((x) => div(x, total))
}

function columnNormalise(rows: readonly Row[], n: number): Row[] {
  const sums = Array.from({ length: n }, (_, j) =>
    rows
      .flat()
      .filter(([target]) => target === j)
      .reduce((total, [, x]) => add(total, x), 0n),
  )
  return rows.map((row) => row.map(([j, x]) => [j, (sums[j] ?? 0n) === 0n ? x : div(x, sums[j]!)] as const))
}

/** Last value of a target in a row, 0 if there is none. */
const last = (row: Row, target: number): bigint => row.filter(([j]) => j === target).at(-1)?.[1] ?? 0n

/** What a walk of the columns side by side with the row meets at `target`: out-of-order entries are passed over. */
function met(row: Row, target: number): bigint {
  let pointer = 0
  for (let column = 0; column <= target; column++) {
    while (pointer < row.length && row[pointer]![0] < column) pointer++
  }
  return pointer < row.length && row[pointer]![0] === target ? row[pointer]![1] : 0n
}

function median(stake: readonly bigint[], score: readonly bigint[], majority: bigint): bigint {
  const total = sum(stake)
  const minority = sub(total, majority)
  let partition = stake.map((_, index) => index)
  let low = 0n
  let high = total
  for (;;) {
    if (partition.length === 0) return 0n
    if (partition.length === 1) return score[partition[0]!]!
    const pivot = score[partition[Math.floor(partition.length / 2)]!]!
    const below = partition.filter((index) => score[index]! < pivot)
    const above = partition.filter((index) => score[index]! > pivot)
    const belowStake = sum(below.map((index) => stake[index]!))
    const aboveStake = sum(above.map((index) => stake[index]!))
    if (minority < low + belowStake && below.length > 0) {
      partition = below
      high = low + belowStake
    } else if (high - aboveStake <= minority && above.length > 0) {
      partition = above
      low = high - aboveStake
    } else return pivot
  }
}

function stakes(input: EpochInput, params: EpochParams): { total: bigint[]; share: bigint[] } {
  const limit = (1n << 127n) - 1n
  const weight = ((params.taoWeightU64 << 32n) / ((1n << 64n) - 1n)) << 32n
  const total = Array.from({ length: input.n }, (_, i) => {
    const alpha = lesser(input.alphaStakeRao[i]! << 64n, limit)
    const tao = lesser(input.taoStakeRao[i]! << 64n, limit)
    return lesser(alpha + lesser((tao * weight) >> 64n, limit), limit)
  })
  const filtered = total.map((x, i) => (i !== input.ownerUid && x >> 64n < params.stakeThresholdRao ? 0n : x))
  const all = filtered.reduce((a, b) => a + b, 0n)
  return { total, share: filtered.map((x) => (all === 0n ? x : (x << 64n) / all) >> 32n) }
}

function maskedWeights(input: EpochInput, params: EpochParams, permit: readonly boolean[]): Row[] {
  const rows: Row[] = rowsOf(input.weights).map((row, i) =>
    row
      .filter(([j]) => j < input.n)
      .filter(() => permit[i])
      .filter(([j]) => i !== j || i === input.ownerUid)
      .filter(([j]) => !(input.lastUpdate[i]! <= input.blockAtRegistration[j]!))
      .filter(
        ([j]) =>
          !(
            params.commitRevealEnabled && input.earliestActiveCommitBlock[i]! < input.blockAtRegistration[j]!
          ),
      )
      .map(([j, w]) => [j, BigInt(w) << 32n] as const),
  )
  return rows.map((row) => {
    const total = sum(row.map(([, w]) => w))
    return total > 0n ? row.map(([j, w]) => [j, div(w, total)] as const) : row
  })
}

function interpolate(weights: readonly Row[], clipped: readonly Row[], penalty: bigint, n: number): Row[] {
  if (penalty === 0n) return [...weights]
  if (penalty === ONE) return [...clipped]
  return weights.map((row, i) =>
    Array.from({ length: n }, (_, j) => {
      const from = last(row, j)
      return [j, add(from, mul(penalty, sub(last(clipped[i]!, j), from)))] as const
    }).filter(([, v]) => v > 0n),
  )
}

function ema(next: readonly Row[], old: readonly Row[], params: EpochParams, n: number): Row[] {
  const rate = ONE - (((BigInt(params.bondsMovingAveragePpm) << 64n) / 1_000_000n) >> 32n)
  return next.map((row, i) => {
    const cells = Array.from({ length: n }, () => 0n)
    for (const [j, x] of row) if (j < n) cells[j] = add(cells[j]!, mul(rate, x))
    for (const [j, x] of old[i]!) if (j < n) cells[j] = add(cells[j]!, mul(ONE - rate, x))
    return cells.map((x, j) => [j, x] as const).filter(([, x]) => x > 0n)
  })
}

function liquid(
  weights: readonly Row[],
  old: readonly Row[],
  consensus: readonly bigint[],
  params: EpochParams,
): Row[] {
  const low = proportion(params.alphaLowU16)
  const high = proportion(params.alphaHighU16)
  const slope = divHeld(BigInt(params.alphaSigmoidSteepnessHundredths) << 32n, -100n << 32n)
  return weights.map((row, i) =>
    row
      .map(([j, w]) => {
        const seen = met(row, j)
        const bond = met(old[i]!, j)
        const buying = clamp(sub(seen, consensus[j]!), 0n, ONE)
        const selling = clamp(sub(bond, seen), 0n, ONE)
        const distance = seen >= bond ? buying : selling
        const sigmoid = divHeld(ONE, add(ONE, exp(mul(slope, sub(distance, ONE / 2n)))))
        const a = clamp(add(low, mul(sigmoid, sub(high, low))), low, high)
        const bought = greater(mul(a, w), 0n)
        return [j, lesser(add(mul(ONE - a, last(old[i]!, j)), bought), ONE)] as const
      })
      .filter(([, x]) => x > 0n),
  )
}

/** One epoch; plain lists of what the epoch function returns, in its public form. */
export function naiveEpoch(input: EpochInput, params: EpochParams): Record<string, unknown> {
  const { n } = input
  const uids = Array.from({ length: n }, (_, i) => i)
  const active = uids.map((i) => !(input.lastUpdate[i]! + params.activityCutoffBlocks < input.currentBlock))
  const { total, share: stake } = stakes(input, params)

  const permit = uids.map((i) => i === input.ownerUid || input.validatorPermit[i] === 1)
  const nextPermit = stake.map((x) => x !== 0n)
  if (n >= params.maxAllowedValidators) {
    const ascending = uids.toSorted((a, b) => (stake[a]! < stake[b]! ? -1 : stake[a]! > stake[b]! ? 1 : 0))
    for (const uid of ascending.slice(0, n - params.maxAllowedValidators)) nextPermit[uid] = false
  }
  if (input.ownerUid !== null && input.ownerUid < n) nextPermit[input.ownerUid] = true
  const activeStake = normalise(stake.map((x, i) => (active[i] && permit[i] ? x : 0n)))

  const weights = maskedWeights(input, params, permit)
  const voters = uids.filter((i) => activeStake[i]! > 0n)
  const votes = normalise(voters.map((i) => activeStake[i]!))
  const consensus = uids.map((j) =>
    median(
      votes,
      voters.map((i) => last(weights[i]!, j)),
      proportion(params.kappaU16),
    ),
  )
  const clipped = weights.map((row) =>
    row
      .filter(([j, w]) => w <= consensus[j]! || consensus[j]! > 0n)
      .map(([j, w]) => [j, lesser(w, consensus[j]!)] as const),
  )
  const trust = clipped.map((row) => sum(row.map(([, w]) => w)))
  const rank = uids.map(() => 0n)
  clipped.forEach((row, i) => {
    for (const [j, w] of row) rank[j] = add(rank[j]!, mul(activeStake[i]!, w))
  })
  const incentive = normalise(rank)

  const forBonds = interpolate(weights, clipped, proportion(params.bondsPenaltyU16), n)
  const lastEpoch =
    input.lastStepBlock === 0 ? Math.max(0, input.currentBlock - params.tempoBlocks) : input.lastStepBlock + 1
  const stored = rowsOf(input.bonds).map((row) =>
    row.filter(([j]) => !(lastEpoch <= (input.blockAtRegistration[j] ?? 0))),
  )
  let bonds: Row[]
  let dividends: bigint[]
  const income = (rows: readonly Row[]): bigint[] =>
    rows.map((row) => row.reduce((earned, [j, x]) => add(earned, mul(x, incentive[j]!)), 0n))
  if (params.yuma3Enabled) {
    const old = stored.map((row) => row.map(([j, k]) => [j, div(BigInt(k) << 32n, 65_535n << 32n)] as const))
    bonds =
      params.liquidAlphaEnabled && consensus.some((c) => c !== 0n)
        ? liquid(forBonds, old, consensus, params)
        : ema(forBonds, old, params, n)
    dividends = normalise(income(columnNormalise(bonds, n)).map((t, i) => mul(t, activeStake[i]!)))
  } else {
    const old = columnNormalise(
      stored.map((row) => row.map(([j, k]) => [j, BigInt(k) << 32n] as const)),
      n,
    )
    const bought = forBonds.map((row, i) => row.map(([j, w]) => [j, mul(w, activeStake[i]!)] as const))
    const shares = columnNormalise(ema(columnNormalise(bought, n), old, params, n), n)
    dividends = normalise(income(shares))
    const largest = uids.map((j) => shares.map((row) => last(row, j)).reduce(greater, 0n))
    bonds = shares.map((row) =>
      row.map(([j, x]) => [j, largest[j] === 0n ? x : div(x, largest[j]!)] as const),
    )
  }

  const combined = incentive.map((x, i) => add(x, dividends[i]!))
  const all = sum(combined)
  let paid = [incentive, dividends, combined].map((list) => list.map((x) => (all === 0n ? x : div(x, all))))
  if (all === 0n) {
    const byStake = sum(activeStake) === 0n ? stake : activeStake
    paid = [incentive, byStake, byStake]
  }
  const rao = paid.map((list) => list.map((x) => (x * input.emissionRao) >> 32n))
  return {
    active: active.map(Number),
    validatorPermit: nextPermit.map(Number),
    stakeRao: total.map((x) => x >> 64n),
    stakeWeightU16: stake.map(u16),
    consensusU16: consensus.map(u16),
    incentiveU16: incentive.map(u16),
    dividendsU16: dividends.map(u16),
    validatorTrustU16: trust.map(u16),
    serverEmissionRao: rao[0],
    validatorEmissionRao: rao[1],
    combinedEmissionRao: rao[2],
    bonds: bonds.map((row, i) => (nextPermit[i] ? row.map(([j, x]) => [j, u16(x)]) : [])),
    raw: { stake, activeStake, consensus, validatorTrust: trust, incentive, dividends, bonds },
  }
}

/** An output as plain lists, field by field: the form of the naive epoch's result. */
export function asLists(output: EpochOutput): Record<string, unknown> {
  const { bonds, ...raw } = output.raw
  const rawBonds = rowsOf({ ...bonds, value: new Uint16Array(bonds.raw.length) }).map((row, i) =>
    row.map(([j], k) => [j, bonds.raw[bonds.rowStart[i]! + k]!]),
  )
  const lists = (columns: object): [string, unknown][] =>
    Object.entries(columns).map(([field, column]) => [field, [...(column as Iterable<unknown>)]])
  const { raw: _, bonds: stored, ...columns } = output
  return {
    ...Object.fromEntries(lists(columns)),
    bonds: rowsOf(stored),
    raw: { ...Object.fromEntries(lists(raw)), bonds: rawBonds },
  }
}
