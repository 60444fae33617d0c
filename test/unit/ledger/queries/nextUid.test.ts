import { describe, expect, it } from 'vitest'
import { Harness } from '../harness.js'

/** Four places: the owner's hotkey has the first. */
function small(hyperparameters: Record<string, number> = {}): Harness {
  const h = new Harness({
    endowedTao: { alice: 1_000_000, bob: 1_000_000 },
    hyperparameters: {
      maxAllowedUids: 4,
      minAllowedUids: 1,
      maxAllowedValidators: 4,
      minNonImmuneUids: 1,
      immunityPeriodBlocks: 6,
      tempoBlocks: 1_000,
      ...hyperparameters,
    },
  })
  h.startSubnet()
  return h
}

const register = (h: Harness, hotkey: string) =>
  h.call('bob', 'registerNeuron', { netuid: 1, hotkey: h.hotkey(hotkey), limitRao: null })

/** What was said of the next registration, and what came of it. */
function asked(h: Harness, hotkey: string) {
  const view = h.ledger.query('nextUid', { netuid: 1 })
  const { refusal, events } = register(h, hotkey)
  return {
    view,
    error: refusal?.error ?? null,
    left: events.flatMap(({ name, data }) => (name === 'NeuronReplaced' ? [data] : [])),
    uid: h.ledger.query('uid', { netuid: 1, hotkey: h.hotkey(hotkey) }),
  }
}

describe('nextUid', () => {
  it('is the next free one while there is room', () => {
    const h = small()
    const { view, left, uid } = asked(h, 'b1')
    expect(view).toEqual({
      because: 'free',
      uid: 1,
      leaves: null,
      nonImmune: 0,
      immune: 0,
      neverReplaced: [0],
    })
    expect([uid, left]).toEqual([1, []])
  })

  it('is that of the first immune neuron while too few are past their immunity', () => {
    const h = small()
    for (const hotkey of ['b1', 'b2', 'b3']) register(h, hotkey)
    const { view, left, uid } = asked(h, 'b4')
    expect(view).toMatchObject({ because: 'leastOfImmune', uid: 1, nonImmune: 0, immune: 3 })
    expect(view?.leaves).toEqual({
      hotkey: h.hotkey('b1'),
      coldkey: h.coldkey('bob'),
      emissionAlpha: 0n,
      registeredAtBlock: 3,
    })
    expect([uid, left]).toEqual([1, [{ uid: 1, hotkey: h.hotkey('b1') }]])
  })

  it('spares who is within the immunity once enough are past it', () => {
    const h = small()
    register(h, 'b1')
    register(h, 'b2')
    h.blocks(4)
    register(h, 'b3')
    // In the next block b1 and b2 are six and five blocks old; one block later both are past their immunity.
    expect(h.ledger.query('nextUid', { netuid: 1 })).toMatchObject({
      because: 'leastOfNonImmune',
      nonImmune: 2,
      immune: 1,
    })
    const { view, left } = asked(h, 'b4')
    expect(view).toMatchObject({ uid: 1, leaves: { hotkey: h.hotkey('b1') } })
    expect(left).toEqual([{ uid: 1, hotkey: h.hotkey('b1') }])
  })

  it('is none where all who are past their immunity are too few, and no other is immune', () => {
    const h = small({ minNonImmuneUids: 3, immunityPeriodBlocks: 0 })
    for (const hotkey of ['b1', 'b2', 'b3']) register(h, hotkey)
    const { view, error } = asked(h, 'b4')
    expect(view).toMatchObject({
      because: 'nobodyMayLeave',
      uid: null,
      leaves: null,
      nonImmune: 3,
      immune: 0,
    })
    expect(error).toBe('NoNeuronIdAvailable')
  })

  it('is none where it is the turn of the owner’s hotkey, and the registration is paid all the same', () => {
    const h = small({ ownerImmuneUidsLimit: 0, immunityPeriodBlocks: 0, minNonImmuneUids: 0 })
    for (const hotkey of ['b1', 'b2', 'b3']) register(h, hotkey)
    const before = h.balance('bob')
    const { view, error, uid } = asked(h, 'b4')
    expect(view).toMatchObject({ because: 'ownerHotkeyStays', uid: null, neverReplaced: [] })
    expect([error, uid]).toEqual([null, null])
    expect(h.balance('bob')).toBeLessThan(before)
  })

  it('asks nothing of root, nor of a subnet that is not there', () => {
    const { ledger } = small()
    expect([0, 7].map((netuid) => ledger.query('nextUid', { netuid }))).toEqual([null, null])
  })
})
