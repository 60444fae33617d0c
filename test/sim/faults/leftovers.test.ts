import * as v8 from 'node:v8'
import { describe, expect, test } from 'vitest'
import { ServerCall } from '../../../src/axon/ServerCall.js'
import { ServerConnection } from '../../../src/axon/session/ServerConnection.js'
import { ClientConnection } from '../../../src/dendrite/session/ClientConnection.js'
import { StreamCall } from '../../../src/dendrite/session/StreamCall.js'
import { UnaryCall } from '../../../src/dendrite/session/UnaryCall.js'
import { MemoryChannel } from '../../../src/transport/memoryChannel.js'
import { SecureSession } from '../../../src/transport/session/SecureSession.js'
import { scenarioWorld } from './random.js'

/** What calls and connections are made of: none of it may outlive them. */
const PARTS = {
  ServerCall,
  ServerConnection,
  ClientConnection,
  StreamCall,
  UnaryCall,
  MemoryChannel,
  SecureSession,
}

/** How many objects of each class are still held by something. To look through the heap takes seconds. */
function held(parts: Partial<typeof PARTS> = PARTS): { [name: string]: number } {
  const { queryObjects } = v8 as unknown as {
    queryObjects(ctor: unknown, options: { format: 'count' }): number
  }
  return Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [name, queryObjects(part, { format: 'count' })]),
  )
}

describe('axons and dendrites that were through random faults', () => {
  test('hold no call, connection, session or channel any more, nor does anything else', async () => {
    const before = held()
    const kept: unknown[] = []
    for (let seed = 0; seed < 12; seed++) {
      const world = await scenarioWorld(`${seed}`)
      // Its axons and dendrites live on, with whatever they hold.
      kept.push(world)
      expect(world.broken).toEqual([])
    }
    // The last promises let go of what they were about.
    await new Promise((resolve) => setImmediate(resolve))
    expect(held()).toEqual(before)
    expect(kept).toHaveLength(12)
  }, 120_000)

  test('would be found out', async () => {
    const before = held({ MemoryChannel }).MemoryChannel
    const kept = new MemoryChannel({ remote: 'kept', maxFrameBytes: 1, trip: (callback) => callback() })
    expect(held({ MemoryChannel }).MemoryChannel).toBe(before! + 1)
    expect(kept.remote).toBe('kept')
  }, 120_000)
})
