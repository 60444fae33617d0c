import { describe, expect, it } from 'vitest'
import type { EpochInput, EpochParams } from '../../../src/consensus/index.js'
import {
  EpochBatch,
  epochBatch,
  type SessionInput,
  YumaConsensus,
  type YumaConsensusOptions,
} from '../../../src/engine/index.js'
import { engineOptions } from '../../support/engines.js'
import { epochInput, epochParams } from '../../support/epochs.js'

type Run = (input: EpochInput, params: EpochParams) => unknown

/** Doors with what they put before the name of a field. */
const doors: readonly { readonly title: string; readonly prefix: string; readonly run: Run }[] = [
  ...engineOptions.map(({ title, ...options }) => ({
    title,
    prefix: '',
    run: (input: EpochInput, params: EpochParams) => new YumaConsensus(params, options).run(input),
  })),
  {
    title: 'a batch',
    prefix: 'subnets[0].',
    run: (input, params) => epochBatch([{ input, params }], { workers: 0 }),
  },
]

const input = epochInput({
  weights: [[[1, 5]], [[0, 7]], []],
  bonds: [[[2, 5]], [], []],
  stakeRao: [5, 3, 0],
})
const params = epochParams()
const columns = [
  'lastUpdate',
  'blockAtRegistration',
  'alphaStakeRao',
  'taoStakeRao',
  'validatorPermit',
  'earliestActiveCommitBlock',
] as const

/** The same numbers in an array of another type. */
const retyped = (column: ArrayLike<number | bigint>): unknown => Int32Array.from(Array.from(column, Number))

async function fieldRefused(run: Run, wrongInput: unknown, wrongParams: unknown): Promise<string> {
  try {
    await run(wrongInput as EpochInput, wrongParams as EpochParams)
  } catch (error) {
    expect(error).toMatchObject({ code: expect.stringMatching(/^(InvalidArgument|Shape)$/) })
    return (error as { field: string }).field
  }
  return 'nothing'
}

