/*
 * What the types of a router say of calls, streams and what synapses define for them. Compiled with the other tests, never run.
 */
import { expectTypeOf } from 'vitest'
import { z } from 'zod'
import type { RoutedResult, RoutedStream, Router } from '../../src/router/index.js'
import { defineStream, defineSynapse } from '../../src/synapse/index.js'
import type { Hotkey } from '../../src/units/index.js'

const ask = defineSynapse({
  name: 'ask',
  request: z.object({ text: z.string() }),
  answer: z.object({ length: z.number() }),
  idempotent: true,
})
const count = defineStream({
  name: 'count',
  request: z.object({ from: z.number() }),
  chunk: z.number(),
  resume(request, chunk) {
    expectTypeOf(request).toEqualTypeOf<{ from: number }>()
    expectTypeOf(chunk).toEqualTypeOf<number>()
    return { from: chunk + 1 }
  },
})

export async function whatCallsGive(router: Router): Promise<void> {
  const result = await router.call(ask, { text: 'a' })
  expectTypeOf(result).toEqualTypeOf<RoutedResult<{ length: number }>>()
  if (result.status === 'ok') {
    expectTypeOf(result.answer).toEqualTypeOf<{ length: number }>()
    expectTypeOf(result.hotkey).toEqualTypeOf<Hotkey | undefined>()
  } else expectTypeOf(result.unhandled).toEqualTypeOf<boolean>()
}

export async function whatStreamsGive(router: Router): Promise<void> {
  const stream = router.stream(count, { from: 1 }, { session: 'one' })
  expectTypeOf(stream).toEqualTypeOf<RoutedStream<number>>()
  for await (const chunk of stream) expectTypeOf(chunk).toEqualTypeOf<number>()
}

export function whatIsRefused(router: Router): void {
  // @ts-expect-error: the request is another one
  void router.call(ask, { words: 'a' })
  // @ts-expect-error: a stream is no call
  void router.call(count, { from: 1 })
  // @ts-expect-error: resume must give a request
  defineStream({ name: 'x', request: z.number(), chunk: z.string(), resume: () => 'one' })
}
