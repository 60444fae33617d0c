import type { SubnetEmission } from '../../emission/index.js'
import { assert } from '../../errors/index.js'
import type { Netuid } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { mintTao } from '../money/balances.js'
import { subnetAccount } from '../state/LedgerState.js'

/**
 * Mints the block's TAO, gives each emitting subnet its part, and divides the alpha among those who wait for
 * the next epoch. What the policy leaves is never issued.
 *
 * @source spec: `spec/chain.md` 2, 3.1, 3.6
 */
export function emitBlock(context: BlockContext): void {
  const { state, scheduler } = context
  const emitting = state.netuids().filter((netuid) => isEmitting(context, netuid))
  const emissionRao = scheduler.mintableRao(state.chain.totalIssuanceRao)
  const { subnets } = scheduler.splitBlock(
    emissionRao,
    emitting.map((netuid) => ({ netuid })),
  )
  for (const part of subnets) emitToSubnet(context, part)
}

function isEmitting({ state }: BlockContext, netuid: Netuid): boolean {
  const { firstEmissionBlock, subtokenEnabled, emissionEnabled, hyperparameters } = state.subnet(netuid)
  return (
    firstEmissionBlock !== null && subtokenEnabled && emissionEnabled && hyperparameters.registrationAllowed
  )
}

function emitToSubnet(context: BlockContext, part: SubnetEmission): void {
  const { state, scheduler } = context
  const { netuid, taoInRao, alphaOut } = part
  // Price 1: every alpha is a claim on one rao. Pools, which need the other columns, are not here yet.
  assert(
    taoInRao === alphaOut && part.alphaIn === 0n && part.excessRao === 0n,
    'a policy for subnets of price 1 gives as much alpha as TAO, and nothing into pools',
  )
  mintTao(context, subnetAccount(netuid), taoInRao)
  const { ownerCutEnabled } = state.subnet(netuid).hyperparameters
  const split = scheduler.splitParticipants(alphaOut, { ownerCutEnabled })
  const pool = state.pool(netuid)
  const { ownerCutAlpha, serverAlpha, validatorAlpha } = split
  state.setPool(netuid, {
    subnetTaoRao: pool.subnetTaoRao + taoInRao,
    alphaOut: pool.alphaOut + alphaOut,
    pendingOwnerCut: pool.pendingOwnerCut + ownerCutAlpha,
    pendingServer: pool.pendingServer + serverAlpha,
    pendingValidator: pool.pendingValidator + validatorAlpha,
    dustAlpha: pool.dustAlpha + alphaOut - ownerCutAlpha - serverAlpha - validatorAlpha,
  })
}
