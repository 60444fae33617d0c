import { describe, expect, it } from 'vitest'
import { packValue } from '../../../src/synapse/index.js'
import { type Channel, webSocketCarrier } from '../../../src/transport/index.js'
import { startRelay } from '../relay.js'
import {
  afterwards,
  alice,
  bob,
  dendriteOf,
  double,
  endAll,
  mallory,
  proven,
  type Serving,
  serve,
} from './serving.js'

endAll()

/** Frames of one whole conversation: hello and proof, then calls; and what the server said to them. */
interface Recording {
  readonly said: readonly Uint8Array[]
  readonly heard: readonly Uint8Array[]
}

/** Records a caller's conversation with an axon: a handshake and three calls. */
async function recorded({ axon, address }: Serving): Promise<Recording> {
  const said: Uint8Array[] = []
  const heard: Uint8Array[] = []
  const relay = await startRelay(
    webSocketCarrier(),
    address,
    (frame) => {
      said.push(Uint8Array.from(frame))
      return [frame]
    },
    (frame) => {
      heard.push(Uint8Array.from(frame))
      return [frame]
    },
  )
  const dendrite = dendriteOf(mallory)
  for (const value of [1, 2, 3]) {
    const result = await dendrite.call(double, { hotkey: axon.hotkey, ...relay.address }, value)
    expect(result).toMatchObject({ status: 'ok', answer: 2 * value })
  }
  await dendrite.close()
  await relay.close()
  return { said, heard }
}

/** The same axon, stopped and made again at the same address with the same key. */
async function restarted(serving: Serving): Promise<Serving> {
  await serving.axon.stop()
  return await serve({ host: serving.address.host, port: serving.address.port })
}

/** Says frames to an axon as a stranger. */
async function say(serving: Serving, frames: readonly Uint8Array[]): Promise<number> {
  const channel = await webSocketCarrier().dial(serving.address, { maxFrameBytes: 1 << 20 })
  const closed = new Promise<number>((resolve) => channel.receive({ onFrame: () => {}, onClose: resolve }))
  for (const frame of frames) channel.send(Uint8Array.from(frame))
  return await closed
}

describe('what was recorded before an axon was restarted with the same key', () => {
  it('is refused when the whole of it is said again', async () => {
    const before = await serve()
    const { said } = await recorded(before)
    const after = await restarted(before)
    const { callsReceived } = after.axon.counters
    const refused = after.refusal('badHandshake')
    expect(await say(after, said)).toBe(4402)
    expect((await refused).caller).toBeUndefined()
    expect(after.axon.counters).toMatchObject({ connectionsAccepted: 1, callsReceived })
    await after.expectHonest()
  })

  it('is refused when it is said again without a restart', async () => {
    const serving = await serve()
    const { said } = await recorded(serving)
    const { callsReceived, connectionsAccepted } = serving.axon.counters
    expect(await say(serving, said)).toBe(4402)
    expect(serving.axon.counters).toMatchObject({
      callsReceived,
      connectionsAccepted,
      refused: { badHandshake: 1 },
    })
  })

  it('is refused when its calls are said in a session of today, by whoever has one', async () => {
    const before = await serve()
    const { said } = await recorded(before)
    const after = await restarted(before)
    for (const [signer, at] of [
      [mallory, 2],
      [mallory, 3],
      [bob, 2],
    ] as const) {
      const { callsReceived } = after.axon.counters
      const { closed, channel } = await proven(after, signer)
      channel.send(said[at] as Uint8Array)
      expect(await closed).toBe(4404)
      expect(after.axon.counters.callsReceived).toBe(callsReceived)
    }
    const { tamperedFrame = 0, reorderedFrame = 0, replayedFrame = 0 } = after.axon.counters.refused
    expect(tamperedFrame + reorderedFrame + replayedFrame).toBe(3)
    await after.expectHonest()
  })

  it('is refused by callers when a server that has only the record answers with it', async () => {
    const before = await serve()
    const { heard } = await recorded(before)
    const channels: Channel[] = []
    const impostor = await webSocketCarrier().listen({
      host: '127.0.0.1',
      port: 0,
      maxFrameBytes: 1 << 20,
      maxConnections: 8,
      onChannel: (channel) => {
        channels.push(channel)
        channel.receive({
          onFrame: () => {
            for (const frame of heard) channel.send(Uint8Array.from(frame))
          },
          onClose: () => {},
        })
      },
    })
    afterwards(async () => {
      for (const channel of channels) channel.close(1000)
      await impostor.close()
    })
    const result = await dendriteOf(mallory).call(double, { hotkey: alice.hotkey, ...impostor.address }, 1)
    expect(result.status).toBe('unauthenticated')
  })

  it('a caller of before simply calls again: no key of the session outlives it', async () => {
    const before = await serve()
    const dendrite = dendriteOf(mallory)
    expect((await dendrite.call(double, before.target, 1)).status).toBe('ok')
    const after = await restarted(before)
    expect(await dendrite.call(double, after.target, 2)).toMatchObject({ status: 'ok', answer: 4 })
    const { session } = await proven(after)
    session.send(packValue([1, 0, false, 'double', 1_000, 0, 1]))
    await after.expectHonest()
  })
})
