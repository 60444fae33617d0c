import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Clock, sleep, startDeadline, systemClock, VirtualClock } from '../../../src/clock/index.js'
import { AbortedError, InvalidArgumentError } from '../../../src/errors/index.js'

describe('systemClock', () => {
  test('tells the time of the machine', () => {
    const before = Date.now()
    const now = systemClock.now()
    expect(now).toBeGreaterThanOrEqual(before)
    expect(now).toBeLessThanOrEqual(Date.now())
  })

  test('fires a timer once and hold only runs the work', async () => {
    await new Promise<void>((resolve) => systemClock.setTimer(resolve, 0))
    expect(await systemClock.hold(async () => 7)).toBe(7)
  })

  test('a cancelled timer does not fire before a later one of the same delay', async () => {
    let fired = false
    systemClock
      .setTimer(() => {
        fired = true
      }, 0)
      .cancel()
    await new Promise<void>((resolve) => systemClock.setTimer(resolve, 1))
    expect(fired).toBe(false)
  })
})

describe('systemClock, of waits longer than a platform timer', () => {
  const DAY_MS = 86_400_000

  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test.each([2 ** 31 - 1, 2 ** 31, 30 * DAY_MS, 100 * DAY_MS + 0.5])(
    'waits %d ms in full',
    async (delayMs) => {
      let fired = 0
      systemClock.setTimer(() => fired++, delayMs)
      await vi.advanceTimersByTimeAsync(Math.floor(delayMs) - 1)
      expect(fired).toBe(0)
      await vi.advanceTimersByTimeAsync(2)
      expect(fired).toBe(1)
      await vi.advanceTimersByTimeAsync(100 * DAY_MS)
      expect(fired).toBe(1)
    },
  )

  test('a wait in its second slice can be cancelled, and leaves no timer', async () => {
    const timer = systemClock.setTimer(() => expect.unreachable(), 60 * DAY_MS)
    await vi.advanceTimersByTimeAsync(30 * DAY_MS)
    timer.cancel()
    expect(vi.getTimerCount()).toBe(0)
  })

  test('the largest number is as good as without end', async () => {
    const timer = systemClock.setTimer(() => expect.unreachable(), Number.MAX_VALUE)
    await vi.advanceTimersByTimeAsync(1_000 * DAY_MS)
    timer.cancel()
  })
})

describe('a clock of either kind', () => {
  test.each([
    ['systemClock', systemClock],
    ['VirtualClock', new VirtualClock()],
  ])('%s refuses a wait that nothing would end', async (_, clock) => {
    for (const delayMs of [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]) {
      expect(() => clock.setTimer(() => {}, delayMs)).toThrow(InvalidArgumentError)
      await expect(sleep(clock, delayMs)).rejects.toThrow(/delayMs/)
      expect(() => startDeadline(clock, delayMs)).toThrow(/timeoutMs/)
    }
  })
})

describe('sleep', () => {
  test('resolves when its time has come', async () => {
    const clock = new VirtualClock()
    let wokeAtMs = -1
    const slept = sleep(clock, 250).then(() => {
      wokeAtMs = clock.now()
    })
    await clock.run()
    await slept
    expect(wokeAtMs).toBe(250)
  })

  test('rejects at once with a signal that is already aborted, and sets no timer', async () => {
    const clock = new VirtualClock()
    await expect(sleep(clock, 10, AbortSignal.abort('why'))).rejects.toMatchObject({
      name: 'AbortedError',
      code: 'Aborted',
      cause: 'why',
    })
    await clock.run()
    expect(clock.now()).toBe(0)
  })

  test('rejects when aborted in mid-wait, and its timer is gone', async () => {
    const clock = new VirtualClock()
    const controller = new AbortController()
    const slept = sleep(clock, 1_000, controller.signal)
    const caught = expect(slept).rejects.toThrow(AbortedError)
    clock.setTimer(() => controller.abort(), 5)
    await clock.run()
    await caught
    expect(clock.now()).toBe(5)
  })

  test('leaves no listener on the signal once it ended', async () => {
    const clock = new VirtualClock()
    const { signal } = new AbortController()
    const slept = sleep(clock, 5, signal)
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    await clock.run()
    await slept
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })
})

describe('startDeadline', () => {
  test('aborts at its deadline and says so', async () => {
    const clock: Clock & { run(): Promise<void> } = new VirtualClock()
    const deadline = startDeadline(clock, 40)
    expect(deadline.signal.aborted).toBe(false)
    await clock.run()
    expect(deadline.expired).toBe(true)
    expect(deadline.signal.aborted).toBe(true)
    expect(deadline.signal.reason).toBeInstanceOf(AbortedError)
    expect(clock.now()).toBe(40)
  })

  test('aborts with its parent, which is no expiry, with the reason of the parent', async () => {
    const clock = new VirtualClock()
    const parent = new AbortController()
    const deadline = startDeadline(clock, 40, parent.signal)
    parent.abort('stop')
    expect(deadline.signal.reason).toBe('stop')
    await clock.run()
    expect(deadline.expired).toBe(false)
  })

  test('is aborted from the start when the parent is', () => {
    const deadline = startDeadline(new VirtualClock(), 40, AbortSignal.abort('gone'))
    expect(deadline.signal.reason).toBe('gone')
  })

  test('disposed, it never aborts and leaves nothing behind', async () => {
    const clock = new VirtualClock()
    const parent = new AbortController()
    const deadline = startDeadline(clock, 40, parent.signal)
    deadline.dispose()
    await clock.run()
    parent.abort()
    expect(deadline.signal.aborted).toBe(false)
    expect(getEventListeners(parent.signal, 'abort')).toHaveLength(0)
    expect(clock.now()).toBe(0)
  })
})
