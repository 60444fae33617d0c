import type { Hotkey } from 'subnetkit/units'
import type { Judgement, Verdict } from './scoring.js'

/** What one validator saw of one miner in one round; plain, so that it travels between processes. */
export interface Observation extends Judgement {
  readonly hotkey: Hotkey
}

/** A round as a validator tells it. */
export interface RoundReport {
  /** Days asked about, as positions in the weather record. */
  readonly days: readonly number[]
  readonly observations: readonly Observation[]
}

const LINE_TAG = 'round '

/** A report as one line of text, for a validator's standard output. */
export function encodeRound(report: RoundReport): string {
  return `${LINE_TAG}${JSON.stringify(report)}`
}

/** Reads a line that `encodeRound` wrote; `null` for any other line. */
export function decodeRound(line: string): RoundReport | null {
  if (!line.startsWith(LINE_TAG)) return null
  try {
    return JSON.parse(line.slice(LINE_TAG.length)) as RoundReport
  } catch {
    // A line that was cut off: one round less in the account.
    return null
  }
}

/** A miner's record over the whole run, all validators together. */
export interface MinerRecord extends Readonly<Record<Verdict, number>> {
  readonly asked: number
  /** Mean score over all rounds, 0 to 1. */
  readonly meanScore: number
  /** Calls without any reply since the last one with. */
  readonly silentInRow: number
  /** Epoch under way when it last replied; `null` if it never did. */
  readonly lastReplyEpoch: number | null
}

type Tally = { -readonly [K in keyof MinerRecord]: MinerRecord[K] }

const NOTHING: MinerRecord = {
  asked: 0,
  placed: 0,
  copy: 0,
  malformed: 0,
  silent: 0,
  meanScore: 0,
  silentInRow: 0,
  lastReplyEpoch: null,
}

/** Collects what validators report, to say at the end why everybody earned what they did. */
export class Observations {
  readonly #records = new Map<Hotkey, Tally>()
  readonly #days = new Set<number>()
  #rounds = 0

  /** Rounds reported, all validators together. */
  get rounds(): number {
    return this.#rounds
  }

  /** Different questions asked so far. */
  get distinctQuestions(): number {
    return this.#days.size
  }

  /** Takes in one round; `epoch` is the epoch under way. */
  add(report: RoundReport, epoch: number): void {
    this.#rounds++
    for (const day of report.days) this.#days.add(day)
    for (const { hotkey, verdict, score } of report.observations) {
      const tally = this.#records.get(hotkey) ?? { ...NOTHING }
      this.#records.set(hotkey, tally)
      tally.asked++
      tally[verdict]++
      tally.meanScore += (score - tally.meanScore) / tally.asked
      tally.silentInRow = verdict === 'silent' ? tally.silentInRow + 1 : 0
      if (verdict !== 'silent') tally.lastReplyEpoch = epoch
    }
  }

  of(hotkey: Hotkey): MinerRecord {
    return this.#records.get(hotkey) ?? NOTHING
  }
}
