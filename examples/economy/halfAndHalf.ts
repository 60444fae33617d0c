import { type EmissionPolicy, referencePolicy } from 'subnetkit/emission'

/** A researcher's policy: one half of the block's TAO to all alike, so that a young subnet lives, the other as the reference does. */
export const halfAndHalf: EmissionPolicy = {
  name: 'half alike, half by price',
  split(emissionBits, subnets) {
    const alike = emissionBits / 2n / BigInt(Math.max(1, subnets.netuid.length))
    return referencePolicy.split(emissionBits / 2n, subnets).map((byPrice) => alike + byPrice)
  },
}
