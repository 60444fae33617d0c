import { bigintWithin, check, having, optional, shape, u16, wholeNumber } from '../checks/index.js'
import type { Alpha, BlockNumber, Rao, U16 } from '../units/index.js'
import { blockEmissionRao, mintableRao } from './blockEmission.js'
import { assertBits, assertFlag, assertKnown, assertU64 } from './checks.js'
import {
  assertDecided,
  DECIDED,
  type Distribution,
  type DistributionInput,
  plannedDistribution,
} from './distribution.js'
import { assertPending, epochEmissionAlpha, type PendingAlpha, validatorPotAlpha } from './dividendSplit.js'
import type { EmissionPolicy } from './EmissionPolicy.js'
import { type EpochClocks, type EpochTurns, takeEpochTurns } from './epochTurns.js'
import { DEFAULT_OWNER_CUT_U16, type ParticipantSplit, splitAmongParticipants } from './participants.js'
import { type PayoutLine, payoutLines } from './payoutLines.js'
import { emissionPolicy } from './policyCheck.js'
import { type MechanismReserves, mechanismPool } from './pools/mechanismPool.js'
import type { Reserves, SubnetPool } from './pools/SubnetPool.js'
import { referencePolicy } from './referencePolicy.js'
import { type BlockSplit, dividedShares, policyShares } from './splitBlock.js'
import { completeSubnets, type SplitSubnets } from './splitSubnets.js'

/** Weight of TAO on root of a fresh chain, parts of 2^64 - 1: 5.27 percent. */
export const DEFAULT_TAO_WEIGHT_U64 = 971_718_665_099_567_868n

export interface EmissionSchedulerOptions<R extends Reserves = MechanismReserves> {
  /** How a block's TAO is shared among subnets; {@link referencePolicy} by default. */
  readonly policy?: EmissionPolicy
  /** What becomes of a subnet's share, and how its TAO and alpha are exchanged; {@link mechanismPool} by default. */
  readonly pool?: SubnetPool<R>
  readonly ownerCutU16?: U16
  readonly taoWeightU64?: bigint
  /** Part of foreign parents' dividends that is recycled, parts of 2^64 - 1; 0 by default. */
  readonly childkeyBurnU64?: bigint
  /** Epochs that may run in one block, 2 by default. */
  readonly maxEpochsPerBlock?: number
}

const optionsShape = shape<EmissionSchedulerOptions>({
  policy: optional(emissionPolicy),
  pool: optional(having('a pool such as mechanismPool', ['price', 'buy', 'sell', 'planInjection', 'inject'])),
  ownerCutU16: optional(u16()),
  taoWeightU64: optional(bigintWithin()),
  childkeyBurnU64: optional(bigintWithin()),
  maxEpochsPerBlock: optional(wholeNumber()),
})

const TERMS = ['ownerCutEnabled', 'rootProportionBits']
const PAYOUT = [...DECIDED, 'pending']

/** What an epoch's payments are planned from; see {@link DistributionInput}. */
export type EpochPayout<Account> = Omit<
  DistributionInput<Account>,
  'validatorPotAlpha' | 'rootPotAlpha' | 'ownerCutAlpha' | 'taoWeightU64' | 'childkeyBurnU64'
> & { readonly pending: PendingAlpha }

/**
 * When how much is issued, and to whom: the issuance curve with its halvings, the split of a block among subnets
 * and of a subnet's part among its people, the turns of epochs, and the payments after an epoch.
 *
 * It keeps parameters only, never state, so one scheduler serves any number of chains and simulations. Without options it does as the reference chain does,
 * and as a ledger without a policy of its own.
 *
 * @example
 * ```ts
 * import { DEFAULT_QUOTE_WEIGHT_E18, EmissionScheduler } from 'subnetkit/emission'
 *
 * const scheduler = new EmissionScheduler()
 * const mintedRao = scheduler.mintableRao(0n) // 1_000_000_000n: one TAO
 * const reserves = { taoRao: 10n ** 12n, alphaIn: 10n ** 12n, quoteWeightE18: DEFAULT_QUOTE_WEIGHT_E18, feeU16: 33 }
 * const held = { ...reserves, mechanism: 1 } as const
 * const block = scheduler.splitBlock(mintedRao, { netuid: [1, 2, 3], reserves: [held, held, held] })
 * block.subnets[0]?.excessRao // 333_333_333n: without stake on root none goes into the pool, and all of it buys alpha
 * block.recycledRao // 1n
 * ```
 */
export class EmissionScheduler<R extends Reserves = MechanismReserves> {
  readonly policy: EmissionPolicy
  readonly pool: SubnetPool<R>
  readonly ownerCutU16: U16
  readonly taoWeightU64: bigint
  readonly childkeyBurnU64: bigint
  readonly maxEpochsPerBlock: number

