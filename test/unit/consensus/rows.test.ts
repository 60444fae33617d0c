import { describe, expect, it } from 'vitest'
import { emptySparseRows, rowsOf, sparseRowsFrom } from '../../../src/consensus/index.js'

describe('sparseRowsFrom', () => {
  it('lays rows end to end, in the order given, zeros and repetitions included', () => {
    const rows = sparseRowsFrom([
      [[3, 7]],
      [],
      [
        [2, 0],
        [0, 65_535],
        [2, 1],
      ],
    ])
    expect([...rows.rowStart]).toEqual([0, 1, 1, 4])
    expect([...rows.column]).toEqual([3, 2, 0, 2])
    expect([...rows.value]).toEqual([7, 0, 65_535, 1])
  })

  it.each([
    [[[[65_536, 1]]], 'rows[0][0][0]'],
    [
      [
        [],
        [
          [1, 1],
          [1, -1],
        ],
      ],
      'rows[1][1][1]',
    ],
    [[[[0, 0.5]]], 'rows[0][0][1]'],
    [[[[0, Number.NaN]]], 'rows[0][0][1]'],
  ] as [[number, number][][], string][])('refuses %j, naming %s', (rows, field) => {
    expect(() => sparseRowsFrom(rows)).toThrow(
      expect.objectContaining({
        code: 'InvalidArgument',
        field,
        hints: ['Pass an integer from 0 to 65535.'],
      }),
    )
  })
})

describe('rowsOf', () => {
  it('gives back what sparse rows were made from', () => {
    const rows: [number, number][][] = [
      [],
      [
        [1, 2],
        [1, 3],
        [0, 0],
      ],
      [[65_535, 65_535]],
    ]
    expect(rowsOf(sparseRowsFrom(rows))).toEqual(rows)
  })
})

describe('emptySparseRows', () => {
  it('has n rows and no entry', () => {
    expect(rowsOf(emptySparseRows(3))).toEqual([[], [], []])
    expect(rowsOf(emptySparseRows(0))).toEqual([])
  })
})
