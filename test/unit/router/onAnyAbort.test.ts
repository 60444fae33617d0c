import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { onAnyAbort } from '../../../src/router/onAnyAbort.js'

describe('onAnyAbort', () => {
  it('calls back once, and leaves nothing on the others when one is aborted already', () => {
    const [lasting, over] = [new AbortController(), new AbortController()]
    over.abort()
    let calls = 0
    onAnyAbort([lasting.signal, over.signal], () => calls++)
    expect([calls, getEventListeners(lasting.signal, 'abort').length]).toEqual([1, 0])
    const forget = onAnyAbort([lasting.signal], () => calls++)
    lasting.abort()
    forget()
    expect(calls).toBe(2)
  })
})
