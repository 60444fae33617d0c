import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Clock, systemClock, VirtualClock } from '../../../src/clock/index.js'
import { encodeCanonical } from '../../../src/codec/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { fileRouterStore, Router, type RouterOptions, type RouterStore } from '../../../src/router/index.js'
import { defineSynapse } from '../../../src/synapse/index.js'
import { hotkeyOf, ScriptedDendrite, targetsNamed } from './ScriptedDendrite.js'

const ask = defineSynapse({ name: 'ask', request: z.number(), answer: z.string(), idempotent: true })

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'subnetkit-router-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A store in this process. */
function memoryStore(bytes: Uint8Array | null = null): RouterStore & { bytes: Uint8Array | null } {
  return {
    bytes,
    async load() {
      return this.bytes
    },
    async save(saved) {
      this.bytes = saved
    },
  }
}

async function setting(options: Partial<RouterOptions> = {}, startMs = 5_000) {
  const clock = new VirtualClock({ startMs })
  const dendrite = new ScriptedDendrite(clock)
  const starting = Router.start({
    dendrite,
    candidates: targetsNamed('a', 'b'),
    clock,
    seed: 'test',
    exploreShare: 0,
    logger: silentLogger,
    ...options,
  })
  let isOver = false
  starting.then(
    () => {
      isOver = true
    },
    () => {
      isOver = true
    },
  )
  await clock.run({ until: () => isOver })
  const router = await starting
  const run = async <T>(work: () => Promise<T>): Promise<T> => {
    let isDone = false
    const done = work().finally(() => {
      isDone = true
    })
    done.catch(() => {})
    await clock.run({ until: () => isDone })
    return await done
  }
  return { clock, dendrite, router, run }
}

