// Baseline for ratios: a deliberately plain, dense, single-threaded JavaScript epoch (original Yuma, full bonds penalty) in exact
// 32-fractional-bit arithmetic held as integers in f64. Do not optimise it: it stands in for the reference's native time.
//   node naiveYuma.mjs                      prints its median time at the four standard sizes
//   import { timeNaive } from './naiveYuma.mjs'; timeNaive({ validators: 64, n: 256 })   -> { medianUs, minUs, digest }
const ONE = 4294967296
const INV16 = 1 / 65536

/** floor(a*b / 2^32) for 0 <= a, b <= 2^32. */
function mul(a, b) {
  const bh = Math.floor(b * INV16)
  const bl = b - bh * 65536
  return Math.floor((a * bh + Math.floor(a * bl * INV16)) * INV16)
}

/** floor(a * 2^32 / b) for 0 <= a < 2^37, b > 0. */
function div(a, b) {
  const q1 = Math.floor((a * 65536) / b)
  const r1 = a * 65536 - q1 * b
  return q1 * 65536 + Math.floor((r1 * 65536) / b)
}

/** Seeded generator (mulberry32), uniform in [0, 1). */
function random(seed) {
  let s = seed >>> 0
  return () => {
    s = (s + 0x6d2b79f5) >>> 0
    let t = Math.imul(s ^ (s >>> 15), 1 | s)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** One network: u16 weights and bonds [validators x n] row-major, power-law stake summing to about 2^32. */
export function makeInput(seed, validators, n, density) {
  const rnd = random(seed)
  const weights = new Float64Array(validators * n)
  const bonds = new Float64Array(validators * n)
  const stake = new Float64Array(validators)
  const quality = Float64Array.from({ length: n }, () => rnd() ** 3)
  for (let i = 0; i < validators; i++)
    for (let j = 0; j < n; j++)
      if (rnd() < density) {
        weights[i * n + j] = Math.min(
          65535,
          Math.floor(65535 * Math.min(1, quality[j] * (0.7 + 0.6 * rnd())) + 1),
        )
        bonds[i * n + j] = Math.floor(65535 * rnd())
      }
  let total = 0
  for (let i = 0; i < validators; i++) total += stake[i] = 1 / (i + 1 + rnd())
  for (let i = 0; i < validators; i++) stake[i] = Math.floor((stake[i] / total) * ONE)
  return { validators, n, weights, bonds, stake, kappa: 2147450880, alpha: 429496729 }
}

/** Runs one epoch; returns { incentive, dividends, bonds } as raw integers (value x 2^32; bonds as u16). */
export function naiveEpoch({ validators: V, n, weights, bonds, stake, kappa, alpha }) {
  const w = new Float64Array(V * n)
  const b = new Float64Array(V * n)
  const consensus = new Float64Array(n)
  const incentive = new Float64Array(n)
  const dividends = new Float64Array(V)
  for (let i = 0; i < V; i++) {
    let s = 0
    for (let j = 0; j < n; j++) s += weights[i * n + j]
    if (s === 0) continue
    for (let j = 0; j < n; j++) {
      const x = weights[i * n + j] * ONE
      let q = Math.floor(x / s)
      const r = x - q * s
      if (r < 0) q--
      else if (r >= s) q++
      w[i * n + j] = q
    }
  }
  let stakeSum = 0
  for (let i = 0; i < V; i++) stakeSum += stake[i]
  const minority = stakeSum - kappa
  const keys = new Float64Array(V)
  for (let j = 0; j < n; j++) {
    let voted = 0
    let m = 0
    for (let i = 0; i < V; i++)
      if (w[i * n + j] > 0) {
        voted += stake[i]
        keys[m++] = w[i * n + j] * V + i
      }
    if (m === 0 || stakeSum - voted > minority) continue
    const sorted = keys.subarray(0, m).sort()
    let below = stakeSum - voted
    for (let t = 0; t < m; t++) {
      const i = sorted[t] % V
      consensus[j] = (sorted[t] - i) / V
      below += stake[i]
      if (below > minority) break
    }
  }
  const delta = new Float64Array(n)
  const oldSum = new Float64Array(n)
  for (let i = 0; i < V; i++)
    for (let j = 0; j < n; j++) {
      const k = i * n + j
      const r = mul(Math.min(w[k], consensus[j]), stake[i])
      w[k] = r
      delta[j] += r
      incentive[j] += r
      oldSum[j] += bonds[k]
    }
  let rankSum = 0
  for (let j = 0; j < n; j++) rankSum += incentive[j]
  for (let j = 0; j < n; j++) incentive[j] = rankSum ? div(incentive[j], rankSum) : 0
  const emaSum = new Float64Array(n)
  for (let i = 0; i < V; i++)
    for (let j = 0; j < n; j++) {
      const k = i * n + j
      let old = 0
      if (oldSum[j]) {
        const x = bonds[k] * ONE
        old = Math.floor(x / oldSum[j])
        const r = x - old * oldSum[j]
        if (r < 0) old--
        else if (r >= oldSum[j]) old++
      }
      const now = delta[j] ? div(w[k], delta[j]) : 0
      b[k] = mul(alpha, now) + mul(ONE - alpha, old)
      emaSum[j] += b[k]
    }
  const top = new Float64Array(n)
  for (let i = 0; i < V; i++)
    for (let j = 0; j < n; j++) {
      const k = i * n + j
      b[k] = emaSum[j] ? div(b[k], emaSum[j]) : 0
      if (b[k] > top[j]) top[j] = b[k]
      dividends[i] += mul(b[k], incentive[j])
    }
  let dividendSum = 0
  for (let i = 0; i < V; i++) dividendSum += dividends[i]
  for (let i = 0; i < V; i++) dividends[i] = dividendSum ? div(dividends[i], dividendSum) : 0
  for (let i = 0; i < V; i++)
    for (let j = 0; j < n; j++) {
      const k = i * n + j
      b[k] = Math.floor(((top[j] ? div(b[k], top[j]) : 0) * 65535) / ONE)
    }
  return { incentive, dividends, bonds: b }
}

/** Median time over `rounds` passes rotating `inputs` seeded networks; `digest` guards against a changed computation. */
export function timeNaive({ validators, n, density = 1, inputs = 24, rounds = 5, seed = 1 }) {
  const set = Array.from({ length: inputs }, (_, k) => makeInput(seed + k, validators, n, density))
  let digest = 0
  for (const input of set) {
    const out = naiveEpoch(input)
    for (let j = 0; j < n; j++) digest = (digest * 31 + out.incentive[j]) % 9007199254740881
    for (let i = 0; i < validators; i++) digest = (digest * 31 + out.dividends[i]) % 9007199254740881
  }
  const times = []
  for (let r = 0; r < rounds; r++)
    for (const input of set) {
      const start = process.hrtime.bigint()
      naiveEpoch(input)
      times.push(Number(process.hrtime.bigint() - start) / 1000)
    }
  times.sort((a, c) => a - c)
  return { medianUs: times[times.length >> 1], minUs: times[0], digest }
}

if (process.argv[1]?.endsWith('naiveYuma.mjs'))
  for (const [validators, n, density, inputs] of [
    [64, 256, 1, 24],
    [64, 1024, 1, 24],
    [64, 4096, 1, 8],
    [1024, 4096, 0.1, 2],
  ])
    console.log(
      JSON.stringify({
        validators,
        n,
        density,
        ...timeNaive({ validators, n, density, inputs, rounds: n > 1024 ? 3 : 5 }),
      }),
    )
