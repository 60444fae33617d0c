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

describe('what a function is given and gives', () => {
  type Functions = Parameters<Parameters<RunMemory['outcomeOf']>[0]['run']>[0]
  type Called = (...args: unknown[]) => unknown
  /** Runs of one program in one memory, each with a function of its own. */
  const runsOf = (program: (call: Called) => unknown) => {
    const memory = new RunMemory()
    let made = 0
    const ask = async (call: Called, isOver = (): boolean => false): Promise<unknown> => {
      const run = async ({ call: inner }: Functions): Promise<JsOutcome> => {
        made++
        return ok(program(inner as Called) as string)
      }
      const outcome = await memory.outcomeOf({
        given: ['it'],
        functions: { call: call as never },
        run,
        isOver,
      })
      return outcome.kind === 'ok' ? outcome.value : outcome
    }
    return { ask, made: () => made }
  }

  it('are columns with memory of their own', async () => {
    const { ask, made } = runsOf((call) => call(new Uint8Array([7, 0, 0, 0])))
    const read = (column: Uint8Array): number =>
      1_000 * column.buffer.byteLength + new DataView(column.buffer).getUint32(0, true)
    for (let nth = 0; nth < 3; nth++) expect(await ask(read as Called)).toBe(4_007)
    expect(made()).toBe(1)
  })

  it('is for each what the program passed, whatever others did to it', async () => {
    const { ask, made } = runsOf((call) => call(new Uint8Array([5, 1, 9]), { list: [3] }))
    const kept: Uint8Array[] = []
    const changing = (column: Uint8Array, { list }: { list: number[] }): number => {
      kept.push(column)
      for (const one of kept) one[0] = (one[0] ?? 0) + 1
      return list.push(0) + (column[0] ?? 0)
    }
    for (let nth = 0; nth < 4; nth++) expect(await ask(changing as Called)).toBe(8)
    expect(made()).toBe(1)
  })

  it('is what it was when it was given, where the program runs after all', async () => {
    const { ask } = runsOf((call) => [0, 1, 2].map((at) => [...(call(at) as number[])]))
    const board = (secret: number): Called => {
      const cells = [0, 0, 0]
      return (at) => {
        cells[at as number] = at === 2 ? secret : 1
        return cells
      }
    }
    const seen = (secret: number) => [
      [1, 0, 0],
      [1, 1, 0],
      [1, 1, secret],
    ]
    for (const secret of [5, 8]) expect(await ask(board(secret))).toEqual(seen(secret))
  })

  it('is refused by the sandbox each time where it is not plain, and a promise that fails ends nothing', async () => {
    class Odd {
      x = 1
    }
    const { ask, made } = runsOf((call) => typeof call())
    expect(await ask(() => ({ x: 1 }))).toBe('object')
    expect(await ask(() => new Odd())).toBe('object')
    expect(made()).toBe(2)
    await ask(async () => {
      throw new Error('boom')
    })
    await new Promise((resolve) => setImmediate(resolve))
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(await ask(() => proxy)).toBe('object')
    expect(made()).toBe(4)
  })

  it('is asked for no more once nobody waits', async () => {
    const { ask } = runsOf((call) => [1, 2, 3].map((one) => call(one)).length)
    let calls = 0
    const counting = (): number => ++calls * 0
    await ask(counting)
    await ask(counting, () => calls > 4)
    // Two were told again, then the run is left to the pool, which makes none when it is closed.
    expect(calls).toBe(3 + 2 + 1)
  })

  it('hands out no views of what it keeps', async () => {
    const memory = new RunMemory()
    const ask = async () => {
      const outcome = await memory.outcomeOf({
        given: ['a'],
        functions: {},
        run: async () => ({ kind: 'ok', value: new Uint8Array([1]), steps: 1 }),
      })
      return outcome.kind === 'ok' ? (outcome.value as Uint8Array) : new Uint8Array()
    }
    for (let nth = 0; nth < 3; nth++) {
      const value = await ask()
      expect([...value, value.buffer.byteLength]).toEqual([1, 1])
      value[0] = 99
    }
  })
})
