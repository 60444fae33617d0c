import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Target } from '../../../src/dendrite/index.js'
import { defineStream, defineSynapse } from '../../../src/synapse/index.js'
import { testPair } from '../../../src/testing/index.js'

const slow = z.unknown().refine(async () => await Promise.resolve(true))
const echo = defineSynapse({ name: 'echo', request: z.unknown(), answer: z.unknown() })
const slowEcho = defineSynapse({ name: 'echo', request: slow, answer: z.unknown() })
const repeat = defineStream({ name: 'repeat', request: z.unknown(), chunk: z.unknown() })

const pairOf = (limits = {}) =>
  testPair({
    serve: (axon) => {
      axon.handle(echo, (request) => request)
      axon.handle(repeat, async function* (request) {
        yield request
      })
    },
    dendrite: { limits },
  })

describe('a request that its owner changes after the call was made', () => {
  it.each([
    ['over a connection that is dialled for it', false, {}],
    ['over one that is open', true, {}],
    ['while it waits for another call', true, { maxCallsPerConnection: 1 }],
  ])('is sent as it was: %s', async (_, isOpen, limits) => {
    await using pair = await pairOf(limits)
    if (isOpen) await pair.dendrite.call(echo, pair.target, null)
    const request = { list: [1, 2], bytes: Uint8Array.of(1) }
    const calls = [1, 2, 3].map(() => pair.dendrite.call(echo, pair.target, request))
    request.list.push(3)
    request.bytes[0] = 9
    Object.assign(request, { more: 1 })
    for (const result of await Promise.all(calls))
      expect(result).toMatchObject({ status: 'ok', answer: { list: [1, 2], bytes: Uint8Array.of(1) } })
  })

  it('is sent as its schema left it, where that takes its time', async () => {
    await using pair = await pairOf()
    const request = { list: [1] }
    const call = pair.dendrite.call(slowEcho, pair.target, request)
    const changing = Promise.resolve().then(async () => {
      for (let turn = 0; turn < 50; turn++) {
        await new Promise((resolve) => setImmediate(resolve))
        request.list.push(turn)
      }
    })
    const result = await call
    await changing
    expect(result).toMatchObject({ status: 'ok', answer: { list: [1] } })
  })

  it('is sent as it was to every target of a fan-out', async () => {
    await using pair = await pairOf()
    const targets: Target[] = [pair.target, pair.target, pair.target]
    const request = [1]
    const results = pair.dendrite.callAll(echo, targets, request, { concurrency: 1 })
    request.push(2)
    expect((await results).map((one) => one.status === 'ok' && one.answer)).toEqual([[1], [1], [1]])
  })

  it('is sent as it was when the first chunk of a stream was asked for', async () => {
    await using pair = await pairOf()
    for (let round = 0; round < 2; round++) {
      const request = [1]
      const chunks = pair.dendrite.stream(repeat, pair.target, request)
      request.push(2)
      const first = chunks.next()
      request.push(3)
      expect((await first).value).toEqual([1, 2])
      await chunks.return()
    }
  })

  it('cannot be sent where it could not have been at once', async () => {
    await using pair = await pairOf()
    await expect(pair.dendrite.call(echo, pair.target, { of: () => 0 })).rejects.toThrow(
      'request.of is a function or a symbol',
    )
  })
})
