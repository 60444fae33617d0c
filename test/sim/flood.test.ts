import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  Axon,
  type AxonHost,
  type AxonOptions,
  type CallPort,
  type IncomingCall,
} from '../../src/axon/index.js'
import { sleep, VirtualClock } from '../../src/clock/index.js'
import { keyPairFromUri } from '../../src/crypto/index.js'
import { silentLogger } from '../../src/log/index.js'
import { SeededRandom } from '../../src/math/index.js'
import { defineSynapse, type ServerMessage, type Status } from '../../src/synapse/index.js'
import type { Hotkey } from '../../src/units/index.js'

/*
 * A thousand identities without stake ask an axon for as much and as long as they can, while four validators ask it now and then. Calls reach it by a
 * transport of the test's own, so that time is virtual and no handshake costs any.
 */

const STRANGERS = 1_000
const VALIDATORS = 4
const RUN_MS = 5_000
/** A validator waits this long, and its answer takes a tenth of it. */
const PATIENCE_MS = 1_000

const work = defineSynapse({ name: 'work', request: z.object({ ms: z.number() }), answer: z.null() })
const signer = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const isValidator = (caller: Hotkey): boolean => caller.startsWith('validator')

interface Asked {
  readonly atMs: number
  endedAtMs?: number
  status?: Status
}

/** A caller with a connection of its own. */
class Caller implements CallPort {
  readonly caller: Hotkey
  readonly remote = 'memory'
  readonly hasRoom = true
  readonly asked = new Map<number, Asked>()
  readonly open = new Map<number, IncomingCall>()
  readonly #host: AxonHost

  constructor(host: AxonHost, name: string) {
    this.#host = host
    this.caller = name as Hotkey
  }

  ask(ms: number, timeoutMs: number): void {
    const id = this.asked.size
    this.asked.set(id, { atMs: this.#host.clock.now() })
    const request = {
      kind: 'request',
      id,
      isStream: false,
      synapse: 'work',
      timeoutMs,
      credit: 0,
      body: { ms },
    } as const
    this.#host.spend(this.caller, isValidator(this.caller) ? 100 : 20_000)
    const call = this.#host.accept(request, this)
    if (call === undefined) return
    this.open.set(id, call)
    call.start()
  }

  send(message: ServerMessage): boolean {
    if (message.kind !== 'answer' && message.kind !== 'end') return true
    const asked = this.asked.get(message.id)
    if (asked === undefined) return true
    asked.endedAtMs = this.#host.clock.now()
    asked.status = message.kind === 'answer' ? 'ok' : message.status
    return true
  }

  forget(id: number): void {
    this.open.delete(id)
  }
}

async function flooded(seed: string, options: Partial<AxonOptions>) {
  const clock = new VirtualClock()
  const random = new SeededRandom(seed)
  let host: AxonHost | undefined
  const address = { host: 'memory', port: 1 }
  const axon = new Axon({
    signer,
    clock,
    logger: silentLogger,
    // As one that asks a chain.
    blacklist: async () => {
      await sleep(clock, 20)
      return false
    },
    ...options,
    transports: [
      {
        kind: 'test',
        async listen(given) {
          host = given
          const counts = { connectionCount: 0, unauthenticatedCount: 0, callCount: 0 }
          return { address, ...counts, drain: async () => {}, close: () => {} }
        },
      },
    ],
  })
  axon.handle(work, async ({ ms }, { signal }) => {
    await sleep(clock, ms, signal)
    return null
  })
  await axon.start()
  const callers = (name: string, count: number): Caller[] =>
    Array.from({ length: count }, (_, n) => new Caller(host!, `${name}${n}`))
  const strangers = callers('stranger', STRANGERS)
  const validators = callers('validator', VALIDATORS)

  const every = (meanMs: number, ask: () => void): void => {
    const next = (): void => {
      if (clock.now() >= RUN_MS) return
      ask()
      clock.setTimer(next, 1 + random.int(2 * meanMs))
    }
    clock.setTimer(next, random.int(meanMs))
  }
  // Each asks for work that holds a place for as long as its call may last, or for a little, again and again.
  for (const stranger of strangers) {
    every(500, () => stranger.ask(random.int(2) === 0 ? 60_000 : 100, 1 + random.int(3_000)))
  }
  for (const validator of validators) every(250, () => validator.ask(PATIENCE_MS / 10, PATIENCE_MS))
  await clock.run({ untilMs: RUN_MS + 5_000 })
  const { counters } = axon
  await axon.stop()
  const asked = validators.flatMap((validator) => [...validator.asked.values()])
  const open = [...strangers, ...validators].reduce((sum, caller) => sum + caller.open.size, 0)
  return { asked, counters, open, answered: asked.filter(({ status }) => status === 'ok') }
}

const standing = (caller: Hotkey): number => (isValidator(caller) ? 1_000 : 0)
const quotas = {
  perCaller: { calls: 10, intervalMs: 1_000 },
  total: { calls: 1_000, bytes: 1_000_000, intervalMs: 1_000 },
  maxCallers: 500,
}

describe('a flood by 1,000 identities without stake', () => {
  test.each(['one', 'two', 'three'])('keeps no validator from its answer in time (seed %s)', async (seed) => {
    const { asked, answered, counters, open } = await flooded(seed, { standing, quotas })
    expect(asked.length).toBeGreaterThan(60)
    expect(answered.length).toBe(asked.length)
    for (const { atMs, endedAtMs = Number.NaN } of answered)
      expect(endedAtMs - atMs).toBeLessThan(PATIENCE_MS)
    const { quota = 0, admittingFull = 0, queueFull = 0, shed = 0 } = counters.refused
    expect(quota + admittingFull + queueFull + shed).toBeGreaterThan(5_000)
    // Nothing is left of it.
    const { callsRunning, callsQueued, callsAdmitting, callsOverrunning, callersRemembered } = counters
    expect([callsRunning, callsQueued, callsAdmitting, callsOverrunning, open]).toEqual([0, 0, 0, 0, 0])
    expect(callersRemembered).toBe(500)
  })

  test('does the same where there are no quotas', async () => {
    const { asked, answered } = await flooded('no quotas', { standing })
    expect(answered.length).toBe(asked.length)
  })

  test('does keep them from it where nobody has standing', async () => {
    const { asked, answered } = await flooded('no standing', {})
    expect(answered.length).toBeLessThan(asked.length / 2)
  })
})
