import { check } from '../../checks/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import {
  MechanismError,
  type RoundLimits,
  type TaskSeed,
  taskSeed,
  type WaitUntil,
} from '../../mechanism/index.js'
import type { BlockNumber, Hotkey } from '../../units/index.js'
import type { Doorway } from './Doorway.js'
import type { KeyedQuestion } from './KeyedQuestions.js'
import { beyond } from './MinerTally.js'
import { anyBlock, checkWaitUntil } from './roundArguments.js'
import type { RoundBlocks } from './roundBlocks.js'

/** How a round waits. */
export interface RoundWaiting {
  /** The newest block. */
  newest(): BlockNumber
  /**
   * Comes back when the block is there; never where the round goes on from its record then.
   *
   * @throws MechanismError where it cannot be waited for.
   */
  until(block: BlockNumber, question: KeyedQuestion | undefined): Promise<void>
}

/** What the doors need of their round. */
export interface BlockDoorsParts {
  readonly blocks: RoundBlocks
  /** Where there is none, the round cannot wait. */
  readonly waiting?: RoundWaiting | undefined
  readonly doorway: Doorway
  readonly limits: RoundLimits
  readonly seed: TaskSeed
  readonly block: BlockNumber
  readonly mechanismId: number
  /** In whose script a door is used, and until when. */
  readonly script: () => { readonly hotkey: Hotkey | undefined; readonly signal: AbortSignal }
  /** Counts what is read. */
  readonly read: (name: string) => void
  /** Doors that were called and have not given anything yet. */
  readonly open: () => number
}

/** The doors of a round to the blocks of its chain: those that were, and those that will be. */
export class BlockDoors {
  readonly #parts: BlockDoorsParts
  #waits = 0

  constructor(parts: BlockDoorsParts) {
    this.#parts = parts
  }

  async seedAt(block: BlockNumber): Promise<TaskSeed> {
    check('block', anyBlock, block)
    const { doorway, read, blocks, script } = this.#parts
    if (block > this.#parts.block) {
      const remedy = `Pass the block of this round, ${this.#parts.block}, or an earlier one.`
      throw new InvalidArgumentError({ field: 'block', value: block, remedy })
    }
    doorway.assertOpen('seedAt')
    read('seedAt')
    const { hotkey, signal } = script()
    const question = { door: 'seedAt', name: '', asked: block, hotkey, signal } as const
    return this.#seedOf(block, await doorway.pass(question, () => blocks.hashAt(block, signal)))
  }

  async wait(until: WaitUntil): Promise<TaskSeed> {
    checkWaitUntil(until)
    const { doorway, limits, script } = this.#parts
    doorway.assertOpen('wait')
    const { hotkey, signal } = script()
    if (hotkey !== undefined)
      throw misused('waited in the script of a miner', 'Wait outside of each, where all scripts are over.')
    if (this.#waits++ >= limits.waits) throw beyond(`waited more than ${limits.waits} times`, 'waits')
    const question = { door: 'wait', name: '', asked: until, signal } as const
    const [block, hash] = await doorway.pass(question, (keyed) => this.#reached(until, keyed, signal))
    return this.#seedOf(block, hash)
  }

  /** The block that is waited for, and its hash. @throws MechanismError where it cannot be waited for. */
  async #reached(
    until: WaitUntil,
    keyed: KeyedQuestion | undefined,
    signal: AbortSignal,
  ): Promise<readonly [BlockNumber, string]> {
    const { waiting, open, blocks } = this.#parts
    if (waiting === undefined)
      throw misused('waited for a block where no round can wait', 'Set waits = true in the mechanism.')
    if (open() > 1)
      throw misused(
        'waited for a block while something else was under way',
        'Await every other door of the round before.',
      )
    const wanted = 'untilBlock' in until ? until.untilBlock : waiting.newest() + until.blocks
    if (wanted > waiting.newest()) await waiting.until(wanted, keyed)
    return [wanted, await blocks.hashAt(wanted, signal)]
  }

  /** The seed of a block: the same at every validator, however many blocks lie between its rounds. */
  #seedOf(block: BlockNumber, blockHash: string): TaskSeed {
    const { seed, mechanismId } = this.#parts
    const { netuid, index } = seed
    return taskSeed({ blockHash, netuid, round: block, index, mechanismId })
  }
}

function misused(what: string, remedy: string): MechanismError {
  return new MechanismError({ method: 'play', fault: 'misuse', what, remedy })
}
