import { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { TimelockThreads } from '../../../../src/chain/timelock/TimelockThreads.js'
import { Beacon, encryptTimelock } from '../../../../src/timelock/index.js'

const beacon = Beacon.fromSecretKey(new Uint8Array(32).fill(3))
const { publicKey } = beacon
const pulses = [beacon.pulse(1), beacon.pulse(2)] as const

/** Each text says its place; every third one is locked to a round that the pulse is not of. */
const locked = Array.from({ length: 21 }, (_, place) => ({
  container: encryptTimelock(Uint8Array.of(place), {
    round: place % 3 === 2 ? 9 : 1 + (place % 2),
    publicKey,
  }),
  pulse: pulses[place % 2 === 0 ? 0 : 1],
}))
const opened = locked.map((_, place) => (place % 3 === 2 ? null : Uint8Array.of(place)))

const threads = new TimelockThreads()
afterEach(async () => {
  vi.restoreAllMocks()
  await threads.close()
})

describe('TimelockThreads', () => {
  it('opens texts in the order of their locks', async () => {
    const [first, second] = await Promise.all([threads.open(locked), threads.open(locked.slice(0, 3))])
    expect(first).toEqual(opened)
    expect(second).toEqual(opened.slice(0, 3))
    expect(await threads.open([])).toEqual([])
  })

  it('leaves the thread that asks free meanwhile', async () => {
    await threads.open(locked.slice(0, 1))
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    await threads.open(locked)
    clearInterval(timer)
    expect(turns).toBeGreaterThan(0)
  })

  it('opens what threads leave behind when they die, and goes on without them', async () => {
    const killed = vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(function (this: Worker) {
      void this.terminate()
    })
    expect(await threads.open(locked)).toEqual(opened)
    expect(killed).toHaveBeenCalled()
    killed.mockRestore()
    expect(await threads.open(locked.slice(0, 4))).toEqual(opened.slice(0, 4))
  })

  it('works where there are no threads', async () => {
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined as never)
    expect(await threads.open(locked)).toEqual(opened)
  })

  it('starts anew after it was closed', async () => {
    await threads.open(locked.slice(0, 1))
    await threads.close()
    expect(await threads.open(locked.slice(0, 2))).toEqual(opened.slice(0, 2))
  })
})
