import { lookup } from 'node:dns/promises'
import { connect, isIP } from 'node:net'
import { type Clock, onAbort, startDeadline } from '../../clock/index.js'
import type { NetworkAddress } from '../../transport/index.js'

/** How long a server may take to speak first, as many do that are no axon. */
const BANNER_MS = 250
/** More of an answer is not read. */
const MAX_BYTES = 8_192
/** Of a response of HTTP, whose body is not looked at. */
const HEAD_END = '\r\n\r\n'

/** What a plain connection showed. */
export interface RawLook {
  /** The numeric address that was reached. */
  readonly ip: string
  readonly connectMs: number
  /** What the server is by its first bytes. */
  readonly kind: 'http' | 'tls' | 'silent' | 'closed' | 'other'
  /** Of HTTP. */
  readonly httpStatus?: number
  /** Of the header `Date`, and when the answer came, both in milliseconds since 1970. */
  readonly date?: { readonly theirsMs: number; readonly oursMs: number }
  /** First bytes of what is neither HTTP nor TLS, as text. */
  readonly banner?: string
}

/** Why no connection came to be. */
export interface Unreached {
  readonly kind: 'unreached'
  /** The system's own word, such as `ECONNREFUSED`, or `timeout`. */
  readonly reason: string
}

interface LookOptions {
  readonly clock: Clock
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** Asks the system for the addresses of a name. */
export type LookUp = (host: string) => Promise<readonly { readonly address: string }[]>

const systemLookUp: LookUp = (host) => lookup(host, { all: true })

/**
 * The numeric addresses of a host, those of its own family first; none where the name leads nowhere, and `undefined` where that was not
 * found in time or the person has stopped: what the system does cannot be taken back, and nobody waits for it.
 */
export async function addressesOf(
  host: string,
  { clock, timeoutMs, signal }: LookOptions,
  lookUp: LookUp = systemLookUp,
): Promise<readonly string[] | undefined> {
  if (isIP(host) !== 0) return [host]
  const deadline = startDeadline(clock, timeoutMs, signal)
  try {
    const late = new Promise<undefined>((resolve) => {
      onAbort(deadline.signal, () => resolve(undefined))
    })
    const found = lookUp(host).catch(() => [])
    return (await Promise.race([found, late]))?.map(({ address }) => address)
  } finally {
    deadline.dispose()
  }
}

/** Connects, waits a moment for what the server says by itself, and asks in plain HTTP for `/`. Reads 8 KiB at the most. */
export async function rawLook(
  { host, port }: NetworkAddress,
  { clock, timeoutMs, signal }: LookOptions,
): Promise<RawLook | Unreached> {
  const deadline = startDeadline(clock, timeoutMs, signal)
  const beganMs = clock.now()
  const socket = connect({ host, port })
  const chunks: Buffer[] = []
  try {
    return await new Promise((resolve) => {
      let connected: { readonly ip: string; readonly connectMs: number } | undefined
      let asked = false
      let cameMs: number | undefined
      const end = (reason: string): void => {
        socket.destroy()
        if (connected === undefined) resolve({ kind: 'unreached', reason })
        else resolve({ ...connected, ...whatItIs(Buffer.concat(chunks), cameMs, reason === 'closed') })
      }
      const ask = (): void => {
        if (asked || socket.destroyed) return
        asked = true
        const name = host.includes(':') ? `[${host}]` : host
        socket.write(`GET / HTTP/1.1\r\nHost: ${name}:${port}\r\nConnection: close\r\n\r\n`)
      }
      onAbort(deadline.signal, () => end('timeout'))
      socket.on('connect', () => {
        connected = { ip: socket.remoteAddress ?? host, connectMs: clock.now() - beganMs }
        clock.setTimer(ask, Math.min(BANNER_MS, timeoutMs / 4))
      })
      socket.on('data', (chunk) => {
        // The time that it names is of now, however long the rest takes.
        cameMs ??= clock.now()
        chunks.push(chunk)
        const bytes = chunks.reduce((sum, { length }) => sum + length, 0)
        // What spoke first has said enough, and is asked nothing.
        if (!asked || bytes >= MAX_BYTES || Buffer.concat(chunks).includes(HEAD_END)) end('enough')
      })
      socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? 'error'))
      socket.on('close', () => end('closed'))
    })
  } finally {
    deadline.dispose()
  }
}

function whatItIs(
  bytes: Buffer,
  oursMs: number | undefined,
  isClosed: boolean,
): Omit<RawLook, 'ip' | 'connectMs'> {
  if (oursMs === undefined) return { kind: isClosed ? 'closed' : 'silent' }
  // An alert (21) or a handshake record (22) of TLS 1.0 to 1.3.
  if ((bytes[0] === 0x15 || bytes[0] === 0x16) && bytes[1] === 0x03) return { kind: 'tls' }
  const text = bytes.toString('latin1')
  const httpStatus = /^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1]
  if (httpStatus === undefined) return { kind: 'other', banner: text.slice(0, 60) }
  const head = text.split(HEAD_END, 1)[0] ?? ''
  const theirsMs = Date.parse(/^date: *(.+)$/im.exec(head)?.[1] ?? '')
  const date = Number.isNaN(theirsMs) ? {} : { date: { theirsMs, oursMs } }
  return { kind: 'http', httpStatus: Number(httpStatus), ...date }
}
