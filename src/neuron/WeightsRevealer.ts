import { CallRejectedError, type Chain, type Rejection } from '../chain/index.js'
import type { Signer } from '../crypto/index.js'
import { assert, portableError } from '../errors/index.js'
import type { Receipt, SubnetView, WeightsCommitView } from '../ledger/index.js'
import { asHotkey, type BlockNumber, type Netuid } from '../units/index.js'
import { landingEpoch } from './landingEpoch.js'
import type { SubnetFollower } from './SubnetFollower.js'
import type { TimelockWatch } from './TimelockWatch.js'
import type { MissedReveal, ValidatorEvent } from './validatorEvents.js'
import type { KeptCommit, WeightsCommits } from './WeightsCommits.js'

/** What revealing weights needs of its validator. */
export interface WeightsRevealerOptions {
  readonly chain: Chain
  readonly signer: Signer
  readonly netuid: Netuid
  readonly mechanismId: number
  readonly follower: SubnetFollower
  readonly signal: AbortSignal
  readonly commits: WeightsCommits
  readonly watch: TimelockWatch
  /** Saves the validator's memory soon; a failure is told with the block. */
  readonly saveSoon: (block: BlockNumber) => void
  readonly tell: (event: ValidatorEvent) => void
}

type RevealCallName = 'revealWeights' | 'batchRevealWeights'

/** Attempts at one reveal. */
interface Attempts {
  /** The last of the commits that are revealed. */
  readonly commitHash: string
  readonly count: number
  /** The next one is made when this is the newest block, or later. */
  readonly fromBlock: BlockNumber
}

/** The only mechanism whose commits a batch reveals. */
const MAIN_MECHANISM = 0

/** Most blocks between two attempts. */
const LONGEST_PAUSE_BLOCKS = 32

/** Reveals what the validator committed to by hash, this run or an earlier one, in the epoch in which the chain takes it, and forgets what it takes no more. */
export class WeightsRevealer {
  readonly #options: WeightsRevealerOptions
  #attempts: Attempts | undefined

  constructor(options: WeightsRevealerOptions) {
    this.#options = options
  }

  async run(): Promise<void> {
    const { follower, tell } = this.#options
    await follower.each(
      ({ number }) => this.#consider(number),
      ({ number: block }, error) => tell({ type: 'revealFailed', block, error: portableError(error) }),
    )
  }

