import type { Chain } from '../chain/index.js'
import type { Clock } from '../clock/index.js'
import type { Signer } from '../crypto/index.js'
import { Dendrite } from '../dendrite/index.js'
import type { Carrier } from '../transport/index.js'
import type { Hotkey, Netuid } from '../units/index.js'
import type { Lifecycle } from './Lifecycle.js'
import { NotRegisteredError } from './neuronErrors.js'

/** What starts, and what it does before its loops run. */
export interface NeuronStart {
  readonly lifecycle: Lifecycle
  readonly prepare: () => Promise<void>
  /** Runs when the start fails; once the loops run, cleaning up is theirs. */
  readonly cleanUp: () => Promise<void>
}

/**
 * Claims the one start of a neuron and prepares it. A start that fails leaves nothing running.
 *
 * @throws NeuronStateError when it was started before.
 */
export async function beginNeuron({ lifecycle, prepare, cleanUp }: NeuronStart): Promise<void> {
  lifecycle.begin()
  try {
    await prepare()
  } catch (error) {
    await lifecycle.stop()
    await cleanUp()
    throw error
  }
}

/** @throws NotRegisteredError when the hotkey holds no slot of the subnet. */
export async function assertRegistered(who: { chain: Chain; netuid: Netuid; hotkey: Hotkey }): Promise<void> {
  const { chain, netuid, hotkey } = who
  const uid = await chain.query('uid', { netuid, hotkey })
  if (uid === null) throw new NotRegisteredError({ hotkey, netuid })
}

/** A client in the neuron's own name. */
export function ownDendrite(options: { signer: Signer; carrier?: Carrier }, clock: Clock): Dendrite {
  const { signer, carrier } = options
  return new Dendrite({ signer, clock, ...(carrier === undefined ? {} : { carrier }) })
}
