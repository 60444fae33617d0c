import type { Alpha, Rao, U16 } from '../units/index.js'
import { assertBits, assertKnown, assertU16, assertU64 } from './checks.js'
import { divide, fromInteger, fromU16, fromU64, half, multiply, subtract, toInteger } from './u96f32.js'

/** The owner's part of what a subnet's participants get, in parts of 65535: 17.99954 percent. */
export const DEFAULT_OWNER_CUT_U16: U16 = 11_796

const TERMS = ['ownerCutU16', 'rootProportionBits']
const ROOT_STATE = ['rootTaoRao', 'alphaIn', 'alphaOut', 'taoWeightU64'] as const

/** A block's alpha for participants, divided among those who wait for the next epoch. */
export interface ParticipantSplit {
  readonly ownerCutAlpha: Alpha
  readonly serverAlpha: Alpha
  readonly validatorAlpha: Alpha
  /** Part of the stake on root; recycled instead of kept when root does not sell. */
  readonly rootAlpha: Alpha
}

/**
 * Divides a block's alpha: the owner's cut first, half of the rest to servers, the other half to validators,
 * of which root's proportion goes to stake on root. Each part is floored, so up to 3 units stay without an owner.
 *
 * @param terms - `rootProportionBits` is U96F32, of {@link rootProportionBits}; 0 without stake on root.
 * @throws InvalidArgumentError naming what is wrong.
 * @source subtensor `pallets/subtensor/src/coinbase/run_coinbase.rs`, `emit_to_subnets`
 *
 * @example
 * ```ts
 * import { splitAmongParticipants } from 'subnetkit/emission'
 *
 * splitAmongParticipants(1_000n, { ownerCutU16: 0, rootProportionBits: 0n }).serverAlpha // 500n
 * ```
 */
export function splitAmongParticipants(
  alphaOut: Alpha,
  terms: { readonly ownerCutU16: U16; readonly rootProportionBits: bigint },
): ParticipantSplit {
  assertU64(alphaOut, 'alphaOut')
  assertKnown(terms, 'terms', TERMS)
  assertU16(terms.ownerCutU16, 'terms.ownerCutU16')
  assertBits(terms.rootProportionBits, 'terms.rootProportionBits')
  const minted = fromInteger(alphaOut)
  const ownerCut = multiply(minted, fromU16(terms.ownerCutU16))
  const rest = subtract(minted, ownerCut)
  const root = multiply(multiply(terms.rootProportionBits, rest), half)
  const server = multiply(rest, half)
  const validator = subtract(subtract(rest, server), root)
  return {
    ownerCutAlpha: toInteger(ownerCut),
    serverAlpha: toInteger(server),
    validatorAlpha: toInteger(validator),
    rootAlpha: toInteger(root),
  }
}

/**
 * Weight of TAO staked on root against a subnet's alpha, U96F32, from parts of 2^64 - 1.
 *
 * @throws InvalidArgumentError for what does not lie between 0 and 2^64 - 1.
 *
 * @example
 * ```ts
 * import { DEFAULT_TAO_WEIGHT_U64, taoWeightBits } from 'subnetkit/emission'
 *
 * Number(taoWeightBits(DEFAULT_TAO_WEIGHT_U64)) / 2 ** 32 // 0.0527
 * ```
 */
export function taoWeightBits(taoWeightU64: bigint): bigint {
  assertU64(taoWeightU64, 'taoWeightU64')
  return fromU64(taoWeightU64)
}

/**
 * Root's proportion of a subnet, U96F32: weighted TAO on root against that and all alpha of the subnet.
 * 0 when there is neither.
 *
 * @throws InvalidArgumentError naming what is wrong.
 *
 * @example
 * ```ts
 * import { DEFAULT_TAO_WEIGHT_U64, rootProportionBits } from 'subnetkit/emission'
 *
 * const state = { rootTaoRao: 10n ** 15n, alphaIn: 10n ** 14n, alphaOut: 10n ** 14n }
 * rootProportionBits({ ...state, taoWeightU64: DEFAULT_TAO_WEIGHT_U64 }) // about a fifth of 2^32
 * ```
 */
export function rootProportionBits(state: {
  readonly rootTaoRao: Rao
  readonly alphaIn: Alpha
  readonly alphaOut: Alpha
  readonly taoWeightU64: bigint
}): bigint {
  assertKnown(state, 'state', ROOT_STATE)
  for (const name of ROOT_STATE) assertU64(state[name], `state.${name}`)
  const weighted = multiply(fromInteger(state.rootTaoRao), fromU64(state.taoWeightU64))
  return divide(weighted, weighted + fromInteger(state.alphaIn + state.alphaOut))
}
