import { emittingSubnets, type Injection, PRICE_ONE_BITS, splitBlockUnchecked } from '../../emission/index.js'
import type { Rao } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { reservesOf } from '../money/trades.js'
import { pendings, reserves, tallies } from '../state/tables.js'
import type { SubnetRules } from './subnetRules.js'

/**
 * Mints the block's TAO, gives each emitting subnet its part, and divides the alpha among those who wait for
 * the next epoch. What neither policy nor pool takes is never issued.
 *
 * @source spec: `spec/chain.md` 2, 3.1, 3.4 to 3.6
 * PERF: the policy's and the pools' own cost; a microsecond per subnet.
 */
export function emitBlock(context: BlockContext): void {
  const { state, scheduler, rules } = context
  const emitting = rules.of(state).subnets.filter(({ isEmitting }) => isEmitting)
  if (emitting.length === 0) return
  const { alphaOut } = state.required(reserves)
  const { minerBurnedBits } = state.required(tallies)
  const slots = emitting.map(({ netuid }) => netuid)
  const subnets = emittingSubnets(slots, scheduler.pool, {
    netuid: (netuid) => netuid,
    reserves: (netuid) => reservesOf(state, netuid),
    alphaOut: (netuid) => alphaOut[netuid] ?? 0n,
    // Nothing is averaged and nobody stakes on root yet.
    movingPriceBits: () => PRICE_ONE_BITS,
    minerBurnedBits: (netuid) => minerBurnedBits[netuid] ?? 0n,
    rootProportionBits: () => 0n,
    emissionEnabled: () => true,
  })
  const emissionRao = scheduler.mintableRao(state.chain.totalIssuanceRao)
  const split = splitBlockUnchecked(scheduler, emissionRao, subnets)
  let mintedRao = 0n
  for (const [at, injection] of split.subnets.entries()) {
    const subnet = emitting[at]
    if (subnet !== undefined) mintedRao += emitToSubnet(context, subnet, injection)
  }
  state.setChain({ totalIssuanceRao: state.chain.totalIssuanceRao + mintedRao })
}

/** @returns the TAO that it took. */
function emitToSubnet(context: BlockContext, subnet: SubnetRules, injection: Injection): Rao {
  const { state, scheduler } = context
  const { netuid, ownerCutEnabled } = subnet
  const { alphaOut } = injection
  const injected = scheduler.pool.inject(reservesOf(state, netuid), injection)
  const mintedRao = injected.taoInRao + injected.spentRao
  const has = state.columnsToEdit(reserves)
  add(has.accountRao, netuid, mintedRao)
  has.subnetTaoRao[netuid] = injected.reserves.taoRao
  has.alphaIn[netuid] = injected.reserves.alphaIn
  add(has.alphaOut, netuid, alphaOut + injected.boughtAlpha)
  const split = scheduler.splitParticipants(alphaOut, { ownerCutEnabled })
  const waiting = state.columnsToEdit(pendings)
  add(waiting.ownerCutAlpha, netuid, split.ownerCutAlpha)
  add(waiting.serverAlpha, netuid, split.serverAlpha)
  add(waiting.validatorAlpha, netuid, split.validatorAlpha)
  const dustAlpha = alphaOut - split.ownerCutAlpha - split.serverAlpha - split.validatorAlpha
  add(state.columnsToEdit(tallies).dustAlpha, netuid, dustAlpha)
  return mintedRao
}

function add(column: BigUint64Array, at: number, amount: bigint): void {
  column[at] = (column[at] ?? 0n) + amount
}
