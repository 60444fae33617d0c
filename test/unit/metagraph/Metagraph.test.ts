import { describe, expect, test } from 'vitest'
import { InvalidArgumentError, ShapeError } from '../../../src/errors/index.js'
import { epochInputFrom, Metagraph } from '../../../src/metagraph/index.js'
import { hotkeyNamed, threeNeurons } from './columns.js'

describe('Metagraph', () => {
  test('finds a neuron by hotkey and shows it in fractions', () => {
    const metagraph = new Metagraph(threeNeurons())
    expect(metagraph.uidOf(hotkeyNamed('bob'))).toBe(1)
    expect(metagraph.uidOf(hotkeyNamed('nobody'))).toBeUndefined()
    expect(metagraph.row(1)).toEqual({
      uid: 1,
      hotkey: 'hot-bob',
      coldkey: 'cold-bob',
      axon: '127.0.0.1:8091',
      stakeAlpha: 7n,
      stakeWeight: 0,
      consensus: 43_690 / 65_535,
      incentive: 43_690 / 65_535,
      dividends: 0,
      validatorTrust: 0,
      emissionAlpha: 2n,
      validatorPermit: false,
      active: true,
      registeredAtBlock: 2,
      lastUpdate: 2,
    })
    expect(metagraph.rows().map(({ uid }) => uid)).toEqual([0, 1, 2])
  })

  test('lists permit holders as validators and serving neurons as miners', () => {
    const metagraph = new Metagraph(threeNeurons())
    expect(metagraph.validators()).toEqual([0])
    expect(metagraph.miners()).toEqual([1])
  })

  test('gives weight and bond rows as pairs', () => {
    const metagraph = new Metagraph(threeNeurons())
    expect(metagraph.weightsOf(0)).toEqual([
      [1, 65_535],
      [2, 32_768],
    ])
    expect(metagraph.weightsOf(2)).toEqual([])
    expect(metagraph.bondsOf(0)).toEqual([[1, 9]])
  })

  test('does not change when the columns it was made of change', () => {
    const columns = threeNeurons()
    const metagraph = new Metagraph(columns)
    columns.stakeAlpha[1] = 1n
    columns.weights.value[0] = 1
    expect(metagraph.row(1).stakeAlpha).toBe(7n)
    expect(metagraph.weightsOf(0)[0]).toEqual([1, 65_535])
    expect(Object.isFrozen(metagraph.columns)).toBe(true)
    expect(Object.isFrozen(metagraph.columns.hotkey)).toBe(true)
  })

  test('refuses a uid that is no slot', () => {
    const metagraph = new Metagraph(threeNeurons())
    for (const uid of [-1, 3, 0.5, Number.NaN]) {
      expect(() => metagraph.row(uid)).toThrow(InvalidArgumentError)
      expect(() => metagraph.weightsOf(uid)).toThrow('Pass a uid of this subnet, 0 to 2.')
    }
  })

  test('refuses columns of another length than n', () => {
    expect(() => new Metagraph(threeNeurons({ active: new Uint8Array(2) }))).toThrow(ShapeError)
    expect(() => new Metagraph(threeNeurons({ axon: [] }))).toThrow('Pass columns.axon with length 3.')
  })

  test('refuses a hotkey in two slots', () => {
    const twice = ['ann', 'bob', 'ann'].map(hotkeyNamed)
    expect(() => new Metagraph(threeNeurons({ hotkey: twice }))).toThrow(
      'Invalid columns.hotkey[2]: "hot-ann".',
    )
  })

  test('refuses matrices whose parts disagree', () => {
    const column = Uint16Array.of(1)
    const value = Uint16Array.of(1)
    const withStarts = (rowStart: number[]) =>
      new Metagraph(threeNeurons({ weights: { rowStart: Uint32Array.from(rowStart), column, value } }))
    expect(() => withStarts([0, 1])).toThrow('Pass columns.weights.rowStart with length 4.')
    expect(() => withStarts([0, 1, 2, 2])).toThrow('Pass columns.weights.column with length 2.')
    expect(() => withStarts([0, 1, 0, 1])).toThrow('row starts that begin with 0 and never fall')
  })
})

