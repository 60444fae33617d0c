import { check, instance, optional, rao, shape, wholeNumber } from '../checks/index.js'
import type { EpochInput } from '../consensus/index.js'
import { ShapeError } from '../errors/index.js'
import type { BlockNumber, Rao } from '../units/index.js'
import { Metagraph } from './Metagraph.js'

/** What an epoch over a metagraph needs besides it. */
export interface EpochInputOptions {
  /** Default: the metagraph's block. */
  readonly currentBlock?: BlockNumber
  /** What the epoch distributes. */
  readonly emissionRao: Rao
  /** Root stake by uid. Default: none. */
  readonly taoStakeRao?: BigUint64Array
}

const optionsShape = shape<EpochInputOptions>({
  currentBlock: optional(wholeNumber()),
  emissionRao: rao(),
  taoStakeRao: optional(instance(BigUint64Array)),
})

/**
 * The input of an epoch run on a recorded metagraph, to ask "what would consensus say now?". The columns are
 * shared, not copied.
 *
 * @throws InvalidArgumentError naming what is wrong.
 * @throws ShapeError when `taoStakeRao` has another length than n.
 *
 * @example
 * ```ts
 * import type { EpochParams } from 'subnetkit/consensus'
 * import { YumaConsensus } from 'subnetkit/engine'
 * import { epochInputFrom, type Metagraph } from 'subnetkit/metagraph'
 *
 * function incentives(metagraph: Metagraph, params: EpochParams): Uint16Array {
 *   return new YumaConsensus(params).run(epochInputFrom(metagraph, { emissionRao: 1_000_000_000n })).incentiveU16
 * }
 * ```
 */
export function epochInputFrom(metagraph: Metagraph, options: EpochInputOptions): EpochInput {
  check('metagraph', instance(Metagraph), metagraph)
  check('options', optionsShape, options)
  const { columns, n } = metagraph
  const taoStakeRao = options.taoStakeRao ?? new BigUint64Array(n)
  if (taoStakeRao.length !== n)
    throw new ShapeError({ field: 'taoStakeRao', expectedLength: n, actualLength: taoStakeRao.length })
  return {
    n,
    currentBlock: options.currentBlock ?? metagraph.block,
    lastStepBlock: columns.lastEpochBlock,
    lastUpdate: columns.lastUpdate,
    blockAtRegistration: columns.registeredAtBlock,
    alphaStakeRao: columns.stakeAlpha,
    taoStakeRao,
    ownerUid: columns.ownerUid,
    validatorPermit: columns.validatorPermit,
    earliestActiveCommitBlock: new Float64Array(n).fill(Number.POSITIVE_INFINITY),
    emissionRao: options.emissionRao,
    weights: columns.weights,
    bonds: columns.bonds,
  }
}
