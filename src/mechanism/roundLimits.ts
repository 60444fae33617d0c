import { durationMs, optional, shape, wholeNumber } from '../checks/index.js'

/**
 * Bounds of a round. They decide what a miner can do to its score, so they are rules of the mechanism and the same for every validator. Each is
 * per miner unless it says otherwise: none can be used up by another.
 */
export interface RoundLimits {
  /** Asks and streams of one miner. */
  readonly asksPerMiner: number
  /** Bytes of the answers and parts of one miner as they came, before schema and `keep`: 9 a number, text and bytes by their length, 5 anything else. */
  readonly bytesPerMiner: number
  /** Parts of one stream. */
  readonly partsPerStream: number
  /** `live`, `record`, `artefacts`, `bytes` and runs in the script of one miner. */
  readonly readsPerMiner: number
  /** The same outside `each`, in a round. */
  readonly reads: number
  /** How often a round waits. */
  readonly waits: number
  /** Canonical bytes of one value of `live`, `record` or `keep`. */
  readonly valueBytes: number
  /** Canonical bytes of the state. A validator tells when 80 % of them are taken. */
  readonly stateBytes: number
  /** Weight of the customers' calls of one synapse that a round is given, counted as `bytesPerMiner` is. At least one call is given, whatever it weighs. */
  readonly soldBytes: number
  /** Customers' calls of one synapse that a round is given. */
  readonly soldRows: number
  /** Bytes of one artefact; a run of a larger one is `failed`. */
  readonly artefactBytes: number
  /** Calls of functions handed in that one run of code may make; one that makes more is `failed`. */
  readonly hostCalls: number
  /** How long the script of one miner may take, without runs in the sandbox; then it ends as that miner's fault. */
  readonly scriptMs: number
  /** How long `play` may take, without runs in the sandbox. */
  readonly roundMs: number
}

/** What holds where a mechanism says nothing else; one that waits has less of two of them, see `roundLimitsOf`. */
export const defaultRoundLimits: RoundLimits = Object.freeze({
  asksPerMiner: 64,
  bytesPerMiner: 4 * 1024 * 1024,
  partsPerStream: 4_096,
  readsPerMiner: 64,
  reads: 256,
  waits: 64,
  valueBytes: 1024 * 1024,
  stateBytes: 1024 * 1024,
  soldBytes: 4 * 1024 * 1024,
  soldRows: 1_024,
  artefactBytes: 16 * 1024 * 1024,
  hostCalls: 1_024,
  scriptMs: 30_000,
  roundMs: 60_000,
})

/**
 * What a mechanism whose rounds wait has instead. Hundreds of its rounds may wait at once and share one store, so what each miner and each customer may put there is
 * less: 512 rounds of 64 miners that fill it are half of that store.
 */
const waitingRoundLimits = { bytesPerMiner: 16 * 1024, soldBytes: 256 * 1024 }

/**
 * The bounds of a mechanism's rounds: its own, and what holds where it says nothing else. One that waits has 16 KiB for `bytesPerMiner` and 256 KiB for `soldBytes` then.
 *
 * @example
 * ```ts
 * import { roundLimitsOf } from 'subnetkit/mechanism'
 *
 * roundLimitsOf({ waits: true, roundLimits: { reads: 9 } }).bytesPerMiner // 16384
 * ```
 */
export function roundLimitsOf(mechanism: {
  readonly waits?: boolean
  readonly roundLimits?: Partial<RoundLimits>
}): RoundLimits {
  const { waits = false, roundLimits } = mechanism
  return { ...defaultRoundLimits, ...(waits ? waitingRoundLimits : {}), ...roundLimits }
}

const count = optional(wholeNumber({ min: 1 }))

/** What a mechanism's limits must be. */
export const roundLimitsShape = shape<Partial<RoundLimits>>({
  asksPerMiner: count,
  bytesPerMiner: count,
  partsPerStream: count,
  readsPerMiner: count,
  reads: count,
  waits: count,
  valueBytes: count,
  stateBytes: count,
  soldBytes: count,
  soldRows: count,
  artefactBytes: count,
  hostCalls: count,
  scriptMs: optional(durationMs({ min: 1 })),
  roundMs: optional(durationMs({ min: 1 })),
})
