import { describe, expect, test } from 'vitest'
import { CallRejectedError, type PresetOverrides } from '../../../src/chain/index.js'
import { onAbort } from '../../../src/clock/index.js'
import { decodeCanonical, encodeCanonical } from '../../../src/codec/index.js'
import { type CallArgs, type CallName, type Receipt, refuse } from '../../../src/ledger/index.js'
import { faultOfEvent, memoryValidatorStore } from '../../../src/neuron/index.js'
import { Guess } from './Guess.js'
import { hotkeyNamed, keyNamed, unheld, World } from './World.js'

const TEMPO = 10

/** A world whose subnet hides weights, with a validator's slot, and two miners that serve. */
async function hidingWorld(
  changes: PresetOverrides['hyperparameters'] = {},
  timelock: 'beacon' | 'plain' = 'plain',
): Promise<World> {
  const overrides: PresetOverrides = {
    config: { ownerHyperparamRateLimitTempos: 0, mechanismRateLimitBlocks: 0 },
    hyperparameters: {
      commitRevealEnabled: true,
      tempoBlocks: TEMPO,
      weightsSetRateLimitBlocks: 2,
      ...changes,
    },
  }
  const world = await World.start(overrides, {}, timelock)
  await world.join('judge', 10_000n)
  for (const [name, answer] of Object.entries({ right: (task: number) => task, wrong: () => -1 })) {
    await world.join(name)
    await world.miner(name, new Guess() as never, answer as never)
  }
  return world
}

/** Uids: owner, judge, right, wrong. The judge says that only `right` is right. */
const ROW = { uids: [2], values: [65_535] }

const epochOf = async (world: World): Promise<number> =>
  (await world.chain.query('subnet', { netuid: 1 }))!.epochIndex

/** Lets so many blocks come. */
async function pass(world: World, blocks: number): Promise<void> {
  await world.untilBlock((await world.chain.head()).number + blocks)
}

/** Blocks until an event of this type has been told so many times. */
async function until(
  world: World,
  told: () => readonly unknown[],
  times = 1,
  most = 20 * TEMPO,
): Promise<void> {
  for (let block = 0; told().length < times; block++) {
    if (block === most) throw new TypeError(`told ${told().length} times only`)
    await pass(world, 1)
  }
}

/** Names of the calls of the judge that blocks hold, with how each ended. */
function callsOf(world: World): { name: CallName; block: number; error: string | null }[] {
  const calls: { name: CallName; block: number; error: string | null }[] = []
  const { address } = keyNamed('judge')
  void (async () => {
    for await (const { receipts } of world.chain.blocks()) {
      for (const { signer, callName, block, refusal } of receipts) {
        if (signer === address) calls.push({ name: callName, block, error: refusal?.error ?? null })
      }
    }
  })()
  return calls
}

const weightsOnChain = async (world: World, mechanism = 0) =>
  (await world.chain.metagraph(1, { mechanism })).weightsOf(1)

