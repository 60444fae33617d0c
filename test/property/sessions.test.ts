import { describe, expect, it } from 'vitest'
import {
  type EpochInput,
  type EpochParams,
  emptySparseRows,
  runEpoch,
  type SparseRows,
  sparseRowsFrom,
} from '../../src/consensus/index.js'
import { type SessionInput, YumaConsensus } from '../../src/engine/index.js'
import { SeededRandom } from '../../src/math/index.js'
import { difference, engineOptions } from '../support/engines.js'
import { epochParams, rulesOf } from '../support/epochs.js'

/** `SUBNETKIT_SEED` repeats a run; `SUBNETKIT_SESSIONS` makes it longer. */
const seed = process.env.SUBNETKIT_SEED ?? `sessions ${process.hrtime.bigint()}`
const sessions = Number(process.env.SUBNETKIT_SESSIONS ?? 15)
const EPOCHS = 12

/** A network that lives: neurons join and are replaced, stakes and permits move, rows thin out and fill up again. */
class LivingNetwork {
  readonly params: EpochParams
  readonly #random: SeededRandom
  #n: number
  #block = 10_000
  #density: number
  #stakes: bigint[] = []
  #registered: number[] = []

  constructor(random: SeededRandom) {
    this.#random = random
    // The largest make the engine's memory grow.
    this.#n = random.int(50) === 0 ? 600 : random.pick([1, 3, 8, 17, 40])
    this.#density = random.pick([0.2, 0.6, 1])
    this.params = epochParams({
      maxAllowedValidators: random.pick([2, 5, 64]),
      kappaU16: random.pick([32_767, 32_767, 0, 65_535]),
      bondsPenaltyU16: random.pick([65_535, 65_535, 0, 30_000]),
      bondsMovingAveragePpm: random.pick([900_000, 900_000, 0, 1_000_000, 975_000]),
      ...rulesOf(random.int(3) > 0, random.int(3) === 0),
    })
  }

  next(permits: Uint8Array | null): SessionInput {
    const random = this.#random
    const n = this.#grown()
    if (random.int(6) === 0) this.#density = random.pick([0, 0.1, 0.5, 1])
    this.#block += 361
    const now = this.#block
    for (let i = 0; i < n; i++) {
      if (random.int(5) === 0) this.#stakes[i] = this.#stake()
      if (random.int(3 * n) === 0) this.#registered[i] = now - random.int(400)
    }
    return {
      n,
      currentBlock: now,
      lastStepBlock: random.pick([0, now - 361, now - 361]),
      lastUpdate: Float64Array.from({ length: n }, () => now - random.int(random.pick([100, 6_000]))),
      blockAtRegistration: Float64Array.from(this.#registered),
      alphaStakeRao: BigUint64Array.from(this.#stakes),
      taoStakeRao: new BigUint64Array(n),
      ownerUid: random.pick([null, 0]),
      validatorPermit: Uint8Array.from({ length: n }, (_, i) => permits?.[i] ?? Number(random.int(2) === 0)),
      earliestActiveCommitBlock: new Float64Array(n).fill(Number.POSITIVE_INFINITY),
      emissionRao: 1_000_000_000n,
      weights: this.#weights(n),
    }
  }

  #grown(): number {
    if (this.#random.int(7) === 0) this.#n += 1 + this.#random.int(9)
    while (this.#stakes.length < this.#n) {
      this.#stakes.push(this.#stake())
      this.#registered.push(this.#stakes.length === this.#n ? this.#block : 1)
    }
    return this.#n
  }

  #stake(): bigint {
    return BigInt(this.#random.pick([0, 0, 1, 1_000, this.#random.nextU32()]))
  }

  #weights(n: number): SparseRows {
    const random = this.#random
    const isShuffled = random.int(12) === 0
    const isRepeated = random.int(25) === 0
    const largest = random.pick([1, 3, 65_535, 65_535])
    return sparseRowsFrom(
      Array.from({ length: n }, (): [number, number][] => {
        if (random.int(3) === 0) return []
        const row = Array.from({ length: n }, (_, j): [number, number] => [
          j,
          1 + random.int(largest),
        ]).filter(() => random.float() < this.#density)
        if (random.int(40) === 0 && row.length > 0) row[0]![1] = 0
        if (isShuffled) row.reverse()
        if (isRepeated && row.length > 0) row.push([...row[0]!])
        return row
      }),
    )
  }
}

/** The bonds of the epoch before, with empty rows for neurons that have joined. */
function handedOn(bonds: SparseRows, n: number): SparseRows {
  const rowStart = new Uint32Array(n + 1).fill(bonds.column.length)
  rowStart.set(bonds.rowStart)
  return { ...bonds, rowStart }
}

describe(`sessions against epochs without state, seed "${seed}"`, () => {
  it.each(engineOptions)(
    `${sessions} living networks on engine $title`,
    ({ title, ...options }) => {
      const random = new SeededRandom(`${seed} ${title}`)
      for (let t = 0; t < sessions; t++) {
        const network = new LivingNetwork(random)
        const session = new YumaConsensus(network.params, options).session()
        let bonds = emptySparseRows(0)
        let permits: Uint8Array | null = null
        for (let epoch = 0; epoch < EPOCHS; epoch++) {
          const input = network.next(permits)
          const whole: EpochInput = { ...input, bonds: handedOn(bonds, input.n) }
          const expected = runEpoch(whole, network.params)
          const where = `network ${t}, epoch ${epoch}`
          if (random.int(10) === 0) {
            const wrong = { ...input, blockAtRegistration: input.blockAtRegistration.map(() => -1) }
            expect(() => session.run(wrong), where).toThrow('input.blockAtRegistration[0]')
          }
          const actual = session.run(input)
          // Bonds are read of some epochs only: they are made when they are.
          if (random.int(2) === 0) expect(difference(expected, actual), where).toBeNull()
          else expect(actual.raw.dividends, where).toEqual(expected.raw.dividends)
          if (random.int(4) === 0) expect(session.bonds(), where).toEqual(expected.bonds)
          bonds = expected.bonds
          permits = random.int(2) === 0 ? expected.validatorPermit : null
        }
      }
    },
    3_600_000,
  )
})
