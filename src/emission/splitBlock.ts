import { assert, InvalidArgumentError } from '../errors/index.js'
import type { Rao } from '../units/index.js'
import { isU64 } from './checks.js'
import type { EmissionPolicy, EmittingSubnets } from './EmissionPolicy.js'
import type { EmissionOffer, Injection, Reserves, SubnetPool } from './pools/SubnetPool.js'
import { fromInteger } from './u96f32.js'

/** A block's emission after the policy shared it and the pools divided their shares. */
export interface BlockSplit {
  /** One row per emitting subnet, in their order. */
  readonly subnets: readonly Injection[]
  /** What was not handed out: it is not issued after all. */
  readonly recycledRao: Rao
}

/**
 * What a policy gives each subnet of a block's emission, in their order: raw U96F32. For a ledger, which keeps what it passes: the
 * arguments are taken as they are, what the policy answers is checked all the same.
 *
 * @throws InvalidArgumentError naming the policy that hands out more than there is.
 * PERF: the policy's own cost, plus O(subnets).
 *
 * @example
 * ```ts
 * import { equalPolicy, type EmittingSubnets, policyShares } from 'subnetkit/emission'
 *
 * const shares = (subnets: EmittingSubnets) => policyShares(equalPolicy, 1_000_000_000n, subnets)
 * ```
 */
export function policyShares(
  policy: EmissionPolicy,
  emissionRao: Rao,
  subnets: EmittingSubnets,
): readonly bigint[] {
  const count = subnets.netuid.length
  const shares = policy.split(fromInteger(emissionRao), subnets)
  assertShares(policy, shares, emissionRao, count)
  return shares
}

/**
 * Lets a pool divide the share that each subnet has of a block's emission. For a ledger, as {@link policyShares} is.
 *
 * @param shares - of `policyShares`, for the same subnets.
 * @throws InvalidArgumentError naming the pool that divides more than its share.
 * PERF: the pool's own cost, plus O(subnets).
 *
 * @example
 * ```ts
 * import { dividedShares, type EmittingSubnets, fixedPricePool } from 'subnetkit/emission'
 *
 * const split = (subnets: EmittingSubnets) => dividedShares(fixedPricePool, 100n, subnets.netuid.map(() => 7n << 32n), subnets)
 * ```
 */
export function dividedShares<R extends Reserves>(
  pool: SubnetPool<R>,
  emissionRao: Rao,
  shares: readonly bigint[],
  subnets: EmittingSubnets<R>,
): BlockSplit {
  const { reserves, alphaOut, rootProportionBits } = subnets
  let recycledRao = emissionRao
  const injections = reserves.map((held, row) => {
    const offer = {
      taoBits: shares[row],
      alphaOut: alphaOut[row],
      rootProportionBits: rootProportionBits[row],
    }
    assert(isOffer(offer), 'columns of emitting subnets have one length')
    const injection = pool.planInjection(held, offer)
    if (!isInjection(injection)) throw poolError(pool, injection)
    const spentRao = injection.taoInRao + injection.excessRao
    if (fromInteger(spentRao) > offer.taoBits) throw poolError(pool, injection)
    recycledRao -= spentRao
    return injection
  })
  return { subnets: injections, recycledRao }
}

function isOffer(offer: { [Name in keyof EmissionOffer]: bigint | undefined }): offer is EmissionOffer {
  return offer.taoBits !== undefined && offer.alphaOut !== undefined && offer.rootProportionBits !== undefined
}

function isInjection(injection: Injection): boolean {
  if (typeof injection !== 'object' || injection === null) return false
  const { taoInRao, alphaIn, alphaOut, excessRao } = injection
  return isU64(taoInRao) && isU64(alphaIn) && isU64(alphaOut) && isU64(excessRao)
}

function assertShares(
  policy: EmissionPolicy,
  shares: readonly bigint[],
  emissionRao: Rao,
  count: number,
): void {
  if (!Array.isArray(shares) || shares.length !== count) throw policyError(policy, shares)
  let sumBits = 0n
  for (const share of shares) {
    if (typeof share !== 'bigint' || share < 0n) throw policyError(policy, share)
    sumBits += share
  }
  if (sumBits > fromInteger(emissionRao)) {
    throw policyError(policy, `${sumBits} of ${fromInteger(emissionRao)} parts of 2^-32 rao`)
  }
}

function policyError({ name }: EmissionPolicy, value: unknown): InvalidArgumentError {
  return new InvalidArgumentError({
    field: `policy ${name}`,
    value,
    remedy:
      'A policy gives each subnet it was asked about one amount of at least 0, in their order; together at most the block emission.',
  })
}

function poolError({ name }: { readonly name: string }, value: unknown): InvalidArgumentError {
  return new InvalidArgumentError({
    field: `pool ${name}`,
    value,
    remedy: 'A pool plans with amounts of at least 0, of which TAO and excess are at most its share.',
  })
}
