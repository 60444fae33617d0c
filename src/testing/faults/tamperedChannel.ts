import type { Channel } from '../../transport/index.js'

/** Bytes that no message begins with: msgpack never uses the first. */
export const NOT_A_MESSAGE: Uint8Array = Uint8Array.of(0xc1, 0x00, 0xff)

/** Largest frame that a liar sends or takes: twice what its peers allow unless told otherwise. */
export const MAX_LIAR_FRAME_BYTES = 2_097_152

/** A channel whose frames are sent twice, or altered, from `begin` on. */
export interface TamperedChannel {
  readonly channel: Channel
  begin(): void
}

/** Which frame of a caller proves who it is, from 1. */
const PROOF_FRAME = 2

/** The channel of whoever lies with its frames; any other lie leaves it as it is. */
export function tamperedChannel(channel: Channel, lie: string): TamperedChannel {
  if (lie !== 'replayedFrame' && lie !== 'alteredFrame' && lie !== 'replayedProof')
    return { channel, begin: () => {} }
  let hasBegun = false
  let frames = 0
  const send = (frame: Uint8Array): void => {
    const copy = Uint8Array.from(frame)
    frames++
    const isMeant = lie === 'replayedProof' ? frames === PROOF_FRAME : hasBegun
    if (!isMeant) channel.send(frame)
    else if (lie !== 'alteredFrame') {
      channel.send(frame)
      channel.send(copy)
    } else {
      const last = copy.length - 1
      copy[last] = (copy[last] ?? 0) ^ 1
      channel.send(copy)
    }
  }
  return {
    begin: () => {
      hasBegun = true
    },
    channel: {
      remote: channel.remote,
      get bufferedBytes() {
        return channel.bufferedBytes
      },
      receive: (handlers) => channel.receive(handlers),
      send,
      close: (code) => channel.close(code),
      trust: () => channel.trust(),
    },
  }
}
