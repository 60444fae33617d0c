import assert from 'node:assert/strict'
import type { CallContext } from '../../axon/index.js'
import { deferred } from '../deferred.js'
import { add, echo } from './synapses.js'
import { assertAnswer, assertFails, type Declare, targetOf } from './TransportScene.js'

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

/** Calls with one answer, as long as all goes well. */
export function declareCalls(state: Declare): void {
  state('answers, and hands the handler the caller who was proven', [], async (scene) => {
    const callers: string[] = []
    const axon = await scene.serve((made) =>
      made.handle(add, ({ a, b }, { caller }) => {
        callers.push(caller)
        return a + b
      }),
    )
    await assertAnswer(scene.dendrite().call(add, targetOf(axon), { a: 2, b: 3 }), 5)
    await assertAnswer(scene.dendrite(scene.charlie).call(add, targetOf(axon), { a: 1, b: 1 }), 2)
    assert.deepEqual(callers, [scene.bob.hotkey, scene.charlie.hotkey])
    const { callsReceived, callsAnswered } = axon.counters
    assert.deepEqual({ callsReceived, callsAnswered }, { callsReceived: 2, callsAnswered: 2 })
  })

  state('carries text, numbers, lists and objects unchanged', [], async (scene) => {
    const axon = await scene.serve((made) => made.handle(echo, (request) => request))
    const value = {
      text: 'snow ❄ "quoted" \n',
      empty: '',
      list: [1, -2.5, null, true, 2 ** 53, 1e-300, []],
      inner: { deep: [{ x: [{}] }] },
    }
    await assertAnswer(scene.dendrite().call(echo, targetOf(axon), value), value)
  })

  state('carries bytes, typed arrays, dates and 64-bit integers unchanged', ['richValues'], async (scene) => {
    const axon = await scene.serve((made) => made.handle(echo, (request) => request))
    const value = {
      bytes: Uint8Array.of(1, 2, 255),
      floats: Float32Array.of(0.5, -1.25),
      counts: BigUint64Array.of(2n ** 64n - 1n),
      big: 2n ** 63n - 1n,
      when: new Date(1_700_000_000_000),
    }
    await assertAnswer(scene.dendrite().call(echo, targetOf(axon), value), value)
  })

  state(
    'carries a request and an answer of hundreds of kilobytes, the first of a caller too',
    [],
    async (scene) => {
      const axon = await scene.serve((made) => made.handle(echo, (request) => request))
      const text = '0123456789abcdef'.repeat(16_384)
      await assertAnswer(scene.dendrite().call(echo, targetOf(axon), text), text)
    },
  )

  state('answers many calls at once, each with its own answer and in any order', [], async (scene) => {
    const last = deferred()
    const axon = await scene.serve(
      (made) =>
        made.handle(add, async ({ a, b }) => {
          if (a === 0) await last.promise
          else if (a === 63) last.resolve()
          return a + b
        }),
      { limits: { maxRunning: 64, maxRunningPerCaller: 64 } },
    )
    const dendrite = scene.dendrite()
    const calls = Array.from({ length: 64 }, (_, a) => dendrite.call(add, targetOf(axon), { a, b: 1_000 }))
    const answers = (await Promise.all(calls)).map((result) => result.status === 'ok' && result.answer)
    assert.deepEqual(
      answers,
      Array.from({ length: 64 }, (_, a) => a + 1_000),
    )
  })

  state('brings name, trace and deadline of a request to its handler', ['requestIds'], async (scene) => {
    const seen: Partial<CallContext>[] = []
    const axon = await scene.serve((made) =>
      made.handle(echo, (request, { requestId, traceparent, deadlineMs, receivedAtMs }) => {
        seen.push({ requestId, traceparent, deadlineMs, receivedAtMs })
        return request
      }),
    )
    const events: unknown[] = []
    axon.on('answered', ({ requestId }) => events.push(requestId))
    const options = { requestId: 'order-7.2_B', traceparent: TRACE, timeoutMs: 4_000 }
    await assertAnswer(scene.dendrite().call(echo, targetOf(axon), 1, options), 1)
    assert.deepEqual([seen[0]?.requestId, events], ['order-7.2_B', ['order-7.2_B']])
    if (!scene.lacks('traceparent')) assert.equal(seen[0]?.traceparent, TRACE)
    if (scene.lacks('deadline')) return
    const leftMs = (seen[0]?.deadlineMs ?? 0) - (seen[0]?.receivedAtMs ?? 0)
    assert.ok(leftMs > 0 && leftMs <= 4_000, `${leftMs} ms are left of 4,000`)
  })

  state('names a failed call as the server does', ['requestIds'], async (scene) => {
    const axon = await scene.serve((made) =>
      made.handle(echo, () => {
        assert.fail('broken')
      }),
    )
    const events: unknown[] = []
    axon.on('failed', ({ requestId }) => events.push(requestId))
    const call = scene.dendrite().call(echo, targetOf(axon), 1)
    await assertFails(call, 'failed', false)
    const result = await call
    assert.deepEqual(events, [result.status === 'ok' ? '' : result.requestId])
  })
}