describe('a validator of a subnet that hides weights', () => {
  test('commits before each epoch by a hash and reveals in the next one, where the chain has no beacon', async () => {
    const world = await hidingWorld()
    const calls = callsOf(world)
    const { validator, eventsOf } = world.makeValidator('judge', new Guess())
    await world.run(validator.start())
    await until(world, () => eventsOf('weightsRevealed'), 3)
    const [committed, revealed] = [eventsOf('weightsCommitted'), eventsOf('weightsRevealed')]
    for (const [at, reveal] of revealed.entries()) {
      const commit = committed[at]!
      expect(commit).toMatchObject({ form: 'hash', revealEpochIndex: commit.epochIndex + 1, ...ROW })
      expect(reveal).toMatchObject({
        form: 'hash',
        commitHash: commit.commitHash,
        epochIndex: commit.epochIndex,
        ...ROW,
      })
      // The window is three blocks long; the reveal is sent once its epoch has begun.
      expect(commit.block % TEMPO).toBe(committed[0]!.block % TEMPO)
      expect(reveal.block - commit.block).toBeLessThanOrEqual(5)
    }
    expect(
      committed.slice(1).every(({ epochIndex }, at) => epochIndex === committed[at]!.epochIndex + 1),
    ).toBe(true)
    expect(eventsOf('weightsRefused')).toEqual([])
    expect(eventsOf('weightsSet')).toEqual([])
    expect(calls.every(({ error }) => error === null)).toBe(true)
    expect(new Set(calls.map(({ name }) => name))).toEqual(new Set(['commitWeights', 'revealWeights']))
    await pass(world, TEMPO)
    const metagraph = await world.chain.metagraph(1)
    expect(metagraph.columns.incentiveU16[2]).toBe(65_535)
    await world.run(validator.stop())
  })

  test.each([
    ['locked to the beacon of the chain', 'beacon', undefined],
    ['locked in name only, where it is told so and there is no beacon', 'plain', 'timelock'],
  ] as const)('commits to weights %s, which the chain opens', async (_, timelock, commitForm) => {
    const world = await hidingWorld({}, timelock)
    const calls = callsOf(world)
    const form = commitForm === undefined ? {} : { commitForm }
    const { validator, eventsOf } = world.makeValidator('judge', new Guess(), form)
    await world.run(validator.start())
    await until(world, () => eventsOf('weightsRevealed'), 2)
    const [committed, revealed] = [eventsOf('weightsCommitted'), eventsOf('weightsRevealed')]
    for (const [at, reveal] of revealed.entries()) {
      const { commitHash, epochIndex, block } = committed[at]!
      expect(reveal).toMatchObject({ form: 'timelock', commitHash, epochIndex, ...ROW })
      // In the block of the next epoch, and before that runs: commits are sent three blocks before it.
      expect(reveal.block - block).toBe(3)
    }
    expect(new Set(calls.map(({ name }) => name))).toEqual(new Set(['commitTimelockedWeights']))
    expect(eventsOf('weightsRefused')).toEqual([])
    expect((await world.chain.metagraph(1)).columns.incentiveU16[2]).toBe(65_535)
    await world.run(validator.stop())
    await world.chain.close()
  })

  test('has several commits waiting where the reveal period is longer, and reveals each in its epoch', async () => {
    const world = await hidingWorld({ revealPeriodEpochs: 3 })
    const { validator, eventsOf } = world.makeValidator('judge', new Guess())
    await world.run(validator.start())
    const epochs: number[] = []
    await until(world, () => eventsOf('weightsRevealed'), 3)
    const waiting = await world.chain.query('weightsCommits', { netuid: 1, hotkey: hotkeyNamed('judge') })
    expect(waiting.length).toBeGreaterThanOrEqual(2)
    for (const [at, { epochIndex, commitHash }] of eventsOf('weightsRevealed').entries()) {
      epochs.push(epochIndex)
      expect(eventsOf('weightsCommitted')[at]).toMatchObject({ commitHash, revealEpochIndex: epochIndex + 3 })
    }
    expect(epochs.slice(1)).toEqual(epochs.slice(0, -1).map((epoch) => epoch + 1))
    expect(eventsOf('revealMissed')).toEqual([])
    await world.run(validator.stop())
  })

  test.each(['hash', 'timelock'] as const)(
    'does the same under a further mechanism, by %s',
    async (commitForm) => {
      const world = await hidingWorld({ mechanismCount: 2, maxAllowedUids: 128 })
      const options = { mechanismId: 1, commitForm }
      const { validator, eventsOf } = world.makeValidator('judge', new Guess(), options)
      await world.run(validator.start())
      await until(world, () => eventsOf('weightsRevealed'), 2)
      expect(eventsOf('weightsRefused')).toEqual([])
      expect(await weightsOnChain(world, 1)).not.toEqual(await weightsOnChain(world, 0))
      await world.run(validator.stop())
    },
  )
})

