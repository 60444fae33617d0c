import { emittingSubnets, type Injection, PRICE_ONE_BITS, splitBlockUnchecked } from '../../emission/index.js'
import type { Netuid } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { mintTao } from '../money/balances.js'
import { reservesOf } from '../money/subnetMoney.js'
import { subnetAccount } from '../state/LedgerState.js'

/**
 * Mints the block's TAO, gives each emitting subnet its part, and divides the alpha among those who wait for
 * the next epoch. What neither policy nor pool takes is never issued.
 *
 * @source spec: `spec/chain.md` 2, 3.1, 3.4 to 3.6
 */
export function emitBlock(context: BlockContext): void {
  const { state, scheduler } = context
  const emitting = state.netuids().filter((netuid) => isEmitting(context, netuid))
  const emissionRao = scheduler.mintableRao(state.chain.totalIssuanceRao)
  const subnets = emittingSubnets(emitting, scheduler.pool, {
    netuid: (netuid) => netuid,
    reserves: (netuid) => reservesOf(state.pool(netuid)),
    alphaOut: (netuid) => state.pool(netuid).alphaOut,
    // Nothing is averaged and nobody stakes on root yet.
    movingPriceBits: () => PRICE_ONE_BITS,
    minerBurnedBits: (netuid) => state.pool(netuid).minerBurnedBits,
    rootProportionBits: () => 0n,
    emissionEnabled: () => true,
  })
  const split = splitBlockUnchecked(scheduler, emissionRao, subnets)
  for (const [row, netuid] of emitting.entries()) {
    const injection = split.subnets[row]
    if (injection !== undefined) emitToSubnet(context, netuid, injection)
  }
}

function isEmitting({ state }: BlockContext, netuid: Netuid): boolean {
  const { firstEmissionBlock, subtokenEnabled, emissionEnabled, hyperparameters } = state.subnet(netuid)
  return (
    firstEmissionBlock !== null && subtokenEnabled && emissionEnabled && hyperparameters.registrationAllowed
  )
}

function emitToSubnet(context: BlockContext, netuid: Netuid, injection: Injection): void {
  const { state, scheduler } = context
  const { alphaOut } = injection
  const pool = state.pool(netuid)
  const injected = scheduler.pool.inject(reservesOf(pool), injection)
  mintTao(context, subnetAccount(netuid), injected.taoInRao + injected.spentRao)
  const { ownerCutEnabled } = state.subnet(netuid).hyperparameters
  const split = scheduler.splitParticipants(alphaOut, { ownerCutEnabled })
  const { ownerCutAlpha, serverAlpha, validatorAlpha } = split
  state.setPool(netuid, {
    subnetTaoRao: injected.reserves.taoRao,
    alphaIn: injected.reserves.alphaIn,
    alphaOut: pool.alphaOut + alphaOut + injected.boughtAlpha,
    pendingOwnerCut: pool.pendingOwnerCut + ownerCutAlpha,
    pendingServer: pool.pendingServer + serverAlpha,
    pendingValidator: pool.pendingValidator + validatorAlpha,
    dustAlpha: pool.dustAlpha + alphaOut - ownerCutAlpha - serverAlpha - validatorAlpha,
  })
}
