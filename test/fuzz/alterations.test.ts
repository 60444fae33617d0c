import { describe, expect, it } from 'vitest'
import { handshakeWith, whyNotRefused as whyHandshakeNotRefused } from './handshakes.js'
import { delivered, framesInTurn, framesOf, whyNotRefused } from './sealedFrames.js'
import type { MessageNumber } from './sessions.js'

/** Every value that a byte can be exchanged for. */
const ALL_MASKS = Array.from({ length: 255 }, (_, at) => at + 1)

/** A handshake costs a thousand times what a frame does: its lowest bit, its highest (which X25519 itself does not read), and all. */
const HANDSHAKE_MASKS = [0x01, 0x80, 0xff]

const message = (length: number): Uint8Array => Uint8Array.from({ length }, (_, at) => (at * 31) & 0xff)

function altered(bytes: Uint8Array, at: number, mask: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[at]! ^= mask
  return copy
}

const sent = {
  'one message': [message(180)],
  'an empty message': [message(0)],
  'several messages at once': [message(3), message(0), message(120), message(40)],
} as const

describe('a sealed frame', () => {
  let alterations = 0

  it.each(Object.entries(sent))(
    'of %s is refused with any byte exchanged for any other',
    async (_what, messages) => {
      const frames = await framesOf(messages)
      expect(delivered(frames)).toEqual({ messages, faults: [], closedWith: undefined, isOpen: true })
      const wrong: string[] = []
      for (const [index, frame] of frames.entries()) {
        const before = frames.slice(0, index)
        const opened = delivered(before).messages.length
        for (let at = 0; at < frame.length; at++) {
          for (const mask of ALL_MASKS) {
            // What follows it is as it was sent, and must not be opened any more.
            const delivery = delivered([...before, altered(frame, at, mask), ...frames.slice(index)])
            const why = whyNotRefused({ ...delivery, messages: delivery.messages.slice(opened) })
            if (why !== undefined) wrong.push(`byte ${at} ^ ${mask}: ${why}`)
            alterations++
          }
        }
      }
      expect(wrong).toEqual([])
    },
    120_000,
  )

  it('was altered in 100,000 ways', () => {
    expect(alterations).toBeGreaterThanOrEqual(100_000)
  })

  it.each(Object.entries(sent))('of %s is refused at any other length', async (_what, messages) => {
    const [frame = new Uint8Array(0)] = await framesOf(messages)
    const wrong: string[] = []
    for (let length = 0; length < frame.length + 64; length++) {
      if (length === frame.length) continue
      const cut = new Uint8Array(length)
      cut.set(frame.subarray(0, length))
      const why = whyNotRefused(delivered([cut, frame]))
      if (why !== undefined) wrong.push(`${length} bytes: ${why}`)
    }
    expect(wrong).toEqual([])
  })

  it('is refused a second time, and out of turn', async () => {
    const [a, b, c] = (await framesInTurn([message(1), message(2), message(3)])) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ]
    expect(delivered([a, b, c]).messages).toEqual([message(1), message(2), message(3)])
    expect(delivered([a, a, b])).toMatchObject({
      messages: [message(1)],
      faults: ['replayedFrame'],
      closedWith: 4404,
    })
    expect(delivered([b, a])).toMatchObject({ messages: [], faults: ['reorderedFrame'], closedWith: 4404 })
    expect(delivered([a, c, b])).toMatchObject({ messages: [message(1)], faults: ['reorderedFrame'] })
    expect(delivered([a, b, a])).toMatchObject({ faults: ['replayedFrame'], isOpen: false })
  })
})

describe('a message of the handshake', () => {
  it.each([1, 2, 3] as const)(
    'number %i is refused with any byte altered, and no session is made',
    async (number: MessageNumber) => {
      let length = 0
      const { near, far } = await handshakeWith(number, (bytes) => {
        length = bytes.length
        return bytes
      })
      expect([near, far]).toEqual(['open', 'open'])
      const wrong: string[] = []
      for (let at = 0; at < length; at++) {
        for (const mask of HANDSHAKE_MASKS) {
          const end = await handshakeWith(number, (bytes) => altered(bytes, at, mask))
          const why = whyHandshakeNotRefused(number, end)
          if (why !== undefined) wrong.push(`byte ${at} ^ ${mask}: ${why}`)
        }
      }
      expect(wrong).toEqual([])
      expect(length).toBeGreaterThanOrEqual(33)
    },
    120_000,
  )
})
