import type { CanonicalValue } from '../codec/index.js'
import type { BlockNumber, Hotkey } from '../units/index.js'
import { weightsOf } from './callMechanism.js'
import type { SubnetFollower } from './SubnetFollower.js'
import type { TimelockWatch } from './TimelockWatch.js'
import type { ValidatorMemory } from './ValidatorMemory.js'
import type { ValidatorEvent } from './validatorEvents.js'
import type { ValidatorOptions } from './validatorOptions.js'
import { WeightsCommitter } from './WeightsCommitter.js'
import { WeightsRevealer } from './WeightsRevealer.js'
import { WeightsSetter } from './WeightsSetter.js'

/** What a validator's weights are set with, besides its options. */
export interface WeightsLoopsParts<State extends CanonicalValue> {
  readonly hotkey: Hotkey
  readonly follower: SubnetFollower
  readonly memory: ValidatorMemory<State>
  readonly watch: TimelockWatch
  readonly signal: AbortSignal
  readonly randomBytes: (length: number) => Uint8Array
  readonly saveSoon: (block: BlockNumber) => void
  /** @throws ValidatorStoreError when the memory cannot be saved. */
  readonly saveNow: () => Promise<void>
  readonly tell: (event: ValidatorEvent) => void
}

/** What sets a validator's weights, and shows those that it hid. */
export function weightsLoops<Task, Answer, State extends CanonicalValue>(
  options: ValidatorOptions<Task, Answer, State>,
  parts: WeightsLoopsParts<State>,
): readonly { run(): Promise<void> }[] {
  const { hotkey, memory } = parts
  const { mechanism, mechanismId = 0, weights: policy = (view) => mechanism.weights(view) } = options
  const hiding = { ...options, ...parts, mechanismId, commits: memory.commits }
  const setter = new WeightsSetter({
    ...options,
    ...parts,
    mechanismId,
    leadBlocks: options.weightsLeadBlocks ?? 3,
    versionKey: options.weightsVersionKey,
    committer: new WeightsCommitter({ ...hiding, commitForm: options.commitForm }),
    weightsNow: (metagraph) => {
      const standings = memory.standingsIn(metagraph)
      return weightsOf(policy, { standings, state: memory.state, metagraph, hotkey })
    },
  })
  return [setter, new WeightsRevealer(hiding)]
}
