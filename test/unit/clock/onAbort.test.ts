import { getEventListeners } from 'node:events'
import { setTimeout as turn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { onAbort, sleep, startDeadline, VirtualClock } from '../../../src/clock/index.js'

const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length

describe('onAbort', () => {
  test('calls back once, in the order of asking', () => {
    const controller = new AbortController()
    const heard: number[] = []
    for (const one of [1, 2, 3]) onAbort(controller.signal, () => heard.push(one))
    controller.abort()
    controller.abort()
    expect(heard).toEqual([1, 2, 3])
  })

  test('calls back at once for a signal that is aborted already', () => {
    let heard = 0
    onAbort(AbortSignal.abort(), () => heard++)
    expect(heard).toBe(1)
  })

  test('calls back each that asked with the same function', () => {
    const controller = new AbortController()
    let heard = 0
    const hear = (): void => void heard++
    onAbort(controller.signal, hear)
    const forget = onAbort(controller.signal, hear)
    onAbort(controller.signal, hear)
    forget()
    controller.abort()
    expect(heard).toBe(2)
  })

  test('one that was taken back is not called, also by an earlier one at that instant', () => {
    const controller = new AbortController()
    let heard = 0
    onAbort(controller.signal, () => forget())
    const forget = onAbort(controller.signal, () => heard++)
    controller.abort()
    expect(heard).toBe(0)
  })

  test('one that comes while others are roused is called', () => {
    const controller = new AbortController()
    let heard = 0
    onAbort(controller.signal, () => onAbort(controller.signal, () => heard++))
    controller.abort()
    expect(heard).toBe(1)
  })
})

describe('any number of waits on one signal', () => {
  test('print no warning and leave no listener', async () => {
    const warnings: Error[] = []
    const onWarning = (warning: Error): void => void warnings.push(warning)
    process.on('warning', onWarning)
    const clock = new VirtualClock()
    const { signal } = new AbortController()
    const waits = Array.from({ length: 1_000 }, () => sleep(clock, 5, signal))
    const deadlines = Array.from({ length: 1_000 }, () => startDeadline(clock, 5_000, signal))
    expect(listenersOf(signal)).toBe(1)
    await clock.run({ untilMs: 10 })
    await Promise.all(waits)
    expect(listenersOf(signal)).toBe(1)
    for (const deadline of deadlines) deadline.dispose()
    expect(listenersOf(signal)).toBe(0)
    await turn(0)
    process.off('warning', onWarning)
    expect(warnings).toEqual([])
  })

  test('all end when it is aborted', async () => {
    const clock = new VirtualClock()
    const controller = new AbortController()
    const waits = Array.from({ length: 1_000 }, () => sleep(clock, 5, controller.signal))
    controller.abort()
    const ends = await Promise.allSettled(waits)
    expect(ends.filter(({ status }) => status === 'fulfilled')).toEqual([])
    expect(listenersOf(controller.signal)).toBe(0)
  })
})
