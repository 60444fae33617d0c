import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  combineMechanisms,
  type EpochInput,
  type EpochOutput,
  type MechanismInput,
  mechanismInputs,
  mechanismSlices,
  runEpoch,
  runMechanisms,
  type SubnetInput,
} from '../../../src/consensus/index.js'
import { epochBatch, epochFunction } from '../../../src/engine/index.js'
import { SeededRandom } from '../../../src/math/index.js'
import { networkAt } from '../../property/networkAt.js'
import { type Network, randomNetwork } from '../../property/randomNetworks.js'
import { difference } from '../../support/engines.js'
import { epochInput, epochParams } from '../../support/epochs.js'

const U64_MAX = 2n ** 64n - 1n

describe('mechanismSlices', () => {
  it.each([
    { emission: 1_000n, count: 1, split: null, slices: [1_000n] },
    { emission: 1_001n, count: 2, split: null, slices: [501n, 500n] },
    { emission: 11n, count: 3, split: null, slices: [5n, 3n, 3n] },
    // 52,428 is four fifths of 65,535: 1,001 gives 800.8 and 200.2, and the odd one goes to mechanism 0.
    { emission: 1_001n, count: 2, split: [52_428, 13_107], slices: [801n, 200n] },
    { emission: 1_001n, count: 2, split: [0, 65_535], slices: [0n, 1_001n] },
    { emission: 7n, count: 3, split: [0, 32_767, 32_768], slices: [1n, 3n, 3n] },
    { emission: 9n, count: 3, split: [65_535], slices: [9n, 0n, 0n] },
    { emission: 9n, count: 2, split: [], slices: null },
    { emission: 0n, count: 2, split: null, slices: [0n, 0n] },
    {
      emission: U64_MAX,
      count: 2,
      split: [65_534, 1],
      slices: [U64_MAX - U64_MAX / 65_535n, U64_MAX / 65_535n],
    },
  ])(
    'gives $count mechanisms of $emission rao, split $split, $slices',
    ({ emission, count, split, slices }) => {
      if (slices === null) expect(() => mechanismSlices(emission, count, split)).toThrow('splitU16')
      else expect(mechanismSlices(emission, count, split)).toEqual(slices)
    },
  )

  it('hands out every rao', () => {
    fc.assert(
      fc.property(
        fc.bigInt(0n, U64_MAX),
        fc.integer({ min: 1, max: 16 }),
        fc.nat(65_535),
        (emission, count, first) => {
          const split = count === 1 ? [65_535] : [first, 65_535 - first]
          for (const slices of [mechanismSlices(emission, count), mechanismSlices(emission, count, split)]) {
            expect(slices).toHaveLength(count)
            expect(slices.reduce((sum, slice) => sum + slice, 0n)).toBe(emission)
          }
        },
      ),
    )
  })

  it.each<[string, Parameters<typeof mechanismSlices>]>([
    ['emissionRao', [-1n, 1]],
    ['emissionRao', [2n ** 64n, 1]],
    ['emissionRao', [5 as never, 1]],
    ['count', [5n, 0]],
    ['count', [5n, 257]],
    ['count', [5n, 1.5]],
    ['splitU16', [5n, 1, [1, 65_534]]],
    ['splitU16', [5n, 2, [1, 65_533]]],
    ['splitU16', [5n, 2, 'even' as never]],
    ['splitU16[1]', [5n, 2, [65_535, -1]]],
    ['splitU16[0]', [5n, 2, [65_536, 0]]],
  ])('refuses a wrong %s', (field, args) => {
    expect(() => mechanismSlices(...args)).toThrow(expect.objectContaining({ field }))
  })
})

/** A network of a fixed size, so that mechanisms of one subnet fit together. */
const networkOf = (random: SeededRandom, n: number): Network => randomNetwork(random, 'ordered', [n])

const own = ({ lastUpdate, earliestActiveCommitBlock, weights, bonds }: EpochInput): MechanismInput => ({
  lastUpdate,
  earliestActiveCommitBlock,
  weights,
  bonds,
})

function subnetOf(inputs: readonly EpochInput[], split: readonly number[] | null): SubnetInput {
  const { lastUpdate: _, earliestActiveCommitBlock: __, weights: ___, bonds: ____, ...shared } = inputs[0]!
  return { ...shared, mechanisms: inputs.map(own), emissionSplitU16: split }
}

