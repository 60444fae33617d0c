import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, DropArgument, Socket } from 'node:net'
import { WebSocketServer } from 'ws'
import { hostAndPort } from '../checks/index.js'
import { systemClock, type Timer } from '../clock/index.js'
import { ListenError } from './carrierErrors.js'
import { HeldBytes } from './HeldBytes.js'
import type { CarrierRefusal, Listener, ListenOptions, NetworkAddress, RequestListener } from './types.js'
import { WebSocketChannel } from './webSocketChannel.js'
import { pieceLimits } from './webSocketPieces.js'

/** Connections the kernel may hold for us. */
const BACKLOG = 512
/**
 * Connections that may be half-way through their upgrade; more push the oldest out. Above the backlog, so that one
 * turn of accepting never pushes out a connection whose request has come and was not looked at yet.
 */
const MAX_PENDING = 1_024
/** Closed sockets that may wait for the peer to read the close code; more cut the oldest short. */
const MAX_LINGERING = 128
/** Bytes of request line and headers an upgrade may have. */
const MAX_HEADER_BYTES = 4_096
/** The same where requests are taken: a signature of ML-DSA-65 alone has 10,608. */
const MAX_REQUEST_HEADER_BYTES = 24_576
/** How often requests that take too long to come are looked for. */
const CHECK_MS = 1_000
/** How long a connection waits for its next request; callers let go of theirs a second before. */
const KEEP_ALIVE_MS = 5_000

/**
 * Accepts WebSockets with every stage bounded: connections that have not upgraded, channels, and closed
 * sockets that linger. An unfinished connection gives way to a newer one, so idle ones cannot lock others out.
 */
export class WebSocketListener implements Listener {
  readonly #options: ListenOptions
  readonly #upgradeMs: number
  readonly #server: Server
  readonly #upgrader: WebSocketServer
  /** In order of arrival. */
  readonly #pending = new Map<Socket, Timer>()
  readonly #open = new Set<WebSocketChannel>()
  readonly #lingering = new Set<WebSocketChannel>()
  readonly #unfinished: HeldBytes<WebSocketChannel>
  /** Connections over which HTTP requests come, in order of arrival, with the answers that have not gone out yet. */
  readonly #requesting = new Map<Socket, Set<ServerResponse>>()
  /** Connections whose last request is given to the parser once more. */
  readonly #readAgain = new WeakSet<Socket>()
  #address: NetworkAddress

