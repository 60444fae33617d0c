import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HeldTooLongError, sleep, startDeadline, VirtualClock, waitOn } from '../../../src/clock/index.js'
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

  test('counts the timers that have neither fired nor been cancelled', async () => {
    const clock = new VirtualClock()
    const cancelled = clock.setTimer(() => {}, 5)
    const fired = clock.setTimer(() => {}, 10)
    clock.setTimer(() => {}, 30)
    expect(clock.pendingTimers).toBe(3)
    cancelled.cancel()
    cancelled.cancel()
    expect(clock.pendingTimers).toBe(2)
    await clock.run({ untilMs: 20 })
    fired.cancel()
    expect(clock.pendingTimers).toBe(1)
    await clock.run()
    expect(clock.pendingTimers).toBe(0)
  })

  test('lets time pass for the shortest wait: what is left of a span between fractions of milliseconds ends', async () => {
    const clock = new VirtualClock()
    clock.setTimer(() => {}, 11_785.066_502_970_987)
    await clock.run()
    const startedAtMs = clock.now()
    let waits = 0
    const watch = (leftMs: number): void => {
      clock.setTimer(() => {
        waits++
        const passedMs = clock.now() - startedAtMs
        if (passedMs < 30_000 && waits < 100) watch(30_000 - passedMs)
      }, leftMs)
    }
    watch(29_999.999_999_999_996)
    await clock.run()
    expect(clock.now() - startedAtMs).toBeGreaterThanOrEqual(30_000)
    expect(waits).toBeLessThan(5)
    clock.setTimer(() => {}, 1e-12)
    const beforeMs = clock.now()
    await clock.run()
    expect(clock.now()).toBeGreaterThan(beforeMs)
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

describe('held work', () => {
  /** Real time, of which the clock knows nothing. */
  const reallyWait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

  test('takes effect in the order in which it began, whichever ends first', async () => {
    for (const delays of [
      [6, 3, 0],
      [0, 3, 6],
      [3, 0, 6],
    ]) {
      const clock = new VirtualClock()
      const seen: string[] = []
      clock.setTimer(() => {
        delays.forEach(
          (ms, at) => void clock.hold(() => reallyWait(ms)).then(() => seen.push(`${at}@${clock.now()}`)),
        )
      }, 5)
      clock.setTimer(() => seen.push('timer'), 5)
      await clock.run()
      expect(seen).toEqual(['0@5', '1@5', '2@5', 'timer'])
    }
  })

  test('lets time move while it waits for a timer of the clock, and holds it again after', async () => {
    const clock = new VirtualClock()
    const seen: string[] = []
    clock.setTimer(() => {
      void clock.hold(async () => {
        await reallyWait(2)
        await sleep(clock, 10)
        await reallyWait(2)
        seen.push(`work@${clock.now()}`)
      })
    }, 0)
    for (const delayMs of [5, 10, 11]) clock.setTimer(() => seen.push(`timer@${clock.now()}`), delayMs)
    await clock.run()
    expect(seen).toEqual(['timer@5', 'timer@10', 'work@10', 'timer@11'])
  })

  test('goes on after a timer that it cancelled itself', async () => {
    const clock = new VirtualClock()
    let endedAtMs = -1
    clock.setTimer(() => {
      void clock
        .hold(async () => {
          clock.setTimer(() => {}, 100).cancel()
          await reallyWait(2)
        })
        .then(() => {
          endedAtMs = clock.now()
        })
    }, 0)
    clock.setTimer(() => {}, 50)
    await clock.run()
    expect(endedAtMs).toBe(0)
  })

  test('that has a deadline is still at it: the deadline is no wait', async () => {
    const clock = new VirtualClock()
    let expired: boolean | undefined
    clock.setTimer(() => {
      void clock.hold(async () => {
        const deadline = startDeadline(clock, 5)
        await reallyWait(5)
        expired = deadline.expired
        deadline.dispose()
      })
    }, 0)
    await clock.run()
    expect(expired).toBe(false)
  })

  test('sets timers that fire in the order in which the work began, within an instant', async () => {
    for (const delays of [
      [6, 0],
      [0, 6],
    ]) {
      const clock = new VirtualClock()
      const seen: number[] = []
      clock.setTimer(() => {
        delays.forEach((ms, at) => {
          void clock.hold(async () => {
            await reallyWait(ms)
            await sleep(clock, 10)
            seen.push(at)
          })
        })
      }, 0)
      await clock.run()
      expect(seen).toEqual([0, 1])
    }
  })

  test('begins its waits in the order in which it began itself', async () => {
    for (const delays of [
      [6, 3, 0],
      [0, 3, 6],
    ]) {
      const clock = new VirtualClock()
      const asked: number[] = []
      clock.setTimer(() => {
        delays.forEach((ms, at) => {
          void clock.hold(async () => {
            await reallyWait(ms)
            await waitOn(clock, async () => {
              asked.push(at)
              await sleep(clock, 1)
            })
          })
        })
      }, 0)
      await clock.run()
      expect(asked).toEqual([0, 1, 2])
    }
  })

  test('may hold within a hold, and wait there', async () => {
    const clock = new VirtualClock()
    const seen: string[] = []
    clock.setTimer(() => {
      void clock.hold(async () => {
        const first = await Promise.race([
          clock.hold(async () => {
            await reallyWait(4)
            return 'work'
          }),
          sleep(clock, 1).then(() => 'clock'),
        ])
        seen.push(`${first}@${clock.now()}`)
        await clock.hold(() => clock.hold(() => sleep(clock, 7)))
        seen.push(`inner@${clock.now()}`)
      })
    }, 0)
    clock.setTimer(() => seen.push('timer@5'), 5)
    await clock.run()
    expect(seen).toEqual(['work@0', 'timer@5', 'inner@7'])
  })

  test('costs the time that it declares, failures too', async () => {
    const clock = new VirtualClock()
    const seen: string[] = []
    clock.setTimer(() => {
      void clock.hold(() => reallyWait(2), { costMs: 30 }).then(() => seen.push(`done@${clock.now()}`))
      void clock
        .hold(() => Promise.reject(new RangeError('broken')), { costMs: 20 })
        .catch(() => seen.push(`failed@${clock.now()}`))
      void clock
        .hold(async () => {
          await sleep(clock, 5)
          await clock.hold(async () => {}, { costMs: 5 })
          seen.push(`within@${clock.now()}`)
        })
        .then(() => {})
    }, 0)
    await clock.run()
    expect(seen).toEqual(['within@10', 'failed@20', 'done@30'])
  })

  test('that never ends is given up after its limit of real time, and time goes on', async () => {
    const clock = new VirtualClock({ heldWorkLimitMs: 10_000 })
    let error: unknown
    clock.setTimer(() => {
      clock
        .hold(() => new Promise(() => {}), { what: 'The answer of miner sleepy', limitMs: 20 })
        .catch((reason: unknown) => {
          error = reason
        })
    }, 0)
    let fired = false
    clock.setTimer(() => {
      fired = true
    }, 1)
    await clock.run()
    expect(fired).toBe(true)
    expect(error).toBeInstanceOf(HeldTooLongError)
    expect(error).toMatchObject({
      code: 'HeldTooLong',
      what: 'The answer of miner sleepy',
      limitMs: 20,
      docsPath: 'errors#held-too-long',
    })
    expect((error as Error).message).toMatch(
      /^The answer of miner sleepy did not end within 20 ms of real time.*heldWorkLimitMs/,
    )
  })

  test('does not stop what has given up holding', async () => {
    const clock = new VirtualClock()
    void clock.hold(() => new Promise(() => {}))
    let fired = false
    clock.setTimer(() => {
      fired = true
    }, 1)
    clock.stopHolding()
    await clock.run()
    expect(fired).toBe(true)
  })

  test('ends at once while nobody moves the clock', async () => {
    const clock = new VirtualClock()
    expect(await clock.hold(async () => 7)).toBe(7)
    expect(await clock.hold(() => clock.wait(async () => 8))).toBe(8)
  })
})
