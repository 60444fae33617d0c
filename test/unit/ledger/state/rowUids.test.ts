import { describe, expect, it } from 'vitest'
import { ByteReader, ByteWriter } from '../../../../src/ledger/state/bytes.js'
import { fullRow, isFullRow } from '../../../../src/ledger/state/fullRows.js'
import { rowUids } from '../../../../src/ledger/state/rowUids.js'

const written = (uids: Uint16Array): Uint8Array => {
  const writer = new ByteWriter()
  rowUids.write(writer, uids)
  return writer.taken().slice()
}

const upTo = (n: number): Uint16Array => Uint16Array.from({ length: n }, (_, uid) => uid)

describe('what a row of weights names', () => {
  it('is written as a number where it is every neuron in order, and else one by one', () => {
    expect([...written(upTo(3))]).toEqual([1, 3, 0, 0, 0])
    expect(written(upTo(65_536))).toEqual(Uint8Array.of(1, 0, 0, 1, 0))
    expect([...written(Uint16Array.of(0, 2))]).toEqual([0, 2, 0, 0, 0, 0, 0, 2, 0])
    expect([...written(new Uint16Array(0))]).toEqual([0, 0, 0, 0, 0])
  })

  it.each([0, 1, 32, 33, 256, 4_096])(
    'has one form for %i neurons, whoever made the list, and comes back',
    (n) => {
      const bytes = written(upTo(n))
      expect(written(fullRow(n))).toEqual(bytes)
      const back = rowUids.read(new ByteReader(bytes))
      expect(back).toEqual(upTo(n))
      expect(written(back)).toEqual(bytes)
      const shorter = upTo(n + 1).with(n, n + 1)
      expect(rowUids.read(new ByteReader(written(shorter)))).toEqual(shorter)
    },
  )

  it('is one list for all rows of a length, from 33 entries on', () => {
    expect(fullRow(256)).toBe(fullRow(256))
    expect(rowUids.read(new ByteReader(written(upTo(256))))).toBe(fullRow(256))
    expect(isFullRow(fullRow(256))).toBe(true)
    expect(isFullRow(upTo(256))).toBe(true)
    expect(isFullRow(fullRow(256).with(255, 254))).toBe(false)
  })

  it.each([
    ['of no length', [1, 0, 0, 0, 0]],
    ['longer than a subnet can be', [1, 1, 0, 1, 0]],
    ['that ends too early', [1, 1, 0]],
  ])('is refused where it is a full row %s', (_what, bytes) => {
    expect(() => rowUids.read(new ByteReader(Uint8Array.from(bytes)))).toThrow()
  })
})
