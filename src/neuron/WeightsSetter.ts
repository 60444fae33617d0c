import { CallRejectedError, type Chain } from '../chain/index.js'
import type { Signer } from '../crypto/index.js'
import { portableError } from '../errors/index.js'
import type { CallArgs } from '../ledger/index.js'
import type { Metagraph } from '../metagraph/index.js'
import { asHotkey, type BlockNumber, type Netuid } from '../units/index.js'
import { rankOf } from './rankOf.js'
import type { ReadValues } from './readValues.js'
import type { SubnetFollower } from './SubnetFollower.js'
import type { CommitForm, ValidatorEvent, WeightsCallName } from './validatorEvents.js'
import type { CommitPlace, WeightsCommitter } from './WeightsCommitter.js'
import { nobodyCall, weightsByUid, weightsCall } from './weightsCall.js'
import { weightsSchedule } from './weightsSchedule.js'

type Skip = Extract<ValidatorEvent, { type: 'weightsSkipped' }>

/** What setting weights needs from its validator. */
export interface WeightsSetterOptions {
  readonly chain: Chain
  readonly signer: Signer
  readonly netuid: Netuid
  readonly mechanismId: number
  readonly follower: SubnetFollower
  readonly leadBlocks: number
  readonly versionKey: number | undefined
  readonly signal: AbortSignal
  /** Commits where the subnet hides weights. */
  readonly committer: WeightsCommitter
  readonly weightsNow: (metagraph: Metagraph) => ReadValues
  readonly tell: (event: ValidatorEvent) => void
}

const COMMIT_CALLS: Readonly<Record<CommitForm, WeightsCallName>> = {
  hash: 'commitWeights',
  timelock: 'commitTimelockedWeights',
}

/** Sets weights, or commits to them, once per epoch, in its last blocks, and tries again with each block while the chain refuses. */
export class WeightsSetter {
  readonly #options: WeightsSetterOptions
  /** Epoch that the attempts count for. */
  #epochIndex = -1
  #attempts = 0
  /** What was sent last. */
  #callName: WeightsCallName = 'setWeights'
  #toldSkip = false
  #toldNobody = false
  /** The reason for which weights were skipped last, and for how many epochs in a row. */
  #skips: { readonly reason: Skip['reason'] | undefined; readonly epochs: number } = {
    reason: undefined,
    epochs: 0,
  }

  constructor(options: WeightsSetterOptions) {
    this.#options = options
  }

  async run(): Promise<void> {
    await this.#options.follower.each(
      ({ number }) => this.#considerWeights(number),
      ({ number }, error) => this.#tellFailure(number, error),
    )
  }

  async #considerWeights(block: BlockNumber): Promise<void> {
    const { chain, follower, netuid, signal, signer, leadBlocks } = this.#options
    const hotkey = asHotkey(signer.address)
    const [subnet, metagraph] = await Promise.all([
      chain.query('subnet', { netuid }, { signal }),
      follower.metagraph(),
    ])
    if (subnet === null) return
    if (subnet.epochIndex !== this.#epochIndex) {
      this.#epochIndex = subnet.epochIndex
      this.#attempts = 0
      this.#toldSkip = false
      this.#toldNobody = false
    }
    const verdict = weightsSchedule({
      head: block,
      subnet,
      metagraph,
      hotkey,
      leadBlocks,
      committedAtBlock: this.#options.committer.lastBlock,
    })
    if (verdict === 'TooEarly' || verdict === 'TooLate' || verdict === 'AlreadySet') return
    if (verdict !== 'Due') return this.#skip(block, verdict, metagraph)
    const { minAllowedWeights, weightsVersionKey } = subnet.hyperparameters
    const { values, refused } = this.#options.weightsNow(metagraph)
    if (refused !== undefined) this.#options.tell({ type: 'weightValuesRefused', block, ...refused })
    const context = {
      metagraph,
      self: hotkey,
      minAllowedWeights,
      versionKey: this.#options.versionKey ?? weightsVersionKey,
    }
    const byUid = weightsByUid(values, context)
    // Who knows of no miner at all, such as a validator that just began, leaves what it said before.
    if (byUid === undefined) return this.#skip(block, 'NoWeights', metagraph)
    const args = weightsCall(byUid, context)
    if (args === undefined) this.#tellNobody(block)
    const row = args ?? nobodyCall(context)
    if (subnet.hyperparameters.commitRevealEnabled)
      await this.#commit(row, { head: block, subnet }, metagraph)
    else await this.#send(row)
  }

  /** The committer tells what it committed. */
  async #commit(
    { netuid: _, ...row }: CallArgs['setWeights'],
    place: CommitPlace,
    metagraph: Metagraph,
  ): Promise<void> {
    const { committer, tell } = this.#options
    const form = await committer.formOf(row)
    if (form === 'hash' && (await committer.isFull(place))) {
      return this.#skip(place.head, 'CommitsFull', metagraph)
    }
    const attempt = this.#attempt(COMMIT_CALLS[form])
    const receipt = await committer.send(form, row, place)
    const { block, refusal } = receipt ?? { block: place.head, refusal: null }
    if (refusal !== null)
      tell({ type: 'weightsRefused', callName: COMMIT_CALLS[form], block, refusal, attempt })
  }

  #attempt(callName: WeightsCallName): number {
    this.#callName = callName
    this.#skips = { reason: undefined, epochs: 0 }
    return ++this.#attempts
  }

  async #send(args: CallArgs['setWeights']): Promise<void> {
    const { chain, mechanismId: mechanism, signer, signal, tell } = this.#options
    const attempt = this.#attempt('setWeights')
    const receipt = await chain.call(signer, 'setWeights', { ...args, mechanism }, { signal })
    const { block, refusal } = receipt
    if (refusal === null) tell({ type: 'weightsSet', block, uids: args.uids, values: args.values })
    else tell({ type: 'weightsRefused', callName: 'setWeights', block, refusal, attempt })
  }

  /** A call that could not enter a block is a refusal too: it has a name, and the next block may take it. */
  #tellFailure(block: BlockNumber, error: unknown): void {
    const { tell } = this.#options
    if (error instanceof CallRejectedError) {
      const attempt = this.#attempts
      const refusal = error.rejection
      tell({ type: 'weightsRefused', callName: this.#callName, block, refusal, attempt })
    } else tell({ type: 'weightsFailed', block, error: portableError(error) })
  }

  #tellNobody(block: BlockNumber): void {
    if (this.#toldNobody) return
    this.#toldNobody = true
    this.#options.tell({ type: 'nobodyWeighs', block })
  }

  #skip(block: BlockNumber, reason: Skip['reason'], metagraph: Metagraph): void {
    if (this.#toldSkip) return
    this.#toldSkip = true
    const self = asHotkey(this.#options.signer.address)
    const { stakeAlpha } = rankOf(metagraph, self)
    const miners = metagraph.miners().filter((uid) => metagraph.columns.hotkey[uid] !== self).length
    const epochsInRow = reason === this.#skips.reason ? this.#skips.epochs + 1 : 1
    this.#skips = { reason, epochs: epochsInRow }
    this.#options.tell({ type: 'weightsSkipped', block, reason, epochsInRow, stakeAlpha, miners })
  }
}
