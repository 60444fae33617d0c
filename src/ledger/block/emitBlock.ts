import {
  dividedShares,
  type EmittingSubnets,
  emittingSubnets,
  type Injected,
  type Injection,
  isRootSelling,
  type MechanismReserves,
  mechanismPoolUnchecked,
  policyShares,
  referencePolicy,
} from '../../emission/index.js'
import { saturatedU64 } from '../../math/index.js'
import type { Netuid, Rao } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { addTo, payable } from '../money/credits.js'
import { waitingAlpha } from '../money/reservoirs.js'
import { rootProportionOf } from '../money/rootProportion.js'
import { movingPriceOf, reservesOf, tradingReserves } from '../money/trades.js'
import type { LedgerState } from '../state/LedgerState.js'
import { injections, pendings, prices, reserves, tallies } from '../state/tables.js'
import { injectThroughReservoir } from './injectThroughReservoir.js'
import type { SubnetRules } from './subnetRules.js'

/**
 * Mints the block's TAO and shares it among the subnets that emit: into their pools, and what is too much for a pool buys alpha. Then mints
 * alpha for those who wait for each subnet's next epoch. What nobody takes is never issued.
 *
 * @source spec: `spec/chain.md` 2, 3.1 to 3.6
 * PERF: half a microsecond per subnet in the kernel, six without or with reservoirs; another policy's own cost besides.
 */
export function emitBlock(context: BlockContext): void {
  const { state, rules, scheduler } = context
  if (rules.of(state).emitting.length === 0) return
  const emissionRao = scheduler.mintableRao(state.chain.totalIssuanceRao)
  // A policy is the user's: it is asked once.
  const shares =
    scheduler.policy === referencePolicy
      ? undefined
      : policyShares(scheduler.policy, emissionRao, emittingNow(context))
  const { reservoirKeepsInjections } = context.config
  if (reservoirKeepsInjections || !emitAtOnce(context, emissionRao, shares))
    emitOneByOne(context, emissionRao, shares)
}

/** @returns false where there is no kernel, or it leaves these amounts alone: nothing has changed then. */
function emitAtOnce(
  { state, rules, config, kernel }: BlockContext,
  emissionRao: Rao,
  sharesBits: readonly bigint[] | undefined,
): boolean {
  if (kernel === null) return false
  const { totalStakeRao, totalIssuanceRao } = state.chain
  const columns = {
    reserves: state.columnsToEdit(reserves),
    pendings: state.columnsToEdit(pendings),
    injections: state.columnsToEdit(injections),
    prices: state.required(prices),
    tallies: state.required(tallies),
  }
  const emitted = kernel.emit(rules.of(state), config, columns, { emissionRao, totalStakeRao, sharesBits })
  if (emitted === null) return false
  const { mintedRao } = emitted
  state.setChain({ totalStakeRao: emitted.totalStakeRao, totalIssuanceRao: totalIssuanceRao + mintedRao })
  return true
}

function emitOneByOne(context: BlockContext, emissionRao: Rao, shares: readonly bigint[] | undefined): void {
  const { state, rules } = context
  const { emitting } = rules.of(state)
  const injectInto = context.config.reservoirKeepsInjections ? injectThroughReservoir : inject
  const isSelling = isRootSelling(emitting.map(({ netuid }) => movingPriceOf(state, netuid)))
  const subnets = emittingNow(context)
  const known = shares ?? policyShares(referencePolicy, emissionRao, subnets)
  const split = dividedShares(mechanismPoolUnchecked, emissionRao, known, subnets)
  let mintedRao = 0n
  for (const [at, injection] of split.subnets.entries()) {
    const subnet = emitting[at]
    if (subnet !== undefined) mintedRao += injectInto(context, subnet.netuid, injection)
  }
  for (const [at, { alphaOut }] of split.subnets.entries()) {
    const subnet = emitting[at]
    if (subnet !== undefined) mintAlpha(context, subnet, alphaOut, isSelling)
  }
  state.setChain({ totalIssuanceRao: state.chain.totalIssuanceRao + mintedRao })
}