describe('a commit by hash', () => {
  test('is sent when row and salt lie in the store, and not before', async () => {
    const world = await hidingWorld()
    const inner = memoryValidatorStore()
    let isOpen = false
    const held: (() => void)[] = []
    // Saves of rounds pass; the first that holds a commit waits.
    const store = {
      load: () => inner.load(),
      save: async (bytes: Uint8Array) => {
        await inner.save(bytes)
        if (!isOpen && holdsCommit(bytes)) await new Promise<void>((resolve) => held.push(resolve))
      },
    }
    const { validator, eventsOf } = world.makeValidator('judge', new Guess(), { store })
    await world.run(validator.start())
    // Virtual time stands still while a store works.
    const passing = pass(world, 2 * TEMPO)
    while (held.length === 0) await new Promise((resolve) => setImmediate(resolve))
    const waiting = await world.chain.query('weightsCommits', { netuid: 1, hotkey: hotkeyNamed('judge') })
    expect([waiting, world.chain.waitingCalls]).toEqual([[], 0])
    isOpen = true
    for (const go of held) go()
    await passing
    expect(eventsOf('weightsCommitted').length).toBeGreaterThanOrEqual(1)
    await world.run(validator.stop())
  })

  test('is not sent when it cannot be saved, which is told, and is tried again with the next block', async () => {
    const world = await hidingWorld()
    const calls = callsOf(world)
    const inner = memoryValidatorStore()
    let failures = 0
    const store = {
      load: () => inner.load(),
      save: async (bytes: Uint8Array) => {
        if (holdsCommit(bytes) && failures++ < 1) throw new TypeError('ENOSPC')
        await inner.save(bytes)
      },
    }
    const { validator, eventsOf } = world.makeValidator('judge', new Guess(), { store })
    await world.run(validator.start())
    await until(world, () => eventsOf('commitNotSaved'))
    const [told] = eventsOf('commitNotSaved')
    expect(told!.error).toMatchObject({ code: 'ValidatorStore', fault: 'unwritable' })
    expect(faultOfEvent(told!)?.message).toMatch(/so they were not committed/)
    expect(calls).toEqual([])
    await until(world, () => eventsOf('weightsCommitted'))
    expect(eventsOf('weightsCommitted')).toMatchObject([{ block: told!.block + 2 }])
    await until(world, () => eventsOf('weightsRevealed'))
    await world.run(validator.stop())
  })

  test('is revealed by the next run on the same store', async () => {
    const world = await hidingWorld()
    const store = memoryValidatorStore()
    const first = world.makeValidator('judge', new Guess(), { store })
    await world.run(first.validator.start())
    await until(world, () => first.eventsOf('weightsCommitted'))
    await world.run(first.validator.stop())
    const { commitHash } = first.eventsOf('weightsCommitted')[0]!
    const second = world.makeValidator('judge', new Guess(), { store })
    await world.run(second.validator.start())
    await until(world, () => second.eventsOf('weightsRevealed'))
    expect(second.eventsOf('weightsRevealed')[0]).toMatchObject({ commitHash, ...ROW })
    expect(second.eventsOf('revealMissed')).toEqual([])
    await world.run(second.validator.stop())
  })

  test('is revealed although its run ended before it knew of a block, and a mechanism of another version goes on', async () => {
    const world = await hidingWorld()
    const store = memoryValidatorStore()
    // The call reaches the chain, and the validator never hears of it.
    const deaf = deafTo(world, 'commitWeights')
    const first = world.makeValidator('judge', new Guess(), { store, chain: deaf.chain })
    await world.run(first.validator.start())
    await until(world, () => deaf.sent)
    await world.run(first.validator.stop())
    expect(first.eventsOf('weightsCommitted')).toEqual([])
    class Newer extends Guess {
      override readonly stateVersion = 9
    }
    const second = world.makeValidator('judge', new Newer(), { store })
    await world.run(second.validator.start())
    await until(world, () => second.eventsOf('weightsRevealed'))
    expect(second.eventsOf('stateDiscarded')).toHaveLength(1)
    expect(second.eventsOf('weightsRevealed')[0]).toMatchObject(ROW)
    await world.run(second.validator.stop())
  })

  test('that never came into a block is forgotten, and told; the next run commits in time', async () => {
    const world = await hidingWorld()
    const store = memoryValidatorStore()
    const lost = deafTo(world, 'commitWeights', { delivers: false })
    const first = world.makeValidator('judge', new Guess(), { store, chain: lost.chain })
    await world.run(first.validator.start())
    await until(world, () => lost.sent)
    await world.run(first.validator.stop())
    const second = world.makeValidator('judge', new Guess(), { store })
    await world.run(second.validator.start())
    await until(world, () => second.eventsOf('revealMissed'))
    const [missed] = second.eventsOf('revealMissed')
    expect(missed).toMatchObject({ reason: 'NotIncluded', form: 'hash', error: null })
    expect(faultOfEvent(missed!)?.message).toMatch(/never came into a block/)
    await until(world, () => second.eventsOf('weightsRevealed'), 2)
    await pass(world, 3 * TEMPO)
    expect(second.eventsOf('revealMissed')).toHaveLength(1)
    await world.run(second.validator.stop())
  })

  test('whose epoch went by while the validator was down is forgotten, and told', async () => {
    const world = await hidingWorld()
    const store = memoryValidatorStore()
    const first = world.makeValidator('judge', new Guess(), { store })
    await world.run(first.validator.start())
    await until(world, () => first.eventsOf('weightsCommitted'))
    await world.run(first.validator.stop())
    await pass(world, 3 * TEMPO)
    const second = world.makeValidator('judge', new Guess(), { store })
    await world.run(second.validator.start())
    await until(world, () => second.eventsOf('revealMissed'))
    const [missed] = second.eventsOf('revealMissed')
    expect(missed).toMatchObject({ reason: 'EpochPassed' })
    expect(faultOfEvent(missed!)?.message).toMatch(/were not revealed in their epoch/)
    await world.run(second.validator.stop())
    const third = world.makeValidator('judge', new Guess(), { store })
    await world.run(third.validator.start())
    await pass(world, 2)
    expect(third.eventsOf('revealMissed')).toEqual([])
    await world.run(third.validator.stop())
  })

  test.each(['for a round', 'for the commit'])(
    'waits for a save %s that never ends no longer than a minute, which is told, and open weights are set',
    async (which) => {
      const world = await hidingWorld()
      const inner = memoryValidatorStore()
      let isReady = false
      let hung = 0
      const store = {
        load: () => inner.load(),
        save: async (bytes: Uint8Array) => {
          const isIt = isReady && (which === 'for a round' || holdsCommit(bytes))
          if (isIt && hung++ === 0) await new Promise(() => {})
          await inner.save(bytes)
        },
      }
      const clock = unheld(world.clock)
      const { validator, eventsOf } = world.makeValidator('judge', new Guess(), { store, clock })
      await world.run(validator.start())
      await pass(world, 3)
      isReady = true
      const blocksOfMinute = 60_000 / 250
      await until(world, () => eventsOf('commitNotSaved'), 1, blocksOfMinute + 3 * TEMPO)
      expect(eventsOf('commitNotSaved')[0]!.error.message).toMatch(/has not ended for 60 s/)
      expect(eventsOf('weightsCommitted')).toEqual([])
      await world.setHyperparameter('commitRevealEnabled', false)
      await until(world, () => eventsOf('weightsSet'), 1, blocksOfMinute + 3 * TEMPO)
      await world.run(validator.stop())
    },
  )

  test('whose save takes until its epoch is over is not sent, which is told; the next one is', async () => {
    const world = await hidingWorld()
    const calls = callsOf(world)
    const inner = memoryValidatorStore()
    let slow = 0
    const store = {
      load: () => inner.load(),
      save: async (bytes: Uint8Array) => {
        if (holdsCommit(bytes) && slow++ === 0) {
          await new Promise<void>((resolve) => void world.clock.setTimer(resolve, 32 * 250))
        }
        await inner.save(bytes)
      },
    }
    const clock = unheld(world.clock)
    const { validator, eventsOf } = world.makeValidator('judge', new Guess(), { store, clock })
    await world.run(validator.start())
    await until(world, () => eventsOf('weightsRevealed'), 2)
    expect(eventsOf('commitNotSaved').map(({ error }) => error.message)).toMatchObject([
      expect.stringMatching(/the save took until epoch \d+ was over/),
    ])
    expect(eventsOf('revealMissed')).toEqual([])
    expect(calls.filter(({ error }) => error !== null)).toEqual([])
    await world.run(validator.stop())
  })

  test('that waits for its block for epochs keeps its salt, and is revealed when its time comes', async () => {
    const world = await hidingWorld()
    let late = 0
    const chain = calling(world, async (name, call) => {
      if (name === 'commitWeights' && late++ === 0) {
        await new Promise<void>((resolve) => void world.clock.setTimer(resolve, 3 * TEMPO * 250))
      }
      return await call()
    })
    const { validator, eventsOf } = world.makeValidator('judge', new Guess(), { chain })
    await world.run(validator.start())
    await until(world, () => eventsOf('weightsRevealed'))
    const [committed] = eventsOf('weightsCommitted')
    expect(eventsOf('weightsRevealed')[0]).toMatchObject({
      commitHash: committed!.commitHash,
      epochIndex: committed!.epochIndex,
    })
    expect(eventsOf('revealMissed')).toEqual([])
    await world.run(validator.stop())
  })

  test('of which nobody can say whether it was in a block keeps its salt, and is revealed if it was', async () => {
    const world = await hidingWorld()
    let times = 0
    const chain = calling(world, async (name, call) => {
      const receipt = await call()
      if (name !== 'commitWeights' || times++ > 0) return receipt
      throw new CallRejectedError(refuse('OutcomeUnknown', { callHash: '00'.repeat(32), nonce: 1 }))
    })
    const { validator, eventsOf } = world.makeValidator('judge', new Guess(), { chain })
    await world.run(validator.start())
    await until(world, () => eventsOf('weightsRevealed'))
    expect(eventsOf('weightsRefused')).toMatchObject([{ refusal: { error: 'OutcomeUnknown' } }])
    // The first one told is of a commit that was never told of.
    const [revealed] = eventsOf('weightsRevealed')
    expect(eventsOf('weightsCommitted').map(({ commitHash }) => commitHash)).not.toContain(
      revealed!.commitHash,
    )
    expect(revealed).toMatchObject(ROW)
    expect(eventsOf('revealMissed')).toEqual([])
    await world.run(validator.stop())
  })

  test('is not made with random bytes that are always the same while an earlier one waits, which is told', async () => {
    const world = await hidingWorld({ revealPeriodEpochs: 3 })
    const randomBytes = (length: number): Uint8Array => new Uint8Array(length).fill(1)
    const { validator, eventsOf } = world.makeValidator('judge', new Guess(), { randomBytes })
    await world.run(validator.start())
    await until(world, () => eventsOf('weightsRevealed'), 2)
    expect(eventsOf('weightsFailed')[0]!.error).toMatchObject({ field: 'randomBytes()' })
    const hashesOf = (type: 'weightsCommitted' | 'weightsRevealed') =>
      eventsOf(type).map(({ epochIndex }) => epochIndex)
    expect(hashesOf('weightsRevealed')).toEqual(hashesOf('weightsCommitted').slice(0, 2))
    expect(eventsOf('revealMissed')).toEqual([])
    await world.run(validator.stop())
  })

  test('that another program revealed is forgotten without a fault', async () => {
    const world = await hidingWorld()
    const salt = { randomBytes: (length: number) => new Uint8Array(length).fill(1) }
    const store = memoryValidatorStore()
    const { validator, eventsOf } = world.makeValidator('judge', new Guess(), { ...salt, store })
    await world.run(validator.start())
    await until(world, () => eventsOf('weightsCommitted'))
    await world.run(validator.stop())
    const epoch = await epochOf(world)
    while ((await epochOf(world)) === epoch) await pass(world, 1)
    const row = { netuid: 1, mechanism: 0, ...ROW, salt: new Array<number>(16).fill(257), versionKey: 0 }
    await world.call(keyNamed('judge'), 'revealWeights', row)
    const second = world.makeValidator('judge', new Guess(), { ...salt, store })
    await world.run(second.validator.start())
    await until(world, () => second.eventsOf('revealMissed'))
    expect(second.eventsOf('revealMissed')).toMatchObject([{ reason: 'Gone' }])
    expect(faultOfEvent(second.eventsOf('revealMissed')[0]!)).toBeUndefined()
    await world.run(second.validator.stop())
  })
})