  /** What is on chain decides: a commit may have come into a block after its validator was killed. */
  async #consider(head: BlockNumber): Promise<void> {
    const { chain, commits, watch, netuid, mechanismId: mechanism, signal, signer } = this.#options
    if (commits.all.length === 0 && watch.size === 0) return
    const place = { netuid, mechanism, hotkey: asHotkey(signer.address) }
    const [subnet, onChain] = await Promise.all([
      chain.query('subnet', { netuid }, { signal }),
      chain.query('weightsCommits', place, { signal }),
    ])
    if (subnet === null) return
    watch.settle(head, subnet)
    const due = this.#dueOf(onChain, head, subnet)
    // A chain that hides no weights any more takes no reveals either; it may yet, before their epoch has passed.
    if (due.length === 0 || !subnet.hyperparameters.commitRevealEnabled) return
    await this.#reveal(due, head)
  }

  /** Commits to be revealed in the next block, the oldest first. Those for which it is too late are forgotten. */
  #dueOf(
    onChain: readonly WeightsCommitView[],
    head: BlockNumber,
    subnet: SubnetView,
  ): readonly KeptCommit[] {
    const { commits } = this.#options
    const now = landingEpoch(subnet, head + 1)
    const { revealPeriodEpochs } = subnet.hyperparameters
    const byHash = new Map(onChain.map((one) => [one.commitHash, one]))
    const due: KeptCommit[] = []
    let isNews = false
    for (const commit of commits.all) {
      const { commitHash } = commit
      const found = byHash.get(commitHash)
      if (found === undefined && commits.isUnderWay(commitHash)) continue
      if (found !== undefined && commits.note(commitHash, found)) isNews = true
      const reason = whyMissed(commit, found, { head, now, revealPeriodEpochs })
      if (reason !== null) this.#miss(commit, head, reason)
      else if (found?.revealEpochIndex === now) due.push(commit)
    }
    if (isNews) this.#options.saveSoon(head)
    return due
  }

  #miss(
    commit: Pick<KeptCommit, 'commitHash' | 'epochIndex'>,
    block: BlockNumber,
    reason: MissedReveal,
  ): void {
    const { commits, saveSoon, tell } = this.#options
    const { commitHash, epochIndex } = commit
    commits.remove(commitHash)
    saveSoon(block)
    tell({ type: 'revealMissed', block, form: 'hash', commitHash, epochIndex, reason, error: null })
  }

  /** Tried again at growing intervals as long as the epoch lasts: what the chain refuses for good is not sent with each block. */
  async #reveal(due: readonly KeptCommit[], head: BlockNumber): Promise<void> {
    const { mechanismId, tell } = this.#options
    const { commitHash = '' } = due.at(-1) ?? {}
    const last = this.#attempts?.commitHash === commitHash ? this.#attempts : undefined
    if (last !== undefined && head < last.fromBlock) return
    const attempt = (last?.count ?? 0) + 1
    const pause = Math.min(2 ** (attempt - 1), LONGEST_PAUSE_BLOCKS)
    this.#attempts = { commitHash, count: attempt, fromBlock: head + pause }
    // A batch is taken whole or not at all; the newest row alone is what counts, and revealing it drops the others.
    const isBatch = mechanismId === MAIN_MECHANISM && due.length > 1 && attempt === 1
    const callName = isBatch ? 'batchRevealWeights' : 'revealWeights'
    const refused = (block: BlockNumber, refusal: Rejection): void =>
      tell({ type: 'weightsRefused', callName, block, refusal, attempt })
    try {
      const { block, refusal } = await this.#send(callName, due)
      if (refusal !== null) refused(block, refusal)
      else this.#revealed(due, block, isBatch)
    } catch (error) {
      if (!(error instanceof CallRejectedError)) throw error
      refused(head, error.rejection)
    }
  }

  async #send(callName: RevealCallName, due: readonly KeptCommit[]): Promise<Receipt> {
    const { chain, netuid, mechanismId: mechanism, signal, signer } = this.#options
    const rows = due.map(({ uids, values, salt, versionKey }) => ({ uids, values, salt, versionKey }))
    if (callName === 'batchRevealWeights') {
      return await chain.call(signer, callName, { netuid, reveals: rows }, { signal })
    }
    const newest = rows.at(-1)
    assert(newest !== undefined, 'there is a row to reveal')
    return await chain.call(signer, callName, { netuid, mechanism, ...newest }, { signal })
  }

  #revealed(due: readonly KeptCommit[], block: BlockNumber, isBatch: boolean): void {
    const { commits, saveSoon, tell } = this.#options
    this.#attempts = undefined
    for (const commit of due) {
      if (!isBatch && commit !== due.at(-1)) this.#miss(commit, block, 'Replaced')
      else {
        const { commitHash, epochIndex, uids, values } = commit
        commits.remove(commitHash)
        tell({ type: 'weightsRevealed', block, form: 'hash', commitHash, epochIndex, uids, values })
      }
    }
    saveSoon(block)
  }
}

/** Why a commit is revealed no more; `null` while it may be. */
function whyMissed(
  commit: KeptCommit,
  found: WeightsCommitView | undefined,
  { head, now, revealPeriodEpochs }: { head: BlockNumber; now: number; revealPeriodEpochs: number },
): MissedReveal | null {
  if (found !== undefined) return now > found.revealEpochIndex ? 'EpochPassed' : null
  if (commit.block === null) return now > commit.epochIndex + revealPeriodEpochs ? 'NotIncluded' : null
  // What came into a block after this one is not in an answer that was given before.
  return commit.block <= head ? 'Gone' : null
}
