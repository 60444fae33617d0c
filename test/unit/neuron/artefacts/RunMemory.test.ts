import { describe, expect, it } from 'vitest'
import { RunMemory } from '../../../../src/neuron/artefacts/RunMemory.js'
import type { JsOutcome } from '../../../../src/sandbox/index.js'

const ok = (value: string | number): JsOutcome => ({ kind: 'ok', value, steps: 3 })

/** Runs of a memory, and how many were made. */
function counted(outcome: (nth: number) => JsOutcome = ok) {
  const memory = new RunMemory()
  let made = 0
  const run = async (): Promise<JsOutcome> => {
    const nth = ++made
    await new Promise((resolve) => setImmediate(resolve))
    return outcome(nth)
  }
  const ask = (...given: unknown[]): Promise<JsOutcome> => memory.outcomeOf({ given, functions: {}, run })
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
    memory.outcomeOf({
      given: ['a'],
      functions: {},
      async run() {
        throw new Error('no engine')
      },
    })
  const said = await Promise.allSettled([throwing(), throwing()])
  expect(said.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await memory.outcomeOf({ given: ['a'], functions: {}, run: async () => ok(1) })).toEqual(ok(1))
})

it('forgets what was asked for longest ago, by count and by bytes, and keeps nothing large', async () => {
  const many = counted()
  for (let nth = 0; nth < 4_096; nth++) await many.ask(nth)
  await many.ask(0)
  await many.ask('one more')
  await many.ask(0)
  expect(many.made()).toBe(4_097)
  await many.ask(1)
  expect(many.made()).toBe(4_098)

  const long = counted(() => ok('x'.repeat(2 ** 18 - 256)))
  for (let nth = 0; nth < 65; nth++) await long.ask(nth)
  await long.ask(64)
  expect(long.made()).toBe(65)
  await long.ask(0)
  expect(long.made()).toBe(66)

  const large = counted(() => ok('x'.repeat(2 ** 18)))
  await large.ask('a')
  await large.ask('a')
  expect(large.made()).toBe(2)
})

describe('a run that calls functions', () => {
  type Functions = Parameters<Parameters<RunMemory['outcomeOf']>[0]['run']>[0]
  /** A program that asks `hint` for 1, 2 and 3, and gives the sum; what it throws is 0. */
  const sumOf = (hint: (number: number, more?: { list: number[] }) => unknown) => {
    const memory = new RunMemory()
    let made = 0
    const run = async ({ hint: inner }: Functions): Promise<JsOutcome> => {
      made++
      let sum = 0
      for (const number of [1, 2, 3]) {
        try {
          sum += Number((inner as (...args: unknown[]) => unknown)(number, { list: [number] }))
        } catch {
          sum += 0
        }
      }
      return ok(sum)
    }
    const ask = (other: typeof hint = hint): Promise<JsOutcome> =>
      memory.outcomeOf({ given: ['sum'], functions: { hint: other }, run })
    return { ask, made: () => made }
  }

  it('is made once, and its functions are called for each who asks, with what they count', async () => {
    const counts = [0, 0, 0]
    const counting = (at: number) => (number: number, more?: { list: number[] }) => {
      counts[at] = (counts[at] ?? 0) + 1
      // What it does to its arguments changes nothing for the next one.
      more?.list.push(7)
      return number * 10 + (more?.list.length ?? 0)
    }
    const { ask, made } = sumOf(counting(0))
    const all = [...(await Promise.all([ask(), ask(counting(1))])), await ask(counting(2))]
    expect(all).toEqual([ok(66), ok(66), ok(66)])
    expect([made(), counts]).toEqual([1, [3, 3, 3]])
  })

  it('is made anew from where a function gives something else, and no call is made twice', async () => {
    const { ask, made } = sumOf((number) => number)
    expect(await ask()).toEqual(ok(6))
    const asked: number[] = []
    const other = (number: number): number => {
      asked.push(number)
      return number === 2 ? 200 : number
    }
    expect(await ask(other)).toEqual(ok(204))
    expect([made(), asked]).toEqual([2, [1, 2, 3]])
    const throwing = (number: number): number => {
      if (number === 3) throw new RangeError('used up')
      return number
    }
    expect([await ask(throwing), made()]).toEqual([ok(3), 3])
    // What is known is the first run.
    expect([await ask(), made()]).toEqual([ok(6), 3])
  })

  it('is known by what functions throw as well', async () => {
    const { ask, made } = sumOf((number) => {
      if (number === 2) throw new RangeError(`no ${number}`)
      return number
    })
    expect([await ask(), await ask(), made()]).toEqual([ok(4), ok(4), 1])
    const others = (number: number): number => {
      if (number === 2) throw new RangeError('other words')
      return number
    }
    expect([await ask(others), made()]).toEqual([ok(4), 2])
  })

  it('is made each time where a function gives what is not plain, or all that is said is too large', async () => {
    const odd = sumOf(() => () => 1)
    await odd.ask()
    await odd.ask()
    expect(odd.made()).toBe(2)
    const large = sumOf(() => 'x'.repeat(2 ** 17))
    await Promise.all([large.ask(), large.ask()])
    await large.ask()
    expect(large.made()).toBe(3)
  })
})
