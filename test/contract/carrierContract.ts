import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AbortedError } from '../../src/errors/index.js'
import {
  type Carrier,
  type CarrierRefusal,
  type Channel,
  closeCodes,
  ListenError,
  type Listener,
  LOW_WATER_BYTES,
  UnreachableError,
} from '../../src/transport/index.js'

/** Everything one end of a channel heard, with a way to wait for more. */
export class Heard {
  readonly frames: Uint8Array[] = []
  readonly closes: number[] = []
  drains = 0
  readonly channel: Channel
  #waiters: (() => void)[] = []

  constructor(channel: Channel) {
    this.channel = channel
    channel.receive({
      onFrame: (frame) => {
        this.frames.push(Uint8Array.from(frame))
        this.#wake()
      },
      onClose: (code) => {
        this.closes.push(code)
        this.#wake()
      },
      onDrain: () => {
        this.drains++
        this.#wake()
      },
    })
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#waiters.push(resolve))
  }

  #wake(): void {
    const waiters = this.#waiters
    this.#waiters = []
    for (const wake of waiters) wake()
  }
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

/** What every carrier must do, whatever carries the frames. */
export function carrierContract(name: string, create: () => Carrier): void {
  describe(`carrier contract: ${name}`, () => {
    let carrier: Carrier
    let listener: Listener
    let refusals: CarrierRefusal[]
    let accepted: Channel[]
    let acceptedWaiters: ((channel: Channel) => void)[]
    const opened: Channel[] = []

    const listen = (
      limits: { maxFrameBytes?: number; maxConnections?: number; maxUntrustedBytes?: number } = {},
    ): Promise<Listener> =>
      carrier.listen({
        ...(limits.maxUntrustedBytes === undefined ? {} : { maxUntrustedBytes: limits.maxUntrustedBytes }),
        host: '127.0.0.1',
        port: 0,
        maxFrameBytes: limits.maxFrameBytes ?? 1 << 20,
        maxConnections: limits.maxConnections ?? 8,
        onChannel: (channel) => {
          const waiter = acceptedWaiters.shift()
          if (waiter === undefined) accepted.push(channel)
          else waiter(channel)
        },
        onRefused: (reason) => refusals.push(reason),
      })
    const nextAccepted = async (): Promise<Channel> => {
      const channel =
        accepted.shift() ?? (await new Promise<Channel>((resolve) => acceptedWaiters.push(resolve)))
      opened.push(channel)
      return channel
    }
    const dial = async (maxFrameBytes = 1 << 20): Promise<Channel> => {
      const channel = await carrier.dial(listener.address, { maxFrameBytes })
      opened.push(channel)
      return channel
    }
    const pair = async (): Promise<[Heard, Heard]> => {
      const near = await dial()
      return [new Heard(near), new Heard(await nextAccepted())]
    }

    beforeEach(async () => {
      carrier = create()
      refusals = []
      accepted = []
      acceptedWaiters = []
      listener = await listen()
    })

    afterEach(async () => {
      for (const channel of opened.splice(0)) channel.close(closeCodes.normal)
      await listener.close()
    })

    it('gives a free port when asked for port 0', () => {
      expect(listener.address.host).toBe('127.0.0.1')
      expect(listener.address.port).toBeGreaterThan(1023)
    })

    it('delivers frames whole and in order, both ways, empty ones included', async () => {
      const [near, far] = await pair()
      const sent = [bytes(1), bytes(), bytes(2, 3), new Uint8Array(200_000).fill(7), bytes(4)]
      for (const frame of sent) near.channel.send(frame)
      far.channel.send(bytes(9))
      await far.until(() => far.frames.length === sent.length)
      await near.until(() => near.frames.length === 1)
      expect(far.frames.map((frame) => frame.length)).toEqual([1, 0, 2, 200_000, 1])
      expect(far.frames[3]?.every((value) => value === 7)).toBe(true)
      expect(near.frames).toEqual([bytes(9)])
    })

    it('keeps frames that come before anybody receives', async () => {
      const near = await dial()
      const far = await nextAccepted()
      near.send(bytes(1))
      near.send(bytes(2))
      const echo = new Heard(near)
      far.send(bytes(3))
      await echo.until(() => echo.frames.length === 1)
      const heard = new Heard(far)
      await heard.until(() => heard.frames.length === 2)
      expect(heard.frames).toEqual([bytes(1), bytes(2)])
    })

    it('tells both ends the code of whoever closed, once, after the frames sent before', async () => {
      const [near, far] = await pair()
      near.channel.send(bytes(5))
      near.channel.close(closeCodes.badFrame)
      near.channel.close(closeCodes.normal)
      near.channel.send(bytes(6))
      expect(near.closes).toEqual([])
      await far.until(() => far.closes.length > 0)
      await near.until(() => near.closes.length > 0)
      expect(far.frames).toEqual([bytes(5)])
      expect(far.closes).toEqual([4404])
      expect(near.closes).toEqual([4404])
    })

    it('delivers nothing after the owner closed', async () => {
      const [near, far] = await pair()
      near.channel.close(closeCodes.normal)
      far.channel.send(bytes(1))
      await far.until(() => far.closes.length === 1)
      await near.until(() => near.closes.length === 1)
      expect(near.frames).toEqual([])
    })

    it('tells a late receiver that the channel is already closed', async () => {
      const near = await dial()
      const far = await nextAccepted()
      far.close(closeCodes.idle)
      const heard = new Heard(near)
      await heard.until(() => heard.closes.length === 1)
      expect(heard.closes).toEqual([4408])
    })

    it('closes both ends with 1009 when the listener gets a frame above its limit, and names it', async () => {
      await listener.close()
      listener = await listen({ maxFrameBytes: 64 })
      const [near, far] = await pair()
      near.channel.send(new Uint8Array(64))
      await far.until(() => far.frames.length === 1)
      near.channel.send(new Uint8Array(65))
      await near.until(() => near.closes.length === 1)
      await far.until(() => far.closes.length === 1)
      expect(near.closes).toEqual([closeCodes.frameTooLarge])
      expect(far.closes).toEqual([closeCodes.frameTooLarge])
      expect(far.frames).toHaveLength(1)
      expect(refusals).toEqual(['frameTooLarge'])
    })

    it('closes both ends with 1009 when the dialler gets a frame above its limit', async () => {
      const near = new Heard(await dial(64))
      const far = new Heard(await nextAccepted())
      far.channel.send(new Uint8Array(65))
      await near.until(() => near.closes.length === 1)
      await far.until(() => far.closes.length === 1)
      expect([near.closes, far.closes]).toEqual([[1009], [1009]])
      expect(near.frames).toEqual([])
    })

    it('closes a channel that brings too many bytes before it is trusted, and no longer when it is', async () => {
      await listener.close()
      listener = await listen({ maxUntrustedBytes: 1_000 })
      const [near, far] = await pair()
      near.channel.send(new Uint8Array(600))
      await far.until(() => far.frames.length === 1)
      near.channel.send(new Uint8Array(600))
      await near.until(() => near.closes.length === 1)
      expect(near.closes).toEqual([1009])
      expect(refusals).toEqual(['frameTooLarge'])
      const [friend, owner] = await pair()
      owner.channel.trust()
      friend.channel.send(new Uint8Array(5_000))
      await owner.until(() => owner.frames.length === 1)
    })

    it('refuses connections beyond the limit and takes new ones when others have gone', async () => {
      await listener.close()
      listener = await listen({ maxConnections: 1 })
      const [near, far] = await pair()
      await expect(dial()).rejects.toBeInstanceOf(UnreachableError)
      expect(refusals).toEqual(['tooManyConnections'])
      near.channel.close(closeCodes.normal)
      await far.until(() => far.closes.length === 1)
      const [again] = await pair()
      expect(again.closes).toEqual([])
    })

    it('counts what is not yet delivered and says when a writer may go on', async () => {
      const near = await dial()
      const far = await nextAccepted()
      const heard = new Heard(near)
      const frame = new Uint8Array(1 << 19)
      let sent = 0
      // The kernel takes a few megabytes before bytes wait here; nobody reads yet.
      for (; sent < 64 && near.bufferedBytes <= LOW_WATER_BYTES; sent++) near.send(frame)
      expect(near.bufferedBytes).toBeGreaterThan(LOW_WATER_BYTES)
      expect(heard.drains).toBe(0)
      const reader = new Heard(far)
      await heard.until(() => heard.drains > 0)
      expect(near.bufferedBytes).toBeLessThanOrEqual(LOW_WATER_BYTES)
      await reader.until(() => reader.frames.length === sent)
    })

    it('rejects a dial to an address where nobody listens', async () => {
      const { address } = listener
      await listener.close()
      const error = await carrier.dial(address, { maxFrameBytes: 64 }).catch((reason) => reason)
      expect(error).toBeInstanceOf(UnreachableError)
      expect(error.code).toBe('Unreachable')
      expect(error.address).toEqual(address)
      expect(error.message).toBe(
        `Nobody answers at 127.0.0.1:${address.port}. Check that the peer is running and that the address is the one it listens on.`,
      )
    })

    it('rejects a dial to something that is no address', async () => {
      for (const address of [
        { host: 'a/b', port: 1 },
        { host: '', port: 80 },
        { host: '127.0.0.1', port: 0 },
      ]) {
        await expect(carrier.dial(address, { maxFrameBytes: 64 })).rejects.toBeInstanceOf(UnreachableError)
      }
    })

    it('ends a dial when its signal is aborted', async () => {
      const aborted = AbortSignal.abort('no time')
      const error = await carrier
        .dial(listener.address, { maxFrameBytes: 64, signal: aborted })
        .catch((reason) => reason)
      expect(error).toBeInstanceOf(AbortedError)
      expect(error.cause).toBe('no time')
    })

    it('refuses to listen where somebody listens, until that one has closed', async () => {
      const taken = { ...listener.address, maxFrameBytes: 64, maxConnections: 1, onChannel: () => {} }
      const error = await carrier.listen(taken).catch((reason) => reason)
      expect(error).toBeInstanceOf(ListenError)
      expect(error.code).toBe('ListenFailed')
      expect(error.address).toEqual(listener.address)
      await listener.close()
      const next = await carrier.listen(taken)
      await next.close()
    })

    it('keeps open channels when the listener closes', async () => {
      const [near, far] = await pair()
      await listener.close()
      near.channel.send(bytes(1))
      await far.until(() => far.frames.length === 1)
      expect(far.closes).toEqual([])
    })
  })
}