describe('what a metagraph is made of', () => {
  const rows = (column: number[]) => ({
    rowStart: Uint32Array.of(0, column.length, column.length, column.length),
    column: Uint16Array.from(column),
    value: new Uint16Array(column.length),
  })

  test.each([
    ['columns.netuid', { netuid: 65_536 }],
    ['columns.n', { n: 65_537 }],
    ['columns.ownerUid', { ownerUid: 3 }],
    ['columns.active[1]', { active: Uint8Array.of(1, 2, 0) }],
    ['columns.stakeAlpha', { stakeAlpha: [1n, 2n, 3n] as never }],
    ['columns.lastUpdate[2]', { lastUpdate: Float64Array.of(1, 2, 0.5) }],
    ['columns.registeredAtBlock[0]', { registeredAtBlock: Float64Array.of(101, 2, 3) }],
    ['columns.axon[2]', { axon: [null, null, { host: 'h', port: 65_536 }] }],
    ['columns.hotkey[0]', { hotkey: ['', 'b', 'c'] as never }],
    ['columns.weights[0][1]', { weights: rows([1, 3]) }],
    ['columns.bonds[0][2]', { bonds: rows([1, 2, 1]) }],
    ['columns.tempo', { tempo: 3 } as never],
  ])('is refused by the name of its place: %s', (field, changes) => {
    const make = (): Metagraph => new Metagraph(threeNeurons(changes))
    expect(make).toThrow(InvalidArgumentError)
    expect(make).toThrow(`Invalid ${field}: `)
  })

  test('is not taken over unchecked from a caller', () => {
    const make = (): Metagraph => new Metagraph(threeNeurons(), Symbol('made by the library') as never)
    expect(make).toThrow(InvalidArgumentError)
  })

  test('may name the uids of a row in any order', () => {
    expect(new Metagraph(threeNeurons({ weights: rows([2, 0, 1]) })).weightsOf(0)).toHaveLength(3)
  })
})

describe('diff', () => {
  test('names who joined, who left and which fields changed', () => {
    const before = new Metagraph(threeNeurons())
    const after = new Metagraph(
      threeNeurons({
        block: 110,
        hotkey: ['ann', 'bob', 'dan'].map(hotkeyNamed),
        incentiveU16: Uint16Array.of(0, 1, 2),
        weights: {
          rowStart: Uint32Array.of(0, 0, 0, 0),
          column: new Uint16Array(),
          value: new Uint16Array(),
        },
      }),
    )
    expect(before.diff(after)).toEqual({
      fromBlock: 100,
      toBlock: 110,
      joined: [{ uid: 2, hotkey: 'hot-dan', replaced: 'hot-cid' }],
      left: [{ uid: 2, hotkey: 'hot-cid' }],
      changed: [
        { uid: 0, fields: ['weights'] },
        { uid: 1, fields: ['incentive'] },
      ],
    })
  })

  test('a new slot replaces nobody, and equal metagraphs differ in nothing', () => {
    const one = new Metagraph(threeNeurons())
    expect(one.diff(new Metagraph(threeNeurons()))).toEqual({
      fromBlock: 100,
      toBlock: 100,
      joined: [],
      left: [],
      changed: [],
    })
    const empty = new Metagraph({
      ...threeNeurons(),
      n: 0,
      ownerUid: null,
      hotkey: [],
      coldkey: [],
      axon: [],
      registeredAtBlock: new Float64Array(),
      lastUpdate: new Float64Array(),
      active: new Uint8Array(),
      validatorPermit: new Uint8Array(),
      stakeAlpha: new BigUint64Array(),
      stakeWeightU16: new Uint16Array(),
      consensusU16: new Uint16Array(),
      incentiveU16: new Uint16Array(),
      dividendsU16: new Uint16Array(),
      validatorTrustU16: new Uint16Array(),
      emissionAlpha: new BigUint64Array(),
      weights: { rowStart: Uint32Array.of(0), column: new Uint16Array(), value: new Uint16Array() },
      bonds: { rowStart: Uint32Array.of(0), column: new Uint16Array(), value: new Uint16Array() },
    })
    expect(empty.diff(one).joined).toHaveLength(3)
    expect(empty.diff(one).joined[0]).toEqual({ uid: 0, hotkey: 'hot-ann', replaced: null })
  })

  test('refuses to compare two subnets', () => {
    const other = new Metagraph(threeNeurons({ netuid: 2 }))
    expect(() => new Metagraph(threeNeurons()).diff(other)).toThrow('Compare metagraphs of one subnet')
  })
})

