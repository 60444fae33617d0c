import type { Chain } from '../chain/index.js'
import type { Clock } from '../clock/index.js'
import type { Signer } from '../crypto/index.js'
import { Dendrite } from '../dendrite/index.js'
import type { Carrier } from '../transport/index.js'
import type { Hotkey, Netuid } from '../units/index.js'
import type { Lifecycle } from './Lifecycle.js'
import { NotRegisteredError } from './neuronErrors.js'

/** What starts, and what it needs before its loops run. */
export interface NeuronStart {
  readonly lifecycle: Lifecycle
  readonly chain: Chain
  readonly netuid: Netuid
  readonly hotkey: Hotkey
  readonly prepare: () => Promise<unknown>
  /** Runs when the start fails; once the loops run, cleaning up is theirs. */
  readonly cleanUp?: () => Promise<void>
}

/**
 * Claims the one start of a neuron, makes sure that it holds a slot of the subnet, and prepares it. A start that fails leaves
 * nothing running.
 *
 * @throws NotRegisteredError when the hotkey holds no slot of the subnet.
 * @throws NeuronStateError when it was started before.
 */
export async function beginNeuron(start: NeuronStart): Promise<void> {
  const { lifecycle, chain, netuid, hotkey } = start
  lifecycle.begin()
  try {
    const uid = await chain.query('uid', { netuid, hotkey })
    if (uid === null) throw new NotRegisteredError({ hotkey, netuid })
    await start.prepare()
  } catch (error) {
    await lifecycle.stop()
    await start.cleanUp?.()
    throw error
  }
}

/** A client in the neuron's own name. */
export function ownDendrite(options: { signer: Signer; carrier?: Carrier }, clock: Clock): Dendrite {
  const { signer, carrier } = options
  return new Dendrite({ signer, clock, ...(carrier === undefined ? {} : { carrier }) })
}
