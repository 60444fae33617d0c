import { describe, expect, it } from 'vitest'
import { InvalidArgumentError } from '../../src/errors/index.js'
import { SeededRandom } from '../../src/math/index.js'
import { importSnapshot, Metagraph } from '../../src/metagraph/index.js'

const seed = process.env.SUBNETKIT_SEED ?? `metagraph ${process.hrtime.bigint()}`
const RUNS = 3_000

type Json = Record<string, unknown>

/** What a field may be made of by a mistake or on purpose, right values among them. */
const values: readonly unknown[] = [
  0,
  -0,
  1,
  2,
  -1,
  0.5,
  1e300,
  65_535,
  65_536,
  60_000,
  2 ** 53,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '0',
  '7',
  '007',
  '-1',
  '1.5',
  ' 1',
  '',
  'x',
  '\u202e',
  '\ud800',
  '18446744073709551615',
  '18446744073709551616',
  true,
  null,
  [],
  {},
  [0, 1],
  [
    [0, 1],
    [0, 1],
  ],
  [
    [1, 5],
    [0, 65_535],
  ],
  [[60_000, 1]],
  { host: 'h', port: 1 },
  { host: 'h', port: 65_536 },
  { host: '', port: 1 },
  { host: 'h', port: 1, path: '/' },
]

function column<T>(n: number, of: (uid: number) => T): T[] {
  return Array.from({ length: n }, (_, uid) => of(uid))
}

function row(random: SeededRandom, n: number): [number, number][] {
  return column(n, (uid): [number, number] => [uid, random.int(65_536)]).filter(() => random.int(2) === 0)
}

function metagraphJson(random: SeededRandom): Json {
  const n = random.int(5)
  const u16 = (): number[] => column(n, () => random.int(65_536))
  const flags = (): boolean[] => column(n, () => random.int(2) === 1)
  const rao = (): string[] =>
    column(n, () => String(BigInt(random.int(2 ** 31)) * BigInt(random.int(2 ** 31))))
  return {
    format: 'subnetkit-metagraph/1',
    netuid: random.int(65_536),
    block: 1_000,
    n,
    ownerUid: n > 0 && random.int(2) === 0 ? random.int(n) : null,
    tempoBlocks: random.int(400),
    lastEpochBlock: random.int(1_001),
    epochIndex: random.int(9),
    hotkey: column(n, (uid) => `hot-${uid}`),
    coldkey: column(n, (uid) => (uid === 0 ? '' : `cold-${uid % 2}`)),
    axon: column(n, (uid) => (uid % 2 === 0 ? null : { host: '127.0.0.1', port: random.int(65_536) })),
    registeredAtBlock: column(n, () => random.int(1_001)),
    lastUpdate: column(n, () => random.int(2_000)),
    active: flags(),
    validatorPermit: flags(),
    stakeAlpha: rao(),
    stakeWeightU16: u16(),
    consensusU16: u16(),
    incentiveU16: u16(),
    dividendsU16: u16(),
    validatorTrustU16: u16(),
    emissionAlpha: rao(),
    weights: column(n, () => row(random, n)),
    bonds: column(n, () => row(random, n)),
  }
}

function snapshotJson(random: SeededRandom): Json {
  const n = 1 + random.int(5)
  return {
    format: 'metagraph-snapshot/1',
    network: 'finney',
    netuid: random.int(65_536),
    block: random.int(1_000),
    n,
    uids: column(n, (uid) => uid),
    hotkeys: column(n, (uid) => `hot-${uid}`),
    stake: column(n, () => random.int(2 ** 31) / 7),
    weights: column(n, (uid) => ({
      uid,
      weights: row(random, n).map(([to, value]) => [to, value / 65_535]),
    })),
    absent: ['bonds'],
  }
}

/** Changes one place, at any depth; the rest stays as it is. */
function mutate(random: SeededRandom, data: unknown): unknown {
  const isList = Array.isArray(data)
  const keys = typeof data === 'object' && data !== null ? Object.keys(data) : []
  if (keys.length === 0 || random.int(4) === 0) return random.pick(values)
  const copy = (isList ? [...(data as unknown[])] : { ...(data as object) }) as Json
  const key = random.pick(keys)
  const kind = random.int(8)
  if (kind === 0 && isList) (copy as unknown as unknown[]).push(copy[key])
  else if (kind === 1) delete copy[key]
  else if (kind === 2 && !isList) copy[`${key}s`] = copy[key]
  else copy[key] = mutate(random, copy[key])
  return isList ? (copy as unknown as unknown[]).filter((one) => one !== undefined) : copy
}

function read<T>(reader: () => T): T | InvalidArgumentError {
  try {
    return reader()
  } catch (error) {
    if (error instanceof InvalidArgumentError) return error
    throw error
  }
}

describe(`metagraphs from files, seed "${seed}"`, () => {
  it('are refused by a path, or written again to the same bytes', () => {
    const random = new SeededRandom(`${seed} json`)
    const outcomes = { refused: 0, taken: 0 }
    for (let run = 0; run < RUNS; run++) {
      const right = metagraphJson(random)
      const data = run % 5 === 0 ? right : mutate(random, right)
      const metagraph = read(() => Metagraph.fromJSON(data))
      if (metagraph instanceof InvalidArgumentError) {
        expect(metagraph.field).toMatch(/^metagraph\b/)
        outcomes.refused++
        expect(data).not.toBe(right)
        continue
      }
      outcomes.taken++
      expect(JSON.stringify(metagraph)).toBe(JSON.stringify(data))
    }
    expect(Math.min(outcomes.refused, outcomes.taken)).toBeGreaterThan(RUNS / 10)
  })

  it('of a snapshot are refused by a path, or can be exported and read again to the same bytes', () => {
    const random = new SeededRandom(`${seed} snapshot`)
    const outcomes = { refused: 0, taken: 0 }
    for (let run = 0; run < RUNS; run++) {
      const right = snapshotJson(random)
      const data = run % 5 === 0 ? right : mutate(random, right)
      const metagraph = read(() => importSnapshot(data))
      if (metagraph instanceof InvalidArgumentError) {
        expect(metagraph.field).toMatch(/^snapshot\b/)
        outcomes.refused++
        expect(data).not.toBe(right)
        continue
      }
      outcomes.taken++
      const text = JSON.stringify(metagraph)
      expect(JSON.stringify(Metagraph.fromJSON(JSON.parse(text)))).toBe(text)
      const rows = JSON.parse(JSON.stringify(metagraph.rows())) as { stakeAlpha: string }[]
      expect(rows.map(({ stakeAlpha }) => BigInt(stakeAlpha))).toEqual([...metagraph.columns.stakeAlpha])
    }
    expect(Math.min(outcomes.refused, outcomes.taken)).toBeGreaterThan(RUNS / 10)
  })
})
