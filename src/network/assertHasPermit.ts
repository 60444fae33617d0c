import type { Chain } from '../chain/index.js'
import { weightedPool } from '../emission/index.js'
import { assert, InvalidArgumentError } from '../errors/index.js'
import type { SubnetView } from '../ledger/index.js'
import { type Alpha, formatTao, type Netuid, type Rao } from '../units/index.js'

/**
 * Makes sure that a validator that stakes some TAO will have a permit: a subnet gives a limited number, to the largest stakes of alpha.
 *
 * @throws InvalidArgumentError when the permits are taken by at least as large stakes.
 */
export async function assertHasPermit(chain: Chain, netuid: Netuid, stakeRao: Rao): Promise<void> {
  const [subnet, metagraph] = await Promise.all([chain.query('subnet', { netuid }), chain.metagraph(netuid)])
  assert(subnet !== null, `subnet ${netuid} of the network is gone`)
  const permits = subnet.hyperparameters.maxAllowedValidators
  const stakes = [...metagraph.columns.stakeAlpha].sort((a, b) => (a < b ? 1 : a > b ? -1 : 0))
  const least = stakes[permits - 1]
  const bought = boughtAlpha(subnet, stakeRao)
  if (least === undefined || bought > least) return
  throw new InvalidArgumentError({
    field: 'spec.stakeRao',
    value: stakeRao,
    remedy: `All ${permits} validator permits are held by stakes of ${formatTao(least)} alpha or more, and ${formatTao(stakeRao)} TAO buy ${formatTao(bought)}: stake more, or start the network with a preset of more maxAllowedValidators.`,
  })
}

/** What TAO buys of a subnet's alpha now; nothing where the pool sells nothing for so much. */
function boughtAlpha(subnet: SubnetView, amountRao: Rao): Alpha {
  const { subnetTaoRao: taoRao, alphaIn, quoteWeightE18, hyperparameters } = subnet
  const trade = weightedPool.buy(
    { taoRao, alphaIn, quoteWeightE18, feeU16: hyperparameters.poolFeeU16 },
    amountRao,
  )
  return trade.ok ? trade.outAlpha : 0n
}
