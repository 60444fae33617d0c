import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Axon } from '../../../src/axon/index.js'
import { sleep, VirtualClock } from '../../../src/clock/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { Dendrite } from '../../../src/dendrite/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { Router, type RouterTarget, StreamTruncatedError } from '../../../src/router/index.js'
import { defineStream, defineSynapse } from '../../../src/synapse/index.js'
import { type Fault, type FaultDirection, faultyNetwork } from '../../../src/testing/index.js'
import { closeCodes } from '../../../src/transport/index.js'

/*
 * A router asks another miner where a call was certainly not handled. Somebody on the way to every miner ends the first session with each of them by a
 * close code of his choice, after any frame, while the miners go on: what may be done once is begun once, by whichever of them.
 */

const MINERS = 3
const act = defineSynapse({ name: 'act', request: z.number(), answer: z.number() })
const count = defineStream({ name: 'count', request: z.number(), chunk: z.number() })
const CALLS = 6
const TIMEOUT_MS = 2_000

interface Outcome {
  /** How often a handler began with a number, at all miners together. */
  readonly begun: ReadonlyMap<number, number>
  readonly ended: readonly { readonly id: number; readonly status: string; readonly unhandled: boolean }[]
}

async function played(seed: string, faults: readonly Fault[]): Promise<Outcome> {
  const clock = new VirtualClock()
  const network = faultyNetwork({ seed, clock, faults: [{ kind: 'delay', delayMs: 10 }, ...faults] })
  const begun = new Map<number, number>()
  const begin = (id: number): void => void begun.set(id, (begun.get(id) ?? 0) + 1)
  const axons: Axon[] = []
  const candidates: RouterTarget[] = []
  for (let at = 0; at < MINERS; at++) {
    const { carrier, clock: its } = network.peer(`miner-${at}`)
    const signer = keyPairFromUri(`//Miner${at}`, { scheme: 'ed25519' })
    const axon = new Axon({
      signer,
      carrier,
      clock: its,
      host: `10.0.0.${at}`,
      port: 9_000,
      logger: silentLogger,
    })
    axon.handle(act, async (id) => {
      begin(id)
      await sleep(its, 30)
      return 2 * id
    })
    axon.handle(count, async function* (id) {
      begin(id)
      for (let n = 0; n < 5; n++) {
        await sleep(its, 20)
        yield n
      }
    })
    await axon.start()
    axons.push(axon)
    candidates.push({ hotkey: axon.hotkey, ...axon.address })
  }
  const { carrier } = network.peer('buyer')
  const signer = keyPairFromUri('//Buyer', { scheme: 'ed25519' })
  const dendrite = new Dendrite({ signer, carrier, clock, limits: { dialMs: 500 } })
  const router = await Router.start({ dendrite, candidates, clock, seed, logger: silentLogger })
  const ended: { id: number; status: string; unhandled: boolean }[] = []
  const call = async (id: number): Promise<void> => {
    const result = await router.call(act, id, { timeoutMs: TIMEOUT_MS })
    ended.push({
      id,
      status: result.status,
      unhandled: result.status === 'ok' ? false : result.unhandled,
    })
  }
  const read = async (id: number): Promise<void> => {
    try {
      let next = 0
      for await (const chunk of router.stream(count, id, { timeoutMs: TIMEOUT_MS })) {
        if (chunk !== next++) throw new TypeError(`chunk ${chunk} came as number ${next - 1}`)
      }
      ended.push({ id, status: 'ok', unhandled: false })
    } catch (error) {
      if (!(error instanceof StreamTruncatedError)) throw error
      ended.push({ id, status: error.status, unhandled: error.unhandled })
    }
  }
  const all = Promise.all(Array.from({ length: CALLS }, (_, id) => (id % 3 === 2 ? read(id) : call(id))))
  await clock.run({ untilMs: clock.now() + 3 * TIMEOUT_MS })
  await all
  await router.close()
  await dendrite.close()
  await Promise.all([...axons.map((axon) => axon.stop()), clock.run({ untilMs: clock.now() + 60_000 })])
  network.close()
  return { begun, ended }
}

function brokenIn({ begun, ended }: Outcome): string[] {
  const broken = ended.length === CALLS ? [] : [`${ended.length} of ${CALLS} calls ended`]
  for (const [id, times] of begun) if (times > 1) broken.push(`${id} was begun ${times} times`)
  for (const { id, status, unhandled } of ended) {
    if (unhandled && begun.has(id)) broken.push(`${id} was begun, though it ended as ${status} and unhandled`)
    if (status === 'ok' && !begun.has(id)) broken.push(`${id} was answered by nobody`)
  }
  return broken
}

const DIRECTIONS: readonly FaultDirection[] = ['toListener', 'toDialler']

describe('calls through a router that may be made once', () => {
  test.each(Object.entries(closeCodes))(
    'are begun once, whoever says %s on the way',
    async (_name, code) => {
      const statuses = new Set<string>()
      for (const direction of DIRECTIONS) {
        for (let afterFrame = 0; afterFrame < 6; afterFrame++) {
          const fault: Fault = { kind: 'cut', afterFrame, direction, connection: 0, told: 'dialler', code }
          const outcome = await played(`${code}`, [fault])
          expect(brokenIn(outcome), JSON.stringify(fault)).toEqual([])
          for (const { status } of outcome.ended) statuses.add(status)
        }
      }
      // Some were cut off, and some came through at another miner or in another session.
      expect(statuses.has('ok')).toBe(true)
      expect(statuses.size).toBeGreaterThan(1)
    },
    120_000,
  )

  test('all come through where nobody interferes', async () => {
    const outcome = await played('nothing', [])
    expect(brokenIn(outcome)).toEqual([])
    expect(outcome.ended.map(({ status }) => status)).toEqual(Array(CALLS).fill('ok'))
  })
})
