import { bigintWithin, check, optional, shape, u16, wholeNumber } from '../checks/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import type { Alpha, BlockNumber, Rao, U16 } from '../units/index.js'
import { blockEmissionRao, mintableRao } from './blockEmission.js'
import {
  assertBits,
  assertFlag,
  assertKnown,
  assertList,
  assertU16,
  assertU64,
  hasOnly,
  isU16,
  isU64,
} from './checks.js'
import {
  assertDecided,
  DECIDED,
  type Distribution,
  type DistributionInput,
  distribute,
} from './distribution.js'
import { assertPending, epochEmissionAlpha, type PendingAlpha, validatorPotAlpha } from './dividendSplit.js'
import { type EpochSchedule, type EpochTurn, type EpochTurnInput, takeEpochTurns } from './epochSchedule.js'
import { equalPolicy } from './equalPolicy.js'
import { DEFAULT_OWNER_CUT_U16, type ParticipantSplit, splitAmongParticipants } from './participants.js'
import { emissionPolicy } from './policyCheck.js'
import type { EmissionPolicy, EmittingSubnet, SubnetEmission } from './types.js'

/** Weight of TAO on root of a fresh chain, parts of 2^64 - 1: 5.27 percent. */
export const DEFAULT_TAO_WEIGHT_U64 = 971_718_665_099_567_868n

export interface EmissionSchedulerOptions {
  /** How a block's emission is shared among subnets; {@link equalPolicy} by default. */
  readonly policy?: EmissionPolicy
  readonly ownerCutU16?: U16
  readonly taoWeightU64?: bigint
  /** Part of foreign parents' dividends that is recycled, parts of 2^64 - 1; 0 by default. */
  readonly childkeyBurnU64?: bigint
  /** Epochs that may run in one block, 2 by default. */
  readonly maxEpochsPerBlock?: number
}

const optionsShape = shape<EmissionSchedulerOptions>({
  policy: optional(emissionPolicy),
  ownerCutU16: optional(u16()),
  taoWeightU64: optional(bigintWithin()),
  childkeyBurnU64: optional(bigintWithin()),
  maxEpochsPerBlock: optional(wholeNumber()),
})

const SUBNET = ['netuid']
const TERMS = ['ownerCutEnabled', 'rootProportionBits']
const PAYOUT = [...DECIDED, 'pending']

/** A block's emission after the policy shared it. */
export interface BlockSplit {
  /** One row per subnet the policy gave anything, ascending by netuid. */
  readonly subnets: readonly SubnetEmission[]
  /** What the policy left: it is not issued after all. */
  readonly recycledRao: Rao
}

/** What an epoch's payments are planned from; see {@link DistributionInput}. */
export type EpochPayout<Account> = Omit<
  DistributionInput<Account>,
  'validatorPotAlpha' | 'rootPotAlpha' | 'ownerCutAlpha' | 'taoWeightU64' | 'childkeyBurnU64'
> & { readonly pending: PendingAlpha }

/**
 * When how much is issued, and to whom: the issuance curve with its halvings, the split of a block among subnets
 * and of a subnet's part among its people, the turns of epochs, and the payments after an epoch.
 *
 * It keeps parameters only, never state, so one scheduler serves any number of chains and simulations.
 *
 * @example
 * ```ts
 * import { EmissionScheduler } from 'subnetkit/emission'
 *
 * const scheduler = new EmissionScheduler()
 * const mintedRao = scheduler.mintableRao(0n) // 1_000_000_000n: one TAO
 * const block = scheduler.splitBlock(mintedRao, [{ netuid: 1 }, { netuid: 2 }, { netuid: 3 }])
 * block.subnets[0]?.taoInRao // 333_333_333n
 * block.recycledRao // 1n
 * ```
 */
export class EmissionScheduler {
  readonly policy: EmissionPolicy
  readonly ownerCutU16: U16
  readonly taoWeightU64: bigint
  readonly childkeyBurnU64: bigint
  readonly maxEpochsPerBlock: number

  /** @throws InvalidArgumentError naming the option that is wrong. */
  constructor(options: EmissionSchedulerOptions = {}) {
    check('options', optionsShape, options)
    this.policy = options.policy ?? equalPolicy
    this.ownerCutU16 = options.ownerCutU16 ?? DEFAULT_OWNER_CUT_U16
    this.taoWeightU64 = options.taoWeightU64 ?? DEFAULT_TAO_WEIGHT_U64
    this.childkeyBurnU64 = options.childkeyBurnU64 ?? 0n
    this.maxEpochsPerBlock = options.maxEpochsPerBlock ?? 2
  }