describe('commits in a memory that is damaged or of another time', () => {
  type Row = unknown[]
  /** A memory with the commit of a run whose reveal period is long, and the world to go on in. */
  async function damaged(change: (commits: Row[], locks: Row[]) => void) {
    const world = await hidingWorld({ revealPeriodEpochs: 3 })
    const store = memoryValidatorStore()
    const first = world.makeValidator('judge', new Guess(), { store })
    await world.run(first.validator.start())
    await until(world, () => first.eventsOf('weightsCommitted'))
    await world.run(first.validator.stop())
    const fields = decodeCanonical((await store.load())!) as Row[]
    change(fields[11] as Row[], fields[12] as Row[])
    await store.save(encodeCanonical(fields as never))
    const second = world.makeValidator('judge', new Guess(), { store })
    await world.run(second.validator.start())
    return { world, ...second, commitHash: first.eventsOf('weightsCommitted')[0]!.commitHash }
  }

  test.each([
    ['of an epoch that never comes', 1, Number.MAX_SAFE_INTEGER],
    ['of a block that never comes', 2, Number.MAX_SAFE_INTEGER],
    ['with the hash of other weights', 6, 7],
  ])('one %s: it is forgotten and told', async (_, at, value) => {
    const { world, validator, eventsOf, commitHash } = await damaged((commits) => {
      commits[0] = commits[0]!.with(at, value)
    })
    expect(eventsOf('revealMissed')).toMatchObject([{ reason: 'Unsound', form: 'hash', commitHash }])
    expect(faultOfEvent(eventsOf('revealMissed')[0]!)?.message).toMatch(/their salt gives another hash/)
    await world.run(validator.stop())
  })

  test('as many as are ever kept: weights are committed in time all the same', async () => {
    const { world, validator, eventsOf } = await damaged((commits) => {
      const row = commits[0]!.with(1, Number.MAX_SAFE_INTEGER).with(2, null)
      commits.splice(
        0,
        1,
        ...Array.from({ length: 20 }, (_, at) => row.with(0, at.toString(16).padStart(64, '0'))),
      )
    })
    expect(eventsOf('revealMissed')).toHaveLength(20)
    await until(world, () => eventsOf('weightsCommitted'), 1, 2 * TEMPO)
    expect(eventsOf('weightsSkipped')).toEqual([])
    await world.run(validator.stop())
  })

  test('the same commit several times: it is revealed once', async () => {
    const { world, validator, eventsOf, commitHash } = await damaged((commits) => {
      commits.push(commits[0]!, commits[0]!)
    })
    await until(world, () => eventsOf('weightsRevealed'), 2)
    expect(eventsOf('weightsRevealed').filter((one) => one.commitHash === commitHash)).toHaveLength(1)
    expect(eventsOf('revealMissed')).toEqual([])
    await world.run(validator.stop())
  })

  test('time locks of an epoch that never comes: they are forgotten and told', async () => {
    const { world, validator, eventsOf } = await damaged((commits, locks) => {
      const [commitHash, , block, uids, values] = commits[0]!
      locks.push([commitHash, 2 ** 53 - 1, block, uids, values])
    })
    expect(eventsOf('revealMissed')).toMatchObject([{ reason: 'Unsound', form: 'timelock' }])
    await world.run(validator.stop())
  })
})

