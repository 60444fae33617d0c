import { describe, expect, it } from 'vitest'
import {
  type EpochInput,
  type EpochParams,
  emptySparseRows,
  runEpoch,
  type SparseRows,
  sparseRowsFrom,
} from '../../../src/consensus/index.js'
import { YumaConsensus } from '../../../src/engine/index.js'
import { InvalidArgumentError, ShapeError } from '../../../src/errors/index.js'
import { epochInput, epochParams } from '../../support/epochs.js'

const sketch = { weights: [[[1, 65_535]], []] as [number, number][][], stakeRao: [5, 0] }
const yuma = new YumaConsensus(epochParams())

/** What a call throws, which it must. */
function errorOf(call: () => unknown): InvalidArgumentError {
  try {
    call()
  } catch (error) {
    if (error instanceof InvalidArgumentError) return error
    throw error
  }
  return expect.fail('nothing was thrown')
}

describe('YumaConsensus', () => {
  it('computes what the epoch function computes', () => {
    const input = epochInput(sketch)
    expect(yuma.run(input)).toEqual(runEpoch(input, epochParams()))
  })

  it('keeps its parameters whatever happens to the object they came in', () => {
    const params = { ...epochParams() }
    const other = new YumaConsensus(params)
    Object.assign(params, { kappaU16: 'broken' })
    expect(other.params.kappaU16).toBe(32_767)
    expect(Object.isFrozen(other.params)).toBe(true)
  })

  it('accepts the ends of every range', () => {
    const low = { kappaU16: 0, maxAllowedValidators: 0, tempoBlocks: 0, bondsMovingAveragePpm: 0 }
    const high = {
      kappaU16: 65_535,
      maxAllowedValidators: 65_535,
      bondsMovingAveragePpm: 1_000_000,
      alphaSigmoidSteepnessHundredths: -32_768,
      taoWeightU64: 2n ** 64n - 1n,
      stakeThresholdRao: 2n ** 64n - 1n,
      activityCutoffBlocks: Number.MAX_SAFE_INTEGER,
    }
    for (const changes of [low, high]) {
      const engine = new YumaConsensus(epochParams(changes))
      expect(engine.run(epochInput(sketch, { emissionRao: 2n ** 64n - 1n })).active).toHaveLength(2)
    }
  })
})

const U16 = 'Pass a whole number from 0 to 65535.'
const U64 = 'Pass a bigint from 0 to 2^64 - 1.'
const BLOCK = 'Pass a whole number from 0 to 9007199254740991.'
const FLAG = 'Pass true or false.'
const RAO = `Pass rao as a bigint from 0n to ${2n ** 64n - 1n}n; one TAO is 1_000_000_000n.`

describe('YumaConsensus: parameters', () => {
  const wrong: [keyof EpochParams, unknown, string][] = [
    ['tempoBlocks', -1, 'Pass a whole number from 0.'],
    ['tempoBlocks', 2 ** 53, 'Pass a whole number from 0.'],
    ['activityCutoffBlocks', 0.5, 'Pass a whole number from 0.'],
    ['stakeThresholdRao', 5, RAO],
    ['stakeThresholdRao', -1n, RAO],
    ['taoWeightU64', 2n ** 64n, `Pass a bigint from 0n to ${2n ** 64n - 1n}n, such as 1n.`],
    ['maxAllowedValidators', 65_536, U16],
    ['kappaU16', undefined, U16],
    ['kappaU16', 65_536, U16],
    ['bondsPenaltyU16', '5', U16],
    ['bondsMovingAveragePpm', 1_000_001, 'Pass a whole number from 0 to 1000000.'],
    ['yuma3Enabled', 1, FLAG],
    ['liquidAlphaEnabled', null, FLAG],
    ['alphaLowU16', Number.NaN, U16],
    ['alphaHighU16', Number.POSITIVE_INFINITY, U16],
    ['alphaSigmoidSteepnessHundredths', 32_768, 'Pass a whole number from -32768 to 32767.'],
    ['alphaSigmoidSteepnessHundredths', -32_769, 'Pass a whole number from -32768 to 32767.'],
    ['commitRevealEnabled', undefined, FLAG],
  ]
  it.each(wrong)('refuses %s = %s', (name, value, remedy) => {
    const error = errorOf(() => new YumaConsensus({ ...epochParams(), [name]: value }))
    expect(error).toMatchObject({ code: 'InvalidArgument', field: `params.${name}`, value, hints: [remedy] })
  })

  it('refuses liquid alpha without Yuma 3, where it would have no effect', () => {
    const params = epochParams({ liquidAlphaEnabled: true })
    expect(errorOf(() => new YumaConsensus(params))).toMatchObject({
      field: 'params.liquidAlphaEnabled',
      hints: ['Pass yuma3Enabled as well, or leave it false: the original Yuma has no liquid alpha.'],
    })
    expect(new YumaConsensus({ ...params, yuma3Enabled: true }).params.liquidAlphaEnabled).toBe(true)
  })

  it('refuses no parameters at all', () => {
    expect(errorOf(() => new YumaConsensus(undefined as unknown as EpochParams)).message).toBe(
      'Invalid params: undefined. Pass an object.',
    )
  })
})

