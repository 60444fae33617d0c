import { type Alpha, MAX_SUPPLY_RAO, type Rao } from '../units/index.js'
import { assertU64 } from './checks.js'

/** TAO per block before the first halving. */
const FULL_EMISSION_RAO = 1_000_000_000n

/**
 * TAO to emit in a block, from the total issuance: one TAO, halved each time half of what is still missing
 * to 21 million has been issued. Recycling TAO lowers the issuance and so puts a halving off.
 *
 * The k-th halving comes with an issuance of `21e15 * (1 - 2^-k)` rao; these thresholds are exact. From the
 * thirtieth on, just short of 21 million, the emission is 0.
 *
 * @throws InvalidArgumentError for what is no amount.
 * @source subtensor `pallets/subtensor/src/coinbase/block_emission.rs`, `get_block_emission_for_issuance`
 *
 * @example
 * ```ts
 * import { blockEmissionRao } from 'subnetkit/emission'
 *
 * blockEmissionRao(0n) // 1_000_000_000n
 * blockEmissionRao(10_500_000_000_000_000n) // 500_000_000n
 * ```
 */
export function blockEmissionRao(totalIssuanceRao: Rao): Rao {
  assertU64(totalIssuanceRao, 'totalIssuanceRao')
  return emissionFor(totalIssuanceRao)
}

function emissionFor(totalIssuanceRao: Rao): Rao {
  const missingRao = MAX_SUPPLY_RAO - totalIssuanceRao
  if (missingRao <= 0n) return 0n
  let emissionRao = FULL_EMISSION_RAO
  for (let halved = missingRao * 2n; halved <= MAX_SUPPLY_RAO && emissionRao > 0n; halved *= 2n)
    emissionRao >>= 1n
  return emissionRao
}

/**
 * Alpha to emit for a subnet in a block: the same curve over the alpha that exists, in and out of its pool.
 *
 * @throws InvalidArgumentError for what is no amount.
 *
 * @example
 * ```ts
 * import { alphaEmission } from 'subnetkit/emission'
 *
 * alphaEmission(6_000_000_000_000_000n, 5_000_000_000_000_000n) // 500_000_000n
 * ```
 */
export function alphaEmission(alphaIn: Alpha, alphaOut: Alpha): Alpha {
  assertU64(alphaIn, 'alphaIn')
  assertU64(alphaOut, 'alphaOut')
  return emissionFor(alphaIn + alphaOut)
}

/**
 * TAO that may really be minted: the emission of the recorded issuance, as far as the sum of all balances
 * leaves room below 21 million. Minting raises both numbers; {@link blockEmissionRao} says why they can differ.
 *
 * @throws InvalidArgumentError for what is no amount.
 *
 * @example
 * ```ts
 * import { mintableRao } from 'subnetkit/emission'
 *
 * mintableRao(0n, 20_999_999_999_999_999n) // 1n
 * ```
 */
export function mintableRao(totalIssuanceRao: Rao, balancesIssuanceRao: Rao): Rao {
  assertU64(totalIssuanceRao, 'totalIssuanceRao')
  assertU64(balancesIssuanceRao, 'balancesIssuanceRao')
  const emissionRao = emissionFor(totalIssuanceRao)
  const roomRao = balancesIssuanceRao >= MAX_SUPPLY_RAO ? 0n : MAX_SUPPLY_RAO - balancesIssuanceRao
  return emissionRao < roomRao ? emissionRao : roomRao
}
