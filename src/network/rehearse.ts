import type { Chain } from '../chain/index.js'
import type { Dendrite } from '../dendrite/index.js'
import { type IncentiveMechanism, taskSeed } from '../mechanism/index.js'
import type { Hotkey, Netuid } from '../units/index.js'

/** The longest that a miner may take for a question that does not count. */
const REHEARSAL_MS = 5_000

/**
 * Asks every miner that serves once, for nothing: the handshake and the first answer of a process take many times what later ones
 * do, most of all while all processes of a network begin at once, and whoever was late then would be paid less for many rounds.
 * What goes wrong is left to the rounds that count.
 *
 * @param dendrite - the client that is used from then on, with its connections.
 */
export async function rehearse<Task, Answer>(options: {
  readonly chain: Chain
  readonly netuid: Netuid
  readonly self: Hotkey
  readonly mechanism: Pick<IncentiveMechanism<Task, Answer, never>, 'synapse' | 'createTask'>
  readonly dendrite: Dendrite
  readonly signal: AbortSignal
}): Promise<void> {
  const { chain, netuid, self, mechanism, dendrite, signal } = options
  const [head, metagraph] = await Promise.all([chain.head({ signal }), chain.metagraph(netuid, { signal })])
  const { hotkey, axon } = metagraph.columns
  const targets = metagraph.miners().flatMap((uid) => {
    const [address, miner] = [axon[uid], hotkey[uid]]
    return address == null || miner === undefined || miner === self ? [] : [{ hotkey: miner, ...address }]
  })
  try {
    const seed = taskSeed({ blockHash: head.hash, netuid, round: head.number, index: 0 })
    const task = await mechanism.createTask(seed)
    await dendrite.callAll(mechanism.synapse, targets, task, { timeoutMs: REHEARSAL_MS, signal })
  } catch {
    // A mechanism that fails fails again in the first round, which says so.
  }
}
