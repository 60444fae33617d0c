import { bytesEqual, type CanonicalValue } from '../codec/index.js'
import { blake2b256 } from '../crypto/index.js'
import type { BlockHeader } from '../ledger/index.js'
import {
  encodeState,
  MAX_ROUND_BYTES,
  type ProtocolMechanism,
  type RoundMiner,
  type RoundPlace,
  type RoundRecord,
  RoundRecordError,
  type RoundRules,
  type RoundVerdict,
  roundLimitsOf,
} from '../mechanism/index.js'
import type { ScoredOutcome } from './callMechanism.js'
import type { RoundRecorder } from './play/RoundRecorder.js'

/** One task of a round as it went. */
export interface RecordedTask {
  readonly place: RoundPlace
  readonly header: Pick<BlockHeader, 'number' | 'hash'>
  readonly round: number
  readonly index: number
  readonly rules: RoundRules
  readonly miners: readonly RoundMiner[]
  /** As `play` saw it, in canonical bytes. */
  readonly state: Uint8Array
  /** As `score` got it. */
  readonly scoredState: Uint8Array
  readonly recorder: RoundRecorder
  readonly outcome: RoundVerdict
  /** Of customers' requests that were scored besides; written to. */
  readonly sold: RoundVerdict[]
}

/** What is no subclass may leave out its data sets. */
type Rules = Pick<ProtocolMechanism, 'stateVersion' | 'roundLimits'> &
  Partial<Pick<ProtocolMechanism, 'datasets' | 'waits'>>

/** By which rules a mechanism plays. */
export function rulesOf(mechanism: Rules): RoundRules {
  const { stateVersion, datasets = [] } = mechanism
  return {
    stateVersion,
    roundLimits: roundLimitsOf(mechanism),
    datasets: datasets.map(({ name, sha256 }) => [name, sha256.toLowerCase()]),
  }
}

/**
 * What a record holds of what `score` gave.
 *
 * @throws MechanismError for a state that cannot be stored.
 */
export function verdictOf({ scores, state, report }: ScoredOutcome<CanonicalValue>): RoundVerdict {
  return {
    // Adding 0 turns -0, which has no stored form, into 0.
    scores: new Map(Array.from(scores.values, ([hotkey, score]) => [hotkey, score + 0])),
    refused: scores.refused?.values ?? new Map(),
    ...(report === undefined ? {} : { report }),
    stateDigest: blake2b256(encodeState('score', state)),
  }
}

/**
 * The record of a task.
 *
 * @throws RoundRecordError for one that holds more than a record may, the error of what could not be written down.
 */
export function recordOf(task: RecordedTask): RoundRecord {
  const { place, header, round, index, rules, miners, state, scoredState, recorder, outcome, sold } = task
  if (recorder.fault !== undefined) throw recorder.fault
  if (recorder.isTooLarge)
    throw new RoundRecordError({ why: `it would have more than ${MAX_ROUND_BYTES} bytes` })
  return {
    place,
    block: header.number,
    blockHash: header.hash,
    round,
    index,
    rules,
    miners,
    state,
    ...(bytesEqual(state, scoredState) ? {} : { scoredState }),
    entries: recorder.entries,
    outcome,
    sold,
  }
}
