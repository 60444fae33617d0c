import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { VirtualClock } from '../../../src/clock/index.js'
import { CallFailedError } from '../../../src/dendrite/index.js'
import { defineStream, defineSynapse } from '../../../src/synapse/index.js'
import { testPair } from '../../../src/testing/index.js'

/** A schema that never says anything. */
const hanging = z.number().refine(() => new Promise<boolean>(() => {}))
const fine = z.number()
const double = (request: z.ZodType<number>, answer: z.ZodType<number>) =>
  defineSynapse({ name: 'double', request, answer })
const count = (request: z.ZodType<number>, chunk: z.ZodType<number>) =>
  defineStream({ name: 'count', request, chunk })

/** A server with schemas of its own; time is virtual. */
async function serverOf(request: z.ZodType<number> = fine, answer: z.ZodType<number> = fine) {
  let handled = 0
  const clock = new VirtualClock({ startMs: 1_000 })
  const pair = await testPair({
    clock,
    axon: { limits: { maxCallMs: 200 } },
    serve: (axon) => {
      axon.handle(double(request, answer), (value) => {
        handled++
        return 2 * value
      })
      axon.handle(count(request, answer), async function* (most) {
        handled++
        for (let number = 0; number < most; number++) yield number
      })
    },
  })
  return { ...pair, clock, handled: () => handled }
}

async function failureOf(work: () => AsyncGenerator<number>): Promise<unknown> {
  try {
    for await (const chunk of work()) expect(chunk).toBeTypeOf('number')
    return 'complete'
  } catch (error) {
    return error instanceof CallFailedError ? { status: error.status, unhandled: error.unhandled } : error
  }
}

const timeoutMs = 400
const atOnce = { status: 'timeout', unhandled: true }
const begun = { status: 'timeout', unhandled: false }

describe('a schema that never ends, at the caller', () => {
  it('of a request ends the call at its deadline, and nothing was sent', async () => {
    const { clock, dendrite, run, target, handled, stop } = await serverOf()
    const result = await run(() => dendrite.call(double(hanging, fine), target, 1, { timeoutMs }))
    expect(result).toMatchObject({ ...atOnce, elapsedMs: 400, requestId: expect.any(String) })
    const all = await run(() => dendrite.callAll(double(hanging, fine), [target, target], 1, { timeoutMs }))
    expect(all).toMatchObject([atOnce, atOnce])
    expect(
      await run(() => failureOf(() => dendrite.stream(count(hanging, fine), target, 1, { timeoutMs }))),
    ).toEqual(atOnce)
    expect([clock.now() - 1_000, handled(), clock.pendingTimers]).toEqual([1_200, 0, 0])
    await stop()
  })

  it('of an answer or a chunk ends it at its deadline as well', async () => {
    const { clock, dendrite, run, target, handled, stop } = await serverOf()
    const result = await run(() => dendrite.call(double(fine, hanging), target, 1, { timeoutMs }))
    expect(result).toMatchObject({ ...begun, elapsedMs: 400 })
    const stream = () => dendrite.stream(count(fine, hanging), target, 3, { timeoutMs })
    expect(await run(() => failureOf(stream))).toEqual(begun)
    expect([clock.now() - 1_000, handled()]).toEqual([800, 2])
    await stop()
  })

  it('ends when the call is cancelled', async () => {
    const { clock, dendrite, run, target, stop } = await serverOf()
    for (const [synapse, unhandled] of [
      [double(hanging, fine), true],
      [double(fine, hanging), false],
    ] as const) {
      const controller = new AbortController()
      clock.setTimer(() => controller.abort(), 50)
      const result = await run(() => dendrite.call(synapse, target, 1, { signal: controller.signal }))
      expect(result).toMatchObject({ status: 'cancelled', unhandled, elapsedMs: 50 })
    }
    await stop()
  })

  it('that rejects when the call is long over is nobody’s fault', async () => {
    const { clock, dendrite, run, target, stop } = await serverOf()
    const validate = async (): Promise<never> => {
      await new Promise<void>((resolve) => void clock.setTimer(resolve, 600))
      throw new RangeError('too late')
    }
    const late = { '~standard': { version: 1, vendor: 'test', validate } } as const
    const result = await run(() =>
      dendrite.call(defineSynapse({ name: 'double', request: late, answer: fine }), target, 1, { timeoutMs }),
    )
    expect(result).toMatchObject(atOnce)
    await clock.run({ untilMs: 3_000 })
    await stop()
  })
})

describe('a schema that never ends, at the server', () => {
  it.each([
    ['a request', hanging, fine, true],
    ['an answer or a chunk', fine, hanging, false],
  ])('of %s ends the call at its deadline', async (_, request, answer, unhandled) => {
    const { clock, dendrite, run, target, axon } = await serverOf(request, answer)
    const result = await run(() => dendrite.call(double(fine, fine), target, 1))
    expect(result).toMatchObject({ status: 'timeout', unhandled })
    const stream = () => dendrite.stream(count(fine, fine), target, 3)
    expect(await run(() => failureOf(stream))).toEqual({ status: 'timeout', unhandled })
    expect(clock.now() - 1_000).toBe(2 * 200)
    // Over, and its place is held by the schema that goes on.
    const { failed, callsAdmitting, callsRunning } = axon.counters
    expect([failed.timeout, callsAdmitting, callsRunning]).toEqual(unhandled ? [2, 2, 0] : [2, 0, 2])
  })
})
