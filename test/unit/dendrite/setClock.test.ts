import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Axon, type AxonOptions, type CallContext } from '../../../src/axon/index.js'
import { type Clock, systemClock } from '../../../src/clock/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { Dendrite } from '../../../src/dendrite/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { defineSynapse } from '../../../src/synapse/index.js'
import { createMemoryNetwork } from '../../../src/transport/index.js'

const HOUR_MS = 3_600_000
const echo = defineSynapse({ name: 'echo', request: z.unknown(), answer: z.unknown() })

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** An axon and a dendrite on the clock of a machine, whose time `set` moves; `told` is what the handler was. */
async function scene(options: Partial<AxonOptions> = {}) {
  let byMs = 0
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + byMs }
  const carrier = createMemoryNetwork()
  const signer = keyPairFromUri('//Alice', { scheme: 'ed25519' })
  const axon = new Axon({ signer, carrier, clock, logger: silentLogger, ...options })
  const told: CallContext[] = []
  axon.handle(echo, async (request, context) => {
    told.push(context)
    if (request === 'hang') await new Promise((resolve) => context.signal.addEventListener('abort', resolve))
    return request
  })
  await axon.start()
  const dendrite = new Dendrite({ signer: keyPairFromUri('//Bob', { scheme: 'ed25519' }), carrier, clock })
  closing.push(
    () => dendrite.close(),
    () => axon.stop(),
  )
  const set = (ms: number): void => {
    byMs += ms
  }
  return { axon, dendrite, clock, set, told, target: { hotkey: axon.hotkey, ...axon.address } }
}

describe.each([-HOUR_MS, HOUR_MS])('a clock that is set by %i ms', (byMs) => {
  it('while a call waits moves neither its end nor how long it is said to have taken', async () => {
    const { dendrite, target, set, told } = await scene()
    const call = dendrite.call(echo, target, 'hang', { timeoutMs: 1_000 })
    await expect.poll(() => told.length).toBe(1)
    set(byMs)
    const { status, elapsedMs } = await call
    expect([status, elapsedMs >= 999, elapsedMs < HOUR_MS / 2]).toEqual(['timeout', true, true])
  })

  it('while a schema takes its time leaves the call what it has', async () => {
    const { dendrite, target, set, told } = await scene()
    const begun = Promise.resolve().then(() => set(byMs))
    const late = defineSynapse({
      name: 'echo',
      request: z.number().refine(() => begun.then(() => true)),
      answer: z.unknown(),
    })
    const { status } = await dendrite.call(late, target, 1, { timeoutMs: 20_000 })
    expect(status).toBe('ok')
    const [context] = told
    const leftMs = (context?.deadlineMs ?? 0) - (context?.receivedAtMs ?? 0)
    expect([leftMs > 0, leftMs <= 20_000]).toEqual([true, true])
  })

  it('refills no quota and empties none', async () => {
    const perCaller = { calls: 2, intervalMs: HOUR_MS / 2 }
    const { dendrite, target, set, axon } = await scene({ quotas: { perCaller } })
    for (let count = 0; count < 2; count++)
      expect(await dendrite.call(echo, target, count)).toMatchObject({ status: 'ok' })
    set(byMs)
    expect(await dendrite.call(echo, target, 2)).toMatchObject({ status: 'overloaded', unhandled: true })
    expect(axon.counters.refused).toEqual({ quota: 1 })
  })

  it('leaves a call within a handler the time that its deadline gives it', async () => {
    const { dendrite, target, set, clock } = await scene()
    set(byMs)
    const { signal } = new AbortController()
    const within = { signal, deadlineMs: clock.now() + 20_000, requestId: 'r', traceparent: undefined }
    expect(await dendrite.call(echo, target, 1, { within })).toMatchObject({ status: 'ok' })
    const over = { ...within, deadlineMs: clock.now() - 1 }
    expect(await dendrite.call(echo, target, 1, { within: over })).toMatchObject({ status: 'timeout' })
  })
})
