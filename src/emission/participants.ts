import type { Alpha, Rao, U16 } from '../units/index.js'
import { divide, fromInteger, fromU16, fromU64, half, multiply, subtract, toInteger } from './u96f32.js'

/** The owner's part of what a subnet's participants get, in parts of 65535: 17.99954 percent. */
export const DEFAULT_OWNER_CUT_U16: U16 = 11_796

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
 * @source subtensor `pallets/subtensor/src/coinbase/run_coinbase.rs`, `emit_to_subnets`
 */
export function splitAmongParticipants(
  alphaOut: Alpha,
  terms: { readonly ownerCutU16: U16; readonly rootProportionBits: bigint },
): ParticipantSplit {
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

/** Weight of TAO staked on root against a subnet's alpha, U96F32, from parts of 2^64 - 1. */
export function taoWeightBits(taoWeightU64: bigint): bigint {
  return fromU64(taoWeightU64)
}

/**
 * Root's proportion of a subnet, U96F32: weighted TAO on root against that and all alpha of the subnet.
 * 0 when there is neither.
 */
export function rootProportionBits(state: {
  readonly rootTaoRao: Rao
  readonly alphaIn: Alpha
  readonly alphaOut: Alpha
  readonly taoWeightU64: bigint
}): bigint {
  const weighted = multiply(fromInteger(state.rootTaoRao), fromU64(state.taoWeightU64))
  return divide(weighted, weighted + fromInteger(state.alphaIn + state.alphaOut))
}
