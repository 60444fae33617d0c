import type { Clock } from '../../clock/index.js'
import type { Carrier } from '../../transport/index.js'
import type { RestartFault } from './types.js'

/** What a peer is given in place of its carrier and clock. */
export interface FaultyPeer {
  readonly name: string
  /** What it dials and listens with. */
  readonly carrier: Carrier
  /** What it believes the time to be. */
  readonly clock: Clock
}

/** One life of a peer, from its start to its downfall. */
export interface PeerLife extends FaultyPeer {
  /** Which, from 0. */
  readonly number: number
  /** How often its key was lost: whoever makes its key takes this into the seed. */
  readonly keyNumber: number
  /** What it keeps on its disk, as long as its memory is not lost. */
  readonly memory: Map<string, unknown>
}

/** What a life is made of: an axon, a dendrite, a miner, or several in one. */
export interface Stoppable {
  /** Ends it, also when its connections are gone already. */
  stop(): Promise<void>
}

/** A peer that a network runs. */
export interface RunningPeer {
  /** Its present life, or the last one while it is down. */
  readonly life: PeerLife
  readonly isUp: boolean
  /**
   * Goes down and comes back; resolves when the new life has started. While it is down already, it waits for that life.
   *
   * @throws InvalidArgumentError for what says no downfall.
   * @throws What `start` throws.
   */
  restart(options?: Partial<Pick<RestartFault, 'downMs' | 'how' | 'loses'>>): Promise<void>
  /**
   * Ends it for good.
   *
   * @throws What went wrong in restarts that faults asked for.
   */
  stop(): Promise<void>
}
