import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  arrowFrame,
  arrowHead,
  csvFrame,
  csvHead,
  describeFrameColumns,
  eachFrame,
  FrameSample,
  readFrames,
  type SimulationFrame,
} from '../../../src/simulation/index.js'
import { root } from '../../house/sources.js'
import { frameAt } from './frameAt.js'

const parts = (count: number): Uint8Array[] => [
  arrowHead({ seed: 'é' }),
  ...Array.from({ length: count }, (_, at) => arrowFrame(frameAt(at + 1, 3))),
]
const file = (count: number): Uint8Array => new Uint8Array(Buffer.concat(parts(count)))

describe('a file of frames', () => {
  test('gives back every number as it was, the largest too', () => {
    const { frames, facts, isCut, wholeBytes } = readFrames(file(5))
    expect(frames).toEqual([1, 2, 3, 4, 5].map((block) => frameAt(block, 3)))
    expect([facts, isCut, wholeBytes]).toEqual([{ seed: 'é' }, false, file(5).length])
    expect(frames[0]?.columns.alphaOut[2]).toBe(2n ** 64n - 1n)
  })

  test('leaves out a last frame that is cut, wherever it is', () => {
    const [head, first, second] = parts(2) as [Uint8Array, Uint8Array, Uint8Array]
    const two = file(2)
    for (let length = head.length; length <= two.length; length++) {
      const { frames, isCut, wholeBytes } = readFrames(two.subarray(0, length))
      const whole = length < head.length + first.length ? 0 : length < two.length ? 1 : 2
      expect(frames.length).toBe(whole)
      expect(wholeBytes).toBe(
        head.length + first.length * Math.min(whole, 1) + second.length * Math.max(0, whole - 1),
      )
      expect(isCut).toBe(length !== wholeBytes)
    }
  })

  test('is read piece by piece where it is not in memory', () => {
    const bytes = file(4)
    let most = 0
    const source = {
      byteLength: bytes.length,
      read: (at: number, length: number) => {
        most = Math.max(most, length)
        return bytes.slice(at, at + length)
      },
    }
    expect([...eachFrame(source)]).toEqual(readFrames(bytes).frames)
    expect(most).toBeLessThan(bytes.length / 3)
  })

  test('is read from no source that gives other bytes than it is asked for', () => {
    const bytes = file(2)
    const { length } = bytes
    const sources: readonly [field: string, remedy: RegExp, source: unknown][] = [
      ['source', /byteLength and read/, 'x'],
      ['source.byteLength', /whole number/, { read: () => bytes }],
      ['source.byteLength', /whole number/, { byteLength: Number.POSITIVE_INFINITY, read: () => bytes }],
      ['source.read', /function/, { byteLength: length }],
      [
        'source.read',
        /as many bytes as it is asked for: 8 from byte 0/,
        { byteLength: length, read: () => new Uint8Array(4) },
      ],
      ['source.read', /as many bytes/, { byteLength: length, read: () => new Uint8Array(0) }],
      ['source.read', /as many bytes/, { byteLength: length, read: () => bytes }],
      ['source.read', /as many bytes/, { byteLength: length, read: () => 'x'.repeat(8) }],
      ['source.read', /as many bytes/, { byteLength: length, read: async () => bytes }],
      [
        'source.read',
        /as many bytes/,
        { byteLength: length + 100, read: (at: number, size: number) => bytes.subarray(at, at + size) },
      ],
    ]
    for (const [field, remedy, source] of sources) {
      expect(() => [...eachFrame(source as never)], String(remedy)).toThrow(
        expect.objectContaining({ code: 'InvalidArgument', field, message: expect.stringMatching(remedy) }),
      )
    }
    // Of its own kind, whatever it throws is its reader's.
    const broken = () => {
      throw new RangeError('mine')
    }
    expect(() => [...eachFrame({ byteLength: length, read: broken })]).toThrow(RangeError)
    // A wrong source is named by the call, before the first frame is asked for.
    expect(() => eachFrame({ read: () => bytes } as never)).toThrow('source.byteLength')
  })

  test('holds rows of one block in each frame', () => {
    const { columns } = frameAt(1, 2)
    const others = { block: 1, columns: { ...columns, block: Uint32Array.of(1, 2) } }
    expect(() => arrowFrame(others)).toThrow(expect.objectContaining({ field: 'frame.columns.block' }))
    expect(() => arrowFrame({ block: 99_999, columns })).toThrow('99999')
    const bytes = new Uint8Array(Buffer.concat(parts(1)))
    // The first column of the body: 1, 1, 1 and padding.
    const at = Buffer.from(bytes).indexOf(Buffer.from(Uint32Array.of(1, 1, 1).buffer))
    bytes[at + 4] = 2
    expect(() => readFrames(bytes)).toThrow('the rows of a frame are of several blocks')
  })

  test('is refused by name when it is none, or is damaged: nothing else is ever thrown', () => {
    expect(() => readFrames(new Uint8Array(0))).toThrow('its beginning is missing')
    expect(() => readFrames(new TextEncoder().encode('block,netuid,price\n'))).toThrow('no Arrow stream')
    expect(() => readFrames(arrowFrame(frameAt(1, 1)))).toThrow('begins without a schema')
    const bytes = file(2)
    let refused = 0
    for (let at = 0; at < bytes.length; at++) {
      for (const value of [0, 0xff, (bytes[at] ?? 0) ^ 1]) {
        const broken = bytes.slice()
        broken[at] = value
        try {
          readFrames(broken)
        } catch (error) {
          refused++
          expect(error).toMatchObject({ code: 'FrameFile' })
        }
      }
    }
    expect(refused).toBeGreaterThan(100)
  })

  test('has the bytes that the format of Apache Arrow says', () => {
    const [head, first] = parts(1) as [Uint8Array, Uint8Array]
    for (const message of [head, first]) {
      const view = new DataView(message.buffer)
      expect(view.getUint32(0, true)).toBe(0xffff_ffff)
      expect(view.getInt32(4, true) % 8).toBe(0)
      expect(message.length % 8).toBe(0)
    }
    // Recorded when apache-arrow 21 for JavaScript and pyarrow read these bytes, every value equal.
    expect(first.length).toBe(1_472)
  })

  test('has columns that the page on simulations explains, in order', () => {
    const page = readFileSync(join(root, 'docs/simulate.md'), 'utf8')
    const rows = [...page.matchAll(/^\| `(\w+)` \| `(\w+)` \| (.+) \|$/gm)].map(([, name, kind, says]) => ({
      name,
      kind,
      says,
    }))
    expect(rows).toEqual(describeFrameColumns())
  })

  test('as text has the same numbers, in full', () => {
    const frame = frameAt(7, 2)
    const [names, ...rows] = `${csvHead()}${csvFrame(frame)}`.trimEnd().split('\n')
    expect(names?.split(',')).toEqual(describeFrameColumns().map(({ name }) => name))
    const values = rows.map((row) => row.split(','))
    for (const [at, { name, kind }] of describeFrameColumns().entries()) {
      const column = Array.from(frame.columns[name], (value: number | bigint) => value)
      expect(values.map((row) => (kind === 'u64' ? BigInt(row[at]!) : Number(row[at])))).toEqual(column)
    }
  })
})

describe('a sample of frames', () => {
  test.each([1, 2, 9, 10, 11, 1_000])('of %i keeps at most ten, evenly apart, and the last', (count) => {
    const sample = new FrameSample(10)
    for (let block = 1; block <= count; block++) sample.add(frameAt(block, 1))
    const kept = sample.frames.map(({ block }) => block)
    expect(kept.length).toBeLessThanOrEqual(10)
    expect([kept[0], kept.at(-1)]).toEqual([1, count])
    const gaps = new Set(kept.slice(1, -1).map((block, at) => block - (kept[at] ?? 0)))
    expect(gaps.size).toBeLessThanOrEqual(1)
  })

  test('holds nothing at first', () => {
    expect(new FrameSample(2).frames).toEqual([] satisfies SimulationFrame[])
  })
})
