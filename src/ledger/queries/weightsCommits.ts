import type { BlockNumber } from '../../units/index.js'
import { MAIN_MECHANISM } from '../neurons/columns.js'
import { accountOf } from '../state/account.js'
import { commitsOf } from '../weights/hashCommits.js'
import { hotkey, mechanism, netuid } from './arguments.js'
import { defineQuery } from './defineQuery.js'

/** A commit to hidden weights that has not been revealed. */
export interface WeightsCommitView {
  /** Hex, 32 bytes. */
  readonly commitHash: string
  readonly block: BlockNumber
  /** The epoch that it belongs to. */
  readonly epochIndex: number
  /** The epoch in which it is revealed, as long as the subnet's reveal period stays what it is; once that has passed it is too late. */
  readonly revealEpochIndex: number
}

/**
 * What a hotkey committed its weights to by hash and has not revealed, the oldest first; what expired is among them until it commits again.
 * None where there is no subnet.
 */
export const weightsCommits = defineQuery(
  { netuid, hotkey, mechanism },
  ({ state }, args): readonly WeightsCommitView[] => {
    if (state.findSubnet(args.netuid) === undefined) return []
    const { revealPeriodEpochs } = state.hyperparameters(args.netuid)
    const key = [args.netuid, args.mechanism ?? MAIN_MECHANISM, accountOf(args.hotkey)] as const
    return commitsOf({ state }, key).map(({ hash, epochIndex, block }) => ({
      commitHash: hash,
      block,
      epochIndex,
      revealEpochIndex: epochIndex + revealPeriodEpochs,
    }))
  },
)
