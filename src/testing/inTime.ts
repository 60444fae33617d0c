import assert from 'node:assert/strict'
import { type Clock, sleep, systemClock, VirtualClock } from '../clock/index.js'

/** Turns of the event loop after which work that nothing moves counts as stuck. */
const MAX_IDLE_TURNS = 1_000

/** Real milliseconds after which a condition counts as one that never comes. */
const UNTIL_MS = 10_000

/** Lets time pass until work is done: moves a `VirtualClock`, and only waits on any other. */
export async function inTime<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  if (!(clock instanceof VirtualClock)) return await work()
  let isDone = false
  const done = work().finally(() => {
    isDone = true
  })
  done.catch(() => {})
  for (let turns = 0; !isDone; turns++) {
    if (turns > MAX_IDLE_TURNS) assert.fail('virtual time has nothing left to wait for')
    await clock.run({ until: () => isDone })
    if (!isDone) await sleep(systemClock, 0)
  }
  return await done
}

/** Waits until a condition holds, looking after every millisecond of a clock; ten real seconds at the most. */
export async function until(clock: Clock, holds: () => boolean, what: string): Promise<void> {
  const endMs = systemClock.now() + UNTIL_MS
  while (!holds()) {
    if (systemClock.now() > endMs) assert.fail(`Waited in vain until ${what}.`)
    await sleep(clock, 1)
  }
}
