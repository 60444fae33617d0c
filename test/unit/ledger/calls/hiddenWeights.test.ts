import { describe, expect, it } from 'vitest'
import { CALL_TABLE } from '../../../../src/ledger/calls/callTable.js'
import type { CallDefinition } from '../../../../src/ledger/calls/defineCall.js'
import { type CallArgs, type CallName, weightsCommitHash } from '../../../../src/ledger/index.js'
import { RAO_PER_TAO } from '../../../../src/units/index.js'
import { Harness, type HarnessOptions, keyOf } from '../harness.js'

const TEMPO = 20

/** Subnet 1 of Alice, which hides weights, with Bob's hotkeys v (uid 1, staked, with a permit) and m (uid 2). */
function staffed(options: HarnessOptions = {}): Harness {
  const h = new Harness({
    ...options,
    hyperparameters: {
      commitRevealEnabled: true,
      weightsSetRateLimitBlocks: 0,
      tempoBlocks: TEMPO,
      ...options.hyperparameters,
    },
  })
  h.startSubnet()
  for (const name of ['v', 'm']) {
    h.call('bob', 'registerNeuron', { netuid: 1, hotkey: h.hotkey(name), limitRao: null })
  }
  h.call('bob', 'addStake', { netuid: 1, hotkey: h.hotkey('v'), amountRao: 100n * RAO_PER_TAO })
  afterNextEpoch(h)
  return h
}

/** Goes on until the subnet's epoch has run. */
function afterNextEpoch(h: Harness): void {
  const { epochIndex } = h.subnet()
  while (h.subnet().epochIndex === epochIndex) h.blocks(1)
}

const row = { uids: [1, 2], values: [1, 3], salt: [7, 8, 9], versionKey: 0 }
const reveal = { netuid: 1, ...row }

const hashOf = (h: Harness, change: Partial<typeof row> = {}): string =>
  weightsCommitHash({ hotkey: h.hotkey('v'), netuid: 1, ...row, ...change })

const commit = (h: Harness, change: Partial<typeof row> = {}) =>
  h.call('v', 'commitWeights', { netuid: 1, commitHash: hashOf(h, change) })

const weightsOf = (h: Harness) => {
  const { weights } = h.ledger.query('metagraph', { netuid: 1 })!
  return [...weights.value]
}

