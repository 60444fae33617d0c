import { MechanismError, type MechanismMethod, type RoundLimits } from '../../mechanism/index.js'
import type { Status } from '../../synapse/index.js'
import type { Hotkey, Uid } from '../../units/index.js'

/** A miner's part of a round that failed by the mechanism's own code. */
export interface MinerFault {
  readonly hotkey: Hotkey
  readonly error: MechanismError
}

/** What one miner did in a round, and how much of its bounds it has used. */
export class MinerTally {
  readonly hotkey: Hotkey
  readonly uid: Uid
  readonly statuses: Status[] = []
  readonly faults: MechanismError[] = []
  /** What the validator needs failed in its script. */
  isNotScored = false
  readonly #limits: RoundLimits
  #asks = 0
  #bytes = 0
  #reads = 0

  constructor(
    { hotkey, uid }: { readonly hotkey: Hotkey; readonly uid: Uid },
    { limits }: { readonly limits: RoundLimits },
  ) {
    this.hotkey = hotkey
    this.uid = uid
    this.#limits = limits
  }

  /** Whether it did what a valid answer is: one ask that ended well, and nothing of the author's code that failed on it. */
  get answered(): boolean {
    return this.faults.length === 0 && this.statuses.includes('ok')
  }

  /** Asked as often again as it may be: a loop that goes by what it said, and would not end for many more. */
  get isInLoop(): boolean {
    return this.#asks >= 2 * this.#limits.asksPerMiner
  }

  /** Takes one ask more; what is wrong with it, where it is one too many. */
  ask(synapse: string): MechanismError | undefined {
    if (this.#asks++ < this.#limits.asksPerMiner) return undefined
    return this.tooMany(synapse)
  }

  tooMany(synapse: string): MechanismError {
    return beyond(
      `asked one miner more than ${this.#limits.asksPerMiner} times in a round, the last time ${synapse}`,
      'asksPerMiner',
    )
  }

  /** How often it was asked. */
  get asks(): number {
    return this.#asks
  }

  /** Room for answers. */
  get bytesLeft(): number {
    return this.#limits.bytesPerMiner - this.#bytes
  }

  fill(bytes: number): void {
    this.#bytes += bytes
  }

  /** @throws MechanismError for a read too many in its script. */
  read(name: string): void {
    if (this.#reads++ < this.#limits.readsPerMiner) return
    throw beyond(
      `read more than ${this.#limits.readsPerMiner} times for one miner in a round, the last time ${name}`,
      'readsPerMiner',
    )
  }
}

/** More of something than a round may have. */
export function beyond(
  what: string,
  limit: keyof RoundLimits,
  method: MechanismMethod = 'play',
): MechanismError {
  return new MechanismError({
    method,
    fault: 'beyond limit',
    what,
    remedy: `Do it less often, or raise roundLimits.${limit} of the mechanism.`,
  })
}
