import assert from 'node:assert/strict'
import { CallFailedError, type FailureStatus } from '../../dendrite/index.js'
import { add, addStreamed, count, countAnything, echo } from './synapses.js'
import { assertAnswer, type Declare, targetOf } from './TransportScene.js'

const CHUNK_BYTES = 65_536
/** What may be on its way to somebody who reads nothing: a few chunks, and the buffers of the system on the way. */
const MAX_HELD_BYTES = 16_777_216

/** All chunks of a stream, and the error that ended it where it did not come to its end. */
async function readAll(stream: AsyncIterable<unknown>): Promise<{ chunks: unknown[]; error?: unknown }> {
  const chunks: unknown[] = []
  try {
    for await (const chunk of stream) chunks.push(chunk)
    return { chunks }
  } catch (error) {
    return { chunks, error }
  }
}

function assertEnd(error: unknown, status: FailureStatus, unhandled?: boolean): void {
  if (!(error instanceof CallFailedError)) assert.fail(`The stream ended with ${String(error)}.`)
  assert.equal(error.status, status)
  if (unhandled !== undefined) assert.equal(error.unhandled, unhandled, `unhandled of ${status}`)
}

/** Calls that are answered by chunks. */
export function declareStreams(state: Declare): void {
  state('brings every chunk of a stream in order, and its end', ['streams'], async (scene) => {
    const axon = await scene.serve((made) =>
      made.handle(count, async function* (to) {
        for (let i = 0; i < to; i++) yield i
      }),
    )
    const dendrite = scene.dendrite()
    const all = await readAll(dendrite.stream(count, targetOf(axon), 100))
    assert.deepEqual(all, { chunks: Array.from({ length: 100 }, (_, i) => i) })
    assert.deepEqual(await readAll(dendrite.stream(count, targetOf(axon), 0)), { chunks: [] })
    await scene.until(() => axon.counters.callsAnswered === 2, 'the axon has heard of both ends')
  })

  state('holds the producer back while nobody reads', ['streams', 'backPressure'], async (scene) => {
    let produced = 0
    const chunk = 'x'.repeat(CHUNK_BYTES)
    const axon = await scene.serve((made) => {
      made.handle(echo, (request) => request)
      made.handle(countAnything, async function* () {
        for (;;) {
          produced++
          yield chunk
        }
      })
    })
    const dendrite = scene.dendrite(scene.bob, { limits: { streamCredit: 4 } })
    const stream = dendrite.stream(countAnything, targetOf(axon), 0)
    await stream.next()
    // Whole calls later everything that may be sent has been.
    for (let i = 0; i < 20; i++) await assertAnswer(dendrite.call(echo, targetOf(axon), i), i)
    const held = produced
    for (let i = 0; i < 20; i++) await assertAnswer(dendrite.call(echo, targetOf(axon), i), i)
    assert.equal(produced, held)
    assert.ok(held * CHUNK_BYTES <= MAX_HELD_BYTES, `${held} chunks of 64 KiB are on their way`)
    for (let i = 0; i < held + 4; i++) assert.equal((await stream.next()).done, false)
    assert.ok(produced > held, 'it goes on when it is read')
    await stream.return()
  })

  state('stops the producer when reading ends early', ['streams', 'cancel'], async (scene) => {
    let isStopped = false
    const axon = await scene.serve((made) =>
      made.handle(count, async function* () {
        try {
          for (let i = 0; ; i++) yield i
        } finally {
          isStopped = true
        }
      }),
    )
    for await (const chunk of scene.dendrite().stream(count, targetOf(axon), 0)) if (chunk === 5) break
    await scene.until(() => isStopped, 'the producer has ended')
    await scene.until(() => axon.counters.callsRunning === 0, 'the axon knows that it has')
  })

  state(
    'ends a stream as failed, after the chunks before, and never as complete',
    ['streams'],
    async (scene) => {
      const axon = await scene.serve((made) =>
        made.handle(count, async function* () {
          yield 1
          yield 2
          assert.fail('the password is swordfish')
        }),
      )
      const { chunks, error } = await readAll(scene.dendrite().stream(count, targetOf(axon), 3))
      assert.deepEqual(chunks, [1, 2])
      assertEnd(error, 'failed', false)
      assert.ok(!String(error).includes('swordfish'))
    },
  )

  state('ends a stream that is cut off as unreachable, and never as complete', ['streams'], async (scene) => {
    const axon = await scene.serve(
      (made) =>
        made.handle(count, async function* (_to, { signal }) {
          yield 1
          await new Promise((resolve) => signal.addEventListener('abort', resolve))
        }),
      { limits: { stopMs: 20 } },
    )
    const stream = scene.dendrite().stream(count, targetOf(axon), 3)
    assert.equal((await stream.next()).value, 1)
    const rest = readAll(stream)
    await axon.stop()
    const { chunks, error } = await rest
    assert.deepEqual(chunks, [])
    assertEnd(error, 'unreachable', false)
  })

  state('ends a stream at its deadline, and by its signal', ['streams'], async (scene) => {
    const axon = await scene.serve((made) =>
      made.handle(count, async function* (_to, { signal }) {
        yield 1
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
      }),
    )
    const [target, dendrite, controller] = [targetOf(axon), scene.dendrite(), scene.controller()]
    const late = await readAll(dendrite.stream(count, target, 1, { timeoutMs: 2_000 }))
    assert.deepEqual(late.chunks, [1])
    assertEnd(late.error, 'timeout', false)
    const cut = dendrite.stream(count, target, 1, { signal: controller.signal })
    assert.equal((await cut.next()).value, 1)
    controller.abort()
    assertEnd((await readAll(cut)).error, 'cancelled', false)
    if (!scene.lacks('cancel')) {
      await scene.until(() => axon.counters.callsRunning === 0, 'the handlers have heard of it')
    }
  })

  state('refuses a stream before its handler begins', ['streams'], async (scene) => {
    const axon = await scene.serve(
      (made) => {
        made.handle(add, ({ a, b }) => a + b)
        made.handle(countAnything, async function* () {
          yield 'one'
        })
      },
      { blacklist: ({ hotkey }) => hotkey === scene.charlie.hotkey },
    )
    const dendrite = scene.dendrite()
    const isTold = scene.lacks('unhandled') ? undefined : true
    const wrongKind = await readAll(dendrite.stream(addStreamed, targetOf(axon), { a: 1, b: 1 }))
    assertEnd(wrongKind.error, 'unknownSynapse', isTold)
    // Whom the blacklist turns away is told no more of one name or kind than of another.
    const charlie = scene.dendrite(scene.charlie)
    const unwanted = await readAll(charlie.stream(addStreamed, targetOf(axon), { a: 1, b: 1 }))
    assertEnd(unwanted.error, 'forbidden', isTold)
    const misfit = await readAll(dendrite.stream(count, targetOf(axon), 1))
    assert.deepEqual(misfit.chunks, [])
    assertEnd(misfit.error, 'malformed', false)
    const nobody = await readAll(dendrite.stream(count, { ...targetOf(axon), port: 1 }, 1))
    assertEnd(nobody.error, 'unreachable', true)
  })

  state('carries many streams at once, beside calls', ['streams'], async (scene) => {
    const axon = await scene.serve((made) => {
      made.handle(echo, (request) => request)
      made.handle(count, async function* (to) {
        for (let i = 0; i < to; i++) yield to * 1_000 + i
      })
    })
    const [target, dendrite] = [targetOf(axon), scene.dendrite()]
    const streams = Array.from({ length: 8 }, (_, i) => readAll(dendrite.stream(count, target, 40 + i)))
    const calls = Array.from({ length: 40 }, (_, i) => assertAnswer(dendrite.call(echo, target, i), i))
    await Promise.all(calls)
    for (const [at, { chunks, error }] of (await Promise.all(streams)).entries()) {
      const to = 40 + at
      assert.equal(error, undefined)
      assert.deepEqual(
        chunks,
        Array.from({ length: to }, (_, i) => to * 1_000 + i),
      )
    }
  })
}
