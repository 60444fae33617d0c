import { CallRejectedError, type Chain } from '../chain/index.js'
import { bytes as bytesCheck, check } from '../checks/index.js'
import { blake2b256, bytesOfHex, hexOf, type Signer } from '../crypto/index.js'
import { assert, InvalidArgumentError, portableError } from '../errors/index.js'
import {
  type CallArgs,
  type LedgerEvent,
  MAX_TIMELOCKED_BYTES,
  MAX_UNREVEALED_COMMITS,
  type Receipt,
  type SubnetView,
  timelockedWeightsText,
  weightsCommitHash,
} from '../ledger/index.js'
import { encryptTimelock, TIMELOCK_OVERHEAD_BYTES } from '../timelock/index.js'
import { asHotkey, type BlockNumber, type Netuid } from '../units/index.js'
import { landingEpoch } from './landingEpoch.js'
import { ValidatorStoreError } from './storeErrors.js'
import type { TimelockWatch } from './TimelockWatch.js'
import type { CommitForm, ValidatorEvent } from './validatorEvents.js'
import type { KeptCommit, WeightsCommits } from './WeightsCommits.js'

/** Weights to be hidden, under the mechanism of the validator. */
export type WeightsRow = Omit<CallArgs['setWeights'], 'netuid' | 'mechanism'>

/** What committing to weights needs of its validator. */
export interface WeightsCommitterOptions {
  readonly chain: Chain
  readonly signer: Signer
  readonly netuid: Netuid
  readonly mechanismId: number
  readonly signal: AbortSignal
  /** By default a time lock where the chain has a beacon and the weights fit into one, a hash otherwise. */
  readonly commitForm: CommitForm | undefined
  readonly randomBytes: (length: number) => Uint8Array
  readonly commits: WeightsCommits
  readonly watch: TimelockWatch
  /** Saves the validator's memory, and waits until it lies in its store. */
  readonly saveNow: () => Promise<void>
  /** Saves it soon; a failure is told with the block. */
  readonly saveSoon: (block: BlockNumber) => void
  readonly tell: (event: ValidatorEvent) => void
}

/** Where the subnet stood when weights were about to be sent. */
export interface CommitPlace {
  readonly head: BlockNumber
  readonly subnet: SubnetView
}

/** Bytes of a salt: as many as nobody can try. */
const SALT_BYTES = 32

/** Draws of a salt before the source of random bytes is held to be none. */
const MOST_DRAWS = 3

/** Commits to weights where a subnet hides them. */
export class WeightsCommitter {
  readonly #options: WeightsCommitterOptions
  /** Version of time-locked commits that the chain asked for. */
  #version: number | undefined

  constructor(options: WeightsCommitterOptions) {
    this.#options = options
  }

  /** Block of the validator's last commit, as far as is known. */
  get lastBlock(): BlockNumber | undefined {
    const { commits, watch } = this.#options
    return maxOf(commits.lastBlock, watch.lastBlock)
  }

  /** In which form a row is committed now. */
  async formOf(row: WeightsRow): Promise<CommitForm> {
    const { chain, commitForm, signal } = this.#options
    if (commitForm !== undefined) return commitForm
    const { publicKey } = await chain.query('beacon', {}, { signal })
    const fits = this.#textOf(row).length + TIMELOCK_OVERHEAD_BYTES <= MAX_TIMELOCKED_BYTES
    return publicKey !== null && fits ? 'timelock' : 'hash'
  }

