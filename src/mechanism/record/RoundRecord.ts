import type { CanonicalValue } from '../../codec/index.js'
import type { BlockNumber, Hotkey, Netuid } from '../../units/index.js'
import type { MechanismFault, MechanismMethod } from '../MechanismError.js'
import type { RoundMiner } from '../Round.js'
import type { RoundLimits } from '../roundLimits.js'
import type { Door } from './doors.js'

/** Whose round it was. */
export interface RoundPlace {
  /** Hash of block 0 of the chain, hex. */
  readonly genesisHash: string
  readonly netuid: Netuid
  readonly mechanismId: number
  /** Of the validator. */
  readonly hotkey: Hotkey
}

/** The rules by which it was played: a record replays with these alone. */
export interface RoundRules {
  readonly stateVersion: number
  readonly roundLimits: RoundLimits
  /** Data that the mechanism ships: names, each with the SHA-256 of its bytes in hex. */
  readonly datasets: readonly (readonly [name: string, sha256: string])[]
}

/** An error that a door gave, as it can be made again. */
export type RecordedError =
  | {
      readonly kind: 'mechanism'
      readonly method: MechanismMethod
      readonly fault: MechanismFault
      readonly what: string
      readonly remedy: string
    }
  | { readonly kind: 'notScored'; readonly why: string }
  /** Any other, such as what the work of a `record` threw. */
  | { readonly kind: 'error'; readonly name: string; readonly message: string }

/** What a question came to. */
export type RoundAnswer =
  /** Canonical bytes of what it gave. Answers of miners stand in them as message bytes, as before their schema. */
  | { readonly how: 'gave'; readonly bytes: Uint8Array }
  | { readonly how: 'threw'; readonly error: RecordedError }
  /** There was no answer when the round was over. */
  | { readonly how: 'left' }
  /** Hidden by `withoutSecrets`: BLAKE2b-256 of what it gave. */
  | { readonly how: 'hidden'; readonly digest: Uint8Array }

/** One thing that a round learnt from outside. */
export interface RoundEntry {
  readonly door: Door
  /** Of the synapse, the source, the record or the label. */
  readonly name: string
  /** Who was asked, or in whose script it was. */
  readonly hotkey?: Hotkey
  /** BLAKE2b-256 of what was asked, where there is more to it than its name. */
  readonly asked?: Uint8Array
  /** Which of equal questions, from 0, in the order in which they were asked. */
  readonly nth: number
  readonly answer: RoundAnswer
}

/** What became of a round: what a replay is compared with. */
export interface RoundVerdict {
  readonly scores: ReadonlyMap<Hotkey, number>
  /** Scores that could not be used, described, by what they were given for. */
  readonly refused: ReadonlyMap<string, string>
  /** What `score` said for people. */
  readonly report?: CanonicalValue
  /** BLAKE2b-256 of the canonical bytes of the next state. */
  readonly stateDigest: Uint8Array
}

/**
 * One task of a round: everything that came from outside, and what became of it. `play` and `score` are functions of it.
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 * import { decodeRound } from 'subnetkit/mechanism'
 *
 * const { block, outcome } = decodeRound(await readFile('rounds/0000000123-0.round'))
 * console.log(block, outcome.scores)
 * ```
 */
export interface RoundRecord {
  readonly place: RoundPlace
  /** The block that seeded it. */
  readonly block: BlockNumber
  /** Hex. */
  readonly blockHash: string
  readonly round: number
  /** Which task of the round. */
  readonly index: number
  readonly rules: RoundRules
  readonly miners: readonly RoundMiner[]
  /** The state that `play` saw, in canonical bytes. */
  readonly state: Uint8Array
  /** That which `score` got, where it is another. */
  readonly scoredState?: Uint8Array
  /** In the order in which they ended. */
  readonly entries: readonly RoundEntry[]
  readonly outcome: RoundVerdict
  /** What became of each request of a customer that the short form scored as one more task, in order. */
  readonly sold: readonly RoundVerdict[]
}