  /** @throws InvalidArgumentError naming the option that is wrong. */
  constructor(options: EmissionSchedulerOptions<R> = {}) {
    check('options', optionsShape, options)
    this.policy = options.policy ?? referencePolicy
    // Without a pool, R is what this one trades with.
    this.pool = options.pool ?? (mechanismPool as unknown as SubnetPool<R>)
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
   * Lets the policy share a block's TAO, and the pool divide each share.
   *
   * @throws InvalidArgumentError naming what is wrong (`subnets.alphaOut[2]`), the policy that hands out more than
   *   there is, a negative amount, or anything but one amount per subnet, or the pool whose price or plan is none.
   */
  splitBlock(emissionRao: Rao, subnets: SplitSubnets<R>): BlockSplit {
    assertU64(emissionRao, 'emissionRao')
    const complete = completeSubnets(subnets, this.pool)
    return dividedShares(this.pool, emissionRao, policyShares(this.policy, emissionRao, complete), complete)
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

  /** Moves the clocks of all subnets on by a block and says whose epochs run; see {@link takeEpochTurns}. */
  takeTurns(clocks: EpochClocks, slots: readonly number[], block: BlockNumber): EpochTurns {
    return takeEpochTurns(clocks, slots, block, this.maxEpochsPerBlock)
  }

  /** What an epoch is to distribute; see {@link epochEmissionAlpha}. */
  epochEmissionAlpha(pending: PendingAlpha): Alpha {
    return epochEmissionAlpha(pending)
  }

  /** Plans the payments of an epoch from what was pending and what the epoch decided; see `planDistribution`. */
  planPayout<Account>(payout: EpochPayout<Account>): Distribution<Account> {
    return plannedDistribution(this.#distributionOf(payout))
  }

  /**
   * Takes an epoch's payments apart: who got how much by what, what was withheld, and what rounding or want of earners left to nobody. Of the
   * state before the block and the block's events alone: `payout.pending` is what the event `EpochRan` says.
   *
   * The lines add up to all that was pending. Those with the hotkey, coldkey and reason of a payment add up to that payment; those of
   * incentive burned and of incentive and dividends recycled, to the event `MinerBurned`.
   *
   * @throws InvalidArgumentError naming what is wrong (`payout.rows[2].takeU16`).
   * @throws ShapeError when a column does not have one entry per row.
   * @source subtensor `pallets/subtensor/src/coinbase/run_coinbase.rs`, `distribute_emission`
   *
   * @example
   * ```ts
   * import { EmissionScheduler } from 'subnetkit/emission'
   *
   * const stake = { takeU16: 0, childkeyTakeU16: 0, rootRao: 0n, hasUid: true }
   * const lines = new EmissionScheduler().explainPayout({
   *   rows: [
   *     { hotkey: 'miner', owner: 'ann', alpha: 0n, ...stake },
   *     { hotkey: 'validator', owner: 'bob', alpha: 5n, ...stake },
   *   ],
   *   links: [],
   *   incentiveAlpha: [40n, 0n],
   *   dividendAlpha: [0n, 41n],
   *   owner: { hotkey: 'own', coldkey: 'carl' },
   *   ownerIncentiveIsRecycled: false,
   *   autoStake: new Map(),
   *   pending: { serverAlpha: 41n, validatorAlpha: 41n, rootAlpha: 0n, ownerCutAlpha: 18n },
   * })
   * lines.map(({ reason, alpha }) => `${reason} ${alpha}`)
   * // ['ownerCut 18', 'incentive 40', 'dividend 41', 'rounding 1']
   * ```
   */
  explainPayout<Account>(payout: EpochPayout<Account>): PayoutLine<Account>[] {
    return payoutLines(this.#distributionOf(payout), payout.pending)
  }

  #distributionOf<Account>(payout: EpochPayout<Account>): DistributionInput<Account> {
    assertKnown(payout, 'payout', PAYOUT)
    assertPending(payout.pending, 'payout.pending')
    assertDecided(payout, 'payout')
    const { pending, ...decided } = payout
    let incentiveSumAlpha = 0n
    for (const alpha of decided.incentiveAlpha) incentiveSumAlpha += alpha
    return {
      ...decided,
      validatorPotAlpha: validatorPotAlpha(pending, incentiveSumAlpha),
      rootPotAlpha: pending.rootAlpha,
      ownerCutAlpha: pending.ownerCutAlpha,
      taoWeightU64: this.taoWeightU64,
      childkeyBurnU64: this.childkeyBurnU64,
    }
  }
}
