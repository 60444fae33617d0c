import assert from 'node:assert/strict'
import { sleep } from '../../clock/index.js'
import { DendriteClosedError } from '../../dendrite/index.js'
import type { CallResult } from '../../synapse/index.js'
import { deferred } from '../deferred.js'
import { add, count, echo } from './synapses.js'
import { assertAnswer, assertFails, type Declare, targetOf } from './TransportScene.js'
import type { TransportUnderTest } from './types.js'

const ask = { a: 1, b: 1 }

/** A handler that counts how often it began with each request. */
function countsOfBegun() {
  const times = new Map<unknown, number>()
  return {
    timesOf: (request: unknown): number => times.get(request) ?? 0,
    handler: (request: unknown): unknown => {
      times.set(request, (times.get(request) ?? 0) + 1)
      return request
    },
  }
}

/** Holds a call to having begun once at most, and to saying so. @param times - how often its handler began. */
function assertSaysWhatBegan(result: CallResult<unknown>, times: number): void {
  if (result.status === 'ok') assert.equal(times, 1, 'an answer is of one handler that began')
  else if (result.unhandled) assert.equal(times, 0, 'no handler began with what is unhandled')
  else assert.ok(times <= 1, `its handler began ${times} times`)
}

/** Servers and clients that come, go and lie. */
export function declareLife(state: Declare, { liars = [], intruders = [] }: TransportUnderTest): void {
  state('lets calls in flight end when the server stops, and takes no new ones', [], async (scene) => {
    const gate = deferred()
    const axon = await scene.serve((made) => made.handle(echo, () => gate.promise.then(() => 'late')))
    const target = targetOf(axon)
    const call = scene.dendrite().call(echo, target, 1)
    await scene.until(() => axon.counters.callsRunning === 1, 'the call runs')
    const stopping = axon.stop()
    await assertFails(scene.dendrite(scene.charlie).call(echo, target, 1), 'unreachable', true)
    gate.resolve()
    await assertAnswer(call, 'late')
    await stopping
  })

  state('ends calls that outlast the time to stop as unreachable', [], async (scene) => {
    let isAborted = false
    const axon = await scene.serve(
      (made) =>
        made.handle(echo, async (_request, { signal }) => {
          await new Promise((resolve) => signal.addEventListener('abort', resolve))
          isAborted = true
          return 0
        }),
      { limits: { stopMs: 20 } },
    )
    const call = scene.dendrite().call(echo, targetOf(axon), 1)
    await scene.until(() => axon.counters.callsRunning === 1, 'the call runs')
    await axon.stop()
    await assertFails(call, 'unreachable', false)
    await scene.until(() => isAborted, 'the handler has heard of it')
  })

  state('calls again where a server has gone and come back', [], async (scene) => {
    const axon = await scene.serve((made) => made.handle(add, ({ a, b }) => a + b))
    const [target, dendrite] = [targetOf(axon), scene.dendrite()]
    await assertAnswer(dendrite.call(add, target, ask), 2)
    await axon.stop()
    // It may or may not have noticed by now that the server went.
    await assertFails(dendrite.call(add, target, ask), 'unreachable')
    await scene.serve((made) => made.handle(add, ({ a, b }) => a - b), {
      port: target.port,
      host: target.host,
    })
    await assertAnswer(dendrite.call(add, target, ask), 0)
  })

  state('handles a call once at most that crosses the end of an idle connection', [], async (scene) => {
    const idleMs = 60
    const begun = countsOfBegun()
    const axon = await scene.serve((made) => made.handle(echo, begun.handler), { limits: { idleMs } })
    const dendrite = scene.dendrite()
    // From well before the server ends the connection to well after the client knows.
    for (let quietMs = idleMs - 24; quietMs <= idleMs + 12; quietMs += 3) {
      assertSaysWhatBegan(await dendrite.call(echo, targetOf(axon), quietMs), begun.timesOf(quietMs))
      await sleep(scene.clock, quietMs)
    }
  })

  state('handles calls once at most that cross the stop of a server', [], async (scene) => {
    const begun = countsOfBegun()
    const axon = await scene.serve((made) => made.handle(echo, begun.handler))
    const [target, dendrite] = [targetOf(axon), scene.dendrite()]
    const calls: Promise<CallResult<unknown>>[] = []
    let stopping: Promise<void> | undefined
    for (let at = 0; at < 40; at++) {
      calls.push(dendrite.call(echo, target, at))
      if (at === 20) stopping = axon.stop()
      await sleep(scene.clock, 1)
    }
    for (const [at, result] of (await Promise.all(calls)).entries())
      assertSaysWhatBegan(result, begun.timesOf(at))
    await stopping
  })

  state(
    'ends calls in flight as unreachable when the dendrite closes, and makes no more',
    [],
    async (scene) => {
      const axon = await scene.serve(
        (made) =>
          made.handle(echo, async (_request, { signal }) => {
            await new Promise((resolve) => signal.addEventListener('abort', resolve))
            return 0
          }),
        { limits: { maxCallMs: 3_000 } },
      )
      const dendrite = scene.dendrite()
      const call = dendrite.call(echo, targetOf(axon), 1)
      await scene.until(() => axon.counters.callsRunning === 1, 'the call runs')
      await dendrite.close()
      await assertFails(call, 'unreachable', false)
      await assert.rejects(dendrite.call(echo, targetOf(axon), 1), DendriteClosedError)
      await scene.until(() => axon.counters.callsRunning === 0, 'the handler has ended')
      await dendrite.close()
    },
  )

  for (const liar of liars) {
    const { name, status = 'malformed', kind = 'unary' } = liar
    const needs = kind === 'stream' ? (['streams'] as const) : []
    state(
      `ends a ${kind === 'stream' ? 'stream' : 'call'} as ${status} when it is answered with ${name}`,
      needs,
      async (scene) => {
        const { target, close } = await liar.serve(scene.bed, scene.alice)
        const options = { timeoutMs: 2_000 }
        const dendrite = scene.dendrite()
        if (kind === 'unary') await assertFails(dendrite.call(add, target, ask, options), status, false)
        else {
          const read = async (): Promise<void> => {
            for await (const _chunk of dendrite.stream(count, target, 3, options));
          }
          await assert.rejects(read(), { name: 'CallFailedError', status, unhandled: false })
        }
        await dendrite.close()
        await close()
      },
    )
  }

  for (const intruder of intruders) {
    state(`goes on after a caller sent ${intruder.name}, and counts it`, [], async (scene) => {
      const axon = await scene.serve((made) => made.handle(add, ({ a, b }) => a + b))
      await intruder.intrude(scene.bed, targetOf(axon), scene.charlie)
      await scene.until(() => Object.keys(axon.counters.refused).length > 0, 'the axon has refused it')
      await assertAnswer(scene.dendrite().call(add, targetOf(axon), ask), 2)
    })
  }
}
