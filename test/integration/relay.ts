import {
  type Carrier,
  type Channel,
  closeCodes,
  type Listener,
  type NetworkAddress,
} from '../../src/transport/index.js'

/** What a relay does with a frame: hand on none, it, something else, or more than one. */
export type Meddle = (frame: Uint8Array, index: number) => readonly Uint8Array[]

/** A man in the middle at work. */
export interface Relay {
  readonly address: NetworkAddress
  /** Connections that callers have made. */
  readonly callers: number
  /** Closes the callers' connections with a code of its own. */
  endCallers(code: number): void
  close(): Promise<void>
}

/**
 * A man in the middle between callers and one server, over any carrier; `meddle` sees what callers send, `meddleBack` what the server
 * sends to them.
 */
export async function startRelay(
  carrier: Carrier,
  server: NetworkAddress,
  meddle: Meddle,
  meddleBack: Meddle = (frame) => [frame],
): Promise<Relay> {
  const maxFrameBytes = 1 << 24
  const channels: Channel[] = []
  const callers: Channel[] = []
  const join = async (caller: Channel): Promise<void> => {
    callers.push(caller)
    const onward = await carrier.dial(server, { maxFrameBytes }).catch(() => undefined)
    channels.push(caller)
    if (onward === undefined) {
      caller.close(closeCodes.goingAway)
      return
    }
    channels.push(onward)
    let index = 0
    let indexBack = 0
    caller.receive({
      onFrame: (frame) => {
        for (const out of meddle(Uint8Array.from(frame), index++)) onward.send(out)
      },
      onClose: (code) => onward.close(sendable(code)),
    })
    onward.receive({
      onFrame: (frame) => {
        for (const back of meddleBack(Uint8Array.from(frame), indexBack++)) caller.send(back)
      },
      onClose: (code) => caller.close(sendable(code)),
    })
  }
  const listener: Listener = await carrier.listen({
    host: '127.0.0.1',
    port: 0,
    maxFrameBytes,
    maxConnections: 16,
    onChannel: (channel) => void join(channel),
  })
  return {
    address: listener.address,
    get callers() {
      return callers.length
    },
    endCallers(code) {
      for (const caller of callers) caller.close(code)
    },
    async close() {
      for (const channel of channels) channel.close(closeCodes.normal)
      await listener.close()
    },
  }
}

/** A lost connection has no code that may be sent. */
function sendable(code: number): number {
  return code === closeCodes.lost ? closeCodes.goingAway : code
}
