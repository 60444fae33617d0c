import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SubnetView } from '../../../src/ledger/index.js'
import { checkSetWeights } from '../../../src/ledger/rules/checkSetWeights.js'
import { Metagraph } from '../../../src/metagraph/index.js'
import { nobodyCall, weightsByUid, weightsCall } from '../../../src/neuron/weightsCall.js'
import { weightsSchedule } from '../../../src/neuron/weightsSchedule.js'
import { hotkeyNamed, threeNeurons } from '../metagraph/columns.js'

const [ann, bob, cid] = ['ann', 'bob', 'cid'].map(hotkeyNamed) as [never, never, never]

/** Ann, uid 0, holds a permit; the next epoch runs in block 105. */
function verdictAt(
  head: number,
  changes: {
    lastUpdate?: number
    permit?: number
    rateLimit?: number
    tempo?: number
    started?: boolean
    owner?: number | null
    leadBlocks?: number
    hotkey?: never
  } = {},
) {
  const { lastUpdate = 50, permit = 1, rateLimit = 5, tempo = 10, started = true, owner = null } = changes
  const subnet = {
    firstEmissionBlock: started ? 2 : null,
    nextEpochBlock: 105,
    hyperparameters: { tempoBlocks: tempo, weightsSetRateLimitBlocks: rateLimit },
  } as SubnetView
  const metagraph = new Metagraph(
    threeNeurons({
      ownerUid: owner,
      lastUpdate: Float64Array.of(lastUpdate, 0, 0),
      validatorPermit: Uint8Array.of(permit, 0, 0),
    }),
  )
  const { leadBlocks = 3, hotkey = ann } = changes
  return weightsSchedule({ head, subnet, metagraph, hotkey, leadBlocks })
}

describe('weightsSchedule', () => {
  test('opens leadBlocks before the epoch and closes with its block, counted by where a call lands', () => {
    const verdicts = [100, 101, 102, 103, 104].map((head) => verdictAt(head))
    expect(verdicts).toEqual(['TooEarly', 'Due', 'Due', 'Due', 'TooLate'])
  })

  test('asks for weights once per epoch', () => {
    expect(verdictAt(103, { lastUpdate: 102 })).toBe('AlreadySet')
    // Set after the last epoch but before the window: those are old weights.
    expect(verdictAt(103, { lastUpdate: 97 })).toBe('Due')
  })

  test('does not take the registration for an update', () => {
    // threeNeurons registers ann in block 1; a window that holds block 1 needs an epoch before block 4.
    expect(verdictAt(103, { lastUpdate: 1, rateLimit: 0 })).toBe('Due')
  })

  test('waits for the rate limit, which an account without any update does not have', () => {
    expect(verdictAt(102, { lastUpdate: 99, rateLimit: 5 })).toBe('RateLimited')
    expect(verdictAt(103, { lastUpdate: 99, rateLimit: 5 })).toBe('Due')
    expect(verdictAt(102, { lastUpdate: 0, rateLimit: 1_000 })).toBe('Due')
  })

  test('needs a permit, or the owner’s hotkey', () => {
    expect(verdictAt(102, { permit: 0 })).toBe('NoPermit')
    expect(verdictAt(102, { permit: 0, owner: 0 })).toBe('Due')
  })

  test('needs a started subnet and a registered hotkey', () => {
    expect(verdictAt(102, { started: false })).toBe('NotStarted')
    expect(verdictAt(102, { hotkey: hotkeyNamed('nobody') as never })).toBe('NotRegistered')
  })

  test('a window is never longer than the tempo', () => {
    expect(verdictAt(101, { tempo: 2, leadBlocks: 50 })).toBe('TooEarly')
    expect(verdictAt(102, { tempo: 2, leadBlocks: 50 })).toBe('Due')
  })
})

describe('nobodyCall', () => {
  const nobody = (ownerUid: number | null, minAllowedWeights = 1) =>
    nobodyCall({
      metagraph: new Metagraph(threeNeurons({ ownerUid })),
      self: ann,
      minAllowedWeights,
      versionKey: 4,
    })

  test('gives everything to the owner, filled up with zeros', () => {
    expect(nobody(2)).toEqual({ netuid: 1, uids: [2], values: [65_535], versionKey: 4 })
    expect(nobody(2, 3)).toMatchObject({ uids: [0, 1, 2], values: [0, 0, 65_535] })
    expect(nobody(0, 2)).toMatchObject({ uids: [0, 1], values: [65_535, 0] })
  })

  test('gives everything to the validator itself where no owner holds a slot', () => {
    expect(nobody(null)).toMatchObject({ uids: [0], values: [65_535] })
  })
})