describe('commitWeights and revealWeights', () => {
  it('hides weights until the next epoch has run, and says so in events', () => {
    const h = staffed()
    const committed = commit(h)
    expect(committed).toMatchObject({
      refusal: null,
      events: [
        {
          name: 'WeightsCommitted',
          netuid: 1,
          data: { mechanism: 0, hotkey: h.hotkey('v'), commitHash: hashOf(h), epochIndex: 1 },
        },
      ],
    })
    expect(h.ledger.query('metagraph', { netuid: 1 })!.lastUpdate[1]).toBe(committed.block)
    expect(h.errorOf('v', 'revealWeights', reveal)).toBe('RevealTooEarly')
    expect(weightsOf(h)).toEqual([])
    afterNextEpoch(h)
    const revealed = h.call('v', 'revealWeights', reveal)
    expect(revealed.refusal).toBeNull()
    expect(revealed.events.map(({ name }) => name)).toEqual(['WeightsSet', 'WeightsRevealed'])
    expect(revealed.events[0]).toMatchObject({ data: { mechanism: 0, uid: 1, count: 2 } })
    expect(weightsOf(h)).toEqual([21_845, 65_535])
    // It counts as said when it was committed.
    expect(h.ledger.query('metagraph', { netuid: 1 })!.lastUpdate[1]).toBe(committed.block)
    expect(h.errorOf('v', 'revealWeights', reveal)).toBe('NoWeightsCommitFound')
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
  })

  it.each([
    ['the salt', { salt: [7, 8] }],
    ['the values', { values: [1, 4] }],
    ['the version key', { versionKey: 1 }],
  ])('refuses a reveal in which %s differs', (_what, change) => {
    const h = staffed()
    commit(h)
    afterNextEpoch(h)
    expect(h.errorOf('v', 'revealWeights', { ...reveal, ...change })).toBe('NoWeightsCommitFound')
  })

  it('refuses what comes after its epoch as what comes before it, and forgets it with the next commit', () => {
    const h = staffed()
    commit(h)
    afterNextEpoch(h)
    afterNextEpoch(h)
    expect(h.errorOf('v', 'revealWeights', reveal)).toBe('RevealTooEarly')
    commit(h, { salt: [1] })
    expect(h.errorOf('v', 'revealWeights', reveal)).toBe('NoWeightsCommitFound')
  })

  it('drops older commits with a reveal, and keeps younger ones', () => {
    const h = staffed()
    for (const salt of [[1], [2], [3]]) commit(h, { salt })
    afterNextEpoch(h)
    expect(h.errorOf('v', 'revealWeights', { ...reveal, salt: [2] })).toBeNull()
    expect(h.errorOf('v', 'revealWeights', { ...reveal, salt: [1] })).toBe('NoWeightsCommitFound')
    expect(h.errorOf('v', 'revealWeights', { ...reveal, salt: [3] })).toBeNull()
  })

  it('lets ten commits of a hotkey wait, and keeps to the limit between two of them', () => {
    const h = staffed()
    for (let salt = 0; salt < 10; salt++) expect(commit(h, { salt: [salt] }).refusal).toBeNull()
    expect(commit(h, { salt: [10] }).refusal?.error).toBe('TooManyUnrevealedCommits')
    const slow = staffed({ hyperparameters: { weightsSetRateLimitBlocks: 5 } })
    expect(commit(slow).refusal).toBeNull()
    expect(commit(slow).refusal).toMatchObject({ error: 'CommittingWeightsTooFast' })
  })

  it('refuses strangers, other mechanisms, and subnets that hide nothing', () => {
    const h = staffed()
    const commitHash = hashOf(h)
    expect(h.errorOf('bob', 'commitWeights', { netuid: 1, commitHash })).toBe('HotKeyNotRegisteredInSubNet')
    expect(h.errorOf('bob', 'commitWeights', { netuid: 9, commitHash })).toBe('MechanismDoesNotExist')
    expect(h.errorOf('bob', 'commitWeights', { netuid: 1, mechanism: 1, commitHash })).toBe(
      'MechanismDoesNotExist',
    )
    expect(h.errorOf('v', 'commitWeights', { netuid: 1, mechanism: 1, commitHash })).toBe(
      'CommittingWeightsTooFast',
    )
    expect(h.errorOf('v', 'revealWeights', { ...reveal, netuid: 9 })).toBe('NoWeightsCommitFound')
    const open = staffed({ hyperparameters: { commitRevealEnabled: false } })
    expect(commit(open).refusal?.error).toBe('CommitRevealDisabled')
  })

  it('asks for the stake threshold first, but of the owner’s hotkey', () => {
    const h = staffed({ config: { stakeThresholdRao: 10n ** 9n } })
    const commitHash = hashOf(h)
    expect(h.errorOf('m', 'commitWeights', { netuid: 1, commitHash })).toBe('NotEnoughStakeToSetWeights')
    expect(h.errorOf('m', 'revealWeights', reveal)).toBe('NotEnoughStakeToSetWeights')
    expect(h.errorOf('m', 'batchRevealWeights', { netuid: 1, reveals: [row] })).toBe(
      'NotEnoughStakeToSetWeights',
    )
    const locked = { netuid: 1, commit: new Uint8Array(40), revealRound: 9 }
    expect(h.call('m', 'commitTimelockedWeights', locked).refusal).toMatchObject({
      error: 'NotEnoughStakeToSetWeights',
      data: { netuid: 1, stakeRao: 0n, leastRao: 10n ** 9n },
    })
    expect(h.errorOf('alice-hot', 'commitWeights', { netuid: 1, commitHash })).toBeNull()
  })

  it.each([
    ['as many uids as values', { uids: [1, 2], values: [1] }, 'WeightVecNotEqualSize'],
    [
      'no more uids than neurons',
      { uids: [0, 1, 2, 1], values: [1, 1, 1, 1] },
      'UidsLengthExceedUidsInSubNet',
    ],
    ['uids that there are', { uids: [1, 9], values: [1, 1] }, 'UidVecContainInvalidOne'],
    ['the version key of the subnet', { versionKey: 4 }, 'IncorrectWeightVersionKey'],
    ['enough uids', { versionKey: 5 }, 'WeightVecLengthIsLow'],
  ])('looks for %s when it is revealed, also in a batch', (_what, change, error) => {
    const h = staffed({ hyperparameters: { weightsVersionKey: 5, minAllowedWeights: 3 } })
    const hidden = { ...row, versionKey: 5, ...change }
    commit(h, hidden)
    afterNextEpoch(h)
    expect(h.errorOf('v', 'revealWeights', { netuid: 1, ...hidden })).toBe(error)
    expect(h.errorOf('v', 'batchRevealWeights', { netuid: 1, reveals: [hidden] })).toBe(error)
  })

  it('lets root, which never runs an epoch, be committed to and revealed once, and takes no weights', () => {
    const h = new Harness({
      preset: 'reference',
      config: { rootKey: keyOf('root').address },
      endowedTao: { alice: 10, root: 1 },
    })
    expect(h.errorOf('alice', 'rootRegister', { hotkey: h.hotkey('v') })).toBe(null)
    const limit = { netuid: 0, name: 'weightsSetRateLimitBlocks', value: 0 } as const
    expect(h.errorOf('root', 'setHyperparameter', limit)).toBe(null)
    const hidden = { netuid: 0, uids: [0], values: [1], salt: [1], versionKey: 0 }
    const commitHash = weightsCommitHash({ hotkey: h.hotkey('v'), ...hidden })
    while (h.ledger.info().head.number < 98) h.blocks(1)
    expect(h.errorOf('v', 'commitWeights', { netuid: 0, commitHash })).toBe(null)
    expect(h.errorOf('v', 'revealWeights', hidden)).toBe('CanNotSetRootNetworkWeights')
  })

  it('undoes a reveal whose weights do not keep the rules, and keeps the commit', () => {
    const h = staffed()
    commit(h, { uids: [1, 1] })
    afterNextEpoch(h)
    expect(h.errorOf('v', 'revealWeights', { ...reveal, uids: [1, 1] })).toBe('DuplicateUids')
    expect(h.errorOf('v', 'revealWeights', { ...reveal, uids: [1, 1] })).toBe('DuplicateUids')
  })

  it.each([
    ['masks', true],
    ['counts', false],
  ])('%s weights on a neuron where the oldest commit that waits came before it: %s', (_verb, isOlder) => {
    const h = staffed({ hyperparameters: { revealPeriodEpochs: 2 } })
    const late = { uids: [2, 3], salt: [1] }
    commit(h, late)
    afterNextEpoch(h)
    if (isOlder) commit(h, { salt: [2] })
    h.call('bob', 'registerNeuron', { netuid: 1, hotkey: h.hotkey('late'), limitRao: null })
    h.blocks(1)
    commit(h, { salt: [3] })
    afterNextEpoch(h)
    expect(h.errorOf('v', 'revealWeights', { ...reveal, ...late })).toBeNull()
    afterNextEpoch(h)
    const { incentiveU16 } = h.ledger.query('metagraph', { netuid: 1 })!
    expect(incentiveU16[2]).toBeGreaterThan(0)
    expect(incentiveU16[3]).toBe(isOlder ? 0 : 49_151)
  })
})

