import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Axon, type AxonLimits } from '../../src/axon/index.js'
import { keyPairFromUri } from '../../src/crypto/index.js'
import { Dendrite, type Target } from '../../src/dendrite/index.js'
import { silentLogger } from '../../src/log/index.js'
import { defineStream, defineSynapse } from '../../src/synapse/index.js'
import {
  closeCodeName,
  closeCodes,
  createMemoryNetwork,
  webSocketCarrier,
} from '../../src/transport/index.js'
import { type Meddle, startRelay } from './relay.js'

const alice = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const bob = keyPairFromUri('//Bob', { scheme: 'ed25519' })
/** Must not be done twice. */
const pay = defineSynapse({ name: 'pay', request: z.number(), answer: z.number() })
const paid = defineStream({ name: 'paid', request: z.number(), chunk: z.number() })

/** Every code that somebody can send, those included that mean nothing to us. */
const SENDABLE = [...Object.values(closeCodes).filter((code) => code !== closeCodes.lost), 4000, 4999]
const named = SENDABLE.map((code) => [code, closeCodeName(code)] as const)

/** The frames of a caller: 0 and 1 are its handshake. */
const FIRST_CALL = 2
/** The frames of a server: 0 is its handshake. */
const FIRST_WORD = 1
const pass: Meddle = (frame) => [frame]

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2))
}

