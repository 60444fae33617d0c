import type { EmissionPolicy } from './EmissionPolicy.js'

/** Shares a block's TAO equally: every emitting subnet gets an n-th. */
export const equalPolicy: EmissionPolicy = {
  name: 'equal',
  split(emissionBits, { netuid }) {
    const count = netuid.length
    return count === 0 ? [] : new Array<bigint>(count).fill(emissionBits / BigInt(count))
  },
}
