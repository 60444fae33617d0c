import type { Alpha, Netuid, Rao } from '../units/index.js'

/** One subnet's part of a block's emission. */
export interface SubnetEmission {
  readonly netuid: Netuid
  /** TAO moved into the subnet's account. */
  readonly taoInRao: Rao
  /** Alpha minted into the pool. */
  readonly alphaIn: Alpha
  /** Alpha minted for participants. */
  readonly alphaOut: Alpha
  /** TAO that buys alpha from the pool on the protocol's account. */
  readonly excessRao: Rao
}

/** What a policy may look at: one row per emitting subnet, ascending by netuid. */
export interface EmittingSubnet {
  readonly netuid: Netuid
}

/** How a block's emission is shared among the emitting subnets. What is not handed out is recycled. */
export interface EmissionPolicy {
  readonly name: string
  split(blockEmissionRao: Rao, subnets: readonly EmittingSubnet[]): readonly SubnetEmission[]
}