  /** Whether no more commits by hash can wait: the chain takes no more, or their memory is full. */
  async isFull({ head, subnet }: CommitPlace): Promise<boolean> {
    const { chain, commits, netuid, mechanismId: mechanism, signal } = this.#options
    if (commits.isFull) return true
    const waiting = await chain.query(
      'weightsCommits',
      { netuid, mechanism, hotkey: this.#hotkey },
      { signal },
    )
    const landing = landingEpoch(subnet, head + 1)
    return (
      waiting.filter(({ revealEpochIndex }) => revealEpochIndex >= landing).length >= MAX_UNREVEALED_COMMITS
    )
  }

  /**
   * Commits, and tells it.
   *
   * @returns the receipt, `undefined` when the commit could not be saved and so was not sent.
   */
  async send(form: CommitForm, row: WeightsRow, place: CommitPlace): Promise<Receipt | undefined> {
    return form === 'hash' ? await this.#sendHash(row, place) : await this.#sendTimelocked(row, place)
  }

  /** Row and salt are in the store before the chain hears of the hash: whenever the validator ends, the next run can reveal. */
  async #sendHash(row: WeightsRow, place: CommitPlace): Promise<Receipt | undefined> {
    const { commits, saveNow, tell } = this.#options
    const commit: KeptCommit = {
      ...this.#hidden(row),
      ...row,
      epochIndex: landingEpoch(place.subnet, place.head + 1),
      block: null,
    }
    commits.add(commit)
    try {
      await saveNow()
      await this.#assertInTime(commit)
      return await this.#sendKept(commit, row, place)
    } catch (error) {
      if (!(error instanceof ValidatorStoreError)) throw error
      commits.remove(commit.commitHash)
      tell({ type: 'commitNotSaved', block: place.head, error: portableError(error) })
      return undefined
    } finally {
      commits.ended(commit.commitHash)
    }
  }

