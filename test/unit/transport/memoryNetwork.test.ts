import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../src/clock/index.js'
import { closeCodes, createMemoryNetwork } from '../../../src/transport/index.js'

describe('createMemoryNetwork', () => {
  it('takes the latency for a dial, a frame and a close, on its clock', async () => {
    const clock = new VirtualClock()
    const network = createMemoryNetwork({ clock, latencyMs: 10 })
    const log: unknown[] = []
    await network.listen({
      host: 'a',
      port: 1,
      maxFrameBytes: 10,
      maxConnections: 1,
      onChannel: (channel) => {
        log.push(['accepted', clock.now()])
        channel.receive({
          onFrame: (frame) => log.push([frame[0], clock.now()]),
          onClose: (code) => log.push([code, clock.now()]),
        })
      },
    })
    void network.dial({ host: 'a', port: 1 }, { maxFrameBytes: 10 }).then((channel) => {
      channel.send(Uint8Array.of(1))
      clock.setTimer(() => {
        channel.send(Uint8Array.of(2))
        channel.close(closeCodes.normal)
      }, 5)
    })
    await clock.run()
    expect(log).toEqual([
      ['accepted', 10],
      [1, 20],
      [2, 25],
      [1000, 25],
    ])
  })

  it('takes the latency that a function gives for the address, and refuses one that none can take', async () => {
    const clock = new VirtualClock()
    const network = createMemoryNetwork({ clock, latencyMs: ({ port }) => port })
    const listening = { host: 'a', maxFrameBytes: 10, maxConnections: 1 }
    const accepted: number[] = []
    for (const port of [30, 7]) {
      await network.listen({ ...listening, port, onChannel: () => accepted.push(clock.now()) })
      void network.dial({ host: 'a', port }, { maxFrameBytes: 10 })
    }
    await clock.run()
    expect(accepted).toEqual([7, 30])
    const wrong = createMemoryNetwork({ clock, latencyMs: () => Number.NaN })
    await wrong.listen({ ...listening, port: 1, onChannel: () => {} })
    await expect(wrong.dial({ host: 'a', port: 1 }, { maxFrameBytes: 10 })).rejects.toThrow(
      'latencyMs(address)',
    )
  })

  it('gives free ports in order, and keeps networks apart', async () => {
    const options = { host: 'a', port: 0, maxFrameBytes: 1, maxConnections: 1, onChannel: () => {} }
    const network = createMemoryNetwork()
    expect((await network.listen(options)).address.port).toBe(49_152)
    expect((await network.listen(options)).address.port).toBe(49_153)
    const other = createMemoryNetwork()
    await expect(other.dial({ host: 'a', port: 49_152 }, { maxFrameBytes: 1 })).rejects.toMatchObject({
      code: 'Unreachable',
    })
  })

  it('finds a listener on every address', async () => {
    const network = createMemoryNetwork()
    const any = { host: '0.0.0.0', port: 5, maxFrameBytes: 1, maxConnections: 1, onChannel: () => {} }
    await network.listen(any)
    const channel = await network.dial({ host: '10.1.2.3', port: 5 }, { maxFrameBytes: 1 })
    expect(channel.remote).toBe('10.1.2.3:5')
  })

  it('lets timers fire during an exchange that never ends', async () => {
    const network = createMemoryNetwork()
    await network.listen({
      host: 'a',
      port: 1,
      maxFrameBytes: 10,
      maxConnections: 1,
      onChannel: (channel) => channel.receive({ onFrame: (frame) => channel.send(frame), onClose: () => {} }),
    })
    const channel = await network.dial({ host: 'a', port: 1 }, { maxFrameBytes: 10 })
    channel.receive({ onFrame: (frame) => channel.send(frame), onClose: () => {} })
    channel.send(Uint8Array.of(1))
    await new Promise<void>((resolve) => setTimeout(resolve, 1))
    channel.close(closeCodes.normal)
  })
})
