import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { sleep, VirtualClock } from '../../../src/clock/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { Metagraph } from '../../../src/metagraph/index.js'
import { type CandidateInfo, Router, type RouterOptions } from '../../../src/router/index.js'
import { defineSynapse } from '../../../src/synapse/index.js'
import { threeNeurons } from '../metagraph/columns.js'
import { hotkeyOf, ScriptedDendrite, targetsNamed } from './ScriptedDendrite.js'

const ask = defineSynapse({ name: 'ask', request: z.number(), answer: z.string(), idempotent: true })

/** Three neurons that serve, at hosts of their names. */
function subnet(names: readonly string[], change: Parameters<typeof threeNeurons>[0] = {}): Metagraph {
  return new Metagraph(
    threeNeurons({
      hotkey: names.map(hotkeyOf),
      axon: names.map((host) => ({ host, port: 1 })),
      incentiveU16: Uint16Array.of(10_000, 20_000, 30_000),
      ...change,
    }),
  )
}

async function start(options: Partial<RouterOptions> & Pick<RouterOptions, 'candidates'>) {
  const clock = new VirtualClock({ startMs: 1_000 })
  const dendrite = new ScriptedDendrite(clock)
  let router: Router | undefined
  let error: unknown
  Router.start({ dendrite, clock, seed: 'test', logger: silentLogger, ...options }).then(
    (made) => {
      router = made
    },
    (thrown: unknown) => {
      error = thrown
    },
  )
  await clock.run({ until: () => router !== undefined || error !== undefined })
  if (router === undefined) throw error
  const started = router
  const call = async (): Promise<string> => {
    let status: string | undefined
    void started.call(ask, 1).then((result) => {
      status = result.status === 'ok' ? result.answer : result.status
    })
    await clock.run({ until: () => status !== undefined })
    return status!
  }
  return { clock, dendrite, router: started, call }
}

const namesOf = (router: Router): string[] => router.candidates.map(({ host }) => host)

describe('candidates of a metagraph', () => {
  it('are the neurons that serve, but for the buyer itself, with their share of the mean incentive', async () => {
    const { router, dendrite } = await start({ candidates: subnet(['a', 'b', 'c']) })
    expect(router.candidates.map(({ host, incentive }) => [host, incentive])).toEqual([
      ['a', expect.closeTo(0.5, 9)],
      ['b', expect.closeTo(1, 9)],
      ['c', expect.closeTo(1.5, 9)],
    ])
    router.update(
      subnet(['a', 'Buyer', 'c'], {
        axon: [null, { host: 'me', port: 1 }, { host: 'c', port: 2 }],
      }),
    )
    expect(dendrite.hotkey).toBe(hotkeyOf('Buyer'))
    expect(namesOf(router)).toEqual(['c'])
  })

  it('all count as 1 where nobody earns anything', async () => {
    const { router } = await start({
      candidates: subnet(['a', 'b', 'c'], { incentiveU16: new Uint16Array(3) }),
    })
    expect(router.candidates.map(({ incentive }) => incentive)).toEqual([1, 1, 1])
  })

  it('leave out what is no address, and a port that nobody answers at', async () => {
    const { router } = await start({
      candidates: subnet(['a', 'b', 'c'], {
        hotkey: ['hot-ann' as never, hotkeyOf('b'), hotkeyOf('c')],
        axon: [
          { host: 'a', port: 1 },
          { host: 'b', port: 0 },
          { host: 'c', port: 1 },
        ],
      }),
    })
    expect(namesOf(router)).toEqual(['c'])
  })

  it('are filtered and priced by slot, hotkey, address and incentive', async () => {
    const seen: CandidateInfo[] = []
    const { router } = await start({
      candidates: subnet(['a', 'b', 'c']),
      filter: (miner) => {
        seen.push(miner)
        return miner.uid !== 1
      },
      price: ({ uid }) => (uid ?? 0) + 1,
    })
    expect(seen[1]).toEqual({ uid: 1, hotkey: hotkeyOf('b'), host: 'b', port: 1, incentive: 20_000 / 65_535 })
    expect(router.candidates.map(({ host, price }) => [host, price])).toEqual([
      ['a', 1],
      ['c', 3],
    ])
  })
})

describe('candidates of a function', () => {
  it('are read at the start, and again while calls come, one read at a time', async () => {
    let reads = 0
    let now = subnet(['a', 'b', 'c'])
    const { router, clock, call } = await start({
      candidates: async () => {
        reads++
        return now
      },
      limits: { refreshMs: 1_000 },
    })
    expect([reads, namesOf(router)]).toEqual([1, ['a', 'b', 'c']])
    now = subnet(['d', 'e', 'f'])
    // Two and a half seconds.
    for (let i = 0; i < 25; i++) {
      await clock.run({ untilMs: clock.now() + 90 })
      await call()
    }
    expect(reads).toBe(3)
    expect(namesOf(router)).toEqual(['d', 'e', 'f'])
    await clock.run({ untilMs: clock.now() + 60_000 })
    expect(reads).toBe(3)
  })

  it('stay as they are when it fails later, which is told', async () => {
    let isBroken = false
    const { router, clock, call } = await start({
      candidates: () => {
        if (isBroken) throw new TypeError('no chain')
        return subnet(['a', 'b', 'c'])
      },
      limits: { refreshMs: 100 },
    })
    const faults: unknown[] = []
    router.on('fault', (event) => faults.push(event))
    isBroken = true
    await clock.run({ untilMs: clock.now() + 200 })
    expect(['a', 'b', 'c']).toContain(await call())
    expect(faults).toMatchObject([{ part: 'candidates', cause: { code: 'Candidates' } }])
  })

  it.each([
    ['throws', () => Promise.reject(new TypeError('no chain')), 'no chain'],
    ['gives something else', () => 7 as never, 'the function gave 7 instead of a Metagraph'],
    ['never ends', () => new Promise<never>(() => {}), 'the function has not ended for 60 s'],
  ])('are an error at the start when it %s', async (_what, candidates, why) => {
    await expect(start({ candidates })).rejects.toMatchObject({
      code: 'Candidates',
      shortMessage: `The candidates cannot be read: ${why}.`,
    })
  })

  it('may take time on the clock of the router', async () => {
    const clock = new VirtualClock()
    const dendrite = new ScriptedDendrite(clock)
    const starting = Router.start({
      dendrite,
      clock,
      candidates: async () => {
        await sleep(clock, 500)
        return subnet(['a', 'b', 'c'])
      },
    })
    await clock.run({ untilMs: 500 })
    expect(namesOf(await starting)).toEqual(['a', 'b', 'c'])
  })
})

describe('update', () => {
  it('keeps what is known of those that stay, and lets calls of those that go end', async () => {
    const { router, dendrite, clock } = await start({ candidates: targetsNamed('a'), exploreShare: 0 })
    dendrite.acts('a', { status: 'ok', afterMs: 100 })
    const result = router.call(ask, 1)
    router.update(targetsNamed('b'))
    await clock.run({ untilMs: 2_000 })
    expect(await result).toMatchObject({ status: 'ok', answer: 'a' })
    router.update(targetsNamed('a', 'b'))
    expect(router.candidates.map(({ host, lastUsedMs }) => [host, lastUsedMs])).toEqual([
      ['a', 1_000],
      ['b', null],
    ])
  })

  it('after close refuses calls, and closes once', async () => {
    const { router } = await start({ candidates: targetsNamed('a') })
    await Promise.all([router.close(), router.close()])
    await expect(router.call(ask, 1)).rejects.toMatchObject({ code: 'RouterClosed' })
  })
})