describe('batchRevealWeights', () => {
  it('reveals all or nothing, and leaves commits that it does not name', () => {
    const h = staffed()
    for (const salt of [[1], [2], [3]]) commit(h, { salt })
    afterNextEpoch(h)
    const reveals = [1, 3].map((salt) => ({ ...row, salt: [salt] }))
    expect(h.errorOf('v', 'batchRevealWeights', { netuid: 1, reveals: [...reveals, ...reveals] })).toBe(
      'InvalidRevealCommitHashNotMatch',
    )
    const receipt = h.call('v', 'batchRevealWeights', { netuid: 1, reveals })
    expect(receipt.refusal).toBeNull()
    expect(receipt.events.map(({ name }) => name)).toEqual([
      'WeightsSet',
      'WeightsSet',
      'WeightsBatchRevealed',
    ])
    expect(receipt.events[2]).toMatchObject({
      data: { commitHashes: [hashOf(h, { salt: [1] }), hashOf(h, { salt: [3] })] },
    })
    expect(h.errorOf('v', 'revealWeights', { ...reveal, salt: [2] })).toBeNull()
  })
})

describe('batches', () => {
  it('commit on each subnet that takes it, and tell which did not', () => {
    const h = staffed()
    const entries = [1, 9].map((netuid) => ({ netuid, commitHash: hashOf(h) }))
    const receipt = h.call('v', 'batchCommitWeights', { entries })
    const hotkey = h.hotkey('v')
    expect(receipt).toMatchObject({
      refusal: null,
      events: [
        { name: 'WeightsCommitted', netuid: 1 },
        { name: 'BatchCompletedWithErrors', netuid: null, data: { hotkey } },
        {
          name: 'BatchWeightItemFailed',
          netuid: 9,
          data: { hotkey, entry: 1, error: 'MechanismDoesNotExist' },
        },
        { name: 'BatchWeightsCompleted', netuid: null, data: { hotkey, netuids: [1, 9] } },
      ],
    })
  })

  it('set weights where they are not hidden', () => {
    const h = staffed({ hyperparameters: { commitRevealEnabled: false } })
    const entry = { netuid: 1, uids: [1, 2], values: [1, 3], versionKey: 0 }
    const receipt = h.call('v', 'batchSetWeights', { entries: [entry, { ...entry, values: [1] }] })
    expect(receipt.refusal).toBeNull()
    expect(receipt.events.map(({ name }) => name)).toEqual([
      'WeightsSet',
      'BatchCompletedWithErrors',
      'BatchWeightItemFailed',
      'BatchWeightsCompleted',
    ])
    expect(receipt.events[2]).toMatchObject({ data: { entry: 1, error: 'WeightVecNotEqualSize' } })
    expect(weightsOf(h)).toEqual([21_845, 65_535])
    const hiding = staffed()
    expect(hiding.call('v', 'batchSetWeights', { entries: [entry] }).events[1]).toMatchObject({
      data: { error: 'CommitRevealEnabled' },
    })
  })

  it('need the stake threshold on every subnet before anything is done', () => {
    const h = staffed({ config: { stakeThresholdRao: 10n ** 9n } })
    const entries = [1, 9].map((netuid) => ({ netuid, commitHash: hashOf(h) }))
    expect(h.errorOf('v', 'batchCommitWeights', { entries })).toBe('NotEnoughStakeToSetWeights')
    expect(
      h.errorOf('v', 'batchSetWeights', { entries: [{ netuid: 9, uids: [], values: [], versionKey: 0 }] }),
    ).toBe('NotEnoughStakeToSetWeights')
  })
})

