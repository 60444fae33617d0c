import type { EmissionPolicy } from 'subnetkit/emission'
import type { Netuid } from 'subnetkit/units'

/** What a block's TAO was shared into: by the policy that the chain follows, and by the one that only looks on; parts of the whole. */
export interface ShareOfBlock {
  readonly netuid: Netuid
  readonly share: number
  readonly asideShare: number
}

/**
 * A policy that does what `chief` says, and notes with each block what `aside` would have said of the same subnets: both see one history, which
 * only the chief makes.
 */
export function besides(
  chief: EmissionPolicy,
  aside: EmissionPolicy,
  note: (shares: readonly ShareOfBlock[]) => void,
): EmissionPolicy {
  return {
    name: chief.name,
    split(emissionBits, subnets) {
      const [done, said] = [chief.split(emissionBits, subnets), aside.split(emissionBits, subnets)]
      const part = (bits: bigint | undefined): number => Number(bits ?? 0n) / Number(emissionBits)
      note(
        subnets.netuid.map((netuid, at) => ({ netuid, share: part(done[at]), asideShare: part(said[at]) })),
      )
      return done
    },
  }
}
