import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Axon, type AxonOptions, type RefusedEvent } from '../../src/axon/index.js'
import { type KeyPair, keyPairFromUri } from '../../src/crypto/index.js'
import { Dendrite, type DendriteOptions, type Target } from '../../src/dendrite/index.js'
import { silentLogger } from '../../src/log/index.js'
import { defineSynapse, SchemaMismatchError, UnencodableMessageError } from '../../src/synapse/index.js'
import type { Carrier } from '../../src/transport/index.js'

const alice = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const bob = keyPairFromUri('//Bob', { scheme: 'ed25519' })
const charlie = keyPairFromUri('//Charlie', { scheme: 'sr25519' })

const add = defineSynapse({
  name: 'add',
  request: z.object({ a: z.number(), b: z.number() }),
  answer: z.number(),
})
const echo = defineSynapse({ name: 'echo', request: z.unknown(), answer: z.unknown() })

/** A promise with its handles outside. */
function deferred<T = void>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

/** What an axon and a dendrite must do for one another, whatever carries their frames. */
export function trafficContract(name: string, createCarrier: () => Carrier): void {
  describe(`traffic contract: ${name}`, () => {
    const opened: (Axon | Dendrite)[] = []
    let carrier = createCarrier()

    const serve = async (options: Partial<AxonOptions> = {}, setUp?: (axon: Axon) => void): Promise<Axon> => {
      carrier = createCarrier()
      const axon = new Axon({ signer: alice, carrier, logger: silentLogger, ...options })
      opened.push(axon)
      setUp?.(axon)
      await axon.start()
      return axon
    }
    const dendriteOf = (signer: KeyPair = bob, options: Partial<DendriteOptions> = {}): Dendrite => {
      const dendrite = new Dendrite({ signer, carrier, ...options })
      opened.push(dendrite)
      return dendrite
    }
    const targetOf = (axon: Axon): Target => ({ hotkey: axon.hotkey, ...axon.address })
    const nextRefusal = (axon: Axon, reason: string): Promise<RefusedEvent> => {
      const { promise, resolve } = deferred<RefusedEvent>()
      axon.on('refused', (event) => {
        if (event.reason === reason) resolve(event)
      })
      return promise
    }

    afterEach(async () => {
      for (const one of opened.splice(0).reverse()) {
        if (one instanceof Axon) await one.stop()
        else await one.close()
      }
    })

    describe('calls', () => {
      it('carries many calls at once over one connection, answered in any order', async () => {
        const first = deferred()
        const axon = await serve({}, (made) =>
          made.handle(add, async ({ a, b }) => {
            if (a === 0) await first.promise
            else if (a === 9) first.resolve()
            return a + b
          }),
        )
        const dendrite = dendriteOf()
        const results = await Promise.all(
          Array.from({ length: 10 }, (_, a) => dendrite.call(add, targetOf(axon), { a, b: 100 })),
        )
        expect(results.map((result) => result.status === 'ok' && result.answer)).toEqual([
          100, 101, 102, 103, 104, 105, 106, 107, 108, 109,
        ])
        expect(axon.counters.connectionsAccepted).toBe(1)
        expect(dendrite.connectionCount).toBe(1)
      })

      it('tells the caller of a failed handler nothing but failed, and keeps the cause at the server', async () => {
        const secret = new TypeError('the password is swordfish')
        const axon = await serve({}, (made) =>
          made.handle(add, () => {
            throw secret
          }),
        )
        const failed = deferred<unknown>()
        axon.on('failed', (event) => failed.resolve(event))
        const result = await dendriteOf().call(add, targetOf(axon), { a: 1, b: 1 })
        expect(result).toMatchObject({ status: 'failed', reason: 'The handler failed.' })
        expect(JSON.stringify(result)).not.toContain('swordfish')
        expect(await failed.promise).toEqual({
          caller: bob.address,
          synapse: 'add',
          requestId: expect.any(String),
          status: 'failed',
          elapsedMs: expect.any(Number),
          cause: secret,
        })
        expect(axon.counters.failed).toEqual({ failed: 1 })
      })

      it('says malformed when the request does not fit the schema of the server', async () => {
        const axon = await serve({}, (made) => made.handle(add, ({ a, b }) => a + b))
        const ours = defineSynapse({ name: 'add', request: z.unknown(), answer: z.number() })
        const refused = nextRefusal(axon, 'malformedRequest')
        expect((await dendriteOf().call(ours, targetOf(axon), { a: 1 })).status).toBe('malformed')
        expect((await refused).cause).toBeInstanceOf(SchemaMismatchError)
      })

      it('rejects for mistakes of the caller, and sends nothing', async () => {
        const axon = await serve({}, (made) => made.handle(echo, (request) => request))
        const dendrite = dendriteOf()
        const target = targetOf(axon)
        const wrong = { a: 'one', b: 2 } as unknown as { a: number; b: number }
        await expect(dendrite.call(add, target, wrong)).rejects.toBeInstanceOf(SchemaMismatchError)
        await expect(dendrite.call(echo, { ...target, hotkey: 'nobody' as never }, 1)).rejects.toMatchObject({
          name: 'InvalidAddressError',
        })
        await expect(dendrite.call(echo, target, 1, { timeoutMs: 0 })).rejects.toMatchObject({
          code: 'InvalidArgument',
          field: 'timeoutMs',
        })
        const cyclic: Record<string, unknown> = {}
        cyclic.self = cyclic
        await expect(dendrite.call(echo, target, cyclic)).rejects.toBeInstanceOf(UnencodableMessageError)
        await expect(dendrite.call(echo, target, new Set([1]))).rejects.toMatchObject({
          code: 'UnencodableMessage',
          fault: 'notPlain',
        })
        expect(axon.counters.callsReceived).toBe(0)
        await dendrite.close()
        await expect(dendrite.call(echo, target, 1)).rejects.toMatchObject({ code: 'DendriteClosed' })
      })
    })

    describe('callAll', () => {
      it('gives results in the order of the targets, each with its own status', async () => {
        const axon = await serve({}, (made) => made.handle(add, ({ a, b }) => a + b))
        const good = targetOf(axon)
        const gone = { ...good, port: 1 }
        const wrong = { ...good, hotkey: charlie.hotkey }
        const results = await dendriteOf().callAll(add, [gone, good, wrong, good], { a: 1, b: 2 })
        expect(results.map((result) => result.status)).toEqual(['unreachable', 'ok', 'unauthenticated', 'ok'])
      })

      it('ends every call when the one signal they share is aborted, without a warning', async () => {
        const warnings: string[] = []
        const onWarning = (warning: Error): void => void warnings.push(warning.name)
        process.on('warning', onWarning)
        const started = deferred()
        let running = 0
        const axon = await serve({}, (made) =>
          made.handle(echo, (_request, { signal }) => {
            if (++running === 16) started.resolve()
            return new Promise((_resolve, reject) =>
              signal.addEventListener('abort', () => reject(signal.reason)),
            )
          }),
        )
        const controller = new AbortController()
        const targets = Array.from({ length: 16 }, () => targetOf(axon))
        const all = dendriteOf().callAll(echo, targets, 1, { signal: controller.signal })
        await started.promise
        controller.abort()
        expect((await all).every((result) => result.status === 'cancelled')).toBe(true)
        await new Promise<void>((resolve) => process.nextTick(resolve))
        process.off('warning', onWarning)
        expect(warnings).toEqual([])
      })

      it('has at most that many calls in flight', async () => {
        let running = 0
        let most = 0
        const axon = await serve({}, (made) =>
          made.handle(echo, async () => {
            most = Math.max(most, ++running)
            await Promise.resolve()
            running--
            return null
          }),
        )
        const targets = Array.from({ length: 12 }, () => targetOf(axon))
        const results = await dendriteOf().callAll(echo, targets, 1, { concurrency: 3 })
        expect(results.every((result) => result.status === 'ok')).toBe(true)
        expect(most).toBeLessThanOrEqual(3)
        await expect(dendriteOf().callAll(echo, targets, 1, { concurrency: 0 })).rejects.toMatchObject({
          field: 'concurrency',
        })
      })
    })

    describe('hooks and limits', () => {
      it('asks the blacklist and the verify hook about the proven caller only', async () => {
        const seen: unknown[] = []
        const axon = await serve(
          {
            blacklist: async (caller) => {
              seen.push(caller)
              return caller.hotkey === bob.address
            },
            verify: ({ request }) => (request as { a: number }).a !== 13,
          },
          (made) => made.handle(add, ({ a, b }) => a + b),
        )
        expect((await dendriteOf(bob).call(add, targetOf(axon), { a: 1, b: 1 })).status).toBe('forbidden')
        const honest = dendriteOf(charlie)
        expect((await honest.call(add, targetOf(axon), { a: 1, b: 1 })).status).toBe('ok')
        expect((await honest.call(add, targetOf(axon), { a: 13, b: 1 })).status).toBe('forbidden')
        expect(seen[0]).toEqual({
          hotkey: bob.address,
          bodySigned: true,
          synapse: 'add',
          remote: expect.any(String),
          request: { a: 1, b: 1 },
        })
        expect(axon.counters.refused).toEqual({ blacklisted: 1, notVerified: 1 })
      })

      it('refuses a call whose hook throws', async () => {
        const axon = await serve(
          {
            blacklist: ({ hotkey }) => {
              if (hotkey === bob.address) throw new TypeError('no list')
              return false
            },
            verify: () => Promise.reject(new TypeError('no verdict')),
          },
          (made) => made.handle(add, ({ a, b }) => a + b),
        )
        expect((await dendriteOf(bob).call(add, targetOf(axon), { a: 1, b: 1 })).status).toBe('forbidden')
        expect((await dendriteOf(charlie).call(add, targetOf(axon), { a: 1, b: 1 })).status).toBe('forbidden')
        expect(axon.counters.refused).toEqual({ blacklisted: 1, notVerified: 1 })
      })

      it('serves waiting calls by priority and refuses what finds no place to wait', async () => {
        const gate = deferred()
        const order: number[] = []
        const axon = await serve(
          {
            limits: { maxRunning: 1, maxQueued: 2 },
            priority: ({ hotkey }) => (hotkey === charlie.address ? 10 : 1),
          },
          (made) =>
            made.handle(add, async ({ a }) => {
              if (a === 0) await gate.promise
              order.push(a)
              return a
            }),
        )
        const low = dendriteOf(bob)
        const high = dendriteOf(charlie)
        const target = targetOf(axon)
        // A refused call first, so that every connection stands and calls arrive in the order they are made.
        await Promise.all([low.call(echo, target, 0), high.call(echo, target, 0)])
        const running = low.call(add, target, { a: 0, b: 0 })
        const waiting = [low.call(add, target, { a: 1, b: 0 }), low.call(add, target, { a: 2, b: 0 })]
        const tooMany = low.call(add, target, { a: 3, b: 0 })
        expect((await tooMany).status).toBe('overloaded')
        const urgent = high.call(add, target, { a: 4, b: 0 })
        expect((await waiting[1])?.status).toBe('overloaded')
        expect(axon.counters).toMatchObject({ callsRunning: 1, callsQueued: 2 })
        gate.resolve()
        const ended = await Promise.all([running, waiting[0], urgent])
        expect(ended.map((result) => result?.status)).toEqual(['ok', 'ok', 'ok'])
        expect(order).toEqual([0, 4, 1])
        expect(axon.counters.refused).toMatchObject({ queueFull: 1, displaced: 1 })
      })

      it('bounds the connections of one caller', async () => {
        const axon = await serve({ limits: { maxConnectionsPerCaller: 1 } }, (made) =>
          made.handle(add, ({ a, b }) => a + b),
        )
        const target = targetOf(axon)
        expect((await dendriteOf(bob).call(add, target, { a: 1, b: 1 })).status).toBe('ok')
        expect((await dendriteOf(bob).call(add, target, { a: 1, b: 1 })).status).toBe('overloaded')
        expect((await dendriteOf(charlie).call(add, target, { a: 1, b: 1 })).status).toBe('ok')
        expect(axon.counters.refused).toEqual({ tooManyFromCaller: 1 })
      })

      it('bounds connections in all: the idlest gives way, and a call on its way to it is made again', async () => {
        const gate = deferred()
        const started = deferred()
        const axon = await serve({ limits: { maxConnections: 2 } }, (made) => {
          made.handle(add, ({ a, b }) => a + b)
          made.handle(echo, async () => {
            started.resolve()
            await gate.promise
            return 0
          })
        })
        const target = targetOf(axon)
        const request = { a: 1, b: 1 }
        const [idle, busy, third] = [dendriteOf(bob), dendriteOf(charlie), dendriteOf(alice)]
        expect((await idle.call(add, target, request)).status).toBe('ok')
        const held = busy.call(echo, target, 0)
        await started.promise
        expect((await third.call(add, target, request)).status).toBe('ok')
        expect(axon.counters).toMatchObject({ connectionsOpen: 2, refused: { pushedOut: 1 } })
        expect((await idle.call(add, target, request)).status).toBe('ok')
        const held2 = idle.call(echo, target, 0)
        await idle.call(add, target, request)
        expect((await third.call(add, target, request)).status).toBe('overloaded')
        expect(axon.counters).toMatchObject({
          connectionsOpen: 2,
          refused: { pushedOut: 2, tooManyConnections: 1 },
        })
        gate.resolve()
        expect((await Promise.all([held, held2])).map((result) => result.status)).toEqual(['ok', 'ok'])
      })

      it('bounds the calls of one connection at the server, and queues them at the client', async () => {
        const gate = deferred()
        const axon = await serve({ limits: { maxCallsPerConnection: 2 } }, (made) =>
          made.handle(add, async ({ a }) => {
            await gate.promise
            return a
          }),
        )
        const target = targetOf(axon)
        const calls = (dendrite: Dendrite) => [1, 2, 3].map((a) => dendrite.call(add, target, { a, b: 0 }))
        const patient = calls(dendriteOf(charlie, { limits: { maxCallsPerConnection: 2 } }))
        const hasty = calls(dendriteOf(bob))
        expect((await hasty[2])?.status).toBe('overloaded')
        gate.resolve()
        expect((await Promise.all(patient)).map((result) => result.status)).toEqual(['ok', 'ok', 'ok'])
        expect(axon.counters.refused).toEqual({ connectionBusy: 1 })
      })
    })

    describe('life', () => {
      it('says unauthenticated when another hotkey answers than the one dialled', async () => {
        const axon = await serve({}, (made) => made.handle(add, ({ a, b }) => a + b))
        const refused = nextRefusal(axon, 'handshakeAbandoned')
        const target = { ...targetOf(axon), hotkey: charlie.hotkey }
        const result = await dendriteOf().call(add, target, { a: 1, b: 1 })
        expect(result.status).toBe('unauthenticated')
        expect((await refused).cause).toMatchObject({ closeCode: 4401 })
      })

      it('closes connections that are idle, at either end', async () => {
        for (const side of ['server', 'client'] as const) {
          const limits = { idleMs: 300 }
          const axon = await serve(side === 'server' ? { limits } : {}, (made) =>
            made.handle(add, ({ a, b }) => a + b),
          )
          const closed = deferred<number>()
          axon.on('disconnected', ({ code }) => closed.resolve(code))
          const dendrite = dendriteOf(bob, side === 'client' ? { limits } : {})
          expect((await dendrite.call(add, targetOf(axon), { a: 1, b: 1 })).status).toBe('ok')
          expect(await closed.promise).toBe(side === 'server' ? 4408 : 1000)
          expect((await dendrite.call(add, targetOf(axon), { a: 1, b: 1 })).status).toBe('ok')
        }
      })

      it('makes one connection for calls that begin together, and gives up the oldest idle one for a new one', async () => {
        const axon = await serve({}, (made) => made.handle(add, ({ a, b }) => a + b))
        const second = new Axon({ signer: charlie, carrier })
        opened.push(second)
        second.handle(add, ({ a, b }) => a + b)
        await second.start()
        const dendrite = dendriteOf(bob, { limits: { maxConnections: 1 } })
        const request = { a: 1, b: 1 }
        const both = await Promise.all([
          dendrite.call(add, targetOf(axon), request),
          dendrite.call(add, targetOf(axon), request),
        ])
        expect(both.map((result) => result.status)).toEqual(['ok', 'ok'])
        expect(axon.counters.connectionsAccepted).toBe(1)
        const [used, full] = await Promise.all([
          dendrite.call(add, targetOf(axon), request),
          dendrite.call(add, targetOf(second), request),
        ])
        expect([used.status, full.status]).toEqual(['ok', 'overloaded'])
        expect((await dendrite.call(add, targetOf(second), request)).status).toBe('ok')
        expect(dendrite.connectionCount).toBe(1)
      })
    })
  })
}
