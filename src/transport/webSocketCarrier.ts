import { randomFillSync } from 'node:crypto'
import WebSocket from 'ws'
import { check, durationMs, hostAndPort, optional, shape } from '../checks/index.js'
import { onAbort, systemClock } from '../clock/index.js'
import { AbortedError } from '../errors/index.js'
import { UnreachableError } from './carrierErrors.js'
import { checkDial, checkListen } from './carrierShapes.js'
import type { Carrier, Channel, DialOptions, NetworkAddress } from './types.js'
import { WebSocketChannel } from './webSocketChannel.js'
import { WebSocketListener } from './webSocketListener.js'
import { pieceLimits } from './webSocketPieces.js'

/** How long a dialled peer may take to upgrade unless told otherwise. */
const DIAL_MS = 10_000
/** How long an upgrade may take. */
const UPGRADE_MS = 5_000

/** How a WebSocket carrier behaves. */
export interface WebSocketCarrierOptions {
  /** How long a listener waits for a connection to ask for its upgrade; default 5,000. */
  readonly upgradeMs?: number
}

const optionsShape = shape<WebSocketCarrierOptions>({ upgradeMs: optional(durationMs({ min: 1 })) })

/**
 * Frames over WebSocket: binary messages only, no compression, no redirects.
 *
 * @throws InvalidArgumentError for a time that is none, or a key that does not exist.
 *
 * A client's frames are masked, so that nobody can have it say bytes of their choice to what stands in between. Once the peer is trusted
 * they are ciphertext, which nobody chooses: the mask is zero from then on, and neither end touches the bytes.
 *
 * PERF: a dial costs one TCP and one HTTP round trip; a frame of a peer that is not trusted yet a copy at the client, and a look at each
 * of its bytes at both ends.
 */
export function webSocketCarrier(options: WebSocketCarrierOptions = {}): Carrier {
  check('options', optionsShape, options)
  return {
    kind: 'websocket',
    async listen(wanted) {
      checkListen(wanted)
      const listener = new WebSocketListener(wanted, options.upgradeMs ?? UPGRADE_MS)
      await listener.open()
      return listener
    },
    dial,
  }
}

async function dial(address: NetworkAddress, options: DialOptions): Promise<Channel> {
  checkDial(address, options)
  return await new Promise((resolve, reject) => {
    const { signal } = options
    if (signal?.aborted) {
      reject(new AbortedError({ what: 'The dial', cause: signal.reason }))
      return
    }
    const url = urlOf(address)
    if (url === undefined) {
      reject(new UnreachableError({ address }))
      return
    }
    let channel: WebSocketChannel | undefined
    const ws = new WebSocket(url, {
      perMessageDeflate: false,
      maxPayload: options.maxFrameBytes,
      ...pieceLimits(options.maxFrameBytes),
      skipUTF8Validation: true,
      autoPong: false,
      followRedirects: false,
      generateMask: (mask) => (channel?.isTrusted ? mask.fill(0) : randomFillSync(mask)),
    })
    let failure: unknown
    const unlisten =
      signal &&
      onAbort(signal, () => {
        failure = new AbortedError({ what: 'The dial', cause: signal.reason })
        ws.terminate()
      })
    const timer = systemClock.setTimer(() => ws.terminate(), options.timeoutMs ?? DIAL_MS)
    const settle = (): void => {
      timer.cancel()
      unlisten?.()
    }
    const onError = (cause: Error): void => {
      failure ??= new UnreachableError({ address, cause })
    }
    const onClose = (): void => {
      settle()
      reject(failure ?? new UnreachableError({ address }))
    }
    ws.on('error', onError)
    ws.once('close', onClose)
    ws.once('open', () => {
      settle()
      ws.off('error', onError)
      ws.off('close', onClose)
      channel = new WebSocketChannel(ws, { remote: hostAndPort(address) })
      resolve(channel)
    })
  })
}

/** The address as a URL, undefined when it is not a host name or IP address with a port. */
function urlOf({ host, port }: NetworkAddress): string | undefined {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return undefined
  const isHost = /^[A-Za-z0-9._-]{1,253}$/.test(host) || /^[0-9A-Fa-f:.]{2,45}$/.test(host)
  return isHost ? `ws://${hostAndPort({ host, port })}/` : undefined
}