describe('YumaConsensus: input', () => {
  const run = (changes: object) =>
    errorOf(() => yuma.run({ ...epochInput(sketch), ...changes } as EpochInput))
  const blocks = (second: number): Float64Array => Float64Array.of(0, second)

  const wrong: [string, object, string][] = [
    ['input.n', { n: 32_769 }, 'Pass a whole number from 0 to 32768.'],
    ['input.n', { n: -1 }, 'Pass a whole number from 0 to 32768.'],
    ['input.currentBlock', { currentBlock: 1.5 }, BLOCK],
    ['input.lastStepBlock', { lastStepBlock: -1 }, BLOCK],
    ['input.lastUpdate', { lastUpdate: [1, 2] }, 'Pass a Float64Array.'],
    ['input.lastUpdate[1]', { lastUpdate: blocks(-1) }, 'Pass block numbers from 0 to 2^53 - 1.'],
    ['input.lastUpdate[1]', { lastUpdate: blocks(Infinity) }, 'Pass block numbers from 0 to 2^53 - 1.'],
    [
      'input.blockAtRegistration[1]',
      { blockAtRegistration: blocks(Number.NaN) },
      'Pass block numbers from 0',
    ],
    [
      'input.earliestActiveCommitBlock[1]',
      { earliestActiveCommitBlock: blocks(0.5) },
      'or Infinity for none.',
    ],
    ['input.alphaStakeRao', { alphaStakeRao: new BigInt64Array(2) }, 'Pass a BigUint64Array.'],
    ['input.taoStakeRao', { taoStakeRao: undefined }, 'Pass a BigUint64Array.'],
    ['input.alphaStakeRao', { alphaStakeRao: BigUint64Array.of(2n ** 63n - 1n, 1n) }, 'less than 2^63 rao.'],
    ['input.ownerUid', { ownerUid: 65_536 }, U16],
    ['input.ownerUid', { ownerUid: undefined }, U16],
    ['input.validatorPermit', { validatorPermit: [true, false] }, 'Pass a Uint8Array.'],
    ['input.validatorPermit[1]', { validatorPermit: Uint8Array.of(1, 2) }, 'Pass 0 or 1.'],
    ['input.emissionRao', { emissionRao: 5 }, U64],
    ['input.weights', { weights: null }, 'Pass an object.'],
    ['input.bonds', { bonds: 'rows' }, 'Pass an object.'],
  ]
  it.each(wrong)('refuses %s: %o', (field, changes, remedy) => {
    const error = run(changes)
    expect(error).toMatchObject({ code: 'InvalidArgument', field })
    expect(error.hints.join(' ')).toContain(remedy)
  })

  const misshapen: [string, object, number, number][] = [
    ['input.lastUpdate', { lastUpdate: new Float64Array(3) }, 2, 3],
    ['input.blockAtRegistration', { blockAtRegistration: new Float64Array(0) }, 2, 0],
    ['input.alphaStakeRao', { alphaStakeRao: new BigUint64Array(1) }, 2, 1],
    ['input.taoStakeRao', { taoStakeRao: new BigUint64Array(4) }, 2, 4],
    ['input.validatorPermit', { validatorPermit: new Uint8Array(1) }, 2, 1],
    ['input.earliestActiveCommitBlock', { earliestActiveCommitBlock: new Float64Array(1) }, 2, 1],
    ['input.weights.rowStart', { weights: emptySparseRows(3) }, 3, 4],
    ['input.bonds.rowStart', { bonds: emptySparseRows(1) }, 3, 2],
  ]
  it.each(misshapen)('refuses the length of %s', (field, changes, expectedLength, actualLength) => {
    const error = run(changes)
    expect(error).toBeInstanceOf(ShapeError)
    expect(error).toMatchObject({ code: 'Shape', field, expectedLength, actualLength })
  })

  const rows = (rowStart: number[], entries: number, values = entries): SparseRows => ({
    rowStart: Uint32Array.from(rowStart),
    column: new Uint16Array(entries),
    value: new Uint16Array(values),
  })
  const broken: [string, SparseRows][] = [
    ['input.weights.rowStart[0]', rows([1, 1, 1], 1)],
    ['input.weights.rowStart[2]', rows([0, 1, 0], 1)],
    ['input.weights.column', rows([0, 1, 2], 3)],
    ['input.weights.value', rows([0, 1, 2], 2, 1)],
    ['input.weights[0]', rows([0, 32_769, 32_769], 32_769)],
    ['input.weights', rows([0, 32_768, 32_769], 32_769)],
  ]
  it.each(broken)('refuses rows broken at %s', (field, weights) => {
    expect(run({ weights })).toMatchObject({ field })
  })

  it('takes as many entries as the limits allow', () => {
    const column = Uint16Array.from({ length: 32_769 }, (_, k) => (k === 0 ? 0 : 1))
    const weights = { rowStart: Uint32Array.of(0, 1, 32_769), column, value: new Uint16Array(32_769) }
    expect(yuma.run({ ...epochInput(sketch), weights }).active).toHaveLength(2)
    expect(yuma.run({ ...epochInput(sketch), weights: sparseRowsFrom([[], []]) }).active).toHaveLength(2)
  })
})
