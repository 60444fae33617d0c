import { type ImportSnapshotOptions, importSnapshot } from './importSnapshot.js'
import type { Metagraph } from './Metagraph.js'

/**
 * A real metagraph to try things on: subnet 15 of the main network at block 4,769,998, with 256 neurons, 11 of them validators
 * with weights and stake, as `importSnapshot` reads it. The file holds no bonds, coldkeys, axons, incentives or dividends: an
 * epoch computes the last two from the weights. Where it comes from is told beside it, in `src/metagraph/data`.
 *
 * @throws InvalidArgumentError naming the option that is wrong.
 * PERF: 66 KB that load when this is first called.
 *
 * @example
 * ```ts
 * import { referencePreset } from 'subnetkit/chain'
 * import { YumaConsensus } from 'subnetkit/engine'
 * import { epochParamsFrom } from 'subnetkit/ledger'
 * import { epochInputFrom, mainnetSubnet15 } from 'subnetkit/metagraph'
 *
 * const metagraph = await mainnetSubnet15()
 * const yuma = new YumaConsensus(epochParamsFrom(referencePreset.config.hyperparameters))
 * const { incentiveU16 } = yuma.run(epochInputFrom(metagraph, { emissionRao: 10n ** 9n }))
 * const best = incentiveU16.indexOf(Math.max(...incentiveU16)) // 126
 * metagraph.row(best).hotkey
 * ```
 */
export async function mainnetSubnet15(options: ImportSnapshotOptions = {}): Promise<Metagraph> {
  const { default: snapshot } = await import('./data/mainnetSubnet15.json', { with: { type: 'json' } })
  return importSnapshot(snapshot, options)
}
