import type { EmissionPolicy } from './types.js'

/**
 * Shares a block's emission equally: every emitting subnet gets the whole part of an n-th, as TAO for its
 * account and as the same amount of alpha for its participants. Nothing goes into pools.
 */
export const equalPolicy: EmissionPolicy = {
  name: 'equal',
  split(blockEmissionRao, subnets) {
    if (subnets.length === 0) return []
    const partRao = blockEmissionRao / BigInt(subnets.length)
    return subnets.map(({ netuid }) => ({
      netuid,
      taoInRao: partRao,
      alphaIn: 0n,
      alphaOut: partRao,
      excessRao: 0n,
    }))
  },
}
