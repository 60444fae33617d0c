import { describe, expect, it } from 'vitest'
import { SILENCE_MS, Watchdog } from '../../../src/chain/remote/Watchdog.js'
import { VirtualClock } from '../../../src/clock/index.js'

function watched(): {
  clock: VirtualClock
  dog: Watchdog
  seen: string[]
  expect: (waiting: boolean) => void
} {
  const clock = new VirtualClock()
  const seen: string[] = []
  let waiting = true
  const dog = new Watchdog({
    clock,
    isWaiting: () => waiting,
    onSilence: () => {
      seen.push(`asked at ${clock.now()}`)
      // Asking is a request like any other.
      dog.watch()
    },
    onDead: () => seen.push(`dead at ${clock.now()}`),
  })
  return {
    clock,
    dog,
    seen,
    expect: (value) => {
      waiting = value
    },
  }
}

describe('Watchdog', () => {
  it('asks after one silence and gives up after the next', async () => {
    const { clock, dog, seen } = watched()
    dog.watch()
    await clock.run()
    expect(seen).toEqual([`asked at ${SILENCE_MS}`, `dead at ${2 * SILENCE_MS}`])
  })

  it('is content with any word, and starts over', async () => {
    const { clock, dog, seen } = watched()
    dog.watch()
    await clock.run({ untilMs: SILENCE_MS })
    dog.heard()
    await clock.run()
    expect(seen).toEqual([
      `asked at ${SILENCE_MS}`,
      `asked at ${3 * SILENCE_MS}`,
      `dead at ${4 * SILENCE_MS}`,
    ])
  })

  it('sleeps while nothing is expected, and wakes with the next watch', async () => {
    const { clock, dog, seen, expect: expectAnswers } = watched()
    dog.watch()
    expectAnswers(false)
    await clock.run()
    expect([seen, clock.now()]).toEqual([[], SILENCE_MS])
    expectAnswers(true)
    dog.watch()
    await clock.run()
    expect(seen).toHaveLength(2)
  })

  it('says nothing after it was stopped', async () => {
    const { clock, dog, seen } = watched()
    dog.watch()
    dog.stop()
    await clock.run()
    expect([seen, clock.now()]).toEqual([[], 0])
  })
})
