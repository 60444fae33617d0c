import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { sleep } from '../../../../src/clock/index.js'
import { type Round, type Source, scoresOf } from '../../../../src/mechanism/index.js'
import { hotkeyNamed } from '../World.js'
import { echo, failureOf, honest, Played, played } from './Rehearsal.js'

type Price = Source<{ readonly block: number }, number | null>

const priceThat = (read: Price['read'], parts: Partial<Price> = {}): Price => ({
  name: 'price',
  query: z.object({ block: z.number() }),
  value: z.number().nullable(),
  read,
  ...parts,
})
const ann = hotkeyNamed('ann')

describe('a source', () => {
  test('gives a value, where it is from and when it was read; absent is a value', async () => {
    const price = priceThat(async ({ block }) => ({ value: block > 5 ? null : block, from: `test:${block}` }))
    const mechanism = new Played(async (round) => {
      await round.askAll(echo, 7)
      return { given: [await round.live(price, { block: 5 }), await round.live(price, { block: 6 })] }
    })
    await played(mechanism, { ann: honest })
    expect(mechanism.judged[0]?.given).toEqual([
      { value: 5, from: 'test:5', readAtMs: 0 },
      { value: null, from: 'test:6', readAtMs: 0 },
    ])
  })

  const outages: readonly [string, Price, string][] = [
    [
      'that throws',
      priceThat(async () => {
        throw new RangeError('gone')
      }),
      'source price failed, RangeError: gone',
    ],
    ['whose value does not fit', priceThat(async () => ({ value: 'x' as never, from: 'a' })), 'does not fit'],
    ['that does not say where from', priceThat(async () => ({ value: 1 }) as never), 'Invalid from'],
    ['that gives nothing', priceThat(async () => undefined as never), 'Invalid from'],
    [
      'whose value cannot be recorded',
      priceThat(async () => ({ value: new Date(0) as never, from: 'a' }), { value: z.any() }),
      'a value that cannot be recorded',
    ],
  ]

  test.each(outages)('%s fails a round outside of scripts', async (_, price, words) => {
    const mechanism = new Played(async (round) => ({ given: await round.live(price, { block: 5 }) }))
    const { events } = await played(mechanism, { ann: honest })
    expect(failureOf(events)).toContain('Nobody can be scored')
    expect(failureOf(events)).toContain(words)
  })

  test.each(outages)('%s leaves the miner out in its script', async (_, price) => {
    const mechanism = new Played(
      async (round) => ({ given: await round.each(async () => await round.live(price, { block: 5 })) }),
      { score: ({ given }) => scoresOf(given as { hotkey: typeof ann; status: string }[], () => 1) },
    )
    const { events, standing, eventsOf } = await played(mechanism, { ann: honest })
    expect(failureOf(events)).toBe('none')
    expect(mechanism.judged[0]?.given).toMatchObject([{ hotkey: ann, status: 'notScored' }])
    expect(standing('ann')).toBeUndefined()
    expect(eventsOf('minerFault')).toEqual([])
  })

  test('may still give what it has, after its signal', async () => {
    const given = await slow(100, 900)
    expect(given).toEqual({ value: null, from: 'late', readAtMs: 1_000 })
  })

  test('that goes on for more than a second after its signal failed', async () => {
    expect(await slow(100, 1_100)).toContain('a source gave nothing within 100 ms')
  })

  /** Reads a source that gives up only so long after its signal. */
  async function slow(timeoutMs: number, moreMs: number): Promise<unknown> {
    let clock: Parameters<typeof sleep>[0] | undefined
    const price = priceThat(
      async (_, { signal }) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        await sleep(clock!, moreMs)
        return { value: null, from: 'late' }
      },
      { timeoutMs },
    )
    const mechanism = new Played(async (round: Round<null>) => ({
      given: await round.live(price, { block: 5 }),
    }))
    const { events } = await played(mechanism, {
      ann: (its) => {
        clock = its
        return honest()
      },
    })
    return mechanism.judged[0]?.given ?? failureOf(events)
  }

  test.each([
    ['name', { name: '' }],
    ['query', { query: 7 }],
    ['value', { value: {} }],
    ['timeoutMs', { timeoutMs: 0 }],
    ['read', { read: 7 }],
  ])('whose %s is wrong is refused by that name', async (part, wrong) => {
    const price = priceThat(async () => ({ value: 1, from: 'a' }), wrong as never)
    const mechanism = new Played(async (round) => ({ given: await round.live(price, { block: 5 }) }))
    const { events } = await played(mechanism, { ann: honest })
    expect(failureOf(events)).toContain(`Invalid source.${part}`)
  })

  test('is asked what fits its query', async () => {
    const price = priceThat(async () => ({ value: 1, from: 'a' }))
    const mechanism = new Played(async (round) => ({
      given: await round.live(price, { block: 'x' as never }),
    }))
    const { events } = await played(mechanism, { ann: honest })
    expect(failureOf(events)).toContain('asked source price what does not fit')
  })
})
