import { messagesOf } from '../../../src/transport/session/frame.js'
import type { FuzzRandom } from '../FuzzRandom.js'
import { decoder, type FuzzTarget } from '../FuzzTarget.js'
import { handshakeWith, whyNotRefused } from '../handshakes.js'
import { leastCost } from '../Meter.js'
import { mutated } from '../mutate.js'
import { type Delivery, delivered, framesOf, whyNotRefused as whyFrameNotRefused } from '../sealedFrames.js'
import type { MessageNumber } from '../sessions.js'

const messages = [
  new Uint8Array(0),
  Uint8Array.of(1),
  new Uint8Array(40).fill(9),
  new Uint8Array(300).fill(3),
]

/** Frames as an end sends them: each message alone, and all at once. */
const sequences: readonly (readonly Uint8Array[])[] = await Promise.all([
  ...messages.map((message) => framesOf([message])),
  framesOf(messages),
])
const corpus = sequences.flat()

/** What the few frames of an input may cost, with the end that they are delivered to. */
const FRAME_BOUND = { ms: 5, bytes: 1_048_576 }

/** As long as a handshake may take by itself. */
const HANDSHAKE_MS = 5_000

/** What comes first at an end that has opened nothing, made wrong: only the frame itself, or one that is first elsewhere, is opened. */
const sealedFrame: FuzzTarget = {
  name: 'sealedFrame',
  share: 12,
  try(random) {
    const frames = random.pick(sequences)
    const input = mutated(frames[0] as Uint8Array, random, corpus)
    const deliver = (): Delivery => delivered([input, ...frames.slice(1)])
    let delivery: Delivery = deliver()
    const cost = leastCost(() => {
      delivery = deliver()
    }, FRAME_BOUND)
    const isFirst = sequences.some(([first]) => Buffer.from(input).equals(first as Uint8Array))
    const why = isFirst ? undefined : whyFrameNotRefused(delivery)
    if (why !== undefined) throw new TypeError(`${why} of ${Buffer.from(input).toString('hex')}`)
    if (isFirst && delivery.messages.length === 0)
      throw new TypeError('it refused a frame that was sealed for it')
    return { isAccepted: isFirst, ...cost }
  },
}

function handshake(number: MessageNumber): FuzzTarget {
  return {
    name: `handshake message ${number}`,
    share: 0.02,
    async try(random: FuzzRandom) {
      const began = performance.now()
      let input: Uint8Array = new Uint8Array(0)
      const end = await handshakeWith(number, (message) => {
        input = mutated(message, random, [message, ...corpus])
        return input
      })
      const ms = performance.now() - began
      const isOpen = end.near === 'open' && end.far === 'open'
      const why = end.isChanged ? whyNotRefused(number, end) : undefined
      if (why !== undefined) throw new TypeError(`${why} of ${Buffer.from(input).toString('hex')}`)
      if (!end.isChanged && !isOpen)
        throw new TypeError(`it refused what was not altered: ${end.near}, ${end.far}`)
      if (ms > HANDSHAKE_MS) throw new TypeError(`it took ${Math.round(ms)} ms`)
      return { isAccepted: isOpen, ms, bytes: 0 }
    },
  }
}

/** Messages as they stand in an opened frame. */
function framed(messages: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(
    messages.flatMap((message) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(message.length)
      return [length, message]
    }),
  )
}

const openedFrame = decoder('messagesOf', {
  share: 8,
  corpus: [
    ...messages.map((message) => framed([message])),
    framed(messages),
    framed(Array(64).fill(messages[0])),
  ],
  decode: (input) => messagesOf(input)?.map((message) => Uint8Array.from(message)),
  encode: framed,
})

export const sessionTargets: readonly FuzzTarget[] = [
  openedFrame,
  sealedFrame,
  handshake(1),
  handshake(2),
  handshake(3),
]
