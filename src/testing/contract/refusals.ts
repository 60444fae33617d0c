import assert from 'node:assert/strict'
import { deferred } from '../deferred.js'
import { add, addAnything, echo, unheardOf } from './synapses.js'
import { assertAnswer, assertFails, type Declare, targetOf } from './TransportScene.js'

const ask = { a: 1, b: 1 }

/** Calls that end without an answer, and whether a handler can have begun with them. */
export function declareRefusals(state: Declare): void {
  state('says unreachable where nobody listens, and that nobody saw the request', [], async (scene) => {
    const axon = await scene.serve((made) => made.handle(add, ({ a, b }) => a + b))
    await assertFails(scene.dendrite().call(add, { ...targetOf(axon), port: 1 }, ask), 'unreachable', true)
  })

  state(
    'says unauthenticated when another hotkey answers than was called',
    ['provenServer'],
    async (scene) => {
      const axon = await scene.serve((made) => made.handle(add, ({ a, b }) => a + b))
      const target = { ...targetOf(axon), hotkey: scene.charlie.hotkey }
      await assertFails(scene.dendrite().call(add, target, ask), 'unauthenticated')
    },
  )

  state('says unknownSynapse, malformed and forbidden before any handler begins', [], async (scene) => {
    let asked = 0
    const axon = await scene.serve((made) => made.handle(add, () => ++asked), {
      blacklist: ({ hotkey }) => hotkey === scene.charlie.hotkey,
      verify: ({ request }) => (request as { a: number }).a !== 13,
    })
    const [target, dendrite] = [targetOf(axon), scene.dendrite()]
    const isTold = scene.lacks('unhandled') ? undefined : true
    await assertFails(dendrite.call(unheardOf, target, 1), 'unknownSynapse', isTold)
    await assertFails(dendrite.call(addAnything, target, { a: 1 }), 'malformed', isTold)
    await assertFails(dendrite.call(add, target, { a: 13, b: 1 }), 'forbidden', isTold)
    await assertFails(scene.dendrite(scene.charlie).call(add, target, ask), 'forbidden', isTold)
    assert.equal(asked, 0)
    const { refused } = axon.counters
    assert.deepEqual(
      [refused.unknownSynapse, refused.malformedRequest, refused.notVerified, refused.blacklisted],
      [1, 1, 1, 1],
    )
  })

  state('tells whom the blacklist turns away nothing of which names there are', [], async (scene) => {
    let asked = 0
    const axon = await scene.serve((made) => made.handle(add, () => ++asked), {
      blacklist: ({ hotkey }) => hotkey === scene.charlie.hotkey,
    })
    const [target, dendrite] = [targetOf(axon), scene.dendrite(scene.charlie)]
    const isTold = scene.lacks('unhandled') ? undefined : true
    const told: object[] = []
    for (const synapse of [unheardOf, add, addAnything]) {
      const call = dendrite.call(synapse as typeof addAnything, target, ask)
      await assertFails(call, 'forbidden', isTold)
      told.push({ ...(await call), requestId: '', elapsedMs: 0 })
    }
    assert.deepEqual(told[0], told[1])
    assert.deepEqual(told[1], told[2])
    assert.equal(asked, 0)
    assert.deepEqual(axon.counters.refused, { blacklisted: 3 })
  })

  state('says overloaded when there is no place even to wait', [], async (scene) => {
    const gate = deferred()
    const axon = await scene.serve((made) => made.handle(echo, () => gate.promise.then(() => 1)), {
      limits: { maxRunning: 1, maxQueued: 1 },
    })
    const [target, dendrite] = [targetOf(axon), scene.dendrite()]
    const running = dendrite.call(echo, target, 1)
    await scene.until(() => axon.counters.callsRunning === 1, 'the first call runs')
    const waiting = dendrite.call(echo, target, 2)
    await scene.until(() => axon.counters.callsQueued === 1, 'the second call waits')
    const isTold = scene.lacks('unhandled') ? undefined : true
    await assertFails(dendrite.call(echo, target, 3), 'overloaded', isTold)
    gate.resolve()
    await assertAnswer(running, 1)
    await assertAnswer(waiting, 1)
  })

  state('tells the caller of a failed handler nothing but failed', [], async (scene) => {
    const axon = await scene.serve((made) => {
      made.handle(add, () => 'five' as unknown as number)
      made.handle(echo, () => {
        assert.fail('the password is swordfish')
      })
    })
    const [target, dendrite] = [targetOf(axon), scene.dendrite()]
    const failed = dendrite.call(echo, target, 1)
    await assertFails(failed, 'failed', false)
    assert.ok(!JSON.stringify(await failed).includes('swordfish'))
    await assertFails(dendrite.call(add, target, ask), 'failed', false)
  })

  state('says malformed when the answer does not fit the schema of the caller', [], async (scene) => {
    const axon = await scene.serve((made) => made.handle(addAnything, () => 'five'))
    await assertFails(scene.dendrite().call(add, targetOf(axon), ask), 'malformed', false)
  })

  state('says tooLarge for requests and answers above a limit, and goes on', [], async (scene) => {
    const axon = await scene.serve(
      (made) => {
        made.handle(echo, (request) => (request === 'much' ? 'x'.repeat(100_000) : request))
        made.handle(add, ({ a, b }) => a + b)
      },
      { limits: { maxFrameBytes: 65_536 } },
    )
    const target = targetOf(axon)
    const small = scene.dendrite(scene.bob, { limits: { maxFrameBytes: 65_536 } })
    await assertFails(small.call(echo, target, 'x'.repeat(100_000)), 'tooLarge', true)
    await assertFails(small.call(echo, target, 'much'), 'tooLarge', false)
    await assertFails(scene.dendrite().call(echo, target, 'x'.repeat(100_000)), 'tooLarge')
    await assertAnswer(small.call(add, target, ask), 2)
  })

  state('says timeout at the deadline', [], async (scene) => {
    const axon = await scene.serve((made) =>
      made.handle(echo, async (request, { signal }) => {
        if (request === 'hang') await new Promise((resolve) => signal.addEventListener('abort', resolve))
        return request
      }),
    )
    const [target, dendrite] = [targetOf(axon), scene.dendrite()]
    await assertAnswer(dendrite.call(echo, target, 1), 1)
    const late = dendrite.call(echo, target, 'hang', { timeoutMs: 60 })
    await assertFails(late, 'timeout', false)
    const { elapsedMs } = await late
    assert.ok(elapsedMs >= 59 && elapsedMs < 5_000, `a call of 60 ms took ${elapsedMs} ms`)
    if (!scene.lacks('deadline') || !scene.lacks('cancel')) {
      await scene.until(() => axon.counters.callsRunning === 0, 'the handler has heard of it')
    }
    await assertAnswer(dendrite.call(echo, target, 2), 2)
  })

  state('keeps the deadline of the server when callers ask for more', [], async (scene) => {
    const axon = await scene.serve(
      (made) =>
        made.handle(
          echo,
          (_request, { signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve)),
        ),
      { limits: { maxCallMs: 60 } },
    )
    await assertFails(scene.dendrite().call(echo, targetOf(axon), 1, { timeoutMs: 8_000 }), 'timeout', false)
    assert.deepEqual(axon.counters.failed, { timeout: 1 })
  })

  state('says cancelled when the signal is aborted before the call, and sends nothing', [], async (scene) => {
    const axon = await scene.serve((made) => made.handle(echo, (request) => request))
    const signal = AbortSignal.abort()
    await assertFails(scene.dendrite().call(echo, targetOf(axon), 1, { signal }), 'cancelled', true)
    assert.equal(axon.counters.callsReceived, 0)
  })

  state('says cancelled when the signal is aborted during the call', [], async (scene) => {
    const gate = deferred()
    const axon = await scene.serve((made) =>
      made.handle(echo, async (request, { signal }) => {
        signal.addEventListener('abort', () => gate.resolve())
        if (request === 'hang') await gate.promise
        return request
      }),
    )
    const [target, dendrite, controller] = [targetOf(axon), scene.dendrite(), scene.controller()]
    const call = dendrite.call(echo, target, 'hang', { signal: controller.signal })
    await scene.until(() => axon.counters.callsRunning === 1, 'the handler runs')
    controller.abort()
    await assertFails(call, 'cancelled', false)
    if (scene.lacks('cancel')) gate.resolve()
    else {
      await scene.until(() => axon.counters.callsRunning === 0, 'the handler has heard of it')
      assert.deepEqual(axon.counters.failed, { cancelled: 1 })
    }
    await assertAnswer(dendrite.call(echo, target, 2), 2)
  })

  state('ends many calls on one signal, and leaves no listener on it', [], async (scene) => {
    const axon = await scene.serve(
      (made) =>
        made.handle(
          echo,
          (_request, { signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve)),
        ),
      { limits: { maxRunning: 32, maxRunningPerCaller: 32, stopMs: 50 } },
    )
    const controller = scene.controller()
    const targets = Array.from({ length: 32 }, () => targetOf(axon))
    const calls = scene.dendrite().callAll(echo, targets, 1, { signal: controller.signal })
    await scene.until(() => axon.counters.callsRunning === 32, 'all handlers run')
    controller.abort()
    const statuses = new Set((await calls).map(({ status }) => status))
    assert.deepEqual([...statuses], ['cancelled'])
  })
}
