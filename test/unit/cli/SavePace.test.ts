import { describe, expect, test } from 'vitest'
import { SavePace } from '../../../src/cli/SavePace.js'

/** Saves of a run of an hour that asks every 50 ms: how many there were, and the part of the time that they took. */
function hourOf(saveMs: number) {
  const pace = new SavePace()
  let [saves, now] = [0, 0]
  while (now < 3_600_000) {
    if (pace.isDue(now)) {
      pace.saved(now, now + saveMs)
      now += saveMs
      saves++
    }
    now += 50
  }
  return { saves, part: (saves * saveMs) / now }
}

describe('when a run is saved', () => {
  test.each([0, 1, 20, 300, 2_000])(
    'at most a fiftieth of the time goes where a save takes %i ms',
    (saveMs) => {
      const { saves, part } = hourOf(saveMs)
      // The first one comes at once, whatever it takes.
      expect(part).toBeLessThanOrEqual(0.02 + saveMs / 3_600_000)
      expect(saves).toBeGreaterThanOrEqual(Math.floor(3_600_000 / Math.max(1_050, 50 * saveMs + 50)))
    },
  )

  test('is at once, and about every second where it takes no time', () => {
    const pace = new SavePace()
    expect(pace.isDue(0)).toBe(true)
    pace.saved(0, 0)
    expect([pace.isDue(999), pace.isDue(1_000)]).toEqual([false, true])
  })
})