describe.each(doors)('wrong input on $title', ({ prefix, run }) => {
  const refused = async (wrong: object): Promise<string> => fieldRefused(run, { ...input, ...wrong }, params)

  it.each(['n', 'currentBlock', 'lastStepBlock', 'ownerUid', 'emissionRao', ...columns, 'weights', 'bonds'])(
    'is refused by the name of %s',
    async (name) => {
      for (const value of [undefined, 'text', -1, 0.5, {}]) {
        const field = await refused({ [name]: value })
        const isPart = field.startsWith(`${prefix}input.${name}`)
        expect(isPart, `${String(value)}: ${field}`).toBe(true)
      }
    },
  )

  it.each(columns)('is refused for the length and the type of %s', async (name) => {
    const field = `${prefix}input.${name}`
    expect(await refused({ [name]: input[name].slice(1) })).toBe(field)
    expect(await refused({ [name]: retyped(input[name]) })).toBe(field)
    expect(await refused({ [name]: Array.from<number | bigint>(input[name]) })).toBe(field)
  })

  it.each(['lastUpdate', 'blockAtRegistration', 'earliestActiveCommitBlock'] as const)(
    'is refused for a block of %s that is none',
    async (name) => {
      for (const block of [-1, 0.5, Number.NaN, 2 ** 53, Number.NEGATIVE_INFINITY]) {
        expect(await refused({ [name]: input[name].with(1, block) })).toBe(`${prefix}input.${name}[1]`)
      }
    },
  )

  it('is refused for a permit that is neither 0 nor 1, and for stakes of 2^63 rao', async () => {
    expect(await refused({ validatorPermit: Uint8Array.of(1, 0, 2) })).toBe(
      `${prefix}input.validatorPermit[2]`,
    )
    const alphaStakeRao = BigUint64Array.of(2n ** 63n - 1n, 0n, 0n)
    const taoStakeRao = BigUint64Array.of(0n, 1n, 0n)
    expect(await refused({ alphaStakeRao, taoStakeRao })).toBe(`${prefix}input.alphaStakeRao`)
    expect(await refused({ alphaStakeRao })).toBe('nothing')
  })

  it.each(['weights', 'bonds'] as const)('is refused for rows of %s that are none', async (name) => {
    const rows = input[name]
    const field = `${prefix}input.${name}`
    for (const part of ['rowStart', 'column', 'value'] as const) {
      for (const value of [undefined, 5, retyped(rows[part]), Array.from(rows[part])]) {
        expect(await refused({ [name]: { ...rows, [part]: value } })).toBe(`${field}.${part}`)
      }
    }
    const end = rows.column.length
    expect(await refused({ [name]: { ...rows, rowStart: Uint32Array.of(0, 1, end) } })).toBe(
      `${field}.rowStart`,
    )
    expect(await refused({ [name]: { ...rows, rowStart: Uint32Array.of(1, 1, end, end) } })).toBe(
      `${field}.rowStart[0]`,
    )
    expect(await refused({ [name]: { ...rows, rowStart: Uint32Array.of(0, end + 1, 0, end) } })).toBe(
      `${field}.rowStart[2]`,
    )
    expect(await refused({ [name]: { ...rows, rowStart: Uint32Array.of(0, 0, 0, end + 1) } })).toBe(
      `${field}.column`,
    )
    expect(await refused({ [name]: { ...rows, value: new Uint16Array(end + 1) } })).toBe(`${field}.value`)
  })

  it.each(Object.keys(params))('is refused by the name of the parameter %s', async (name) => {
    for (const value of [undefined, null, 'text', -40_000, 0.5, {}, 2n ** 64n]) {
      expect(await fieldRefused(run, input, { ...params, [name]: value })).toBe(`${prefix}params.${name}`)
    }
  })

  it.each([undefined, null, 5])('is refused where there is %s instead', async (nothing) => {
    expect(await fieldRefused(run, nothing, params)).toBe(`${prefix}input`)
    expect(await fieldRefused(run, input, nothing)).toBe(`${prefix}params`)
  })
})

describe('a session', () => {
  it.each(engineOptions)('on engine $title names what is wrong, and goes on', ({ title: _, ...options }) => {
    const { bonds, ...rest } = input
    const session = new YumaConsensus(params, options).session(bonds)
    const wrong: SessionInput = { ...rest, lastUpdate: rest.lastUpdate.with(2, -1) }
    expect(() => session.run(wrong)).toThrow(expect.objectContaining({ field: 'input.lastUpdate[2]' }))
    expect(session.run(rest)).toEqual(new YumaConsensus(params, { engine: 'plain' }).run(input))
  })

  it('refuses bonds of more neurons than the epoch has', () => {
    const { bonds: _, ...rest } = epochInput({ weights: [[]], stakeRao: [1] })
    const session = new YumaConsensus(params).session(input.bonds)
    expect(() => session.run(rest)).toThrow(expect.objectContaining({ field: 'input.bonds.rowStart' }))
  })
})

describe('options', () => {
  it.each<[string, object]>([
    ['options.engine', { engine: 'native' }],
    ['options.engine', { engine: null }],
    ['options.path', { path: 'fast' }],
    ['options.reuseOutput', { reuseOutput: 1 }],
  ])('of YumaConsensus are refused by name: %s, %o', (field, options) => {
    expect(() => new YumaConsensus(params, options as YumaConsensusOptions)).toThrow(
      expect.objectContaining({ field }),
    )
  })

  it.each<[string, object]>([
    ['options.engine', { engine: 'native' }],
    ['options.maxBytes', { maxBytes: 10 }],
    ['options.maxBytes', { maxBytes: -1 }],
    ['options.maxBytes', { maxBytes: '100000000' }],
    ['options.maxBytes', { maxBytes: Number.NaN }],
  ])('of a batch are refused by name: %s, %o', (field, options) => {
    expect(() => new EpochBatch([{ input, params }], options)).toThrow(expect.objectContaining({ field }))
  })
})
