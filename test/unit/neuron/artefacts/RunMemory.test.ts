import { expect, it } from 'vitest'
import { RunMemory } from '../../../../src/neuron/artefacts/RunMemory.js'
import type { JsOutcome } from '../../../../src/sandbox/index.js'

const ok = (value: string | number): JsOutcome => ({ kind: 'ok', value, steps: 3 })

/** Runs of a memory, and how many were made. */
function counted(outcome: (nth: number) => JsOutcome = ok) {
  const memory = new RunMemory()
  let made = 0
  const ask = (...given: unknown[]): Promise<JsOutcome> =>
    memory.outcomeOf(given, async () => {
      const nth = ++made
      await new Promise((resolve) => setImmediate(resolve))
      return outcome(nth)
    })
  return { ask, made: () => made }
}

it('makes a run once, for those who ask at the same time and for those who ask later', async () => {
  const { ask, made } = counted()
  const [first, second] = await Promise.all([ask('digest', [1]), ask('digest', [1])])
  expect([first, second, await ask('digest', [1])]).toEqual([ok(1), ok(1), ok(1)])
  expect(made()).toBe(1)
})

it.each([
  ['another argument', ['digest', [2]]],
  ['a column in place of a list', ['digest', new Uint8Array([1])]],
  ['a text in place of a number', ['digest', ['1']]],
  ['zero below zero', ['digest', [-0]]],
  ['keys in another order', ['digest', { b: 1, a: 1 }]],
])('takes %s for another run', async (_what, given) => {
  const { ask, made } = counted()
  for (const other of [[1], [0], { a: 1, b: 1 }]) await ask('digest', other)
  await ask(...given)
  expect(made()).toBe(4)
})

it('hands out copies', async () => {
  const { ask } = counted(() => ({ kind: 'ok', value: [1], steps: 3 }))
  const all = [
    ...(await Promise.all([ask('digest'), ask('digest')])),
    await ask('digest'),
    await ask('digest'),
  ]
  for (const one of all) if (one.kind === 'ok') (one.value as number[]).push(2)
  expect(await ask('digest')).toEqual({ kind: 'ok', value: [1], steps: 3 })
  expect(all.map((one) => one.kind === 'ok' && one.value)).toEqual([
    [1, 2],
    [1, 2],
    [1, 2],
    [1, 2],
  ])
})

it('leaves a run that was ended to one of those who wait, and the others to that one', async () => {
  const ended = counted((nth) => (nth < 2 ? { kind: 'notScored', reason: 'crashed', detail: '' } : ok(nth)))
  const said = await Promise.all([ended.ask('a'), ended.ask('a'), ended.ask('a'), ended.ask('a')])
  expect(said.map(({ kind }) => kind)).toEqual(['notScored', 'ok', 'ok', 'ok'])
  expect(ended.made()).toBe(2)
})

it('keeps what failed, and has all run themselves what took another too long', async () => {
  const failed = counted(() => ({ kind: 'failed', reason: 'threw', detail: 'no', steps: 1 }))
  await Promise.all([failed.ask('a'), failed.ask('a')])
  await failed.ask('a')
  expect(failed.made()).toBe(1)
  const unscored = counted((nth) =>
    nth < 3 ? { kind: 'notScored', reason: 'wallTime', detail: '' } : ok(nth),
  )
  const said = await Promise.all([unscored.ask('a'), unscored.ask('a'), unscored.ask('a')])
  expect(said.map(({ kind }) => kind)).toEqual(['notScored', 'notScored', 'ok'])
})

it('has all run themselves what threw', async () => {
  const memory = new RunMemory()
  const throwing = (): Promise<JsOutcome> =>
    memory.outcomeOf(['a'], async () => {
      throw new Error('no engine')
    })
  const said = await Promise.allSettled([throwing(), throwing()])
  expect(said.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await memory.outcomeOf(['a'], async () => ok(1))).toEqual(ok(1))
})

it('forgets what was asked for longest ago, by count and by bytes, and keeps nothing large', async () => {
  const many = counted()
  for (let nth = 0; nth < 1_024; nth++) await many.ask(nth)
  await many.ask(0)
  await many.ask('one more')
  await many.ask(0)
  expect(many.made()).toBe(1_025)
  await many.ask(1)
  expect(many.made()).toBe(1_026)

  const long = counted(() => ok('x'.repeat(2 ** 18 - 64)))
  for (let nth = 0; nth < 17; nth++) await long.ask(nth)
  await long.ask(16)
  expect(long.made()).toBe(17)
  await long.ask(0)
  expect(long.made()).toBe(18)

  const large = counted(() => ok('x'.repeat(2 ** 18)))
  await large.ask('a')
  await large.ask('a')
  expect(large.made()).toBe(2)
})
