import { describe, expect, it } from 'vitest'
import { bytesOfHex, publicKeyOf } from '../../src/crypto/index.js'
import { hashCommits, timelockBuckets, timelockedCommits } from '../../src/ledger/state/commitTables.js'
import { clocks, lastUpdates, weights } from '../../src/ledger/state/tables.js'
import {
  accountNumber,
  CommitRevealChain,
  type Errors,
  type FileOperation,
  type FileStart,
  type Locks,
} from './commitRevealChain.js'
import { vectorFiles } from './vectorsDir.js'

interface FileMechanism {
  readonly rows: readonly (readonly [uid: number, readonly (readonly [uid: number, value: number])[]])[]
  readonly last_update_blocks: readonly number[]
  readonly hash_commits: readonly (readonly [
    hotkey: number,
    readonly (readonly [hash: string, epoch: number, block: number])[],
  ])[]
  readonly timelocked: readonly (readonly [
    epoch: number,
    readonly (readonly [hotkey: number, block: number, round: number])[],
  ])[]
}

type FileTimelock = readonly [netuid: number, mechanism: number, hotkey: number]

interface Case {
  readonly input: {
    readonly case: string
    readonly initial: FileStart
    readonly blocks: readonly { readonly block: number; readonly ops: readonly FileOperation[] }[]
  }
  readonly expected: {
    readonly blocks: readonly {
      readonly block: number
      readonly epochs: readonly number[]
      readonly deferred: readonly number[]
      readonly revealed: readonly FileTimelock[]
      readonly dropped: readonly FileTimelock[]
      readonly epoch_index: readonly (readonly [netuid: number, index: number])[]
      readonly results: readonly Errors[]
    }[]
    readonly final: readonly {
      readonly netuid: number
      readonly epoch_index: number
      readonly last_epoch_block: number
      readonly pending_epoch_at: number
      readonly mechanisms: readonly FileMechanism[]
    }[]
  }
}

const cases = vectorFiles('ledger')
  .filter(({ name }) => name === 'commit_reveal_timing.json')
  .flatMap(({ content }) => (content as { readonly cases: readonly Case[] }).cases)

function mechanismOf({ state }: CommitRevealChain, netuid: number, mechanism: number): FileMechanism {
  return {
    rows: state
      .range(weights, netuid, mechanism)
      .map(([[, , uid], row]) => [
        uid,
        Array.from(row.uids, (target, at) => [target, row.values[at] ?? 0] as const),
      ]),
    last_update_blocks: [...state.required(lastUpdates, netuid, mechanism).block],
    hash_commits: state
      .range(hashCommits, netuid, mechanism)
      .map(
        ([[, , hotkey], { hash, epochIndex, block }]) =>
          [
            accountNumber(bytesOfHex(hotkey)),
            hash.map((one, at) => [one, epochIndex[at] ?? 0, block[at] ?? 0] as const),
          ] as const,
      )
      .sort(([a], [b]) => a - b),
    timelocked: state
      .range(timelockBuckets, netuid, mechanism)
      .map(
        ([[, , epoch]]) =>
          [
            epoch,
            state
              .range(timelockedCommits, netuid, mechanism, epoch)
              .map(
                ([, { hotkey, block, round }]) => [accountNumber(bytesOfHex(hotkey)), block, round] as const,
              ),
          ] as const,
      ),
  }
}

/** Cases that are run encrypted always: ten commits of many, and deferral. All are with `TIMELOCK_VECTORS=all`. */
const SAMPLE = [18, 21]
const { TIMELOCK_VECTORS } = process.env

describe('commit_reveal_timing.json', () => {
  const named = cases.map((item, index) => ({ ...item, index, title: item.input.case }))

  it.each(named)('case $index, $title: every block, error and row', (item) => holds(item, 'plain'))

  it.each(named.filter(({ index }) => TIMELOCK_VECTORS === 'all' || SAMPLE.includes(index)))(
    'case $index, $title, encrypted: every block, error and row',
    (item) => holds(item, 'encrypted'),
    120_000,
  )
})

async function holds({ input, expected }: Case, locks: Locks): Promise<void> {
  const chain = new CommitRevealChain(input.initial, locks)
  const { state } = chain
  const netuids = input.initial.subnets.map(({ netuid }) => netuid)
  for (const [at, { block, ops }] of input.blocks.entries()) {
    const events = await chain.begin()
    const netuidsOf = (name: string): (number | null)[] =>
      events.filter((event) => event.name === name).map(({ netuid }) => netuid)
    const timelocksOf = (wanted: 'TimelockedWeightsRevealed' | 'TimelockedWeightsDropped'): FileTimelock[] =>
      events.flatMap(({ name, netuid, data }) =>
        name === wanted && netuid !== null
          ? [[netuid, data.mechanism, accountNumber(publicKeyOf(data.hotkey))] as const]
          : [],
      )
    const is = {
      block: state.chain.block,
      epochs: netuidsOf('EpochRan'),
      deferred: netuidsOf('EpochDeferred'),
      revealed: timelocksOf('TimelockedWeightsRevealed'),
      dropped: timelocksOf('TimelockedWeightsDropped'),
      epoch_index: netuids.map((netuid) => [netuid, state.cell(clocks, netuid, 'epochIndex')]),
      results: ops.map((operation) => chain.run(operation)),
    }
    expect(is, `block ${block}`).toEqual(expected.blocks[at])
  }
  const final = input.initial.subnets.map(({ netuid, mechanism_count: count }) => ({
    netuid,
    epoch_index: state.cell(clocks, netuid, 'epochIndex'),
    last_epoch_block: state.cell(clocks, netuid, 'lastEpochBlock'),
    pending_epoch_at: state.cell(clocks, netuid, 'pendingEpochAtBlock'),
    mechanisms: Array.from({ length: count }, (_, mechanism) => mechanismOf(chain, netuid, mechanism)),
  }))
  expect(final).toEqual(expected.final)
}