  constructor(options: ListenOptions, upgradeMs: number) {
    this.#options = options
    this.#unfinished = new HeldBytes({
      maxBytes: options.maxUnfinishedBytes ?? Number.POSITIVE_INFINITY,
      drop: (channel) => channel.dropAsSlowSender(),
    })
    this.#upgradeMs = upgradeMs
    this.#address = { host: options.host, port: options.port }
    this.#upgrader = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: options.maxFrameBytes,
      ...pieceLimits(options.maxFrameBytes),
      skipUTF8Validation: true,
      autoPong: false,
      // A frame of each peer a turn: thousands of tiny ones in a packet delay neither timers nor other peers.
      allowSynchronousEvents: false,
    })
    this.#upgrader.on('wsClientError', (_error, socket) => {
      this.#refuse('notWebSocket', socket as Socket)
      ;(socket as Socket).destroySoon()
    })
    // The time for an upgrade is kept here, also when it is longer than the server's own.
    const { onRequest } = options
    this.#server = createServer(
      onRequest === undefined
        ? { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: 0, requestTimeout: 0 }
        : // A connection that has brought a request may take as long for the next; a body is timed by who reads it.
          {
            maxHeaderSize: MAX_REQUEST_HEADER_BYTES,
            headersTimeout: upgradeMs,
            requestTimeout: 0,
            connectionsCheckingInterval: CHECK_MS,
            keepAliveTimeout: KEEP_ALIVE_MS,
          },
    )
    // The last line of defence: above it the kernel's connection is closed before a parser is made for it.
    this.#server.maxConnections = options.maxConnections + MAX_PENDING + MAX_LINGERING
    this.#server.on('drop', (data) => this.#onDrop(data))
    this.#server.on('connection', (socket) => this.#onConnection(socket))
    this.#server.on('request', (request, response) => {
      if (onRequest !== undefined) {
        this.#onRequest(request, response, onRequest)
        return
      }
      this.#refuse('notWebSocket', request.socket)
      response.writeHead(426, { Connection: 'close', 'Content-Length': 0 }).end()
    })
    this.#server.on('clientError', (error, socket) => {
      if (this.#pending.has(socket as Socket)) this.#refuse('notWebSocket', socket as Socket)
      const isTooLarge = (error as NodeJS.ErrnoException).code === 'HPE_HEADER_OVERFLOW'
      if (onRequest === undefined || !isTooLarge || !socket.writable) socket.destroy()
      else {
        socket.end(
          'HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
        )
        ;(socket as Socket).destroySoon()
      }
    })
    this.#server.on('upgrade', (request, socket, head) => this.#onUpgrade(request, socket as Socket, head))
  }

  get address(): NetworkAddress {
    return this.#address
  }

  /** Binds the address; see `Carrier.listen`. */
  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      const onError = (cause: Error): void => reject(new ListenError({ address: this.#address, cause }))
      this.#server.once('error', onError)
      this.#server.listen({ host: this.#options.host, port: this.#options.port, backlog: BACKLOG }, () => {
        this.#server.off('error', onError)
        // An accept that fails (out of descriptors) must not end the process.
        this.#server.on('error', () => {})
        this.#address = { host: this.#options.host, port: (this.#server.address() as AddressInfo).port }
        resolve()
      })
    })
  }

  async close(): Promise<void> {
    // The port is free at once; the server object itself goes with its last channel.
    this.#server.close()
    for (const socket of [...this.#pending.keys()]) socket.destroy()
    // The server itself closes those only that have sent nothing of a next request.
    for (const [socket, { size }] of [...this.#requesting]) if (size === 0) socket.destroy()
  }

  #onConnection(socket: Socket): void {
    if (this.#readAgain.delete(socket)) return
    socket.on('error', () => {})
    socket.setNoDelay(true)
    const timer = systemClock.setTimer(() => {
      this.#refuse('upgradeTimeout', socket)
      socket.destroy()
    }, this.#upgradeMs)
    this.#pending.set(socket, timer)
    socket.once('close', () => this.#unpend(socket))
    if (this.#pending.size <= MAX_PENDING) return
    const oldest = this.#pending.keys().next().value as Socket
    this.#refuse('pushedOut', oldest)
    this.#unpend(oldest)
    oldest.destroy()
  }

  #unpend(socket: Socket): void {
    this.#pending.get(socket)?.cancel()
    this.#pending.delete(socket)
  }

  #onUpgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    if (!asksForWebSocket(request)) {
      this.#readWithoutUpgrade(socket, Buffer.concat([withoutUpgrade(request), head]))
      return
    }
    if ((this.#requesting.get(socket)?.size ?? 0) > 0) {
      // Answers to requests before it are still to come, and would be in the way.
      this.#refuse('notWebSocket', socket)
      socket.destroy()
      return
    }
    if (this.#open.size >= this.#options.maxConnections) {
      this.#refuse('tooManyConnections', socket)
      socket.destroy()
      return
    }
    if (!this.#mayCome(request)) {
      this.#refuse('originNotAllowed', socket)
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      socket.destroySoon()
      return
    }
    this.#upgrader.handleUpgrade(request, socket, head, (ws) => {
      this.#unpend(socket)
      this.#requesting.delete(socket)
      const remote = nameOf(socket)
      const channel: WebSocketChannel = new WebSocketChannel(ws, {
        remote,
        socket,
        maxUntrustedBytes: this.#options.maxUntrustedBytes,
        onUnfinished: (bytes) => this.#unfinished.note(channel, bytes),
        onRefused: (reason) => this.#options.onRefused?.(reason, remote),
        onClosing: () => this.#onClosing(channel),
        onGone: () => {
          this.#open.delete(channel)
          this.#lingering.delete(channel)
          this.#unfinished.note(channel, 0)
        },
      })
      this.#open.add(channel)
      this.#options.onChannel(channel)
    })
  }

  /** To be asked for another protocol, such as `h2c`, obliges to nothing: the request is read as if it had not been. */
  #readWithoutUpgrade(socket: Socket, bytes: Buffer): void {
    const [earlier] = this.#requesting.get(socket) ?? []
    if (earlier !== undefined) {
      // Another parser knows nothing of answers that are still to come before its own.
      earlier.once('close', () => this.#readWithoutUpgrade(socket, bytes))
      return
    }
    if (socket.destroyed) return
    socket.setTimeout(0)
    socket.unshift(bytes)
    this.#readAgain.add(socket)
    this.#server.emit('connection', socket)
  }

  #onRequest(request: IncomingMessage, response: ServerResponse, take: RequestListener): void {
    const { socket } = request
    if (!this.#requesting.has(socket)) {
      this.#unpend(socket)
      if (this.#requesting.size >= this.#options.maxConnections && !this.#pushOutIdle()) {
        this.#refuse('tooManyConnections', socket)
        socket.destroy()
        return
      }
      this.#requesting.set(socket, new Set())
      socket.once('close', () => this.#onRequestingClosed(socket))
    }
    const answering = this.#requesting.get(socket)
    answering?.add(response)
    response.once('close', () => answering?.delete(response))
    if (this.#mayCome(request)) {
      take(request, response)
      return
    }
    this.#refuse('originNotAllowed', socket)
    response.writeHead(403, { Connection: 'close', 'Content-Length': 0 }).end()
  }

  /** Of answers that wait for an earlier one of their connection, the server never says that it is gone. */
  #onRequestingClosed(socket: Socket): void {
    const answering = this.#requesting.get(socket) ?? []
    this.#requesting.delete(socket)
    for (const response of [...answering]) {
      if (response.socket !== null) continue
      response.destroy()
      response.emit('close')
    }
  }

  /** Closes the oldest connection that waits for its next request, or for its answers to be read; false when there is none. */
  #pushOutIdle(): boolean {
    for (const [socket, answering] of this.#requesting) {
      if ([...answering].some(({ writableEnded }) => !writableEnded)) continue
      this.#refuse('pushedOut', socket)
      this.#requesting.delete(socket)
      socket.destroy()
      return true
    }
    return false
  }

  /** A second name, of before the standard, or a second line of one name, lets nobody in. */
  #mayCome({ headers }: IncomingMessage): boolean {
    const named = [headers.origin, headers['sec-websocket-origin']].filter((origin) => origin !== undefined)
    return named.every((origin) => this.#options.allowedOrigins?.includes(String(origin)) === true)
  }

  #onClosing(channel: WebSocketChannel): void {
    this.#open.delete(channel)
    this.#lingering.add(channel)
    if (this.#lingering.size <= MAX_LINGERING) return
    const oldest = this.#lingering.values().next().value as WebSocketChannel
    this.#lingering.delete(oldest)
    oldest.destroy()
  }

  #onDrop(data: DropArgument | undefined): void {
    this.#options.onRefused?.('tooManyConnections', nameOf(data))
  }

  #refuse(reason: CarrierRefusal, socket: Socket): void {
    this.#options.onRefused?.(reason, nameOf(socket))
  }
}

/** A WebSocket is asked for by GET alone. */
function asksForWebSocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket'
}

/** A request's line and headers as they came, but for the one that asks for another protocol. */
function withoutUpgrade({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`]
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    if (rawHeaders[at]?.toLowerCase() !== 'upgrade') lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`)
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}

/** The other end, an IPv4 address that came over an IPv6 socket as what it is; never what a header of a proxy says. */
function nameOf(socket: Pick<Socket, 'remoteAddress' | 'remotePort'> | DropArgument = {}): string {
  const { remoteAddress = '?', remotePort = 0 } = socket
  return hostAndPort({ host: remoteAddress.replace(/^::ffff:(?=\d+\.)/i, ''), port: remotePort })
}
