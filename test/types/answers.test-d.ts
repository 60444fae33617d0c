/*
 * What the types of an axon's and a miner's answers say, and what they refuse. Compiled with the other tests, never run: a line that ought to be
 * refused and is not fails the compiler.
 */
import { expectTypeOf } from 'vitest'
import type { Axon } from '../../src/axon/index.js'
import { answerTo, Miner, type MinerSettings } from '../../src/neuron/index.js'
import type { StreamSynapse, Synapse } from '../../src/synapse/index.js'

interface Text {
  readonly text: string
}
interface Length {
  readonly length: number
}

export function onAnAxon(
  axon: Axon,
  measure: Synapse<Text, Length>,
  words: StreamSynapse<Text, string>,
): void {
  axon.handle(measure, (request) => {
    expectTypeOf(request).toEqualTypeOf<Text>()
    return { length: request.text.length }
  })
  axon.handle(words, async function* ({ text }) {
    yield text
  })
  // @ts-expect-error an answer of another synapse
  axon.handle(measure, ({ text }) => ({ text }))
  // @ts-expect-error a part of the answer only
  axon.handle(measure, () => ({}))
  // @ts-expect-error a request of another synapse
  axon.handle(measure, ({ text }: { text: number }) => ({ length: text }))
  // @ts-expect-error one answer where chunks are asked for
  axon.handle(words, ({ text }) => text)
  // @ts-expect-error chunks where one answer is asked for
  axon.handle(measure, async function* () {
    yield { length: 1 }
  })
  // @ts-expect-error chunks of another type
  axon.handle(words, async function* () {
    yield 1
  })
  axon.handle(measure, () => ({ length: 1 }), {
    blacklist: ({ request }) => {
      // As it came.
      expectTypeOf(request).toBeUnknown()
      return false
    },
    verify: ({ request }) => request.text.length < 9,
    priority: ({ request }) => -request.text.length,
  })
  // @ts-expect-error a hook of another synapse
  axon.handle(measure, () => ({ length: 1 }), { verify: ({ request }) => request.length < 9 })
}

export function onAMiner(
  settings: MinerSettings,
  measure: Synapse<Text, Length>,
  words: StreamSynapse<Text, string>,
): void {
  const answers = [
    answerTo(measure, async ({ text }, { ask, caller }) => {
      const asked = await ask(caller, { text })
      if (asked.status === 'ok') expectTypeOf(asked.answer).toEqualTypeOf<Length>()
      return { length: text.length }
    }),
    answerTo(
      words,
      async function* ({ text }, { ask, caller }) {
        for await (const chunk of ask(caller, { text })) yield chunk
      },
      { priority: (_caller, _metagraph, { request }) => request.text.length },
    ),
  ]
  // @ts-expect-error an answer of another synapse
  answerTo(measure, ({ text }) => ({ text }))
  // @ts-expect-error one answer where chunks are asked for
  answerTo(words, ({ text }) => text)
  // @ts-expect-error a hook of another synapse
  answerTo(measure, () => ({ length: 1 }), { verify: (_caller, _metagraph, { request }) => request.last })
  new Miner({ ...settings, answers })
  new Miner({ ...settings, mechanism: { synapse: measure }, answer: ({ text }) => ({ length: text.length }) })
  // @ts-expect-error an answer of another synapse
  new Miner({ ...settings, mechanism: { synapse: measure }, answer: ({ text }) => ({ text }) })
  // @ts-expect-error a mechanism without its answer
  new Miner({ ...settings, answers, mechanism: { synapse: measure } })
  // @ts-expect-error a handler in place of what answerTo makes
  new Miner({ ...settings, answers: [({ text }: Text) => text] })
}
