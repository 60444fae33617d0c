export { assertMechanism, assertSynapseOf, encodeState, isShortForm } from './assertMechanism.js'
export { copyWeights } from './copyWeights.js'
export { IncentiveMechanism } from './IncentiveMechanism.js'
export {
  type MatrixOutcome,
  type MatrixRound,
  MatrixScorer,
  type MatrixScorerOptions,
  type MovingScores,
} from './MatrixScorer.js'
export { MechanismError, type MechanismFault, type MechanismMethod } from './MechanismError.js'
export { NotScoredError } from './NotScoredError.js'
export {
  type Played,
  type PlayResult,
  ProtocolMechanism,
  type Settled,
  type SubnetMechanism,
} from './ProtocolMechanism.js'
export type {
  AskAllOptions,
  AskOptions,
  LiveValue,
  Reply,
  Round,
  RoundMiner,
  ScriptRun,
  Source,
  StreamOptions,
  StreamPart,
  StreamReply,
} from './Round.js'
export { defaultRoundLimits, type RoundLimits } from './roundLimits.js'
export { type Observation, ScoreBook } from './ScoreBook.js'
export type { ByHotkey } from './scaling.js'
export { ScoreMap, scoresOf } from './scoresOf.js'
export { taskSeed } from './taskSeed.js'
export type {
  MinerResponse,
  ScoreOutcome,
  ScoreRound,
  Standing,
  TaskSeed,
  WeightPolicy,
  WeightView,
} from './types.js'
export { SCORE_LIMIT } from './views.js'
export { normalizeWeights, rankDecay, sharpen, topK, weightsToU16 } from './weightHelpers.js'
