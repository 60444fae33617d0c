import type { EpochFrame } from '../metagraph/index.js'
import type { Hotkey } from '../units/index.js'

/** What a report says about one neuron beyond the numbers. */
export interface ReportNeuron {
  readonly hotkey: Hotkey
  /** Such as `miner` or `validator`. */
  readonly role: string
  /** One sentence: why it earned what it earned. */
  readonly reason: string
}

/** A short fact, shown as a tile. */
export interface ReportFact {
  readonly label: string
  readonly value: string
}

/** A titled paragraph at the end of a report. */
export interface ReportNote {
  readonly heading: string
  readonly text: string
}

/** What a report is made of. All text is shown as text: markup in it has no effect. */
export interface ReportOptions {
  readonly title: string
  /** A sentence or two under the title. */
  readonly subtitle?: string
  /** In order, at least one. */
  readonly frames: readonly EpochFrame[]
  readonly neurons?: readonly ReportNeuron[]
  /** Shown above what the report itself says of price, emission and stake. */
  readonly facts?: readonly ReportFact[]
  readonly notes?: readonly ReportNote[]
}
