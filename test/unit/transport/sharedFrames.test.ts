import { describe, expect, it } from 'vitest'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import {
  type Channel,
  CipherState,
  closeCodes,
  SESSION_OVERHEAD_BYTES,
  SecureSession,
  SHARED_FRAME_BYTES,
} from '../../../src/transport/index.js'
import { noiseCiphers } from '../../../src/transport/noise/primitives.js'

const peer = keyPairFromUri('//Alice', { scheme: 'ed25519' }).hotkey
const KEY = new Uint8Array(32).fill(7)
const cipher = (): CipherState => new CipherState(noiseCiphers.AESGCM, KEY)

/** Every sender has said so much before: two messages in one turn, so that those of the next one wait for each other. */
let before: Uint8Array[] = []

/** A session whose frames stay in a list, after a turn with more messages than one. */
async function sender() {
  const made = quietSender()
  made.session.send(new Uint8Array(1))
  made.session.send(new Uint8Array(1))
  await turn()
  before = made.frames.splice(0)
  return made
}

/** A session that has said nothing yet. */
function quietSender() {
  const frames: Uint8Array[] = []
  const closed: number[] = []
  const channel: Channel = {
    remote: 'a:1',
    bufferedBytes: 0,
    receive: () => {},
    send: (frame) => frames.push(frame),
    close: (code) => closed.push(code),
    trust: () => {},
  }
  const session = new SecureSession({ channel, peer, keys: { send: cipher(), receive: cipher() } })
  return { session, frames, closed }
}

/** A session that has heard what every sender says first, and what it makes of frames that follow. */
function receiver(maxFrameBytes?: number) {
  const made = quietReceiver(maxFrameBytes)
  for (const frame of before) made.session.acceptFrame(frame)
  made.heard.length = 0
  return made
}

function quietReceiver(maxFrameBytes?: number) {
  const heard: (string | number)[] = []
  const closed: number[] = []
  const channel: Channel = {
    remote: 'a:1',
    bufferedBytes: 0,
    receive: () => {},
    send: () => {},
    close: (code) => closed.push(code),
    trust: () => {},
  }
  const keys = { send: cipher(), receive: cipher() }
  const session = new SecureSession({ channel, peer, keys, maxFrameBytes })
  session.receive({
    onMessage: (message) => heard.push(message.length),
    onClose: () => {},
    onFault: (fault) => heard.push(fault),
  })
  return { session, heard, closed }
}

