import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'

/** One request and its response, as they travelled. Bodies are base64. */
export interface Exchange {
  readonly name: string
  readonly request: {
    readonly method: string
    readonly target: string
    readonly rawHeaders: readonly string[]
    readonly body: string
  }
  readonly response: {
    readonly status: number
    readonly rawHeaders: readonly string[]
    readonly body: string
  }
}

/** Stands between two peers and writes down what they say. */
export interface Recorder {
  readonly host: string
  readonly port: number
  readonly exchanges: Exchange[]
  /** What the next exchanges are called. */
  name: string
  close(): Promise<void>
}

export async function recordBetween(server: {
  readonly host: string
  readonly port: number
}): Promise<Recorder> {
  const exchanges: Exchange[] = []
  const proxy = createServer((incoming, response) => {
    const pieces: Buffer[] = []
    const { method = '', url: target = '', rawHeaders } = incoming
    incoming.on('data', (piece: Buffer) => pieces.push(piece))
    incoming.on('end', () => {
      const body = Buffer.concat(pieces)
      const headers = Object.fromEntries(pairsOf(rawHeaders))
      const forwarded = request({ ...server, method, path: target, headers, agent: false }, (answer) => {
        response.writeHead(
          answer.statusCode ?? 0,
          pairsOf(answer.rawHeaders)
            .filter(([name]) => name.toLowerCase() !== 'transfer-encoding')
            .flat(),
        )
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => {
          parts.push(part)
          response.write(part)
        })
        answer.on('error', () => response.destroy())
        answer.on('end', () => {
          exchanges.push({
            name: recorder.name,
            request: { method, target, rawHeaders, body: body.toString('base64') },
            response: {
              status: answer.statusCode ?? 0,
              rawHeaders: answer.rawHeaders,
              body: Buffer.concat(parts).toString('base64'),
            },
          })
          response.end()
        })
      })
      forwarded.on('error', () => response.destroy())
      response.on('close', () => forwarded.destroy())
      forwarded.end(body)
    })
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const recorder: Recorder = {
    host: '127.0.0.1',
    port: (proxy.address() as AddressInfo).port,
    exchanges,
    name: '',
    close: () =>
      new Promise((resolve) => {
        proxy.close(() => resolve())
        proxy.closeAllConnections()
      }),
  }
  return recorder
}

/** Names and values, two by two. */
export function pairsOf(raw: readonly string[]): [string, string][] {
  return Array.from({ length: raw.length / 2 }, (_, at) => [raw[2 * at] ?? '', raw[2 * at + 1] ?? ''])
}

const folder = fileURLToPath(new URL('../vectors/http/', import.meta.url))

/** Exchanges that were written down with real Python peers, for machines that have none. */
export function recorded(file: string): readonly Exchange[] {
  return JSON.parse(readFileSync(`${folder}${file}.json`, 'utf8')) as Exchange[]
}

/** With `SUBNETKIT_RECORD=1` what was heard is written down anew. */
export function keep(file: string, exchanges: readonly unknown[]): void {
  if (process.env.SUBNETKIT_RECORD === '1')
    writeFileSync(`${folder}${file}.json`, `${JSON.stringify(exchanges, null, 1)}\n`)
}
