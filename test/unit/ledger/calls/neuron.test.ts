import { describe, expect, it } from 'vitest'
import { RAO_PER_TAO } from '../../../../src/units/index.js'
import { Harness, type HarnessOptions } from '../harness.js'

/** Subnet 1 of Alice with Bob's hotkeys v (uid 1, staked) and m (uid 2). */
function staffed(options: HarnessOptions = {}): Harness {
  const h = new Harness(options)
  h.startSubnet()
  for (const name of ['v', 'm']) {
    h.call('bob', 'registerNeuron', { netuid: 1, hotkey: h.hotkey(name), limitRao: null })
  }
  h.call('bob', 'addStake', { netuid: 1, hotkey: h.hotkey('v'), amountRao: 100n * RAO_PER_TAO })
  return h
}

const reference = { preset: 'reference', endowedTao: { alice: 5_000, bob: 500 } } as const

describe('setWeights', () => {
  const weights = { netuid: 1, uids: [1, 2], values: [1, 3], versionKey: 0 }

  it('is refused under reference defaults while commit-reveal is on, also where it comes too soon', () => {
    const h = staffed(reference)
    expect(h.errorOf('v', 'setWeights', weights)).toBe('CommitRevealEnabled')
    expect(h.errorOf('nobody', 'setWeights', weights)).toBe('CommitRevealEnabled')
    expect(h.errorOf('nobody', 'setWeights', { ...weights, netuid: 0 })).toBe('CommitRevealEnabled')
    expect(h.errorOf('nobody', 'setWeights', { ...weights, netuid: 9 })).toBe('CommitRevealEnabled')
    h.blocks(100)
    expect(h.errorOf('v', 'setWeights', weights)).toBe('CommitRevealEnabled')
  })

  it('waits for the limit after registration, then for a permit, then stores the scaled row', () => {
    const h = staffed({ ...reference, hyperparameters: { commitRevealEnabled: false, tempoBlocks: 120 } })
    expect(h.errorOf('v', 'setWeights', weights)).toBe('SettingWeightsTooFast')
    h.blocks(96)
    expect(h.errorOf('v', 'setWeights', weights)).toBe('NeuronNoValidatorPermit')
    h.blocks(30)
    const receipt = h.call('v', 'setWeights', weights)
    expect(receipt.refusal).toBe(null)
    expect(receipt.events[0]).toMatchObject({ name: 'WeightsSet', data: { uid: 1, count: 2 } })
    const view = h.ledger.query('metagraph', { netuid: 1 })!
    expect([...view.weights.value]).toEqual([21_845, 65_535])
    expect(view.lastUpdate[1]).toBe(receipt.block)
    expect(h.errorOf('v', 'setWeights', weights)).toBe('SettingWeightsTooFast')
  })

  it('lets the owner’s hotkey speak without stake or permit', () => {
    const h = staffed({
      hyperparameters: { weightsSetRateLimitBlocks: 0, tempoBlocks: 300 },
      config: { stakeThresholdRao: 10n ** 9n },
    })
    expect(h.errorOf('alice-hot', 'setWeights', weights)).toBe(null)
    expect(h.errorOf('m', 'setWeights', weights)).toBe('NotEnoughStakeToSetWeights')
    expect(h.errorOf('v', 'setWeights', weights)).toBe('NeuronNoValidatorPermit')
  })

  it('names every other rule it breaks', () => {
    const h = staffed({
      hyperparameters: {
        weightsSetRateLimitBlocks: 0,
        weightsVersionKey: 7,
        minAllowedWeights: 2,
        tempoBlocks: 2,
      },
    })
    h.blocks(4)
    const set = (change: object) => h.errorOf('v', 'setWeights', { ...weights, versionKey: 7, ...change })
    // Root keeps the reference's default: weights are hidden there.
    expect(set({ netuid: 0 })).toBe('CommitRevealEnabled')
    expect(set({ values: [1] })).toBe('WeightVecNotEqualSize')
    expect(set({ netuid: 5 })).toBe('MechanismDoesNotExist')
    expect(set({ uids: [0, 1, 2, 3], values: [1, 1, 1, 1] })).toBe('UidsLengthExceedUidsInSubNet')
    expect(h.errorOf('nobody', 'setWeights', weights)).toBe('HotKeyNotRegisteredInSubNet')
    expect(set({ versionKey: 6 })).toBe('IncorrectWeightVersionKey')
    expect(set({ uids: [2, 2] })).toBe('DuplicateUids')
    expect(set({ uids: [1, 3] })).toBe('UidVecContainInvalidOne')
    expect(set({ uids: [2], values: [1] })).toBe('WeightVecLengthIsLow')
    expect(set({ uids: [1], values: [1] })).toBe(null)
  })
})

describe('serveAxon', () => {
  const axon = { netuid: 1, ip: '203.0.113.7', port: 8_091, version: 1 }

  it('announces an address once in 50 blocks', () => {
    const h = staffed(reference)
    const receipt = h.call('m', 'serveAxon', axon)
    expect(receipt.events).toEqual([
      { name: 'AxonServed', netuid: 1, data: { uid: 2, hotkey: h.hotkey('m'), ip: axon.ip, port: 8_091 } },
    ])
    expect(h.ledger.query('metagraph', { netuid: 1 })!.axon).toEqual([
      null,
      null,
      { host: '203.0.113.7', port: 8_091 },
    ])
    h.blocks(48)
    expect(h.errorOf('m', 'serveAxon', axon)).toBe('ServingRateLimitExceeded')
    expect(h.errorOf('m', 'serveAxon', { ...axon, ip: '2001:db8::7', port: 1 })).toBe(null)
  })

  it('refuses in the order of the reference chain', () => {
    const h = staffed(reference)
    const serve = (change: object, signer = 'm') => h.errorOf(signer, 'serveAxon', { ...axon, ...change })
    expect(serve({ ip: 'bad', port: 0 }, 'nobody')).toBe('HotKeyNotRegisteredInNetwork')
    expect(serve({ netuid: 4 })).toBe('HotKeyNotRegisteredInNetwork')
    expect(serve({ ip: 'example.org', port: 0 })).toBe('InvalidIpType')
    expect(serve({ ip: '127.0.0.1', port: 0 })).toBe('InvalidIpAddress')
    expect(serve({ ip: '::1' })).toBe('InvalidIpAddress')
    expect(serve({ ip: '255.255.255.255' })).toBe('InvalidIpAddress')
    expect(serve({ port: 0 })).toBe('InvalidPort')
    expect(serve({})).toBe(null)
  })

  it('takes loopback addresses on a localnet', () => {
    const h = staffed()
    expect(h.errorOf('m', 'serveAxon', { ...axon, ip: '127.0.0.1' })).toBe(null)
    expect(h.errorOf('v', 'serveAxon', { ...axon, ip: '::1' })).toBe(null)
    expect(h.errorOf('alice-hot', 'serveAxon', { ...axon, ip: '255.255.255.255' })).toBe('InvalidIpAddress')
  })
})
