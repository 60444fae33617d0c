import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  Axon,
  type FaultEvent,
  type ReceivedCall,
  type ReceivedObservation,
} from '../../../src/axon/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { Dendrite } from '../../../src/dendrite/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { defineSynapse } from '../../../src/synapse/index.js'
import { createMemoryNetwork } from '../../../src/transport/index.js'

const double = defineSynapse({ name: 'double', request: z.number(), answer: z.number() })
const PLACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

async function pair() {
  const carrier = createMemoryNetwork()
  const signer = keyPairFromUri('//Alice', { scheme: 'ed25519' })
  const axon = new Axon({ signer, carrier, logger: silentLogger, blacklist: ({ request }) => request === 13 })
  const seen: (string | undefined)[] = []
  axon.handle(double, (value, { traceparent }) => {
    seen.push(traceparent)
    return 2 * value
  })
  await axon.start()
  const dendrite = new Dendrite({ signer: keyPairFromUri('//Bob', { scheme: 'ed25519' }), carrier })
  const call = (value: number, requestId = 'a') =>
    dendrite.call(double, { hotkey: axon.hotkey, ...axon.address }, value, { requestId })
  const stop = async (): Promise<void> => {
    await dendrite.close()
    await axon.stop()
  }
  return { axon, dendrite, call, seen, stop }
}

describe('observers of an axon', () => {
  test('that name a place in a trace which is none are dropped, and the handler sees the caller’s', async () => {
    const { axon, call, seen, stop } = await pair()
    const faults: FaultEvent[] = []
    axon.on('fault', (fault) => faults.push(fault))
    axon.observe({ begins: () => ({ traceparent: 'undefined', ended: () => {} }) })
    expect(await call(1)).toMatchObject({ status: 'ok' })
    expect([seen, faults.length]).toEqual([[undefined], 1])
    await stop()
  })

  test('hear of each call and its end, and may name its place in a trace', async () => {
    const { axon, dendrite, call, seen, stop } = await pair()
    const begun: ReceivedCall[] = []
    const ends: unknown[] = []
    const off = axon.observe({
      begins(received) {
        begun.push(received)
        return { traceparent: PLACE, ended: (end) => ends.push(end.status) }
      },
    })
    const steps: string[] = []
    axon.observe({
      begins: ({ traceparent }) => {
        expect(traceparent).toBe(PLACE)
        return {
          run: (step) => {
            steps.push('in')
            return step()
          },
          ended: ({ elapsedMs }) => expect(elapsedMs).toBeGreaterThanOrEqual(0),
        }
      },
    })
    expect(await call(21)).toMatchObject({ answer: 42 })
    expect((await call(13)).status).toBe('forbidden')
    expect(begun[0]).toEqual({
      synapse: 'double',
      kind: 'unary',
      caller: dendrite.hotkey,
      remote: expect.any(String),
      requestId: 'a',
      traceparent: undefined,
    })
    expect([seen, steps, ends]).toEqual([[PLACE], ['in'], ['ok', 'forbidden']])
    off()
    await expect(call(1))
      .resolves.toMatchObject({ status: 'ok' })
      .catch(() => {})
    expect(begun).toHaveLength(2)
    await stop()
  })

  test('that throw are dropped, and told as faults of a listener; calls go on', async () => {
    const { axon, call, stop } = await pair()
    const faults: FaultEvent['part'][] = []
    axon.on('fault', ({ part }) => faults.push(part))
    axon.observe({
      begins: () => {
        throw new TypeError('begins')
      },
    })
    axon.observe({
      begins: () => ({
        ended: () => {
          throw new TypeError('ended')
        },
      }),
    })
    for (let k = 0; k < 3; k++) expect((await call(k)).status).toBe('ok')
    expect(faults).toEqual(['listener', 'listener'])
    await stop()
  })

  test('that throw around a handler, ask for it twice or say nothing of a call do no harm: it runs once, and is answered', async () => {
    const { axon, call, seen, stop } = await pair()
    const faults: FaultEvent['part'][] = []
    axon.on('fault', ({ part }) => faults.push(part))
    const ended = (): void => {}
    const runs: ReceivedObservation['run'][] = [
      () => {
        throw new TypeError('before the step')
      },
      (step) => {
        step()
        throw new TypeError('after the step')
      },
      (step) => {
        step()
        return step()
      },
    ]
    for (const run of runs) axon.observe({ begins: () => ({ run: run as <T>(step: () => T) => T, ended }) })
    axon.observe({ begins: () => undefined as unknown as ReceivedObservation })
    expect(await call(21)).toMatchObject({ answer: 42 })
    expect(await call(21)).toMatchObject({ answer: 42 })
    expect([seen.length, faults]).toEqual([2, ['listener', 'listener', 'listener']])
    await stop()
  })

  test('of a handler that throws hear of it, and stay', async () => {
    const { axon, dendrite, stop } = await pair()
    const failing = defineSynapse({ name: 'failing', request: z.number(), answer: z.number() })
    axon.handle(failing, () => {
      throw new TypeError('of the handler')
    })
    const ends: string[] = []
    axon.observe({ begins: () => ({ run: (step) => step(), ended: ({ status }) => ends.push(status) }) })
    const target = { hotkey: axon.hotkey, ...axon.address }
    for (let k = 0; k < 2; k++) expect((await dendrite.call(failing, target, 1)).status).toBe('failed')
    expect(ends).toEqual(['failed', 'failed'])
    await stop()
  })
})
