import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type EpochInput,
  type EpochOutput,
  type EpochParams,
  rowsOf,
  runEpoch,
  sparseRowsFrom,
} from '../../src/consensus/index.js'
import { SeededRandom } from '../../src/math/index.js'
import { type RowStyle, randomNetwork } from './randomNetworks.js'

const ONE = 2n ** 32n

interface Network {
  readonly input: EpochInput
  readonly params: EpochParams
  readonly random: SeededRandom
}

const networkOf = (seed: string, style: RowStyle): Network => {
  const random = new SeededRandom(seed)
  return { ...randomNetwork(random.fork('network'), style), random }
}

/** Runs the check on 300 networks; a failure names the seed. */
function forNetworks(style: RowStyle, check: (network: Network) => void): void {
  fc.assert(
    fc.property(fc.string(), (seed) => check(networkOf(seed, style))),
    { numRuns: 300 },
  )
}

const sum = (column: BigInt64Array | BigUint64Array): bigint => {
  let total = 0n
  for (const value of column) total += value
  return total
}

/** Columns before the last rounding, by field, as lists in uid order. */
const rawColumns = ({ raw }: EpochOutput): Record<string, bigint[]> => ({
  stake: [...raw.stake],
  activeStake: [...raw.activeStake],
  consensus: [...raw.consensus],
  validatorTrust: [...raw.validatorTrust],
  incentive: [...raw.incentive],
  dividends: [...raw.dividends],
})

/** Every bond before the last rounding as `holder>target=raw`, in no particular order. */
const bondSet = ({ raw }: EpochOutput, nameOf = (uid: number): number => uid): string[] => {
  const { rowStart, column, raw: values } = raw.bonds
  const bonds: string[] = []
  for (let i = 0; i + 1 < rowStart.length; i++) {
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      bonds.push(`${nameOf(i)}>${nameOf(column[k]!)}=${values[k]}`)
    }
  }
  return bonds.sort()
}

