import { describe, expect, test } from 'vitest'
import type { CommitForm, ValidatorEvent } from '../../../src/neuron/index.js'
import { TimelockCommits } from '../../../src/neuron/TimelockCommits.js'
import { TimelockWatch } from '../../../src/neuron/TimelockWatch.js'
import { WeightsCommits } from '../../../src/neuron/WeightsCommits.js'
import { WeightsCommitter } from '../../../src/neuron/WeightsCommitter.js'
import { hotkeyNamed, keyNamed, World } from './World.js'

/** A committer of the judge's on a chain. */
async function committing(
  options: {
    readonly timelock?: 'beacon' | 'plain'
    readonly commitForm?: CommitForm
    readonly version?: number
    readonly randomBytes?: (length: number) => Uint8Array
  } = {},
) {
  const { timelock = 'plain', version = 4, commitForm } = options
  const world = await World.start(
    { config: { commitRevealVersion: version }, hyperparameters: { commitRevealEnabled: true } },
    {},
    timelock,
  )
  await world.join('judge', 10_000n)
  const told: ValidatorEvent[] = []
  const tell = (event: ValidatorEvent): void => void told.push(event)
  const commits = new WeightsCommits()
  const place = { netuid: 1, mechanismId: 0 }
  const watch = new TimelockWatch({
    ...place,
    hotkey: hotkeyNamed('judge'),
    locks: new TimelockCommits(),
    changed: () => {},
    tell,
  })
  const committer = new WeightsCommitter({
    ...place,
    chain: world.chain,
    signer: keyNamed('judge'),
    signal: new AbortController().signal,
    commitForm,
    randomBytes: options.randomBytes ?? ((length) => new Uint8Array(length)),
    commits,
    watch,
    saveNow: async () => {},
    saveSoon: () => {},
    tell,
  })
  const placeNow = async () => ({
    head: (await world.chain.head()).number,
    subnet: (await world.chain.query('subnet', { netuid: 1 }))!,
  })
  return { world, committer, commits, watch, told, placeNow }
}

const row = { uids: [0], values: [65_535], versionKey: 0 }
/** One entry more than a time lock has room for: 4 bytes each, and what is around them. */
const rowOf = (count: number) => ({
  uids: Array.from({ length: count }, (_, uid) => uid),
  values: new Array<number>(count).fill(1),
  versionKey: 0,
})

describe('WeightsCommitter', () => {
  test('locks to a time where the chain has a beacon, as far as the weights fit into a lock', async () => {
    const { committer, world } = await committing({ timelock: 'beacon' })
    expect(await committer.formOf(row)).toBe('timelock')
    // 5,000 bytes hold the hotkey (33), two lengths (2 each), the version (8), the lock itself (177) and 4 bytes an entry.
    expect(await committer.formOf(rowOf(1_194))).toBe('timelock')
    expect(await committer.formOf(rowOf(1_195))).toBe('hash')
    await world.chain.close()
  })

  test('hashes where it has none, and does as it is told', async () => {
    expect(await (await committing()).committer.formOf(row)).toBe('hash')
    expect(await (await committing({ commitForm: 'timelock' })).committer.formOf(row)).toBe('timelock')
    const told = await committing({ commitForm: 'hash', timelock: 'beacon' })
    expect(await told.committer.formOf(row)).toBe('hash')
    await told.world.chain.close()
  })

  test('names the version that a chain asked for from the next attempt on', async () => {
    const { committer, world, watch, told, placeNow } = await committing({
      version: 7,
      commitForm: 'timelock',
    })
    await world.untilBlock(30)
    const first = await world.run(committer.send('timelock', row, await placeNow()))
    expect(first?.refusal).toMatchObject({ error: 'IncorrectCommitRevealVersion' })
    expect([told, watch.size]).toEqual([[], 0])
    const second = await world.run(committer.send('timelock', row, await placeNow()))
    expect(second?.refusal).toBeNull()
    expect(told).toMatchObject([{ type: 'weightsCommitted', form: 'timelock' }])
    expect([watch.size, committer.lastBlock]).toEqual([1, second?.block])
  })

  test('forgets a commit that the chain refuses', async () => {
    const { committer, world, commits, told, placeNow } = await committing()
    await world.untilBlock(30)
    expect((await world.run(committer.send('hash', row, await placeNow())))?.refusal).toBeNull()
    const tooSoon = await world.run(committer.send('hash', { ...row, values: [7] }, await placeNow()))
    expect(tooSoon?.refusal).toMatchObject({ error: 'CommittingWeightsTooFast' })
    expect(told).toHaveLength(1)
    expect(commits.all).toMatchObject([{ values: [65_535], block: 31 }])
    expect(commits.all[0]?.salt).toHaveLength(16)
  })

  test('draws a salt anew that gives the hash of a kept commit, and refuses a source that gives no other', async () => {
    const draws = [1, 1, 2, 2, 2, 2]
    const { committer, world, commits, placeNow } = await committing({
      randomBytes: (length) => new Uint8Array(length).fill(draws.shift() ?? 0),
    })
    await world.untilBlock(30)
    expect((await world.run(committer.send('hash', row, await placeNow())))?.refusal).toBeNull()
    // Refused for coming too fast: what it drew is what counts here.
    await world.run(committer.send('hash', row, await placeNow()))
    expect([draws, commits.all.map(({ salt }) => salt[0])]).toEqual([[2, 2, 2], [257]])
    draws.fill(1)
    await expect(committer.send('hash', row, await placeNow())).rejects.toMatchObject({
      code: 'InvalidArgument',
      field: 'randomBytes()',
    })
    expect(commits.all).toHaveLength(1)
  })

  test('sends nothing with a salt that is none', async () => {
    const { committer, commits, placeNow } = await committing({ randomBytes: () => new Uint8Array(3) })
    await expect(committer.send('hash', row, await placeNow())).rejects.toThrow('randomBytes()')
    expect(commits.all).toEqual([])
  })
})

describe('WeightsCommits', () => {
  const commit = (commitHash: string) =>
    ({ commitHash, epochIndex: 1, block: null, uids: [], values: [], salt: [], versionKey: 0 }) as const

  test('keeps each hash once, and says whether what a chain tells is news', () => {
    const commits = new WeightsCommits()
    commits.add(commit('aa'))
    commits.add(commit('bb'))
    expect(() => commits.add(commit('aa'))).toThrow('a hash of its own')
    expect(commits.all.map(({ commitHash }) => commitHash)).toEqual(['aa', 'bb'])
    expect([commits.isUnderWay('aa'), commits.isUnderWay('cc')]).toEqual([true, false])
    commits.ended('aa')
    expect(commits.isUnderWay('aa')).toBe(false)
    expect(commits.lastBlock).toBeUndefined()
    expect(commits.note('bb', { block: 7, epochIndex: 2 })).toBe(true)
    expect(commits.note('bb', { block: 7, epochIndex: 2 })).toBe(false)
    expect(commits.note('cc', { block: 7, epochIndex: 2 })).toBe(false)
    expect([commits.lastBlock, commits.all[1]?.epochIndex]).toEqual([7, 2])
    commits.remove('bb')
    expect(commits.all).toHaveLength(1)
  })

  test('are full with twice as many as a chain lets wait', () => {
    const commits = new WeightsCommits(Array.from({ length: 19 }, (_, at) => commit(String(at))))
    expect(commits.isFull).toBe(false)
    commits.add(commit('19'))
    expect(commits.isFull).toBe(true)
  })
})