describe('weightsCall', () => {
  const metagraph = new Metagraph(threeNeurons())
  const callFor = (weights: [never, number][], minAllowedWeights = 1) => {
    const context = { metagraph, self: ann, minAllowedWeights, versionKey: 4 }
    const byUid = weightsByUid(new Map(weights), context)
    return byUid && weightsCall(byUid, context)
  }

  test('lists registered targets by uid with the largest at 65535', () => {
    expect(
      callFor([
        [cid, 1],
        [bob, 4],
      ]),
    ).toEqual({ netuid: 1, uids: [1, 2], values: [65_535, 16_384], versionKey: 4 })
  })

  test('leaves out itself, strangers and zeros', () => {
    const stranger = hotkeyNamed('stranger') as never
    expect(
      callFor([
        [ann, 9],
        [stranger, 9],
        [bob, 0],
        [cid, 2],
      ]),
    ).toMatchObject({ uids: [2], values: [65_535] })
  })

  test('is none when nobody weighs anything', () => {
    expect(callFor([])).toBeUndefined()
    expect(callFor([[bob, 0]])).toBeUndefined()
  })

  test('tells who names no miner from who gives none a weight', () => {
    const said = (hotkey: never) => weightsByUid(new Map([[hotkey, 0]]), { metagraph, self: ann })
    expect(said(ann)).toBeUndefined()
    expect(said(hotkeyNamed('stranger') as never)).toBeUndefined()
    expect(said(bob)).toEqual(Float64Array.of(0, 0, 0))
  })

  test('rounds half up, and names nobody whose share rounds to 0', () => {
    const half = 0.5 / 65_535
    expect(
      callFor([
        [bob, 1],
        [cid, half],
      ]),
    ).toMatchObject({ uids: [1, 2], values: [65_535, 1] })
    expect(
      callFor([
        [bob, 1],
        [cid, half * 0.999],
      ]),
    ).toMatchObject({ uids: [1] })
  })

  test('fills up with zeros where the subnet asks for more entries', () => {
    expect(callFor([[cid, 2]], 2)).toMatchObject({ uids: [1, 2], values: [0, 65_535] })
    // The chain wants an entry for each neuron then, the validator's own included.
    expect(callFor([[cid, 2]], 3)).toMatchObject({ uids: [0, 1, 2], values: [0, 0, 65_535] })
    expect(callFor([[cid, 2]], 60)).toMatchObject({ uids: [0, 1, 2], values: [0, 0, 65_535] })
  })

  test.each([1, 2, 3, 4, 60])(
    'keeps a minimum of %d entries whenever the chain can be satisfied',
    (minAllowedWeights) => {
      const { uids, values, versionKey } = callFor([[bob, 1]], minAllowedWeights)!
      const facts = {
        netuid: 1,
        hotkey: ann,
        block: 100,
        isRoot: false,
        mechanism: 0,
        subnetExists: true,
        mechanismExists: true,
        commitRevealEnabled: false,
        n: 3,
        uid: 0,
        isOwnerUid: false,
        shortStake: null,
        hasPermit: true,
        lastUpdate: 0,
        weightsVersionKey: 4,
        weightsSetRateLimitBlocks: 0,
        minAllowedWeights,
      }
      const call = { uids: Uint16Array.from(uids), values: Uint16Array.from(values), versionKey }
      expect(checkSetWeights(facts, call)).toBeNull()
    },
  )

  test('always names each uid once, in order, with one entry at 65535', () => {
    const weight = fc.double({ min: 0, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(weight, weight, (first, second) => {
        const call = callFor([
          [cid, first],
          [bob, second],
        ])
        if (call === undefined) return first === 0 && second === 0
        const ordered = call.uids.every((uid, at) => at === 0 || uid > call.uids[at - 1]!)
        return ordered && Math.max(...call.values) === 65_535
      }),
    )
  })
})
