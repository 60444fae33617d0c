import { closeCodes } from '../../src/transport/index.js'
import { accepting, carry, dialling, endOf, type MessageNumber } from './sessions.js'

/** How a handshake ended in which one message was exchanged for another. */
export interface HandshakeEnd {
  /** What the caller's end says: `open`, or name and reason of its error. */
  readonly near: string
  readonly far: string
  /** Codes that the channels were closed with. */
  readonly codes: readonly (number | undefined)[]
  readonly isChanged: boolean
}

/** Lets two ends make a session, and puts what `change` makes of it in the place of message `wanted`. */
export async function handshakeWith(
  wanted: MessageNumber,
  change: (message: Uint8Array) => Uint8Array,
): Promise<HandshakeEnd> {
  const [near, far] = [dialling(), accepting()]
  let isChanged = false
  await carry(near, far, (message, number) => {
    if (number !== wanted) return message
    const changed = change(message)
    isChanged = !Buffer.from(changed).equals(message)
    return changed
  })
  return {
    near: await endOf(near),
    far: await endOf(far),
    codes: [near.channel.closedWith, far.channel.closedWith],
    isChanged,
  }
}

const REFUSALS = ['badHandshake', 'wrongIdentity', 'closedByPeer'].map(
  (reason) => `SessionRefusedError ${reason}`,
)
const CODES: readonly (number | undefined)[] = [closeCodes.badHandshake, closeCodes.wrongIdentity]

/** What is wrong with how a handshake ended in which message `number` was altered; `undefined` when it was refused as it must be. */
export function whyNotRefused(number: MessageNumber, { near, far, codes }: HandshakeEnd): string | undefined {
  // Of the third message the caller learns from the close code alone: it was its last word.
  const ends = number === 3 ? [far] : [near, far]
  const wrong = ends.find((end) => !REFUSALS.includes(end))
  if (wrong !== undefined) return `an end says ${wrong}`
  return codes.every((code) => CODES.includes(code))
    ? undefined
    : `the channels closed with ${codes.join(' and ')}`
}
