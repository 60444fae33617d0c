import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { readLines } from '../../../src/network/readLines.js'

async function linesOf(chunks: readonly (string | Buffer)[], limit = 10): Promise<string[]> {
  const stream = new PassThrough()
  const lines: string[] = []
  readLines(stream, limit, (line) => lines.push(line))
  for (const chunk of chunks) stream.write(chunk)
  stream.end()
  await new Promise<void>((resolve) => stream.once('end', resolve))
  return lines
}

describe('readLines', () => {
  test('gives each line without its end, wherever the chunks break', async () => {
    expect(await linesOf(['a\nb', 'c\r', '\n\n', 'd'])).toEqual(['a', 'bc', '', 'd'])
    expect(await linesOf(['a\n'])).toEqual(['a'])
    expect(await linesOf([])).toEqual([])
    const [first, second] = [Buffer.from('é\n').subarray(0, 1), Buffer.from('é\n').subarray(1)]
    expect(await linesOf([first, second])).toEqual(['é'])
  })

  test('cuts a long line, and keeps nothing of what it cut', async () => {
    const endless = Array.from({ length: 100 }, () => 'x'.repeat(1_000))
    expect(await linesOf([...endless, '\nnext\n'])).toEqual(['x'.repeat(10), 'next'])
    expect(await linesOf(endless)).toEqual(['x'.repeat(10)])
  })
})
