import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sleep, VirtualClock } from '../../../src/clock/index.js'
import { InvalidArgumentError } from '../../../src/errors/index.js'

/** Work outside the clock's sight: it ends some turns of the event loop later. */
async function nativeWork(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
}

describe('VirtualClock', () => {
  test('starts at zero, or where it is told', () => {
    expect(new VirtualClock().now()).toBe(0)
    expect(new VirtualClock({ startMs: 1_700_000_000_000 }).now()).toBe(1_700_000_000_000)
  })

  test('fires timers by time, and by order of setting within an instant', async () => {
    const clock = new VirtualClock()
    const fired: string[] = []
    for (const [name, delayMs] of [
      ['c', 30],
      ['a', 10],
      ['b1', 20],
      ['b2', 20],
      ['first', 0],
    ] as const) {
      clock.setTimer(() => fired.push(`${name}@${clock.now()}`), delayMs)
    }
    await clock.run()
    expect(fired).toEqual(['first@0', 'a@10', 'b1@20', 'b2@20', 'c@30'])
    expect(clock.now()).toBe(30)
  })

  test('fires any set of timers in a stable sort of their delays, cancelled ones left out', async () => {
    const timers = fc.array(fc.record({ delayMs: fc.nat(50), cancelled: fc.boolean() }), { maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(timers, async (specs) => {
        const clock = new VirtualClock()
        const fired: number[] = []
        const set = specs.map(({ delayMs }, index) => clock.setTimer(() => fired.push(index), delayMs))
        specs.forEach(({ cancelled }, index) => {
          if (cancelled) set[index]!.cancel()
        })
        await clock.run()
        const expected = specs
          .map((spec, index) => ({ ...spec, index }))
          .filter(({ cancelled }) => !cancelled)
          .sort((a, b) => a.delayMs - b.delayMs || a.index - b.index)
          .map(({ index }) => index)
        expect(fired).toEqual(expected)
      }),
      { numRuns: 50 },
    )
  })

  test('treats a negative delay as none and refuses one that is not finite', async () => {
    const clock = new VirtualClock({ startMs: 5 })
    let firedAtMs = -1
    clock.setTimer(() => {
      firedAtMs = clock.now()
    }, -10)
    await clock.run()
    expect(firedAtMs).toBe(5)
    for (const delayMs of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => clock.setTimer(() => {}, delayMs)).toThrow(InvalidArgumentError)
    }
  })

  test('lets every promise settle before time moves on', async () => {
    const clock = new VirtualClock()
    const seen: string[] = []
    clock.setTimer(async () => {
      for (let turn = 0; turn < 100; turn++) await null
      seen.push(`chain done at ${clock.now()}`)
    }, 1)
    clock.setTimer(() => seen.push('next timer'), 2)
    await clock.run()
    expect(seen).toEqual(['chain done at 1', 'next timer'])
  })

  test('a timer set by a timer fires in the same run', async () => {
    const clock = new VirtualClock()
    const at: number[] = []
    const again = (): void => {
      at.push(clock.now())
      if (at.length < 4) clock.setTimer(again, 7)
    }
    clock.setTimer(again, 7)
    await clock.run()
    expect(at).toEqual([7, 14, 21, 28])
  })

  test('untilMs fires what is due by then, leaves the rest pending and stands at the limit', async () => {
    const clock = new VirtualClock()
    const fired: number[] = []
    for (const delayMs of [10, 20, 21]) clock.setTimer(() => fired.push(delayMs), delayMs)
    await clock.run({ untilMs: 20 })
    expect(fired).toEqual([10, 20])
    expect(clock.now()).toBe(20)
    await clock.run({ untilMs: 100 })
    expect(fired).toEqual([10, 20, 21])
    expect(clock.now()).toBe(100)
  })

  test('until stops the run at the first instant it holds', async () => {
    const clock = new VirtualClock()
    let count = 0
    for (let delayMs = 1; delayMs <= 5; delayMs++) clock.setTimer(() => count++, delayMs)
    await clock.run({ until: () => count === 3 })
    expect(clock.now()).toBe(3)
    await clock.run()
    expect(count).toBe(5)
  })

  test('hold keeps time from moving until the work ends, nested holds included', async () => {
    const clock = new VirtualClock()
    const seen: string[] = []
    const work = clock.hold(() =>
      clock.hold(async () => {
        await nativeWork(20)
        seen.push(`work done at ${clock.now()}`)
        return 42
      }),
    )
    clock.setTimer(() => seen.push('timer'), 1)
    await clock.run()
    expect(seen).toEqual(['work done at 0', 'timer'])
    expect(await work).toBe(42)
  })

  test('hold lets go when the work fails', async () => {
    const clock = new VirtualClock()
    const failure = clock.hold(async () => {
      await nativeWork(2)
      throw new RangeError('broken')
    })
    const caught = expect(failure).rejects.toThrow('broken')
    let fired = false
    clock.setTimer(() => {
      fired = true
    }, 1)
    await clock.run()
    await caught
    expect(fired).toBe(true)
  })

  test('a cancelled timer never fires, also when cancelled twice or by an earlier timer', async () => {
    const clock = new VirtualClock()
    const fired: string[] = []
    const late = clock.setTimer(() => fired.push('late'), 20)
    clock.setTimer(() => late.cancel(), 10)
    const never = clock.setTimer(() => fired.push('never'), 5)
    never.cancel()
    never.cancel()
    await clock.run()
    expect(fired).toEqual([])
    // The cancelled timer at 20 no longer pulls time forward.
    expect(clock.now()).toBe(10)
  })

  test('one program gives one history', async () => {
    const history = async (): Promise<string[]> => {
      const clock = new VirtualClock()
      const lines: string[] = []
      const worker = async (name: string, stepMs: number): Promise<void> => {
        for (let step = 0; step < 5; step++) {
          await sleep(clock, stepMs)
          lines.push(`${clock.now()} ${name}`)
        }
      }
      const all = Promise.all([worker('a', 3), worker('b', 5), worker('c', 3)])
      await clock.run()
      await all
      return lines
    }
    const first = await history()
    expect(first.slice(0, 3)).toEqual(['3 a', '3 c', '5 b'])
    expect(await history()).toEqual(first)
  })
})
