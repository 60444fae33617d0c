import { describe, expect, it } from 'vitest'
import { OpenedCalls } from '../../../src/ledger/OpenedCalls.js'
import { isRefusal, openCall } from '../../../src/ledger/openCall.js'
import type { Refusal } from '../../../src/ledger/types.js'
import { Harness } from './harness.js'

describe('OpenedCalls', () => {
  const h = new Harness()
  const bytes = h.sign('alice', 'transfer', { to: h.key('bob').address, amountRao: 1_000n })
  const openings = (calls: OpenedCalls, signed: Uint8Array) => {
    let count = 0
    const call = calls.of(signed, () => {
      count++
      return openCall(signed)
    })
    return { call, count }
  }

  it('open the same bytes once, until the call is forgotten', () => {
    const calls = new OpenedCalls()
    const first = openings(calls, bytes)
    const again = openings(calls, bytes.slice())
    expect([first.count, again.count]).toEqual([1, 0])
    expect(again.call).toBe(first.call)
    if (isRefusal(first.call)) throw new TypeError('the call is refused')
    calls.forget(first.call)
    calls.forget(first.call)
    const anew = openings(calls, bytes)
    expect(anew.count).toBe(1)
    expect(openings(calls, bytes).call).toBe(anew.call)
  })

  it('remember no refusal', () => {
    const calls = new OpenedCalls()
    const damaged = Uint8Array.of(1, 2, 3)
    expect(openings(calls, damaged).call).toMatchObject({ error: 'MalformedCall' } satisfies Partial<Refusal>)
    expect(openings(calls, damaged).count).toBe(1)
  })
})

describe('A ledger', () => {
  it('still refuses a call by its nonce when a block has had it', () => {
    const h = new Harness()
    const bytes = h.sign('alice', 'transfer', { to: h.key('bob').address, amountRao: 1_000n })
    expect(h.ledger.checkTx(bytes)).toMatchObject({ accepted: true })
    h.ledger.finalizeBlock([bytes])
    h.ledger.commit()
    expect(h.ledger.checkTx(bytes)).toMatchObject({ accepted: false, refusal: { error: 'StaleNonce' } })
    expect(h.ledger.finalizeBlock([bytes]).dropped).toMatchObject([{ refusal: { error: 'StaleNonce' } }])
  })
})
