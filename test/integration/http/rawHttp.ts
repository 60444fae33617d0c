import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What came back. */
export interface RawReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  /** The body where it is JSON. */
  readonly json: unknown
}

/** One request as it is given, with nothing added but what HTTP itself needs. */
export async function send(
  address: { readonly host: string; readonly port: number },
  details: {
    readonly method?: string
    readonly path: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: string | Uint8Array
  },
): Promise<RawReply> {
  const { method = 'POST', path, headers, body } = details
  return await new Promise((resolve, reject) => {
    const sent = request({ ...address, method, path, headers, agent: false }, (response) => {
      const pieces: Buffer[] = []
      response.on('data', (piece: Buffer) => pieces.push(piece))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(pieces).toString()
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers as Record<string, string>,
          text,
          json: jsonOf(text),
        })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A server of HTTP on loopback that does what it is told. */
export async function serveRaw(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ readonly server: Server; readonly host: string; readonly port: number }> {
  const server = createServer((incoming, response) => {
    incoming.resume()
    incoming.on('end', () => handle(incoming, response))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, host: '127.0.0.1', port: (server.address() as AddressInfo).port }
}