  /**
   * A save may have taken its time: weights of an epoch that is over are not sent for the next one.
   *
   * @throws ValidatorStoreError when it did.
   */
  async #assertInTime({ commitHash, epochIndex }: KeptCommit): Promise<void> {
    const { chain, commits, netuid, signal } = this.#options
    try {
      const [{ number: head }, subnet] = await Promise.all([
        chain.head({ signal }),
        chain.query('subnet', { netuid }, { signal }),
      ])
      if (subnet === null || landingEpoch(subnet, head + 1) === epochIndex) return
    } catch (error) {
      commits.remove(commitHash)
      throw error
    }
    throw new ValidatorStoreError({
      fault: 'unwritable',
      detail: `the save took until epoch ${epochIndex} was over`,
    })
  }

  async #sendKept(commit: KeptCommit, row: WeightsRow, place: CommitPlace): Promise<Receipt> {
    const { chain, commits, netuid, mechanismId: mechanism, signal, signer } = this.#options
    const { commitHash } = commit
    const receipt = await chain
      .call(signer, 'commitWeights', { netuid, mechanism, commitHash }, { signal })
      .catch((error: unknown) => {
        if (isInNoBlock(error)) this.#forget(commitHash, place.head)
        throw error
      })
    if (receipt.refusal === null) {
      const included = { block: receipt.block, epochIndex: epochOf(receipt) }
      commits.note(commitHash, included)
      this.#options.saveSoon(receipt.block)
      this.#tellCommitted('hash', { commitHash, ...included }, row, place)
    } else this.#forget(commitHash, receipt.block)
    return receipt
  }

  /**
   * A salt, and the hash of the row with it, which is none of those that are kept: the chain, and the memory, know a commit by it.
   *
   * @throws InvalidArgumentError when the owner's random bytes are always the same.
   */
  #hidden(row: WeightsRow): Pick<KeptCommit, 'salt' | 'commitHash'> {
    const { commits, netuid, mechanismId: mechanism } = this.#options
    for (let draw = 0; draw < MOST_DRAWS; draw++) {
      const salt = this.#salt()
      const commitHash = weightsCommitHash({ hotkey: this.#hotkey, netuid, mechanism, ...row, salt })
      if (!commits.has(commitHash)) return { salt, commitHash }
    }
    throw new InvalidArgumentError({
      field: 'randomBytes()',
      value: `${MOST_DRAWS} times the bytes of a commit that waits to be revealed`,
      remedy:
        'Give other bytes each time: the same weights would have the same hash, and nothing was committed.',
    })
  }

  /** The chain opens them whether the validator is there or not: they are remembered to tell what becomes of them, and need not be before they are sent. */
  async #sendTimelocked(row: WeightsRow, place: CommitPlace): Promise<Receipt> {
    const { chain, netuid, mechanismId: mechanism, signal, signer, watch } = this.#options
    const { publicKey } = await chain.query('beacon', {}, { signal })
    const text = this.#textOf(row)
    const revealRound = revealRoundOf(place)
    const commit =
      publicKey === null
        ? text
        : encryptTimelock(text, { round: revealRound, publicKey: bytesOfHex(publicKey) })
    const version = this.#version === undefined ? {} : { version: this.#version }
    const args = { netuid, mechanism, commit, revealRound, ...version }
    const receipt = await chain.call(signer, 'commitTimelockedWeights', args, { signal })
    const { block, refusal } = receipt
    if (refusal?.error === 'IncorrectCommitRevealVersion') this.#version = refusal.data.known
    if (refusal !== null) return receipt
    const commitHash = hexOf(blake2b256(commit))
    const locked = { commitHash, block, epochIndex: epochOf(receipt) }
    watch.add({ ...locked, uids: row.uids, values: row.values })
    this.#options.saveSoon(block)
    this.#tellCommitted('timelock', locked, row, place)
    return receipt
  }

  #tellCommitted(
    form: CommitForm,
    commit: { readonly commitHash: string; readonly block: BlockNumber; readonly epochIndex: number },
    { uids, values }: WeightsRow,
    { subnet }: CommitPlace,
  ): void {
    const revealEpochIndex = commit.epochIndex + subnet.hyperparameters.revealPeriodEpochs
    this.#options.tell({ type: 'weightsCommitted', form, ...commit, revealEpochIndex, uids, values })
  }

  #forget(commitHash: string, block: BlockNumber): void {
    this.#options.commits.remove(commitHash)
    this.#options.saveSoon(block)
  }

  #salt(): number[] {
    const bytes = this.#options.randomBytes(SALT_BYTES)
    check('randomBytes()', bytesCheck(SALT_BYTES), bytes)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    return Array.from({ length: bytes.length / 2 }, (_, at) => view.getUint16(2 * at, true))
  }

  #textOf(row: WeightsRow): Uint8Array {
    return timelockedWeightsText({ hotkey: this.#hotkey, ...row })
  }

  get #hotkey() {
    return asHotkey(this.#options.signer.address)
  }
}

/**
 * The round with which weights open that are committed before the subnet's next epoch: that of the block in which the epoch is due that they are to count in. A chain of this library has a round
 * with every block, of the block's number. Where the epoch comes later than planned, they open with it all the same; where it comes earlier, they open some blocks after it.
 */
function revealRoundOf({ head, subnet }: CommitPlace): number {
  const { tempoBlocks, revealPeriodEpochs } = subnet.hyperparameters
  const planned = (subnet.nextEpochBlock ?? 0) + (revealPeriodEpochs - 1) * tempoBlocks
  return Math.max(head + 1, planned)
}

/** Whether a call is in no block, and never will be. Whatever else goes wrong, it may be in one. */
function isInNoBlock(error: unknown): boolean {
  return error instanceof CallRejectedError && error.rejection.error !== 'OutcomeUnknown'
}

/** The epoch that a commit belongs to, as the chain says with it: it may have waited for longer than was thought. */
function epochOf({ events }: Receipt): number {
  const committed = events.find(
    (event): event is Extract<LedgerEvent, { name: 'WeightsCommitted' | 'TimelockedWeightsCommitted' }> =>
      event.name === 'WeightsCommitted' || event.name === 'TimelockedWeightsCommitted',
  )
  assert(committed !== undefined, 'a commit that a block took names its epoch')
  return committed.data.epochIndex
}

function maxOf(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other)
}