describe('combineMechanisms', () => {
  const sketch = { weights: [[[1, 9]], []] as [number, number][][], stakeRao: [5, 0] }
  const output = runEpoch(epochInput(sketch), epochParams())
  const withColumns = (changes: Partial<EpochOutput>): EpochOutput => ({ ...output, ...changes })

  it('weighs each mechanism by its slice, rounding each product down', () => {
    const first = withColumns({
      active: Uint8Array.of(1, 0),
      validatorPermit: Uint8Array.of(0, 0),
      dividendsU16: Uint16Array.of(65_535, 3),
      serverEmissionRao: BigUint64Array.of(1n, 199n),
      combinedEmissionRao: BigUint64Array.of(150n, 50n),
    })
    const second = withColumns({
      active: Uint8Array.of(1, 1),
      validatorPermit: Uint8Array.of(1, 0),
      dividendsU16: Uint16Array.of(1, 65_535),
      serverEmissionRao: BigUint64Array.of(2n, 98n),
      combinedEmissionRao: BigUint64Array.of(10n, 90n),
    })
    const combined = combineMechanisms([first, second], [200n, 100n])
    expect(combined.active).toEqual(Uint8Array.of(1, 1))
    expect(combined.validatorPermit).toEqual(Uint8Array.of(1, 0))
    // Two thirds, rounded down to 2^-64, of 65,535 is just below 43,690, and a third of 1 is 0; 1.99 and 21,844.99.
    expect(combined.dividendsU16).toEqual(Uint16Array.of(43_689, 1 + 21_844))
    expect(combined.serverEmissionRao).toEqual(BigUint64Array.of(3n, 297n))
    // 99.99 and 3.33; 33.33 and 29.99.
    expect(combined.combinedEmissionRao).toEqual(BigUint64Array.of(99n + 3n, 33n + 29n))
    expect(combined.stakeRao).toEqual(output.stakeRao)
  })

  it('counts mechanism 0 alone where nothing is distributed', () => {
    const other = withColumns({ dividendsU16: Uint16Array.of(7, 7) })
    expect(combineMechanisms([output, other], [0n, 0n]).dividendsU16).toEqual(output.dividendsU16)
  })

  it('refuses no mechanism, slices for others, and another number of neurons', () => {
    expect(() => combineMechanisms([], [])).toThrow(expect.objectContaining({ field: 'outputs' }))
    expect(() => combineMechanisms([output], [1n, 2n])).toThrow(
      expect.objectContaining({ field: 'slicesRao', expectedLength: 1, actualLength: 2 }),
    )
    const three = withColumns({ active: new Uint8Array(3) })
    expect(() => combineMechanisms([output, three], [1n, 2n])).toThrow(
      expect.objectContaining({ field: 'outputs[1]', expectedLength: 2, actualLength: 3 }),
    )
  })
})

describe.each([
  { title: 'the plain epoch', epoch: runEpoch },
  { title: 'the fast engine', epoch: epochFunction() },
])('runMechanisms by $title', ({ epoch }) => {
  it('of one mechanism is the epoch of the subnet', () => {
    for (let index = 0; index < 50; index++) {
      const { input, params } = networkAt('one mechanism', index)
      const { mechanisms, slicesRao, combined } = runMechanisms(subnetOf([input], null), params, epoch)
      const expected = runEpoch(input, params)
      expect(slicesRao).toEqual([input.emissionRao])
      expect(difference(expected, mechanisms[0]!)).toBeNull()
      expect(expected).toMatchObject(combined)
    }
  })

  it('of several runs each with its slice, and combines them', () => {
    const random = new SeededRandom('several mechanisms')
    for (let round = 0; round < 20; round++) {
      const n = 1 + random.int(12)
      const inputs = Array.from({ length: 2 + random.int(3) }, () => networkOf(random, n).input)
      const { params } = networkOf(random, n)
      const first = random.int(65_536)
      const subnet = subnetOf(inputs, random.pick([null, [first, 65_535 - first]]))
      const result = runMechanisms(subnet, params, epoch)
      const outputs = inputs.map((input, m) => {
        const one = { ...inputs[0]!, ...own(input), emissionRao: result.slicesRao[m]! }
        return runEpoch(one, params)
      })
      outputs.forEach((expected, m) => {
        expect(difference(expected, result.mechanisms[m]!)).toBeNull()
      })
      expect(result.combined).toMatchObject(combinedByHand(outputs, result.slicesRao, subnet.emissionRao))
    }
  })
})

