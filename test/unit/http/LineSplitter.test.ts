import { describe, expect, it } from 'vitest'
import { LineSplitter } from '../../../src/http/client/LineSplitter.js'

const text = 'one\n\ntwo three\n\u00e9\nrest'

function linesOf(splitter: LineSplitter, pieces: readonly Uint8Array[]): string[] {
  return pieces.flatMap((piece) => Array.from(splitter.add(piece), (line) => Buffer.from(line).toString()))
}

describe('lines of bytes that come in pieces', () => {
  it('are the same wherever the pieces are cut', () => {
    const bytes = Buffer.from(text)
    for (let size = 1; size <= bytes.length; size++) {
      const pieces: Buffer[] = []
      for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size))
      const splitter = new LineSplitter(100)
      expect(linesOf(splitter, pieces)).toEqual(['one', '', 'two three', '\u00e9'])
      expect(splitter.hasRest).toBe(true)
    }
  })

  it('are bounded, each by itself, before they are whole', () => {
    const ofTen = (...pieces: string[]): string[] =>
      linesOf(
        new LineSplitter(10),
        pieces.map((piece) => Buffer.from(piece)),
      )
    expect(ofTen('1234567890\n', '1234567890\n')).toEqual(['1234567890', '1234567890'])
    const tooLarge = expect.objectContaining({ name: 'ResponseBodyError', fault: 'tooLarge' })
    expect(() => ofTen('12345678901\n')).toThrow(tooLarge)
    expect(() => ofTen('12345', '678901')).toThrow(tooLarge)
  })

  it('cost each byte once: a line of two million pieces is read within the time of a test', () => {
    const splitter = new LineSplitter(4_000_000)
    const piece = Buffer.from('x')
    for (let at = 0; at < 2_000_000; at++)
      for (const _line of splitter.add(piece)) throw new TypeError('a line')
    const [line] = splitter.add(Buffer.from('\n'))
    expect(line?.length).toBe(2_000_000)
  })
})