describe('the memory of a router', () => {
  it('outlives it: latencies, successes and the pace of miners', async () => {
    const store = memoryStore()
    const first = await setting({ store })
    first.dendrite.acts('a', { status: 'failed', afterMs: 400 })
    for (let i = 0; i < 30; i++) await first.run(() => first.router.call(ask, i))
    const before = first.router.candidates
    await first.run(() => first.router.close())

    const second = await setting({ store }, first.clock.now())
    const kept = ({ host, successRate, pace, latencyMs, lastUsedMs }: (typeof before)[number]) => ({
      host,
      successRate,
      pace,
      latencyMs,
      lastUsedMs,
    })
    // The clock of the second run began where that of the first ended: nothing has grown older.
    expect(
      second.router.candidates.map(({ host, lastUsedMs, latencyMs }) => [host, lastUsedMs, latencyMs]),
    ).toEqual(before.map(kept).map(({ host, lastUsedMs, latencyMs }) => [host, lastUsedMs, latencyMs]))
    const rateOf = (all: typeof before): number => all.find(({ host }) => host === 'a')?.successRate ?? 1
    expect(rateOf(second.router.candidates)).toBeCloseTo(rateOf(before), 1)
  })

  it('is saved beside the calls, at most every saveMs', async () => {
    const store = memoryStore()
    let saves = 0
    const counted: RouterStore = { load: () => store.load(), save: async () => void saves++ }
    const { router, run, clock } = await setting({ store: counted, limits: { saveMs: 1_000 } })
    for (let i = 0; i < 50; i++) {
      await clock.run({ untilMs: clock.now() + 90 })
      await run(() => router.call(ask, i))
    }
    // Five seconds of calls.
    expect(saves).toBe(5)
  })

  it('is not saved any more once the router is closed, whatever ends then', async () => {
    const said: string[] = []
    const store: RouterStore = {
      load: async () => null,
      save: async () => void said.push('save'),
      close: async () => void said.push('close'),
    }
    const { router, run, clock, dendrite } = await setting({ store, limits: { saveMs: 10 } })
    for (const name of ['a', 'b']) dendrite.acts(name, { status: 'ok', afterMs: 5_000 })
    const late = router.call(ask, 1)
    await run(() => router.close())
    await clock.run({ untilMs: clock.now() + 6_000 })
    expect(await late).toMatchObject({ status: 'ok' })
    expect(said).toEqual(['save', 'close'])
  })

  it('that cannot be saved is told, and ends no call; close says so', async () => {
    const store: RouterStore = {
      load: async () => null,
      save: async () => {
        throw new Error('disk full')
      },
    }
    const { router, run, clock } = await setting({ store, limits: { saveMs: 1 } })
    const faults: unknown[] = []
    router.on('fault', (event) => faults.push(event))
    for (let i = 0; i < 3; i++) {
      await clock.run({ untilMs: clock.now() + 90 })
      expect((await run(() => router.call(ask, i))).status).toBe('ok')
    }
    await clock.run({ untilMs: clock.now() + 1 })
    expect(faults[0]).toMatchObject({ part: 'store', cause: { code: 'RouterStore', fault: 'unwritable' } })
    await expect(run(() => router.close())).rejects.toMatchObject({
      code: 'RouterStore',
      fault: 'unwritable',
    })
  })

  it('that never comes holds up no start for more than a minute', async () => {
    const store: RouterStore = { load: () => new Promise(() => {}), save: async () => {} }
    const clock: Clock = { ...systemClock, setTimer: (callback) => systemClock.setTimer(callback, 1) }
    const dendrite = new ScriptedDendrite(new VirtualClock())
    await expect(Router.start({ dendrite, candidates: [], clock, store })).rejects.toThrow(
      "The router's memory cannot be read: the store has not answered for 60 s.",
    )
  })

  it.each([
    ['no canonical bytes', Uint8Array.of(0xc1), 'its bytes are damaged'],
    ['another form', encodeCanonical(['subnetkit/router/9', []]), 'it is not subnetkit/router/1'],
    ['no rows', encodeCanonical(['subnetkit/router/1', 7]), 'it is not subnetkit/router/1'],
    [
      'a row that is none',
      encodeCanonical(['subnetkit/router/1', [7]]),
      'what it says of a hotkey is malformed',
    ],
    [
      'a row of no address',
      encodeCanonical(['subnetkit/router/1', [['x', 1, 1, 1, 1, 1, 1, []]]]),
      'what it says of a hotkey is malformed',
    ],
    [
      'a negative number',
      encodeCanonical(['subnetkit/router/1', [[hotkeyOf('a'), -1, 1, 1, 1, 1, 1, []]]]),
      'what it says of a hotkey is malformed',
    ],
    [
      'a histogram that is none',
      encodeCanonical(['subnetkit/router/1', [[hotkeyOf('a'), 1, 1, 1, 1, 1, 1, [['ask', [999]]]]]]),
      'what it says of a hotkey is malformed',
    ],
    ['too many bytes', new Uint8Array(2_000), 'it has 2000 bytes, and limits.maxMemoryBytes is 1024'],
  ])('is refused when it is %s, and the store is let go of', async (_what, bytes, why) => {
    let isClosed = false
    const store: RouterStore = {
      load: async () => bytes,
      save: async () => {},
      close: async () => {
        isClosed = true
      },
    }
    const starting = setting({ store, limits: { maxMemoryBytes: 1_024 } })
    await expect(starting).rejects.toMatchObject({ code: 'RouterMemory', why })
    expect(isClosed).toBe(true)
  })

  it('is bounded by bytes: those asked last are kept', async () => {
    const store = memoryStore()
    const names = Array.from({ length: 40 }, (_, i) => `m${i}`)
    const { router, run } = await setting({
      store,
      candidates: targetsNamed(...names),
      limits: { maxMemoryBytes: 1_500 },
      exploreShare: 1,
    })
    for (let i = 0; i < 40; i++) await run(() => router.call(ask, i))
    await run(() => router.close())
    expect(store.bytes!.length).toBeLessThanOrEqual(1_500)
    const last = await setting({ store, candidates: targetsNamed(...names) })
    const known = last.router.candidates.filter(({ lastUsedMs }) => lastUsedMs !== null)
    expect(known.length).toBeGreaterThan(5)
    expect(known.length).toBeLessThan(40)
  })
})

describe('fileRouterStore', () => {
  it('keeps the memory in one file, for one router at a time', async () => {
    const path = join(folder, 'deep', 'router.state')
    const options = { dendrite: new ScriptedDendrite(new VirtualClock()), candidates: targetsNamed('a') }
    const router = await Router.start({ ...options, store: fileRouterStore(path) })
    await expect(Router.start({ ...options, store: fileRouterStore(path) })).rejects.toMatchObject({
      code: 'RouterStore',
      fault: 'inUse',
    })
    await router.close()
    expect((await readFile(path)).length).toBeGreaterThan(10)
    const again = await Router.start({ ...options, store: fileRouterStore(path) })
    await again.close()
  })

  it('says what cannot be read', async () => {
    const path = join(folder, 'file')
    await writeFile(path, 'x')
    const store = fileRouterStore(join(path, 'below'))
    const options = { dendrite: new ScriptedDendrite(new VirtualClock()), candidates: [] }
    await expect(Router.start({ ...options, store })).rejects.toMatchObject({ fault: 'unwritable' })
  })

  it('is let go of when it cannot be read, so that the next start says the same', async () => {
    const path = join(folder, 'a folder')
    await mkdir(path)
    const options = { dendrite: new ScriptedDendrite(new VirtualClock()), candidates: [] }
    for (let times = 0; times < 2; times++)
      await expect(Router.start({ ...options, store: fileRouterStore(path) })).rejects.toMatchObject({
        fault: 'unreadable',
      })
  })
})
