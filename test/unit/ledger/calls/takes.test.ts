import { describe, expect, it } from 'vitest'
import { eventsOf } from '../../../support/events.js'
import { Harness } from '../harness.js'

function started(config: ConstructorParameters<typeof Harness>[0] = {}): Harness {
  const h = new Harness({ preset: 'reference', endowedTao: { alice: 10_000, bob: 10 }, ...config })
  h.startSubnet()
  return h
}

const CALLS = ['increaseTake', 'decreaseTake'] as const

describe('increaseTake and decreaseTake', () => {
  it.each(CALLS)('%s looks at the bounds before it looks at the hotkey', (name) => {
    const h = started({ config: { minTakeU16: 10 } })
    const nobody = h.hotkey('nobody')
    expect(h.errorOf('bob', name, { hotkey: nobody, takeU16: 9 })).toBe('DelegateTakeTooLow')
    expect(h.errorOf('bob', name, { hotkey: nobody, takeU16: 11_797 })).toBe('DelegateTakeTooHigh')
    expect(h.errorOf('bob', name, { hotkey: nobody, takeU16: 10 })).toBe('HotKeyAccountNotExists')
    const hotkey = h.hotkey('alice-hot')
    expect(h.errorOf('bob', name, { hotkey, takeU16: 11_796 })).toBe('NonAssociatedColdKey')
  })

  it.each(CALLS)('%s takes any first take within bounds', (name) => {
    const h = started()
    const hotkey = h.hotkey('alice-hot')
    expect(h.ledger.query('owner', { hotkey })).toEqual({ coldkey: h.coldkey('alice'), takeU16: 11_796 })
    expect(h.errorOf('alice', name, { hotkey, takeU16: 7 })).toBe(null)
    expect(h.ledger.query('owner', { hotkey })?.takeU16).toBe(7)
  })

  it('go one way each', () => {
    const h = started({ config: { takeRateLimitBlocks: 0 } })
    const hotkey = h.hotkey('alice-hot')
    const change = (name: (typeof CALLS)[number], takeU16: number) =>
      h.errorOf('alice', name, { hotkey, takeU16 })
    expect(change('increaseTake', 5_000)).toBe(null)
    expect(change('increaseTake', 5_000)).toBe('DelegateTakeTooLow')
    expect(change('decreaseTake', 5_000)).toBe('DelegateTakeTooLow')
    expect(change('decreaseTake', 5_001)).toBe('DelegateTakeTooLow')
    expect(change('increaseTake', 5_001)).toBe(null)
    expect(change('decreaseTake', 4_000)).toBe(null)
  })

  it('a take is raised one block after the limit, not at it; to lower it starts the clock too', () => {
    const h = started({ config: { takeRateLimitBlocks: 5 } })
    const hotkey = h.hotkey('alice-hot')
    const raise = (takeU16: number) => h.errorOf('alice', 'increaseTake', { hotkey, takeU16 })
    expect(raise(100)).toBe(null)
    expect(h.errorOf('alice', 'decreaseTake', { hotkey, takeU16: 50 })).toBe(null)
    h.blocks(4)
    expect(raise(51)).toBe('DelegateTxRateLimitExceeded')
    expect(raise(51)).toBe(null)
  })

  it('say what became of the take', () => {
    const h = started()
    const hotkey = h.hotkey('alice-hot')
    const said = { hotkey, coldkey: h.coldkey('alice'), takeU16: 7 }
    const up = h.call('alice', 'increaseTake', { hotkey, takeU16: 7 })
    expect(eventsOf(up.events, 'TakeIncreased').map(({ data }) => data)).toEqual([said])
    const down = h.call('alice', 'decreaseTake', { hotkey, takeU16: 6 })
    expect(eventsOf(down.events, 'TakeDecreased').map(({ data }) => data)).toEqual([{ ...said, takeU16: 6 }])
  })
})
