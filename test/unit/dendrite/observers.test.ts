import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Axon } from '../../../src/axon/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { Dendrite, type ObservedCall } from '../../../src/dendrite/index.js'
import { sentCallObservers } from '../../../src/dendrite/sentCalls.js'
import { silentLogger } from '../../../src/log/index.js'
import { defineStream, defineSynapse } from '../../../src/synapse/index.js'
import { createMemoryNetwork } from '../../../src/transport/index.js'

const double = defineSynapse({ name: 'double', request: z.any(), answer: z.number() })
const count = defineStream({ name: 'count', request: z.number(), chunk: z.number().max(2) })
const PLACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

describe('observers of a dendrite', () => {
  test('hear of each call and of how it ended, a stream once', async () => {
    const carrier = createMemoryNetwork()
    const signer = keyPairFromUri('//Alice', { scheme: 'ed25519' })
    const axon = new Axon({ signer, carrier, logger: silentLogger })
    const seen: (string | undefined)[] = []
    axon.handle(double, (value, { traceparent }) => {
      seen.push(traceparent)
      return value === 0 ? ('nothing' as never) : 2 * value
    })
    axon.handle({ ...count, chunk: z.number() }, async function* (to) {
      for (let at = 1; at <= to; at++) yield at
    })
    await axon.start()
    const dendrite = new Dendrite({ signer: keyPairFromUri('//Bob', { scheme: 'ed25519' }), carrier })
    const target = { hotkey: axon.hotkey, ...axon.address }
    const begun: ObservedCall[] = []
    const ends: string[] = []
    const off = dendrite.observe({
      begins(call) {
        begun.push(call)
        return { traceparent: PLACE, ended: ({ status }) => ends.push(`${call.synapse} ${status}`) }
      },
    })
    await dendrite.call(double, target, 21, { requestId: 'a' })
    await dendrite.callAll(double, [target, { ...target, port: 1 }], 0)
    await expect(dendrite.call(double, target, Symbol('none'))).rejects.toThrow()
    const read = async (to: number, until = Number.POSITIVE_INFINITY): Promise<void> => {
      for await (const chunk of dendrite.stream(count, target, to)) if (chunk >= until) break
    }
    await read(2)
    await read(2, 1)
    await expect(read(3)).rejects.toThrow('ended as malformed')
    expect(begun[0]).toEqual({
      synapse: 'double',
      kind: 'unary',
      target,
      requestId: 'a',
      traceparent: undefined,
    })
    expect(ends).toEqual([
      'double ok',
      'double unreachable',
      'double failed',
      'double malformed',
      'count ok',
      'count cancelled',
      'count malformed',
    ])
    expect(seen).toEqual([PLACE, PLACE])
    off()
    await dendrite.call(double, target, 1)
    expect([begun.length, seen.at(-1)]).toEqual([7, undefined])
    await dendrite.close()
    await axon.stop()
  })

  test('that throw are dropped, which is said once', () => {
    const said: string[] = []
    const observers = sentCallObservers({ ...silentLogger, error: (_fields, message) => said.push(message) })
    const ends: string[] = []
    const call: ObservedCall = {
      synapse: 's',
      kind: 'unary',
      target: { hotkey: keyPairFromUri('//Alice').hotkey, host: 'h', port: 1 },
      requestId: 'a',
      traceparent: undefined,
    }
    observers.add({
      begins: () => {
        throw new TypeError('broken')
      },
    })
    observers.add({ begins: () => ({ ended: ({ status }) => ends.push(status) }) })
    for (let k = 0; k < 2; k++) observers.begin(call)?.ended({ status: 'ok', elapsedMs: 1 })
    expect(ends).toEqual(['ok', 'ok'])
    expect(said).toEqual(['An observer of a dendrite threw and was dropped: mend it and observe again.'])
  })

  test('that name a place in a trace which is none are dropped, and the call keeps its own', () => {
    const said: string[] = []
    const observers = sentCallObservers({ ...silentLogger, error: (_fields, message) => said.push(message) })
    observers.add({ begins: () => ({ traceparent: 'undefined', ended: () => {} }) })
    expect(observers.begin({ traceparent: PLACE } as ObservedCall)?.traceparent).toBe(PLACE)
    expect([observers.isEmpty, said.length]).toEqual([true, 1])
  })

  test('cost nothing where there are none', () => {
    const observers = sentCallObservers()
    observers.add({ begins: () => ({ ended: () => {} }) })()
    expect(observers.begin({} as never)).toBeUndefined()
  })
})
