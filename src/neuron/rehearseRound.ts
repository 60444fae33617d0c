import type { Chain } from '../chain/index.js'
import type { Clock } from '../clock/index.js'
import type { CanonicalValue } from '../codec/index.js'
import { type ProtocolMechanism, taskSeed } from '../mechanism/index.js'
import type { Hotkey, Netuid } from '../units/index.js'
import { Doorway } from './play/Doorway.js'
import { playTask } from './play/playTask.js'
import type { RoundClient } from './play/RoundClient.js'
import { blocksOf } from './play/roundBlocks.js'
import { addressIn, roundMiners } from './sampleMiners.js'

/** The longest that a miner may take for a question that does not count. */
const REHEARSAL_MS = 5_000

/** Nobody keeps what a rehearsal's secrets were for. */
const NO_KEY = new Uint8Array(32)

/** Plays one task with every miner that serves, with time enough for each ask, and drops what comes of it. */
export async function rehearseRound<State extends CanonicalValue>(
  mechanism: ProtocolMechanism<State>,
  parts: {
    readonly chain: Chain
    readonly netuid: Netuid
    readonly self: Hotkey
    readonly clock: Clock
    readonly client: RoundClient
    readonly signal: AbortSignal
  },
): Promise<void> {
  const { chain, netuid, self, clock, client, signal } = parts
  const [head, metagraph] = await Promise.all([chain.head({ signal }), chain.metagraph(netuid, { signal })])
  const { hotkey, axon } = metagraph.columns
  const serving = metagraph.miners().flatMap((uid) => {
    const miner = hotkey[uid]
    return axon[uid] == null || miner === undefined || miner === self ? [] : [{ uid, hotkey: miner }]
  })
  const round = {
    client: patient(client),
    seed: taskSeed({ blockHash: head.hash, netuid, round: head.number, index: 0 }),
    block: head.number,
    mechanismId: 0,
    validator: self,
    miners: roundMiners(metagraph, serving),
    addressOf: (one: Hotkey) => addressIn(metagraph, one),
    state: mechanism.initialState(),
    concurrency: Math.max(1, serving.length),
    secretKey: () => NO_KEY,
    blocks: blocksOf(chain),
    doorway: new Doorway(),
  }
  try {
    await playTask(mechanism, round, { clock, signal, onOverdue: () => {} })
  } catch {
    // A mechanism that fails fails again in the first round, which says so.
  }
}

/** A client whose asks have the time of a first one. */
function patient(client: RoundClient): RoundClient {
  const timeoutMs = REHEARSAL_MS
  return {
    call: (synapse, target, request, options) =>
      client.call(synapse, target, request, { ...options, timeoutMs }),
    stream: (synapse, target, request, options) =>
      client.stream(synapse, target, request, { ...options, timeoutMs }),
  }
}