describe('an epoch', () => {
  it('shares out all of 1, less at most a unit per neuron, or nothing', () => {
    forNetworks('anyhow', ({ input, params }) => {
      const { raw } = runEpoch(input, params)
      for (const field of ['stake', 'activeStake', 'incentive', 'dividends'] as const) {
        const total = sum(raw[field])
        if (total === 0n) continue
        expect(total, field).toBeLessThanOrEqual(ONE)
        expect(total, field).toBeGreaterThan(ONE - BigInt(input.n))
      }
    })
  })

  it('never pays out more than it was given', () => {
    forNetworks('anyhow', ({ input, params }) => {
      const output = runEpoch(input, params)
      const parts = sum(output.serverEmissionRao) + sum(output.validatorEmissionRao)
      expect(parts).toBeLessThanOrEqual(input.emissionRao)
      expect(sum(output.combinedEmissionRao)).toBeLessThanOrEqual(input.emissionRao)
      output.combinedEmissionRao.forEach((combined, i) => {
        const both = output.serverEmissionRao[i]! + output.validatorEmissionRao[i]!
        // The combined share is floored on its own: at most one unit of 2^-32 above the two, and one rao.
        expect(combined).toBeGreaterThanOrEqual(both)
        expect(combined).toBeLessThanOrEqual(both + (input.emissionRao >> 32n) + 2n)
      })
    })
  })

  it('gives incentive only where there is consensus, and no weight counts beyond it', () => {
    forNetworks('ordered', ({ input, params }) => {
      const { raw } = runEpoch(input, params)
      raw.consensus.forEach((consensus, j) => {
        expect(consensus).toBeLessThanOrEqual(ONE)
        if (consensus === 0n) expect(raw.incentive[j]).toBe(0n)
      })
      for (const trust of raw.validatorTrust) expect(trust).toBeLessThanOrEqual(ONE)
    })
  })

  it('does not depend on how neurons are numbered', () => {
    forNetworks('ordered', ({ input, params, random }) => {
      const { n } = input
      const newUid = random.fork('relabel').shuffled(Array.from({ length: n }, (_, uid) => uid))
      const oldUid = newUid.map((_, uid) => newUid.indexOf(uid))
      const rows = (matrix: EpochInput['weights']): EpochInput['weights'] => {
        const old = rowsOf(matrix)
        return sparseRowsFrom(
          oldUid.map((uid) =>
            old[uid]!.map(([j, value]): [number, number] => [newUid[j]!, value]).sort((a, b) => a[0] - b[0]),
          ),
        )
      }
      const at = <T extends { slice(): T; [uid: number]: unknown }>(column: T): T => {
        const moved = column.slice()
        oldUid.forEach((uid, i) => {
          moved[i] = column[uid] as T[number]
        })
        return moved
      }
      const relabelled: EpochInput = {
        ...input,
        lastUpdate: at(input.lastUpdate),
        blockAtRegistration: at(input.blockAtRegistration),
        alphaStakeRao: at(input.alphaStakeRao),
        taoStakeRao: at(input.taoStakeRao),
        validatorPermit: at(input.validatorPermit),
        earliestActiveCommitBlock: at(input.earliestActiveCommitBlock),
        ownerUid: input.ownerUid === null ? null : (newUid[input.ownerUid] ?? input.ownerUid),
        weights: rows(input.weights),
        bonds: rows(input.bonds),
      }
      const before = runEpoch(input, params)
      const after = runEpoch(relabelled, params)
      for (const [field, column] of Object.entries(rawColumns(after))) {
        expect(newUid.map((uid) => column[uid])).toEqual(rawColumns(before)[field])
      }
      expect(bondSet(after, (uid) => oldUid[uid]!)).toEqual(bondSet(before))
    })
  })

  it('does not depend on the order of entries in a row, liquid alpha aside', () => {
    forNetworks('ordered', ({ input, params, random }) => {
      const fixed = { ...params, liquidAlphaEnabled: false }
      const shuffle = random.fork('shuffle')
      const shuffled = (matrix: EpochInput['weights']): EpochInput['weights'] =>
        sparseRowsFrom(rowsOf(matrix).map((row) => shuffle.shuffled(row)))
      const mixed = { ...input, weights: shuffled(input.weights), bonds: shuffled(input.bonds) }
      expect(runEpoch(mixed, fixed)).toEqual(runEpoch(input, fixed))
    })
  })

  it('hears nobody without stake', () => {
    forNetworks('ordered', ({ input, params, random }) => {
      const other = networkOf(`${random.nextU32()}`, 'anyhow')
      const before = runEpoch(input, params)
      const foreign = rowsOf(other.input.weights)
      const weights = sparseRowsFrom(
        rowsOf(input.weights).map((row, i) => (before.raw.activeStake[i] === 0n ? (foreign[i] ?? []) : row)),
      )
      const after = runEpoch({ ...input, weights }, params)
      expect(after.raw.consensus).toEqual(before.raw.consensus)
      expect(after.raw.incentive).toEqual(before.raw.incentive)
    })
  })

  it('is not moved by a neuron that neither stakes nor weighs', () => {
    forNetworks('ordered', ({ input, params }) => {
      // An owner number just past the end would become the new neuron's.
      if (input.ownerUid === input.n) return
      const n = input.n + 1
      const longer = <T extends Float64Array | BigUint64Array | Uint8Array>(column: T): T => {
        const grown = new (column.constructor as new (length: number) => T)(n)
        grown.set(column as never)
        return grown
      }
      const grown: EpochInput = {
        ...input,
        n,
        lastUpdate: longer(input.lastUpdate),
        blockAtRegistration: longer(input.blockAtRegistration),
        alphaStakeRao: longer(input.alphaStakeRao),
        taoStakeRao: longer(input.taoStakeRao),
        validatorPermit: longer(input.validatorPermit),
        earliestActiveCommitBlock: longer(input.earliestActiveCommitBlock),
        weights: sparseRowsFrom([...rowsOf(input.weights), []]),
        bonds: sparseRowsFrom([...rowsOf(input.bonds), []]),
      }
      const before = runEpoch(input, params)
      const after = runEpoch(grown, params)
      for (const [field, column] of Object.entries(rawColumns(after))) {
        expect(column).toEqual([...rawColumns(before)[field]!, 0n])
      }
      expect([...after.validatorPermit]).toEqual([...before.validatorPermit, 0])
      expect(rowsOf(after.bonds)).toEqual([...rowsOf(before.bonds), []])
    })
  })
})
