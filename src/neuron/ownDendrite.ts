import type { Clock } from '../clock/index.js'
import type { Signer } from '../crypto/index.js'
import { Dendrite } from '../dendrite/index.js'
import type { Carrier } from '../transport/index.js'

/** A client in the neuron's own name. */
export function ownDendrite(options: { signer: Signer; carrier?: Carrier }, clock: Clock): Dendrite {
  const { signer, carrier } = options
  return new Dendrite({ signer, clock, ...(carrier === undefined ? {} : { carrier }) })
}
