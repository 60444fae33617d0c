import { policyShares } from '../../emission/index.js'
import type { Netuid, Rao } from '../../units/index.js'
import { emittingNow } from '../block/emitBlock.js'
import { defineQuery } from './defineQuery.js'

/** How the TAO of the next block is shared. */
export interface EmissionSharesView {
  /** Name of the policy that decides. */
  readonly policy: string
  /** TAO that the next block has to share. */
  readonly emissionRao: Rao
  /** The subnets that emit, ascending; those that may have no TAO have 0. */
  readonly shares: readonly EmissionShare[]
}

/** What a subnet gets of a block's TAO, before its pool says how much of it goes in. */
export interface EmissionShare {
  readonly netuid: Netuid
  /** In whole rao, rounded down. */
  readonly shareRao: Rao
}

/**
 * How the policy shares the TAO of the next block, by the state at the head, on which that block decides it too.
 *
 * PERF: the policy's own cost, and a step per subnet.
 */
export const emissionShares = defineQuery({}, (context): EmissionSharesView => {
  const { state, scheduler } = context
  const emissionRao = scheduler.mintableRao(state.chain.totalIssuanceRao)
  const subnets = emittingNow(context)
  const { netuid } = subnets
  // A policy is not asked in a block without a subnet that emits either.
  const sharesBits = netuid.length === 0 ? [] : policyShares(scheduler.policy, emissionRao, subnets)
  return {
    policy: scheduler.policy.name,
    emissionRao,
    shares: netuid.map((each, at) => ({ netuid: each, shareRao: (sharesBits[at] ?? 0n) >> 32n })),
  }
})