describe('a commit by a time lock', () => {
  test('is told of by the next run on the same store, by its own hash', async () => {
    const world = await hidingWorld({ revealPeriodEpochs: 2 })
    const options = { store: memoryValidatorStore(), commitForm: 'timelock' as const }
    const first = world.makeValidator('judge', new Guess(), options)
    await world.run(first.validator.start())
    await until(world, () => first.eventsOf('weightsCommitted'))
    await world.run(first.validator.stop())
    // Another version of the row, so that the two runs commit different texts.
    const second = world.makeValidator('judge', new Guess(), { ...options, weightsVersionKey: 5 })
    await world.run(second.validator.start())
    await until(world, () => second.eventsOf('weightsRevealed'), 3)
    const committed = [...first.eventsOf('weightsCommitted'), ...second.eventsOf('weightsCommitted')]
    expect(
      second.eventsOf('weightsRevealed').map(({ commitHash, epochIndex }) => [commitHash, epochIndex]),
    ).toEqual(committed.slice(0, 3).map(({ commitHash, epochIndex }) => [commitHash, epochIndex]))
    expect(second.eventsOf('weightsRevealed')[0]).toMatchObject(ROW)
    expect(second.eventsOf('revealMissed')).toEqual([])
    await world.run(second.validator.stop())
  })

  test('is told of by its hash where the reveal period is shortened: those that are lost, and then the others', async () => {
    const world = await hidingWorld({ revealPeriodEpochs: 3 })
    let key = 0
    const weightsVersionKey = {
      get weightsVersionKey() {
        return key++
      },
    }
    const { validator, eventsOf } = world.makeValidator('judge', new Guess(), {
      commitForm: 'timelock',
      ...weightsVersionKey,
    })
    await world.run(validator.start())
    await until(world, () => eventsOf('weightsCommitted'), 3)
    await world.setHyperparameter('revealPeriodEpochs', 1)
    await until(world, () => eventsOf('weightsRevealed'), 3)
    const lost = eventsOf('revealMissed')
    const opened = eventsOf('weightsRevealed')
    expect(lost.every(({ reason }) => reason === 'NotOpened')).toBe(true)
    expect([...lost, ...opened].map(({ epochIndex }) => epochIndex)).toEqual(
      eventsOf('weightsCommitted')
        .slice(0, lost.length + 3)
        .map(({ epochIndex }) => epochIndex),
    )
    // With a period of 1 they open in the block of the next epoch.
    for (const { epochIndex, block } of opened) {
      const commit = eventsOf('weightsCommitted').find((one) => one.epochIndex === epochIndex)!
      expect(block - commit.block).toBeLessThanOrEqual(TEMPO)
    }
    await world.run(validator.stop())
  })

  test('and hiding switched off before a restart: open weights are set in the same window', async () => {
    const world = await hidingWorld({ weightsSetRateLimitBlocks: 1 })
    const options = { store: memoryValidatorStore(), commitForm: 'timelock' as const, weightsLeadBlocks: 6 }
    const first = world.makeValidator('judge', new Guess(), options)
    await world.run(first.validator.start())
    await until(world, () => first.eventsOf('weightsCommitted'))
    await world.run(first.validator.stop())
    await world.setHyperparameter('commitRevealEnabled', false)
    const second = world.makeValidator('judge', new Guess(), options)
    await world.run(second.validator.start())
    await until(world, () => second.eventsOf('weightsSet'))
    const [{ block } = { block: 0 }] = first.eventsOf('weightsCommitted')
    expect(second.eventsOf('weightsSet')[0]!.block - block).toBeLessThan(6)
    await world.run(second.validator.stop())
  })
})