  /** TAO a block emits at this issuance; see {@link blockEmissionRao}. */
  blockEmissionRao(totalIssuanceRao: Rao): Rao {
    return blockEmissionRao(totalIssuanceRao)
  }

  /** TAO a block may mint at this issuance; see {@link mintableRao}. */
  mintableRao(totalIssuanceRao: Rao, balancesIssuanceRao: Rao = totalIssuanceRao): Rao {
    return mintableRao(totalIssuanceRao, balancesIssuanceRao)
  }

  /**
   * Lets the policy share a block's emission.
   *
   * @param subnets - emitting subnets in ascending netuid.
   * @throws InvalidArgumentError when the policy hands out more than there is, a negative amount, or anything to
   *   a subnet it was not asked about or named twice.
   */
  splitBlock(emissionRao: Rao, subnets: readonly EmittingSubnet[]): BlockSplit {
    assertU64(emissionRao, 'emissionRao')
    assertList(subnets, 'subnets')
    const open = new Set<number>()
    subnets.forEach((subnet, at) => {
      if (!hasOnly(subnet, SUBNET)) assertKnown(subnet, `subnets[${at}]`, SUBNET)
      if (!isU16(subnet.netuid)) assertU16(subnet.netuid, `subnets[${at}].netuid`)
      open.add(subnet.netuid)
    })
    const split = this.policy.split(emissionRao, subnets)
    if (!Array.isArray(split)) throw this.#refused(split)
    let spentRao = 0n
    for (const part of split) {
      if (typeof part !== 'object' || part === null || !open.delete(part.netuid)) throw this.#refused(part)
      const isRight = isU64(part.taoInRao) && isU64(part.alphaIn) && isU64(part.alphaOut)
      if (!isRight || !isU64(part.excessRao)) throw this.#refused(part)
      spentRao += part.taoInRao + part.excessRao
    }
    if (spentRao > emissionRao) throw this.#refused(`${spentRao} of ${emissionRao} rao`)
    const sorted = [...split].sort((a, b) => a.netuid - b.netuid)
    return { subnets: sorted, recycledRao: emissionRao - spentRao }
  }

  /** Divides a subnet's alpha of a block among owner, servers, validators and root; see {@link splitAmongParticipants}. */
  splitParticipants(
    alphaOut: Alpha,
    terms: { readonly ownerCutEnabled?: boolean; readonly rootProportionBits?: bigint } = {},
  ): ParticipantSplit {
    assertKnown(terms, 'terms', TERMS)
    if (terms.ownerCutEnabled !== undefined) assertFlag(terms.ownerCutEnabled, 'terms.ownerCutEnabled')
    if (terms.rootProportionBits !== undefined)
      assertBits(terms.rootProportionBits, 'terms.rootProportionBits')
    return splitAmongParticipants(alphaOut, {
      ownerCutU16: (terms.ownerCutEnabled ?? true) ? this.ownerCutU16 : 0,
      rootProportionBits: terms.rootProportionBits ?? 0n,
    })
  }

  /** Which subnets' epochs run in this block; see {@link takeEpochTurns}. */
  takeTurns(
    subnets: readonly EpochTurnInput[],
    block: BlockNumber,
  ): { readonly turn: EpochTurn; readonly schedule: EpochSchedule }[] {
    return takeEpochTurns(subnets, block, this.maxEpochsPerBlock)
  }

  /** What an epoch is to distribute; see {@link epochEmissionAlpha}. */
  epochEmissionAlpha(pending: PendingAlpha): Alpha {
    return epochEmissionAlpha(pending)
  }

  /** Plans the payments of an epoch from what was pending and what the epoch decided; see `planDistribution`. */
  planPayout<Account>(payout: EpochPayout<Account>): Distribution<Account> {
    assertKnown(payout, 'payout', PAYOUT)
    assertPending(payout.pending, 'payout.pending')
    assertDecided(payout, 'payout')
    const { pending, ...decided } = payout
    const incentiveSumAlpha = decided.incentiveAlpha.reduce((sum, alpha) => sum + alpha, 0n)
    return distribute({
      ...decided,
      validatorPotAlpha: validatorPotAlpha(pending, incentiveSumAlpha),
      rootPotAlpha: pending.rootAlpha,
      ownerCutAlpha: pending.ownerCutAlpha,
      taoWeightU64: this.taoWeightU64,
      childkeyBurnU64: this.childkeyBurnU64,
    })
  }

  #refused(value: unknown): InvalidArgumentError {
    return new InvalidArgumentError({
      field: `policy ${this.policy.name}`,
      value,
      remedy:
        'A policy gives each subnet it was asked about at most one row, with amounts of at least 0 that sum to at most the block emission.',
    })
  }
}