describe('JSON', () => {
  test('survives text and back without loss, amounts above 2^53 included', () => {
    const metagraph = new Metagraph(threeNeurons())
    const text = JSON.stringify(metagraph)
    expect(text).toContain('"18446744073709551615"')
    const again = Metagraph.fromJSON(JSON.parse(text))
    expect(again.columns).toEqual(metagraph.columns)
    expect(JSON.stringify(again)).toBe(text)
  })

  test.each([
    ['format', 'something/2'],
    ['n', -1],
    ['hotkey', ['a', 'b']],
    ['hotkey', ['a', 'b', 3]],
    ['stakeAlpha', ['1', '2', '-3']],
    ['stakeAlpha', ['1', '2', '18446744073709551616']],
    ['active', [true, true, 1]],
    ['incentiveU16', [0, 65_536, 0]],
    ['axon', [null, { host: 1, port: 2 }, null]],
    ['axon', [null, null, { host: 'h', port: 70_000 }]],
    ['weights', [[], [[1]], []]],
    ['weights', [[], [[1, 0.5]], []]],
    ['block', 1.5],
    ['stakeAlpha', ['007', '2', '3']],
    ['hotkey', ['a', 'b', 'a']],
    ['hotkey', ['a', 'b', '\u202e']],
    ['axon', [null, null, { host: 'h', port: 1, path: '/' }]],
    ['weights', [[[60_000, 1]], [], []]],
    [
      'weights',
      [
        [
          [1, 1],
          [1, 2],
        ],
        [],
        [],
      ],
    ],
    ['bonds', [[], [[3, 1]], []]],
    ['ownerUid', 3],
    ['lastEpochBlock', 101],
    ['registeredAtBlock', [1, 2, 101]],
    ['lastUpdate', [1, 2, -0]],
    ['unheardOf', 1],
    // biome-ignore lint/suspicious/noSparseArray: a hole is no value
    ['stakeAlpha', ['1', , '3']],
    // biome-ignore lint/suspicious/noSparseArray: a hole is no value
    ['weights', [[], , []]],
    // biome-ignore lint/suspicious/noSparseArray: a hole is no value
    ['weights', [[[1, 1], ,], [], []]],
  ])('names the field %s when it does not fit', (field, value) => {
    const json = { ...JSON.parse(JSON.stringify(new Metagraph(threeNeurons()))), [field]: value }
    expect(() => Metagraph.fromJSON(json)).toThrow(`metagraph.${field}`)
  })

  test('of rows writes amounts as decimal text and everything else as it is', () => {
    const metagraph = new Metagraph(threeNeurons())
    const [, bob, cid] = JSON.parse(JSON.stringify(metagraph.rows())) as Record<string, unknown>[]
    expect(bob).toEqual({ ...metagraph.row(1), stakeAlpha: '7', emissionAlpha: '2' })
    expect(cid?.stakeAlpha).toBe('18446744073709551615')
  })

  test('names an unknown field of any length and content within a line', () => {
    const json = {
      ...JSON.parse(JSON.stringify(new Metagraph(threeNeurons()))),
      [`\n${'k'.repeat(5_000)}`]: 1,
    }
    const read = (): unknown => Metagraph.fromJSON(json)
    expect(read).toThrow(/^Invalid metagraph\.\\u000ak+…: 1\. Leave it out; known are format, netuid, /)
    expect(read).toThrow(expect.objectContaining({ field: expect.stringMatching(/^.{60,80}$/) }))
  })

  test('refuses what is no object', () => {
    for (const data of [null, 3, 'text', []]) {
      expect(() => Metagraph.fromJSON(data)).toThrow('Pass an object.')
    }
  })
})

describe('epochInputFrom', () => {
  test('hands the columns to an epoch at the metagraph block, without root stake or commitments', () => {
    const metagraph = new Metagraph(threeNeurons())
    const input = epochInputFrom(metagraph, { emissionRao: 10n })
    expect(input).toMatchObject({ n: 3, currentBlock: 100, lastStepBlock: 95, ownerUid: 0, emissionRao: 10n })
    expect(input.taoStakeRao).toEqual(new BigUint64Array(3))
    expect(input.earliestActiveCommitBlock).toEqual(Float64Array.of(Infinity, Infinity, Infinity))
    expect(input.weights).toBe(metagraph.columns.weights)
  })

  test('refuses root stake of another length', () => {
    const metagraph = new Metagraph(threeNeurons())
    const taoStakeRao = new BigUint64Array(2)
    expect(() => epochInputFrom(metagraph, { emissionRao: 1n, taoStakeRao })).toThrow(ShapeError)
  })
})
