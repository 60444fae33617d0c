import { describe, expect, test } from 'vitest'
import { VirtualClock } from '../../../../src/clock/index.js'
import {
  FAULT_KINDS,
  type Fault,
  faultyNetwork,
  randomFaults,
  shrinkFaults,
} from '../../../../src/testing/index.js'

const peers = { diallers: ['a', 'b'], listeners: ['c'], restarting: ['c'], spanMs: 10_000 }

describe('randomFaults', () => {
  test('makes right faults of every kind, the same for the same seed, and often none', () => {
    const lists = Array.from({ length: 300 }, (_, at) => randomFaults({ seed: `${at}`, ...peers }))
    for (const faults of lists) faultyNetwork({ seed: '', clock: new VirtualClock(), faults })
    expect(new Set(lists.flat().map(({ kind }) => kind))).toEqual(new Set(FAULT_KINDS))
    expect(lists.filter(({ length }) => length === 0).length).toBeGreaterThan(10)
    expect(Math.max(...lists.map(({ length }) => length))).toBe(6)
    expect(randomFaults({ seed: '7', ...peers })).toEqual(lists[7])
  })

  test('restarts nobody unless told who may', () => {
    const { restarting: _, ...others } = peers
    const all = Array.from({ length: 200 }, (__, at) => randomFaults({ seed: `${at}`, ...others })).flat()
    expect(all.some(({ kind }) => kind === 'restart')).toBe(false)
  })
})

describe('a fault that another one is equal to', () => {
  test('goes wrong as it does alone', async () => {
    const loss: Fault = { kind: 'loss', chance: 0.3 }
    const arriving = async (faults: readonly Fault[]): Promise<number[]> => {
      const network = faultyNetwork({ seed: 's', clock: new VirtualClock(), faults })
      const arrived: number[] = []
      const listener = await network.peer('b').carrier.listen({
        host: 'b',
        port: 1,
        maxFrameBytes: 8,
        maxConnections: 1,
        onChannel: (channel) =>
          channel.receive({ onFrame: ([number = -1]) => arrived.push(number), onClose: () => {} }),
      })
      const channel = await network.peer('a').carrier.dial(listener.address, { maxFrameBytes: 8 })
      for (let number = 0; number < 50; number++) channel.send(Uint8Array.of(number))
      for (let turn = 0; turn < 20; turn++) await Promise.resolve()
      network.close()
      return arrived
    }
    const [alone, both] = [await arriving([loss]), await arriving([loss, { ...loss }])]
    expect(alone.length).toBeGreaterThan(both.length)
    expect(both.length).toBeGreaterThan(10)
    expect(alone).toEqual(expect.arrayContaining(both))
  })
})

describe('shrinkFaults', () => {
  const delay = (delayMs: number): Fault => ({ kind: 'delay', delayMs })
  const faults = Array.from({ length: 9 }, (_, at) => delay(at))
  const has = (list: readonly Fault[], ...wanted: number[]): boolean =>
    wanted.every((ms) => list.some((fault) => fault.kind === 'delay' && fault.delayMs === ms))

  test('leaves what it takes to fail, in order', async () => {
    expect(await shrinkFaults(faults, async (some) => has(some, 2, 7))).toEqual([delay(2), delay(7)])
    expect(await shrinkFaults(faults, async () => true)).toEqual([])
    expect(await shrinkFaults(faults, async (some) => some.length === 9)).toEqual(faults)
  })

  test('leaves nothing that can go by itself', async () => {
    const fails = async (some: readonly Fault[]): Promise<boolean> =>
      has(some, 0) && (has(some, 5) || has(some, 8))
    const shortest = await shrinkFaults(faults, fails)
    expect(shortest).toHaveLength(2)
    for (const fault of shortest) expect(await fails(shortest.filter((one) => one !== fault))).toBe(false)
  })
})
