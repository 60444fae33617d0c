import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AxonLimits, defaultAxonLimits } from '../../../src/axon/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { packValue } from '../../../src/synapse/index.js'
import { RawPeer, rawFrame, upgradeText } from '../../support/RawPeer.js'
import { bundleIn } from '../network/bundle.js'
import type { FloodedState } from './floodedAxon.js'
import { alice, endAll, kept, proven, until } from './serving.js'
import { total, worstCaseBytes, worstCaseHttpBytes } from './worstCase.js'

endAll()

const MIB = 1_048_576

/** Small enough for a test to fill every one of them. */
const limits: AxonLimits = {
  ...defaultAxonLimits,
  maxFrameBytes: MIB,
  maxConnections: 48,
  maxConnectionsPerCaller: 4,
  maxUnauthenticated: 64,
  maxRunning: 8,
  maxRunningPerCaller: 2,
  maxQueued: 16,
  maxQueuedPerCaller: 4,
  maxAdmitting: 16,
  maxTotalUnreadBytes: 16 * MIB,
  maxRequestBytes: 16 * MIB,
  maxUnfinishedBytes: 24 * MIB,
  handshakeMs: 60_000,
  maxCallMs: 120_000,
}

let child: ChildProcess
let address: { host: string; port: number }
let remove: () => Promise<void> = async () => {}

async function state(): Promise<FloodedState> {
  const answer = once(child, 'message')
  child.send('state')
  return (await answer)[0] as FloodedState
}

/** What it holds when nothing comes any more. */
async function settled(): Promise<FloodedState> {
  let last = await state()
  for (let same = 0; same < 5; ) {
    await new Promise((resolve) => setTimeout(resolve, 200))
    const next = await state()
    same = next.counters.callsReceived === last.counters.callsReceived ? same + 1 : 0
    last = next
  }
  return last
}

beforeAll(async () => {
  const { folder, remove: removing } = await bundleIn(
    fileURLToPath(new URL('.', import.meta.url)),
    'floodedAxon',
  )
  remove = removing
  child = fork(join(folder, 'floodedAxon.mjs'), [JSON.stringify(limits)], { execArgv: ['--expose-gc'] })
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  address = { host: '127.0.0.1', port }
})
afterAll(async () => {
  child.kill()
  await remove()
})

describe('an axon against a flood of all kinds at once', () => {
  it('holds no more than its limits add up to', async () => {
    const target = { hotkey: alice.hotkey, ...address }
    const before = await state()
    // Half-way through the upgrade, and before the proof, each with all that it may send.
    for (let at = 0; at < 200; at++)
      kept(await RawPeer.connect(address)).write(upgradeText({ x: 'x'.repeat(3_500) }).slice(0, -2))
    for (let at = 0; at < 100; at++)
      kept(await RawPeer.upgraded(address)).write(rawFrame(new Uint8Array(4_000)).subarray(0, 3_900))
    // Proven, each with a call of a megabyte that is never answered, and one more that is never whole.
    const body = new Uint8Array(MIB - 200)
    for (let at = 0; at < limits.maxConnections + 8; at++) {
      const caller = await proven({ target }, keyPairFromUri(`//Sybil//${at >> 2}`, { scheme: 'ed25519' }))
      caller.session.send(packValue([1, 0, false, 'hang', 120_000, 0, body]))
      if (at % 4 === 0) {
        // One in four asks for much and reads nothing.
        caller.peer.socket.pause()
        for (let id = 1; id < 20; id++) caller.session.send(packValue([1, id, false, 'large', 120_000, 0, 0]))
      }
      // The session writes at the end of its turn.
      await new Promise((resolve) => setImmediate(resolve))
      await until(() => caller.peer.socket.writableLength === 0, 20_000)
      caller.peer.write(rawFrame(body).subarray(0, MIB - 1_000))
      await until(() => caller.peer.socket.writableLength === 0, 20_000)
    }
    const { heldBytes, counters } = await settled()
    const held = heldBytes - before.heldBytes
    const bound = total(worstCaseBytes(limits))
    // The flood has reached what it was to reach.
    expect(counters.connectionsAccepted).toBeGreaterThanOrEqual(limits.maxConnections)
    expect(counters.refused.requestBytesFull).toBeGreaterThan(0)
    expect(counters.refused.slowSender).toBeGreaterThan(0)
    expect(counters.callsRunning).toBe(limits.maxRunning)

    // Who is dropped leaves what it held: of all that was sent a part is there at any time.
    expect(held).toBeGreaterThan(8 * MIB)
    expect(held).toBeLessThan(bound)
  }, 120_000)

  it('is stated with the defaults as the documentation has it', () => {
    const parts = worstCaseBytes(defaultAxonLimits)
    const mib = (bytes: number | undefined): number => Math.round((bytes ?? 0) / MIB)
    expect(Object.fromEntries(Object.entries(parts).map(([name, bytes]) => [name, mib(bytes)]))).toEqual({
      pending: 36,
      unproven: 145,
      proven: 64,
      unfinished: 512,
      smallUnfinished: 128,
      requests: 257,
      unread: 257,
    })
    expect(mib(total(parts))).toBe(1_399)
    expect(mib(total(worstCaseBytes({ ...defaultAxonLimits, maxFrameBytes: 65_536 })))).toBeLessThan(1_100)
    const http = worstCaseHttpBytes(defaultAxonLimits, 67_108_864)
    expect(Object.fromEntries(Object.entries(http).map(([name, bytes]) => [name, mib(bytes)]))).toEqual({
      longerHeaders: 20,
      requesting: 112,
      askedAhead: 24,
      bodies: 64,
    })
    expect(mib(total(parts) + total(http))).toBe(1_619)
    // The figures are those of the sources.
    const source = (path: string): string =>
      readFileSync(new URL(`../../../src/${path}`, import.meta.url), 'utf8')
    expect(source('transport/webSocketListener.ts')).toContain('MAX_REQUEST_HEADER_BYTES = 24_576')
    expect(source('transport/webSocketListener.ts')).toContain('MAX_PENDING = 1_024')
    expect(source('http/server/httpServer.ts')).toContain('maxHeldBytes: 67_108_864')
  })
})