/** What is known of the subnets that emit before any pool changes. */
export function emittingNow({
  state,
  rules,
  config,
}: Pick<BlockContext, 'state' | 'rules' | 'config'>): EmittingSubnets<MechanismReserves> {
  const { emitting } = rules.of(state)
  const { minerBurnedBits } = state.required(tallies)
  const { alphaOut } = state.required(reserves)
  const slots = emitting.map(({ netuid }) => netuid)
  const enabled = new Set(
    emitting.filter(({ emissionEnabled }) => emissionEnabled).map(({ netuid }) => netuid),
  )
  return emittingSubnets(slots, mechanismPoolUnchecked, {
    netuid: (netuid) => netuid,
    reserves: (netuid) => reservesOf(state, netuid),
    alphaOut: (netuid) => saturatedU64((alphaOut[netuid] ?? 0n) + waitingAlpha(state, netuid)),
    movingPriceBits: (netuid) => movingPriceOf(state, netuid),
    minerBurnedBits: (netuid) => minerBurnedBits[netuid] ?? 0n,
    rootProportionBits: (netuid) => rootProportionOf(state, config, netuid),
    emissionEnabled: (netuid) => enabled.has(netuid),
  })
}

/**
 * The excess buys first, then the pool grows. TAO that would leave the subnet's account below what keeps one alive is not paid in.
 *
 * @returns the TAO that it took.
 */
function inject({ state, config }: BlockContext, netuid: Netuid, planned: Injection): Rao {
  const has = state.columnsToEdit(reserves)
  const accountRao = has.accountRao[netuid] ?? 0n
  const excessRao = payable(planned.excessRao, accountRao, config)
  const injected = injectedInto(state, netuid, { ...planned, excessRao })
  const taoInRao = payable(injected.taoInRao, accountRao + excessRao, config)
  has.accountRao[netuid] = accountRao + excessRao + taoInRao
  has.subnetTaoRao[netuid] = injected.reserves.taoRao - injected.taoInRao + taoInRao
  has.alphaIn[netuid] = injected.reserves.alphaIn
  has.quoteWeightE18[netuid] = injected.reserves.quoteWeightE18
  addTo(has.alphaOut, netuid, injected.boughtAlpha)
  addTo(has.protocolAlpha, netuid, injected.boughtAlpha)
  addTo(has.volumeRao, netuid, injected.spentRao)
  const last = state.columnsToEdit(injections)
  last.taoInRao[netuid] = taoInRao
  last.alphaIn[netuid] = injected.alphaIn
  last.alphaOut[netuid] = planned.alphaOut
  last.excessRao[netuid] = injected.spentRao
  const { totalStakeRao } = state.chain
  state.setChain({ totalStakeRao: saturatedU64(totalStakeRao + taoInRao + injected.spentRao) })
  return excessRao + taoInRao
}

/** The chain's own purchase, too, is a trade: the first one sets the weights even, after the injection has moved them. */
function injectedInto(state: LedgerState, netuid: Netuid, planned: Injection): Injected<MechanismReserves> {
  const held = reservesOf(state, netuid)
  if (planned.excessRao === 0n || state.subnet(netuid).hasTraded)
    return mechanismPoolUnchecked.inject(held, planned)
  const bought = mechanismPoolUnchecked.buy(tradingReserves(state, netuid), planned.excessRao, {
    takesFee: false,
  })
  const injected = mechanismPoolUnchecked.inject(held, { ...planned, excessRao: 0n })
  if (!bought.ok) return injected
  state.setSubnet(netuid, { hasTraded: true })
  const { taoRao, alphaIn, quoteWeightE18 } = bought.reserves
  return {
    ...injected,
    spentRao: planned.excessRao,
    boughtAlpha: bought.outAlpha,
    reserves: {
      ...injected.reserves,
      taoRao: taoRao + injected.taoInRao,
      alphaIn: alphaIn + injected.alphaIn,
      quoteWeightE18,
    },
  }
}

/** @param isSelling - whether root's part is kept for its stakers, or never minted. */
function mintAlpha(
  { state, scheduler, config }: BlockContext,
  { netuid, ownerCutEnabled }: SubnetRules,
  mintedAlpha: bigint,
  isSelling: boolean,
): void {
  const has = state.columnsToEdit(reserves)
  addTo(has.alphaOut, netuid, mintedAlpha)
  const rootProportionBits = rootProportionOf(state, config, netuid)
  const split = scheduler.splitParticipants(mintedAlpha, { ownerCutEnabled, rootProportionBits })
  const waiting = state.columnsToEdit(pendings)
  addTo(waiting.ownerCutAlpha, netuid, split.ownerCutAlpha)
  addTo(waiting.serverAlpha, netuid, split.serverAlpha)
  addTo(waiting.validatorAlpha, netuid, split.validatorAlpha)
  if (isSelling) addTo(waiting.rootAlpha, netuid, split.rootAlpha)
  else addTo(has.alphaOut, netuid, -split.rootAlpha)
}
