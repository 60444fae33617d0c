import type { Chain } from '../chain/index.js'
import { assert, InvalidArgumentError } from '../errors/index.js'
import { formatTao, type Netuid, type Rao } from '../units/index.js'

/**
 * Makes sure that a validator with some stake will have a permit: a subnet gives a limited number, to the largest stakes.
 *
 * @throws InvalidArgumentError when the permits are taken by at least as large stakes.
 */
export async function assertHasPermit(chain: Chain, netuid: Netuid, stakeRao: Rao): Promise<void> {
  const [subnet, metagraph] = await Promise.all([chain.query('subnet', { netuid }), chain.metagraph(netuid)])
  assert(subnet !== null, `subnet ${netuid} of the network is gone`)
  const permits = subnet.hyperparameters.maxAllowedValidators
  const stakes = [...metagraph.columns.stakeRao].sort((a, b) => (a < b ? 1 : a > b ? -1 : 0))
  const least = stakes[permits - 1]
  if (least === undefined || stakeRao > least) return
  throw new InvalidArgumentError({
    field: 'spec.stakeRao',
    value: stakeRao,
    remedy: `All ${permits} validator permits are held by stakes of ${formatTao(least)} TAO or more: stake more, or start the network with a preset of more maxAllowedValidators.`,
  })
}