for (const [name, createCarrier] of [
  ['WebSocket', webSocketCarrier],
  ['memory', createMemoryNetwork],
] as const) {
  /** An axon behind a man in the middle, and a caller that finds the axon at his address. */
  const scene = async (
    { meddle = pass, meddleBack = pass }: { readonly meddle?: Meddle; readonly meddleBack?: Meddle },
    limits: Partial<AxonLimits> = {},
  ) => {
    const carrier = createCarrier()
    const axon = new Axon({ signer: alice, carrier, logger: silentLogger, limits })
    let begun = 0
    axon.handle(pay, () => ++begun)
    axon.handle(paid, async function* () {
      yield ++begun
    })
    await axon.start()
    const relay = await startRelay(carrier, axon.address, meddle, meddleBack)
    const dendrite = new Dendrite({ signer: bob, carrier })
    closing.push(
      () => axon.stop(),
      () => relay.close(),
      () => dendrite.close(),
    )
    const target: Target = { hotkey: axon.hotkey, ...relay.address }
    return { axon, carrier, relay, dendrite, target, begun: () => begun }
  }
  const read = async (dendrite: Dendrite, target: Target): Promise<number> => {
    let chunks = 0
    for await (const _chunk of dendrite.stream(paid, target, 1)) chunks++
    return chunks
  }

  describe(`a close code of the man in the middle over ${name}`, () => {
    it.each(named)(
      '%s (%s) after requests were handled: they are not made again, nor called unhandled',
      async (code) => {
        const withheld: Meddle = (frame, index) => (index < FIRST_WORD ? [frame] : [])
        const { relay, dendrite, target, begun } = await scene({ meddleBack: withheld })
        const call = dendrite.call(pay, target, 1)
        const reading = read(dendrite, target).catch((error) => error)
        await until(() => begun() === 2)
        relay.endCallers(code)
        const result = await call
        expect(result.status).not.toBe('ok')
        expect(result).toMatchObject({ unhandled: false })
        expect(await reading).toMatchObject({ code: 'CallFailed', unhandled: false })
        expect([begun(), relay.callers]).toEqual([2, 1])
      },
    )

    it.each(named)(
      '%s (%s) in place of the request: it counts as handled, as nobody can know',
      async (code) => {
        let withheld = 0
        const meddle: Meddle = (frame, index) => {
          if (index < FIRST_CALL) return [frame]
          withheld++
          return []
        }
        const { relay, dendrite, target, begun } = await scene({ meddle })
        const call = dendrite.call(pay, target, 1)
        await until(() => withheld > 0)
        relay.endCallers(code)
        expect(await call).toMatchObject({ unhandled: false })
        expect([begun(), relay.callers]).toEqual([0, 1])
      },
    )
  })

  describe(`the last word of a server over ${name}`, () => {
    /** Withholds what the caller says after its first call, on its first connection. */
    const holdingSecond = () => {
      let [held, connections] = [0, 0]
      const meddle: Meddle = (frame, index) => {
        if (index === 0) connections++
        if (connections > 1 || index <= FIRST_CALL) return [frame]
        held++
        return []
      }
      return { meddle, held: () => held }
    }

    it('as it ends an idle session has a call made again that was on its way, which is handled once', async () => {
      const { meddle, held } = holdingSecond()
      const { axon, relay, dendrite, target, begun } = await scene({ meddle }, { idleMs: 500 })
      expect(await dendrite.call(pay, target, 1)).toMatchObject({ answer: 1 })
      expect(await dendrite.call(pay, target, 1)).toMatchObject({ answer: 2 })
      expect([held(), begun(), relay.callers, axon.counters.callsReceived]).toEqual([1, 2, 2, 2])
    })

    it('that is kept from the caller leaves its call handled', async () => {
      const { meddle } = holdingSecond()
      const meddleBack: Meddle = (frame, index) => (index <= FIRST_WORD ? [frame] : [])
      const { relay, dendrite, target, begun } = await scene({ meddle, meddleBack }, { idleMs: 500 })
      expect(await dendrite.call(pay, target, 1)).toMatchObject({ answer: 1 })
      expect(await dendrite.call(pay, target, 1)).toMatchObject({ status: 'unreachable', unhandled: false })
      expect([begun(), relay.callers]).toEqual([1, 1])
    })

    it('of another session is worth nothing', async () => {
      let recorded: Uint8Array | undefined
      let isReplaying = false
      const meddleBack: Meddle = (frame, index) => {
        if (index !== FIRST_WORD + 1 && !isReplaying) return [frame]
        if (!isReplaying) recorded = frame
        return index === 0 || recorded === undefined ? [frame] : [recorded]
      }
      const { axon, carrier, relay, dendrite, target, begun } = await scene({ meddleBack }, { idleMs: 500 })
      expect(await dendrite.call(pay, target, 1)).toMatchObject({ answer: 1 })
      await until(() => axon.counters.connectionsOpen === 0 && recorded !== undefined)
      isReplaying = true
      const fresh = new Dendrite({ signer: bob, carrier })
      closing.push(() => fresh.close())
      expect(await fresh.call(pay, target, 1)).toMatchObject({ status: 'unreachable', unhandled: false })
      expect([begun(), relay.callers]).toEqual([2, 2])
    })

    it('to a caller for whom it has no place says that what came with the handshake is unhandled', async () => {
      const { axon, carrier, relay, dendrite, target, begun } = await scene(
        {},
        { maxConnectionsPerCaller: 1 },
      )
      expect(await dendrite.call(pay, target, 1)).toMatchObject({ answer: 1 })
      const second = new Dendrite({ signer: bob, carrier })
      closing.push(() => second.close())
      expect(await second.call(pay, target, 1)).toMatchObject({ status: 'overloaded', unhandled: true })
      expect([begun(), relay.callers, axon.counters.refused]).toEqual([1, 2, { tooManyFromCaller: 1 }])
    })

    it('as it stops says that what was on its way is unhandled', async () => {
      const { meddle, held } = holdingSecond()
      const { axon, dendrite, target, begun } = await scene({ meddle })
      expect(await dendrite.call(pay, target, 1)).toMatchObject({ answer: 1 })
      const call = dendrite.call(pay, target, 1)
      await until(() => held() === 1)
      await axon.stop()
      expect(await call).toMatchObject({ status: 'unreachable', unhandled: true })
      expect(begun()).toBe(1)
    })
  })
}

describe('a WebSocket that is cut', () => {
  it('after a request was handled leaves it handled, and is not dialled again', async () => {
    let begun = 0
    const axon = new Axon({ signer: alice, logger: silentLogger })
    axon.handle(pay, () => {
      begun++
      for (const socket of sockets) socket.destroy()
      return begun
    })
    await axon.start()
    closing.push(() => axon.stop())
    const sockets: Socket[] = []
    const cutter = createServer((near) => {
      const far = connect(axon.address)
      sockets.push(near, far)
      for (const socket of [near, far]) socket.on('error', () => {})
      near.pipe(far).pipe(near)
    })
    await once(cutter.listen(0, '127.0.0.1'), 'listening')
    closing.push(() => cutter.close())
    const dendrite = new Dendrite({ signer: bob })
    closing.push(() => dendrite.close())
    const { port } = cutter.address() as AddressInfo
    const target = { hotkey: axon.hotkey, host: '127.0.0.1', port }
    expect(await dendrite.call(pay, target, 1)).toMatchObject({ status: 'unreachable', unhandled: false })
    expect([begun, sockets.length]).toEqual([1, 2])
  })
})
