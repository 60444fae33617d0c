import { BaseError } from '../../errors/index.js'
import type { BlockNumber, Hotkey } from '../../units/index.js'
import type { Door } from './doors.js'

/**
 * Bytes are no record of a round, or one that cannot be used.
 *
 * @example
 * ```ts
 * import { decodeRound, RoundRecordError } from 'subnetkit/mechanism'
 *
 * try {
 *   decodeRound(new Uint8Array(3))
 * } catch (error) {
 *   if (error instanceof RoundRecordError) console.log(error.why)
 * }
 * ```
 */
export class RoundRecordError extends BaseError {
  override readonly name = 'RoundRecordError'
  readonly code = 'RoundRecord'
  /** What is wrong with them. */
  readonly why: string

  constructor(details: { why: string; cause?: unknown }) {
    super(`The record of a round cannot be used: ${details.why}.`, {
      hints: ['Take bytes that encodeRound or roundFolder wrote, of this version of subnetkit.'],
      docsPath: 'errors#round-record',
      cause: details.cause,
    })
    this.why = details.why
  }
}

/** Which task of which round. */
export interface RoundName {
  readonly block: BlockNumber
  readonly index: number
}

/** What an entry of a record was asked, in words. */
export interface AskedWhat {
  readonly door: Door
  readonly name: string
  readonly hotkey?: Hotkey
}

/** An entry's question in words: `ask of echo (5Gh...)`. */
export function wordsOfQuestion({ door, name, hotkey }: AskedWhat): string {
  const what = name === '' ? door : `${door} of ${name}`
  return hotkey === undefined ? what : `${what} (${hotkey})`
}

/**
 * A replay of a round went another way than the record: `play` asked what is not in it, waits for something that is no door of the round, or did not ask
 * what the record has. It looked at a clock, at chance of its own or at a variable, or its code is another by now.
 *
 * @example
 * ```ts
 * import { RoundDivergedError } from 'subnetkit/mechanism'
 *
 * export const where = (error: unknown) => (error instanceof RoundDivergedError ? error.at : undefined)
 * ```
 */
export class RoundDivergedError extends BaseError {
  override readonly name = 'RoundDivergedError'
  readonly code = 'RoundDiverged'
  readonly block: BlockNumber
  readonly index: number
  /** What was asked, or should have been; `undefined` where `play` waits for something else. */
  readonly question: AskedWhat | undefined
  /** The author's own line: of the question, or of what is waited for; `undefined` where it cannot be told. */
  readonly at: string | undefined

  constructor(details: { round: RoundName; what: string; question?: AskedWhat; at?: string | undefined }) {
    const { round, what, question, at } = details
    super(
      `The replay of block ${round.block}, task ${round.index}, diverged: ${what}${at === undefined ? '' : ` at ${at}`}.`,
      {
        hints: [
          'Take time, chance and data from the round alone, or replay with the rules that made the record.',
        ],
        docsPath: 'errors#round-diverged',
      },
    )
    this.block = round.block
    this.index = round.index
    this.question = question
    this.at = at
  }
}

/** What a replay is compared by. */
export type ComparedPart = 'rules' | 'scores' | 'refused' | 'report' | 'state'

/**
 * A replay of a round came to another result than the record.
 *
 * @example
 * ```ts
 * import { RoundDiffersError } from 'subnetkit/mechanism'
 *
 * export const whose = (error: unknown) => (error instanceof RoundDiffersError ? error.hotkey : undefined)
 * ```
 */
export class RoundDiffersError extends BaseError {
  override readonly name = 'RoundDiffersError'
  readonly code = 'RoundDiffers'
  readonly block: BlockNumber
  readonly index: number
  readonly part: ComparedPart
  /** Whose score it is that differs first. */
  readonly hotkey: string | undefined
  /** In words. */
  readonly recorded: string
  readonly replayed: string

  constructor(details: {
    round: RoundName
    part: ComparedPart
    /** To follow `differs: `. */
    what: string
    hotkey?: string
    recorded: string
    replayed: string
  }) {
    const { round, part, what, hotkey, recorded, replayed } = details
    super(
      `The replay of block ${round.block}, task ${round.index}, differs: ${what} is ${recorded} in the record and ${replayed} now.`,
      {
        hints: ['Replay with the rules that made the record; see that play and score are pure.'],
        docsPath: 'errors#round-differs',
      },
    )
    this.block = round.block
    this.index = round.index
    this.part = part
    this.hotkey = hotkey
    this.recorded = recorded
    this.replayed = replayed
  }
}