describe('what changes while commits wait:', () => {
  test('a new tempo in the window has the validator commit twice, and both are revealed at once', async () => {
    const world = await hidingWorld()
    const calls = callsOf(world)
    const { validator, eventsOf } = world.makeValidator('judge', new Guess())
    await world.run(validator.start())
    await until(world, () => eventsOf('weightsCommitted'))
    await world.setHyperparameter('tempoBlocks', TEMPO + 2)
    await until(world, () => eventsOf('weightsRevealed'), 2)
    const committed = eventsOf('weightsCommitted')
    expect(committed[1]!.epochIndex).toBe(committed[0]!.epochIndex)
    const reveals = eventsOf('weightsRevealed')
    expect(reveals.slice(0, 2).map(({ commitHash }) => commitHash)).toEqual(
      committed.slice(0, 2).map(({ commitHash }) => commitHash),
    )
    expect(reveals[0]!.block).toBe(reveals[1]!.block)
    expect(calls.map(({ name }) => name)).toContain('batchRevealWeights')
    expect(eventsOf('weightsRefused')).toEqual([])
    await world.run(validator.stop())
  })

  test('under a further mechanism, which knows no batches, the newer one replaces the older', async () => {
    const world = await hidingWorld({ mechanismCount: 2, maxAllowedUids: 128 })
    const { validator, eventsOf } = world.makeValidator('judge', new Guess(), { mechanismId: 1 })
    await world.run(validator.start())
    await until(world, () => eventsOf('weightsCommitted'))
    await world.setHyperparameter('tempoBlocks', TEMPO + 2)
    await until(world, () => eventsOf('weightsRevealed'))
    const [older, newer] = eventsOf('weightsCommitted').map(({ commitHash }) => commitHash)
    expect(eventsOf('weightsRevealed')).toMatchObject([{ commitHash: newer }])
    expect(eventsOf('revealMissed')).toMatchObject([{ commitHash: older, reason: 'Replaced' }])
    expect(faultOfEvent(eventsOf('revealMissed')[0]!)).toBeUndefined()
    await world.run(validator.stop())
  })

  test('hiding is switched off: weights are set in the open, and what was committed waits in case it is switched on again', async () => {
    const world = await hidingWorld({ weightsSetRateLimitBlocks: 1, revealPeriodEpochs: 2 })
    const calls = callsOf(world)
    const { validator, eventsOf } = world.makeValidator('judge', new Guess())
    await world.run(validator.start())
    await until(world, () => eventsOf('weightsCommitted'))
    await world.setHyperparameter('commitRevealEnabled', false)
    // The commit does not count for the epoch that comes: what the subnet needs now is set in the same window.
    await until(world, () => eventsOf('weightsSet'))
    expect(eventsOf('weightsSet')[0]!.block - eventsOf('weightsCommitted')[0]!.block).toBeLessThanOrEqual(3)
    await pass(world, TEMPO)
    await world.setHyperparameter('commitRevealEnabled', true)
    await until(world, () => eventsOf('weightsRevealed'))
    expect(eventsOf('weightsRevealed')[0]).toMatchObject({
      commitHash: eventsOf('weightsCommitted')[0]!.commitHash,
    })
    expect(calls.filter(({ error }) => error !== null)).toEqual([])
    await world.run(validator.stop())
  })

  test('hiding is switched off for good: what was committed is forgotten once its epoch has passed', async () => {
    const world = await hidingWorld()
    const { validator, eventsOf } = world.makeValidator('judge', new Guess())
    await world.run(validator.start())
    await until(world, () => eventsOf('weightsCommitted'))
    await world.setHyperparameter('commitRevealEnabled', false)
    await until(world, () => eventsOf('revealMissed'))
    expect(eventsOf('revealMissed')).toMatchObject([{ reason: 'EpochPassed' }])
    await until(world, () => eventsOf('weightsSet'), 2)
    expect(eventsOf('weightsRefused')).toEqual([])
    await world.run(validator.stop())
  })

  test('hiding is switched off while time locks wait: they open all the same, and the rate limit holds for them', async () => {
    const world = await hidingWorld({ weightsSetRateLimitBlocks: 5 }, 'plain')
    const { validator, eventsOf } = world.makeValidator('judge', new Guess(), { commitForm: 'timelock' })
    await world.run(validator.start())
    await until(world, () => eventsOf('weightsCommitted'))
    await world.setHyperparameter('commitRevealEnabled', false)
    await until(world, () => eventsOf('revealMissed'))
    expect(eventsOf('revealMissed')).toMatchObject([
      {
        reason: 'Dropped',
        error: 'SettingWeightsTooFast',
        form: 'timelock',
        commitHash: eventsOf('weightsCommitted')[0]!.commitHash,
      },
    ])
    await until(world, () => eventsOf('weightsSet'))
    await world.run(validator.stop())
  })

  test('the way to the chain breaks at a reveal: that is told, and tried again', async () => {
    const world = await hidingWorld()
    let failures = 0
    const chain = new Proxy(world.chain, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key, target)
        if (typeof value !== 'function') return value
        if (key !== 'call') return value.bind(target)
        return async (signer: never, name: CallName, args: never, options: object) => {
          if (name === 'revealWeights' && failures++ === 0) throw new TypeError('the line is cut')
          return await target.call(signer, name, args, options)
        }
      },
    })
    const { validator, eventsOf } = world.makeValidator('judge', new Guess(), { chain })
    await world.run(validator.start())
    await until(world, () => eventsOf('weightsRevealed'))
    const [failed] = eventsOf('revealFailed')
    expect(failed?.error.message).toBe('the line is cut')
    expect(faultOfEvent(failed!)?.message).toBe(
      'Revealing weights failed; it is tried again while there is time. TypeError: the line is cut.',
    )
    expect(eventsOf('weightsRevealed')[0]!.block).toBe(failed!.block + 2)
    await world.run(validator.stop())
  })

  test('what the chain refuses to have revealed is tried again at growing intervals, told each time, and given up with its epoch', async () => {
    const world = await hidingWorld()
    const { validator, eventsOf } = world.makeValidator('judge', new Guess(), { weightsVersionKey: 3 })
    await world.run(validator.start())
    await until(world, () => eventsOf('weightsCommitted'))
    await world.setHyperparameter('weightsVersionKey', 4)
    await until(world, () => eventsOf('revealMissed'))
    const refused = eventsOf('weightsRefused').filter(({ callName }) => callName === 'revealWeights')
    expect(refused.map(({ refusal, attempt }) => [refusal.error, attempt]).slice(0, 4)).toEqual([
      ['IncorrectWeightVersionKey', 1],
      ['IncorrectWeightVersionKey', 2],
      ['IncorrectWeightVersionKey', 3],
      ['IncorrectWeightVersionKey', 4],
    ])
    const [first = { block: 0 }] = refused
    expect(refused.slice(0, 4).map(({ block }) => block - first.block)).toEqual([0, 1, 3, 7])
    expect(faultOfEvent(refused[0]!)).toMatchObject({
      cause: 'revealWeights refused IncorrectWeightVersionKey',
    })
    expect(eventsOf('revealMissed')[0]).toMatchObject({ reason: 'EpochPassed' })
    await world.run(validator.stop())
  })

  test('as many commits as may wait: no more are sent, which is told once an epoch, until some are revealed', async () => {
    const world = await hidingWorld({ revealPeriodEpochs: 12 })
    const calls = callsOf(world)
    const { validator, eventsOf } = world.makeValidator('judge', new Guess())
    await world.run(validator.start())
    await until(world, () => eventsOf('weightsRevealed'), 1, 30 * TEMPO)
    const full = eventsOf('weightsSkipped').filter(({ reason }) => reason === 'CommitsFull')
    expect(full.map(({ epochsInRow }) => epochsInRow)).toEqual([1, 2])
    expect(faultOfEvent(full[0]!)?.message).toMatch(/As many commits/)
    expect(calls.filter(({ name }) => name === 'commitWeights').length).toBeGreaterThanOrEqual(10)
    expect(calls.filter(({ error }) => error !== null)).toEqual([])
    await world.run(validator.stop())
  })
})