/** The rules of the combination, word for word in integers of any size. */
function combinedByHand(outputs: readonly EpochOutput[], slices: readonly bigint[], emission: bigint) {
  const share = (m: number): bigint =>
    emission === 0n ? (m === 0 ? 2n ** 64n : 0n) : (slices[m]! * 2n ** 64n) / emission
  const neurons = Array.from(outputs[0]!.active, (_, i) => i)
  const part = (column: Uint16Array | BigUint64Array, i: number, m: number): bigint =>
    (BigInt(column[i]!) * share(m)) / 2n ** 64n
  const total = (of: (output: EpochOutput, i: number, m: number) => bigint): bigint[] =>
    neurons.map((i) => outputs.reduce((sum, output, m) => sum + of(output, i, m), 0n))
  const u16 = (of: Parameters<typeof total>[0]): Uint16Array => Uint16Array.from(total(of), Number)
  return {
    consensusU16: u16(({ consensusU16 }, i, m) => part(consensusU16, i, m)),
    dividendsU16: u16(({ dividendsU16 }, i, m) => part(dividendsU16, i, m)),
    stakeWeightU16: u16(({ stakeWeightU16 }, i, m) => part(stakeWeightU16, i, m)),
    validatorTrustU16: u16(({ validatorTrustU16 }, i, m) => part(validatorTrustU16, i, m)),
    serverEmissionRao: BigUint64Array.from(total((output, i) => output.serverEmissionRao[i]!)),
    validatorEmissionRao: BigUint64Array.from(total((output, i) => output.validatorEmissionRao[i]!)),
    combinedEmissionRao: BigUint64Array.from(total((output, i, m) => part(output.combinedEmissionRao, i, m))),
    active: Uint8Array.from(neurons, (i) => (outputs.some(({ active }) => active[i] === 1) ? 1 : 0)),
  }
}

describe('mechanismInputs', () => {
  const random = new SeededRandom('inputs')
  const inputs = [networkOf(random, 8).input, networkOf(random, 8).input]
  const subnet = subnetOf(inputs, [16_384, 49_151])
  const params = epochParams({ yuma3Enabled: true })

  it('gives epochs that a batch can compute', async () => {
    const expected = runMechanisms(subnet, params, runEpoch)
    const epochs = mechanismInputs(subnet)
    const outputs = await epochBatch(
      epochs.map((input) => ({ input, params })),
      { workers: 0 },
    )
    const slices = epochs.map(({ emissionRao }) => emissionRao)
    expect(combineMechanisms(outputs, slices)).toEqual(expected.combined)
  })

  it.each<[string, object]>([
    ['input.mechanisms', { mechanisms: [] }],
    ['input.mechanisms', { mechanisms: undefined }],
    ['input.mechanisms', { mechanisms: Array(257).fill(own(inputs[0]!)) }],
    ['input.mechanisms[1]', { mechanisms: [own(inputs[0]!), null] }],
    [
      'input.mechanisms[1].lastUpdate[2]',
      { mechanisms: inputs.map((input, m) => ({ ...own(input), lastUpdate: input.lastUpdate.with(2, -m) })) },
    ],
    ['input.mechanisms[0].weights', { mechanisms: [{ ...own(inputs[0]!), weights: 5 }] }],
    ['input.emissionSplitU16', { emissionSplitU16: [1, 2] }],
    ['input.emissionSplitU16[0]', { emissionSplitU16: [0.5, 2] }],
    ['input.emissionRao', { emissionRao: -1n }],
    ['input.taoStakeRao', { taoStakeRao: new BigUint64Array(3) }],
  ])('names %s when it is wrong', (field, changes) => {
    expect(() =>
      runMechanisms({ ...subnet, emissionSplitU16: null, ...changes }, params, epochFunction()),
    ).toThrow(expect.objectContaining({ field }))
  })
})