/** A frame that authenticates and holds exactly these bytes, made by hand. */
function frameOf(...parts: Uint8Array[]): Uint8Array {
  const inside = Buffer.concat(parts)
  const frame = Buffer.alloc(6 + inside.length + 16)
  cipher().sealInto(frame, 6, [inside])
  return frame
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('messages of one turn', () => {
  it('share a frame, which leaves at the end of the turn, after its promises', async () => {
    const { session, frames } = await sender()
    session.send(new Uint8Array(3))
    session.send(new Uint8Array(0))
    expect(frames).toHaveLength(0)
    expect(session.bufferedBytes).toBe(4 + 3 + 4)
    await Promise.resolve().then(() => session.send(new Uint8Array(5)))
    await turn()
    const { session: far, heard } = receiver()
    for (const frame of frames) far.acceptFrame(frame)
    expect(heard).toEqual([3, 0, 5])
    expect(session.bufferedBytes).toBe(0)
  })

  it('leave together when they are said by promises of one turn', async () => {
    const { session, frames } = await sender()
    await Promise.all(
      [1, 2, 3].map(async (length) => {
        for (let hop = 0; hop < length; hop++) await undefined
        session.send(new Uint8Array(length))
      }),
    )
    await turn()
    expect(frames).toHaveLength(1)
  })

  it('wait for nothing where the turn before had one alone', async () => {
    const { session, frames } = quietSender()
    for (let count = 1; count < 4; count++) {
      session.send(new Uint8Array(count))
      expect(frames).toHaveLength(count)
      await turn()
    }
    session.send(new Uint8Array(4))
    session.send(new Uint8Array(5))
    expect(frames).toHaveLength(4)
    await turn()
    session.send(new Uint8Array(6))
    expect(frames).toHaveLength(5)
    await turn()
    const { session: far, heard } = quietReceiver()
    for (const frame of frames) far.acceptFrame(frame)
    expect(heard).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('fill frames of bounded count and size, at once when one is full, and keep their order', async () => {
    const { session, frames } = await sender()
    for (let count = 0; count < 130; count++) session.send(new Uint8Array(count % 3))
    expect(frames).toHaveLength(2)
    session.send(new Uint8Array(10_000))
    session.send(new Uint8Array(7_000))
    session.send(new Uint8Array(60_000))
    session.send(new Uint8Array(7))
    expect(frames.map(({ length }) => length).slice(2)).toEqual([
      6 + (4 + 2) + (4 + 0) + (4 + 10_000) + 16,
      6 + (4 + 7_000) + 16,
      60_000 + SESSION_OVERHEAD_BYTES,
    ])
    await turn()
    const { session: far, heard } = receiver()
    for (const frame of frames) far.acceptFrame(frame)
    const expected = [...Array.from({ length: 130 }, (_, count) => count % 3), 10_000, 7_000, 60_000, 7]
    expect(heard).toEqual(expected)
    for (const { length } of frames) expect(length <= SHARED_FRAME_BYTES || length === 60_026).toBe(true)
  })

  it('leave before the session closes', async () => {
    const { session, frames, closed } = await sender()
    session.send(Uint8Array.of(1))
    session.close(closeCodes.normal)
    session.send(Uint8Array.of(2))
    expect([frames.length, closed]).toEqual([1, [1000]])
    const { session: far, heard } = receiver()
    far.acceptFrame(frames[0]!)
    expect(heard).toEqual([1])
  })

  it('come no further when one of them made the receiver close', async () => {
    const { session, frames } = await sender()
    for (let length = 1; length < 5; length++) session.send(new Uint8Array(length))
    await turn()
    const { session: far } = receiver()
    const heard: number[] = []
    far.receive({
      onMessage: ({ length }) => {
        heard.push(length)
        if (length === 2) far.close(closeCodes.badMessage)
      },
      onClose: () => {},
    })
    far.acceptFrame(frames[0]!)
    expect(heard).toEqual([1, 2])
  })
})

describe('a frame', () => {
  it('that authenticates and does not hold messages ends the session, and none of it is heard', () => {
    const length = (bytes: number): Uint8Array =>
      Uint8Array.of(bytes >>> 24, bytes >>> 16, bytes >>> 8, bytes)
    const one = [length(1), Uint8Array.of(9)]
    const many = Array.from({ length: 65 }, () => length(0))
    for (const parts of [
      [],
      [length(2), Uint8Array.of(9)],
      [...one, Uint8Array.of(0, 0, 0)],
      [...one, length(0xffff_ffff)],
      [length(0x8000_0000), Uint8Array.of(9)],
      many,
      // What is kept of the short one would keep the long one's memory, which nobody counts as its own.
      [...one, length(SHARED_FRAME_BYTES), new Uint8Array(SHARED_FRAME_BYTES)],
    ]) {
      const { session, heard, closed } = quietReceiver()
      session.acceptFrame(frameOf(...parts))
      expect([heard, closed]).toEqual([['malformedFrame'], [4405]])
    }
    const { session, heard } = quietReceiver()
    session.acceptFrame(frameOf(...many.slice(1)))
    expect(heard).toEqual(Array(64).fill(0))
  })

  it('with a message that is longer than this end takes ends the session, whoever shares the frame', async () => {
    const { session: near, frames } = await sender()
    near.send(new Uint8Array(100 - SESSION_OVERHEAD_BYTES))
    near.send(new Uint8Array(100 - SESSION_OVERHEAD_BYTES + 1))
    near.close(closeCodes.normal)
    const { session, heard, closed } = receiver(100)
    session.acceptFrame(frames[0]!)
    expect([heard, closed]).toEqual([['frameTooLarge'], [1009]])
    const fits = await sender()
    for (let count = 0; count < 3; count++) fits.session.send(new Uint8Array(100 - SESSION_OVERHEAD_BYTES))
    fits.session.close(closeCodes.normal)
    const { session: far, heard: fine } = receiver(100)
    far.acceptFrame(fits.frames[0]!)
    expect(fine).toEqual([74, 74, 74])
  })

  it('altered in any byte ends the session and none of its messages is heard', async () => {
    const { session, frames } = await sender()
    for (let count = 0; count < 5; count++) session.send(new Uint8Array(10))
    await turn()
    const [frame] = frames
    for (let at = 0; at < frame!.length; at++) {
      const altered = Uint8Array.from(frame!)
      altered[at]! ^= 1
      const { session: far, heard, closed } = receiver()
      far.acceptFrame(altered)
      expect([heard, closed]).toEqual([[at < 6 ? 'reorderedFrame' : 'tamperedFrame'], [4404]])
    }
  })

  it('said twice, left out or cut short ends the session', async () => {
    const { session, frames } = await sender()
    for (let count = 0; count < 2; count++) {
      session.send(new Uint8Array(10))
      session.send(new Uint8Array(10))
      await turn()
    }
    expect(frames).toHaveLength(2)
    const outcome = (...said: Uint8Array[]): unknown => {
      const { session: far, heard, closed } = receiver()
      for (const frame of said) far.acceptFrame(frame)
      return [heard.at(-1), closed]
    }
    expect(outcome(frames[0]!, frames[0]!)).toEqual(['replayedFrame', [4404]])
    expect(outcome(frames[1]!)).toEqual(['reorderedFrame', [4404]])
    expect(outcome(frames[0]!.slice(0, -1))).toEqual(['tamperedFrame', [4404]])
    expect(outcome(frames[0]!.slice(0, 21))).toEqual(['tamperedFrame', [4404]])
  })
})