/** The chain of a world, whose calls go through a function. */
function calling(world: World, through: (name: CallName, call: () => Promise<Receipt>) => Promise<Receipt>) {
  return new Proxy(world.chain, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target)
      if (typeof value !== 'function') return value
      if (key !== 'call') return value.bind(target)
      return async (signer: never, name: CallName, args: never, options: object) =>
        await through(name, async () => await target.call(signer, name, args, options))
    },
  })
}

/** The chain of a world to which a call goes, or does not, and no receipt comes back. */
function deafTo(world: World, wanted: CallName, { delivers = true } = {}) {
  const sent: CallName[] = []
  const chain = new Proxy(world.chain, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target)
      if (typeof value !== 'function') return value
      if (key !== 'call') return value.bind(target)
      return async <N extends CallName>(
        signer: never,
        name: N,
        args: CallArgs[N],
        options: { signal: AbortSignal },
      ): Promise<Receipt> => {
        if (name !== wanted) return await target.call(signer, name, args, options)
        sent.push(name)
        if (delivers) await target.call(signer, name, args)
        const { signal } = options
        return await new Promise((_, reject) => onAbort(signal, () => reject(signal.reason)))
      }
    },
  })
  return { chain, sent }
}

/** Whether a stored memory holds a commit by hash: the last but one of its fields is a list that is not empty. */
function holdsCommit(bytes: Uint8Array): boolean {
  const fields = decodeCanonical(bytes) as unknown[][]
  return fields[11]!.length > 0
}