describe('a batch counts in a block as many calls as it has entries', () => {
  const set = { netuid: 1, uids: [], values: [], versionKey: 0 }
  const many = <T>(count: number, entry: T): T[] => Array.from({ length: count }, () => entry)

  it('so that a block takes 5,000 of them, in however many calls', () => {
    const h = staffed({ hyperparameters: { commitRevealEnabled: false } })
    const commitHash = hashOf(h)
    const calls = [
      h.sign('v', 'batchSetWeights', { entries: many(3_000, set) }),
      h.sign('m', 'batchCommitWeights', { entries: many(2_000, { netuid: 1, commitHash }) }),
      h.sign('v', 'batchSetWeights', { entries: [] }),
    ]
    const chosen = h.ledger.prepareProposal(calls)
    expect(chosen).toHaveLength(2)
    expect(h.ledger.processProposal(chosen)).toEqual({ accepted: true })
    const [v0, m0, v1] = calls as [Uint8Array, Uint8Array, Uint8Array]
    const inOrder = h.ledger.prepareProposal([v0, m0, v1], { maxCalls: 5_001 })
    expect(inOrder).toHaveLength(3)
    expect(h.ledger.processProposal(inOrder)).toMatchObject({
      accepted: false,
      refusal: { error: 'BadProposal', data: { calls: 3, good: 2 } },
    })
    expect(h.ledger.prepareProposal([v0], { maxCalls: 2_999 })).toEqual([])
    const { receipts } = h.block(...chosen)
    expect(receipts.reduce((sum, { events }) => sum + events.length, 0)).toBeLessThan(5_010)
  })

  it.each<[name: CallName, args: object, field: string, most: number]>([
    ['batchSetWeights', { entries: many(5_001, set) }, 'entries', 5_000],
    [
      'batchCommitWeights',
      { entries: many(5_001, { netuid: 1, commitHash: '0'.repeat(64) }) },
      'entries',
      5_000,
    ],
    ['batchRevealWeights', { netuid: 1, reveals: many(11, row) }, 'reveals', 10],
  ])(
    'and %s of more than can be is refused before it is signed, and at the door',
    (name, args, field, most) => {
      const h = staffed()
      expect(() => h.sign('bob', name, args as CallArgs[typeof name])).toThrow(
        expect.objectContaining({
          name: 'InvalidArgumentError',
          message: expect.stringContaining(`Pass a list of 0 to ${most}`),
        }),
      )
      const definition: CallDefinition = CALL_TABLE[name]
      expect(definition.read(definition.encodeArgs(args))).toBeUndefined()
      const list = (args as { [field: string]: object[] })[field]
      const fitting = definition.encodeArgs({ ...args, [field]: list?.slice(0, most) })
      expect(definition.read(fitting)).toBeDefined()
      expect(definition.parts(fitting)).toBe(most)
    },
  )
})

describe('weightsCommitHash', () => {
  it('names what is wrong', () => {
    const h = new Harness()
    const good = { hotkey: h.hotkey('v'), netuid: 1, ...row }
    expect(() => weightsCommitHash({ ...good, salt: [70_000] })).toThrow('weights.salt[0]')
    expect(() => weightsCommitHash({ ...good, netuid: -1 })).toThrow('weights.netuid')
    expect(() => weightsCommitHash({ ...good, key: 1 } as never)).toThrow('versionKey')
  })

  it('writes long lists as the reference does', () => {
    // Two bytes tell a length from 64 on, four from 16,384 on.
    const h = new Harness()
    const hashes = [63, 64, 16_383, 16_384, 40_000].map((length) =>
      weightsCommitHash({ hotkey: h.hotkey('v'), netuid: 1, ...row, uids: Array(length).fill(1) }),
    )
    expect(new Set(hashes).size).toBe(5)
  })
})
