import type { Readable } from 'node:stream'

/**
 * Reads text line by line, each cut to a number of characters: what comes without a line's end costs no more memory than one line.
 *
 * @param onLine - is told of each line, the last one too where it does not end.
 */
export function readLines(stream: Readable, limit: number, onLine: (line: string) => void): void {
  let line = ''
  let isBegun = false
  const end = (): void => {
    onLine(line.endsWith('\r') ? line.slice(0, -1) : line)
    line = ''
    isBegun = false
  }
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    for (let from = 0; from < text.length; ) {
      const to = text.indexOf('\n', from)
      const until = to === -1 ? text.length : to
      if (line.length < limit) line += text.slice(from, Math.min(until, from + limit - line.length))
      isBegun = true
      from = until + 1
      if (to !== -1) end()
    }
  })
  stream.on('end', () => {
    if (isBegun) end()
  })
}
