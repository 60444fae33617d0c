import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Axon } from '../../src/axon/index.js'
import { keyPairFromUri } from '../../src/crypto/index.js'
import { Dendrite } from '../../src/dendrite/index.js'
import { silentLogger } from '../../src/log/index.js'
import { Router, type RouterTarget, StreamTruncatedError } from '../../src/router/index.js'
import { defineStream, defineSynapse } from '../../src/synapse/index.js'

const ask = defineSynapse({ name: 'ask', request: z.number(), answer: z.string(), idempotent: true })
const range = z.object({ from: z.number(), to: z.number() })
const count = defineStream({
  name: 'count',
  request: range,
  chunk: z.number(),
  resume: (request, chunk) => ({ ...request, from: chunk + 1 }),
})
const once = defineStream({ name: 'once', request: range, chunk: z.number() })

/** A wire to an axon that can be cut: its sockets are destroyed, and nobody listens until it is mended. */
class Wire {
  readonly #to: number
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  port = 0

  constructor(to: number) {
    this.#to = to
  }

  async mend(): Promise<void> {
    const server = createServer((near) => {
      const far = connect(this.#to, '127.0.0.1')
      for (const socket of [near, far]) {
        this.#sockets.add(socket)
        socket.on('error', () => {})
        socket.once('close', () => this.#sockets.delete(socket))
      }
      near.pipe(far).pipe(near)
    })
    this.#server = server
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve))
    this.port = (server.address() as { port: number }).port
  }

  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve))
    for (const socket of this.#sockets) socket.resetAndDestroy()
    await closed
  }
}

const NAMES = ['Ann', 'Ben', 'Cid']
let axons: Axon[] = []
let wires: Wire[] = []
let dendrite: Dendrite
let router: Router

beforeEach(async () => {
  const targets: RouterTarget[] = []
  for (const name of NAMES) {
    const axon = new Axon({
      signer: keyPairFromUri(`//${name}`, { scheme: 'ed25519' }),
      logger: silentLogger,
    })
    const numbers = async function* ({ from, to }: { from: number; to: number }) {
      for (let n = from; n < to; n++) {
        await wait(5)
        yield n
      }
    }
    axon.handle(ask, async () => {
      await wait(10)
      return name
    })
    axon.handle(count, numbers)
    axon.handle(once, numbers)
    await axon.start()
    const wire = new Wire(axon.address.port)
    await wire.mend()
    axons.push(axon)
    wires.push(wire)
    targets.push({ hotkey: axon.hotkey, host: '127.0.0.1', port: wire.port })
  }
  dendrite = new Dendrite({
    signer: keyPairFromUri('//Buyer', { scheme: 'ed25519' }),
    limits: { dialMs: 1_000, streamCredit: 2 },
  })
  router = await Router.start({ dendrite, candidates: targets, seed: 'sockets', logger: silentLogger })
})

afterEach(async () => {
  await router.close()
  await dendrite.close()
  await Promise.all(wires.map((wire) => wire.cut()))
  await Promise.all(axons.map((axon) => axon.stop()))
  axons = []
  wires = []
})

/** The wire of a miner. */
const wireOf = (hotkey: string): Wire => wires[axons.findIndex((axon) => axon.hotkey === hotkey)]!

describe('a router over real sockets', () => {
  it('answers every call while wires are cut and mended', async () => {
    const statuses: string[] = []
    const calls: Promise<void>[] = []
    for (let i = 0; i < 60; i++) {
      calls.push(router.call(ask, i, { timeoutMs: 20_000 }).then(({ status }) => void statuses.push(status)))
      if (i % 20 === 5) await wires[i % 3]!.cut()
      if (i % 20 === 15) await wires[(i - 10) % 3]!.mend()
      await wait(20)
    }
    await Promise.all(calls)
    expect(statuses).toEqual(Array(60).fill('ok'))
    expect(router.counters).toMatchObject({ calls: 60, callsAnswered: 60, callsInFlight: 0 })
  })

  it('goes on with a stream on another miner when the wire is cut in the middle', async () => {
    const stream = router.stream(count, { from: 0, to: 40 })
    const chunks: number[] = []
    for await (const chunk of stream) {
      chunks.push(chunk)
      if (chunk === 10 || chunk === 25) await wireOf(stream.parts.at(-1)!.hotkey).cut()
    }
    expect(chunks).toEqual(Array.from({ length: 40 }, (_, n) => n))
    expect(stream.parts.map(({ status }) => status)).toEqual(['unreachable', 'unreachable', 'ok'])
    expect(stream.parts.reduce((sum, part) => sum + part.chunks, 0)).toBe(40)
    expect(new Set(stream.parts.map(({ hotkey }) => hotkey)).size).toBe(3)
  })

  it('says that a stream is cut off where it cannot go on', async () => {
    const stream = router.stream(once, { from: 0, to: 40 })
    const chunks: number[] = []
    let error: unknown
    try {
      for await (const chunk of stream) {
        chunks.push(chunk)
        if (chunk === 10) await wireOf(stream.parts.at(-1)!.hotkey).cut()
      }
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(StreamTruncatedError)
    expect(error).toMatchObject({ status: 'unreachable', delivered: chunks.length })
    expect(chunks).toEqual(Array.from(chunks, (_, n) => n))
  })
})
