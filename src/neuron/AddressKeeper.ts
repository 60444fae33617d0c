import type { Chain } from '../chain/index.js'
import type { Signer } from '../crypto/index.js'
import { portableError } from '../errors/index.js'
import type { AxonInfo } from '../metagraph/index.js'
import { asHotkey, type BlockNumber, type Netuid } from '../units/index.js'
import type { AddressWatch } from './AddressWatch.js'
import type { MinerEvent } from './minerEvents.js'
import { CallRefusedError } from './neuronErrors.js'
import type { SubnetFollower } from './SubnetFollower.js'

/** Version number that miners of this library put on chain with their address. */
const AXON_VERSION = 1

/** What keeping an address on chain needs from its miner. */
export interface AddressKeeperOptions {
  readonly chain: Chain
  readonly signer: Signer
  readonly netuid: Netuid
  readonly follower: SubnetFollower
  readonly address: AxonInfo
  /** Tells when another program that has the address is gone. */
  readonly watch: AddressWatch
  readonly signal: AbortSignal
  readonly onServed: () => void
  readonly tell: (event: MinerEvent) => void
}

/** Puts a miner's address on chain, and again whenever the chain shows none; gives way to another program that serves the same hotkey, until that one is gone. */
export class AddressKeeper {
  readonly #options: AddressKeeperOptions
  #hasServed = false
  #isRegistered = true
  #isReplaced = false

  constructor(options: AddressKeeperOptions) {
    this.#options = options
  }

  /** Runs until the follower ends. Rejects with CallRefusedError when the first address is refused for good. */
  async run(): Promise<void> {
    const { follower, signal, tell } = this.#options
    let seen: BlockNumber = -1
    for (;;) {
      try {
        seen = Math.max(seen, await this.#check(seen))
      } catch (error) {
        if (signal.aborted) return
        if (!this.#hasServed) throw error
        tell({ type: 'failed', block: seen, error: portableError(error) })
      }
      const header = await follower.next(seen)
      if (header === undefined) return
      seen = header.number
    }
  }

  /** Compares the chain with the address once; returns the block up to which nothing more is to be done. */
  async #check(seen: BlockNumber): Promise<BlockNumber> {
    const { chain, follower, address, signer, tell, watch } = this.#options
    const metagraph = await follower.metagraph()
    const uid = metagraph.uidOf(asHotkey(signer.address))
    if (uid === undefined) {
      if (this.#isRegistered) tell({ type: 'deregistered', block: metagraph.block })
      this.#isRegistered = false
      return seen
    }
    this.#isRegistered = true
    const shown = metagraph.columns.axon[uid]
    if (shown?.host === address.host && shown.port === address.port) {
      this.#isReplaced = false
      this.#served()
      return seen
    }
    // An address from before this miner's own is an earlier run's. One after it is another program's: two that take turns would go
    // on for ever, so this one gives way as long as the other one is there.
    if (shown !== null && shown !== undefined && this.#hasServed) {
      if (!this.#isReplaced) tell({ type: 'addressReplaced', block: metagraph.block, address, shown })
      this.#isReplaced = true
      const epochMs = metagraph.columns.tempoBlocks * chain.blockMs
      return (await watch.isGone(shown, epochMs)) ? await this.#serve(shown) : seen
    }
    return await this.#serve()
  }

  /** @param gone - where another program was that is there no more. */
  async #serve(gone?: AxonInfo): Promise<BlockNumber> {
    const { chain, signer, netuid, address, watch, signal, tell } = this.#options
    const args = { netuid, ip: address.host, port: address.port, version: AXON_VERSION }
    const { block, refusal } = await chain.call(signer, 'serveAxon', args, { signal })
    if (refusal === null) {
      watch.end()
      if (gone !== undefined) tell({ type: 'addressTakenBack', block, address, gone })
      tell({ type: 'served', block, address })
      this.#served()
    } else if (this.#hasServed || refusal.error === 'ServingRateLimitExceeded') {
      tell({ type: 'serveRefused', block, refusal })
    } else throw new CallRefusedError({ callName: 'serveAxon', refusal })
    return block
  }

  #served(): void {
    this.#hasServed = true
    this.#options.onServed()
  }
}
