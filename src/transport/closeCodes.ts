import { check, finiteNumber } from '../checks/index.js'

/**
 * Why a channel ended, as the four digits the peer gets to see and nothing else. Codes below 4000 are
 * WebSocket's own; the others are ours. They are not sealed: whoever carries a channel can say any of them.
 */
export const closeCodes = {
  /** Ended on purpose, nothing is wrong. */
  normal: 1000,
  /** The server is stopping. */
  goingAway: 1001,
  /** A text frame where only binary ones are spoken. */
  textFrame: 1003,
  /** The connection was lost; never sent. */
  lost: 1006,
  /** A frame above the size limit. */
  frameTooLarge: 1009,
  /** The peer did not prove the hotkey that was dialled, or its proof does not verify. */
  wrongIdentity: 4401,
  /** The handshake did not follow the protocol, or of another version. */
  badHandshake: 4402,
  /** No finished handshake in time. */
  handshakeTimeout: 4403,
  /** A frame that does not authenticate: altered, replayed or out of order. */
  badFrame: 4404,
  /** An authentic message that breaks the message rules (not msgpack, unknown kind, credit overrun). */
  badMessage: 4405,
  /** Nothing was said for too long, or nothing was going on and another needed the place. */
  idle: 4408,
  /** Too many connections, or pushed out by newer ones before proving anything. */
  tooManyConnections: 4429,
  /** The session's frame counter is used up: dial again. */
  sessionWornOut: 4430,
  /** The peer does not read what it asked for. */
  slowReader: 4431,
  /** What has come of a message that is not whole takes room that others need. */
  slowSender: 4432,
} as const

const anyCode = finiteNumber()

/** Name of a close code, `unknown` for any other number. @throws InvalidArgumentError for what is no number. */
export function closeCodeName(code: number): keyof typeof closeCodes | 'unknown' {
  check('code', anyCode, code)
  for (const [name, value] of Object.entries(closeCodes)) {
    if (value === code) return name as keyof typeof closeCodes
  }
  return 'unknown'
}
