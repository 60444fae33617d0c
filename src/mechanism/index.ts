export {
  type ArtefactCommit,
  type ArtefactsOptions,
  type CodeJob,
  type MeterOptions,
  type ModelInput,
  type ModelJob,
  type ModelOutput,
  metered,
  meterOf,
  type RunResult,
} from './artefacts.js'
export { assertMechanism, assertSynapseOf, encodeState, isShortForm } from './assertMechanism.js'
export { copyWeights } from './copyWeights.js'
export type { Dataset } from './datasets/Dataset.js'
export { DatasetError, type DatasetFault } from './datasets/DatasetError.js'
export { type LoadDatasetOptions, loadDataset } from './datasets/loadDataset.js'
export { IncentiveMechanism } from './IncentiveMechanism.js'
export {
  type MatrixOutcome,
  type MatrixRound,
  MatrixScorer,
  type MatrixScorerOptions,
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
export { badForMissing } from './policies/badForMissing.js'
export { bestOfOwner, ownersIn } from './policies/bestOfOwner.js'
export { type BurnOptions, burnSlotIn, burnUnearned } from './policies/burnUnearned.js'
export { type ChampionOptions, type MarginOf, nextChampion, winnerTakesAll } from './policies/champion.js'
export { nextCredibility, withCredibility } from './policies/credibility.js'
export { type DominanceOptions, dominates } from './policies/dominates.js'
export { type FadingPayOptions, fadingPay, type Improvement } from './policies/fadingPay.js'
export { type ImprovementOptions, improvementUnits } from './policies/improvementUnits.js'
export {
  type NoiseMarginOptions,
  noiseMargin,
  type ReignMarginOptions,
  reignMargin,
} from './policies/margins.js'
export { normalizeWeights } from './policies/normalizeWeights.js'
export { type RankOptions, rankDecay } from './policies/rankDecay.js'
export { type RankTier, rankRamp } from './policies/rankRamp.js'
export type { ByHotkey, MovingScores } from './policies/scaling.js'
export { sharpen } from './policies/sharpen.js'
export { softmaxOfLoss } from './policies/softmaxOfLoss.js'
export { topK } from './policies/topK.js'
export { weightsToU16 } from './policies/weightsToU16.js'
export { wilsonLowerBound } from './policies/wilsonLowerBound.js'
export type {
  AskAllOptions,
  AskOptions,
  LiveValue,
  Reply,
  Round,
  RoundMiner,
  ScriptRun,
  SoldCall,
  Source,
  StreamOptions,
  StreamPart,
  StreamReply,
  WaitUntil,
} from './Round.js'
export { type Door, doors, promptDoors } from './record/doors.js'
export type {
  RecordedError,
  RoundAnswer,
  RoundEntry,
  RoundPlace,
  RoundRecord,
  RoundRules,
  RoundVerdict,
} from './record/RoundRecord.js'
export {
  type AskedWhat,
  type ComparedPart,
  RoundDiffersError,
  RoundDivergedError,
  type RoundName,
  RoundRecordError,
  wordsOfQuestion,
} from './record/recordErrors.js'
export { errorAgain, readError, recordedError, writtenError } from './record/recordedErrors.js'
export { checkRecord, decodeRound, encodeRound, MAX_ROUND_BYTES } from './record/roundCodec.js'
export { withoutSecrets } from './record/withoutSecrets.js'
export { defaultRoundLimits, type RoundLimits, roundLimitsOf } from './roundLimits.js'
export { type Observation, ScoreBook } from './ScoreBook.js'
export { ScoreMap, scoresOf } from './scoresOf.js'
export type { SoldSynapse } from './sells.js'
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
export { UsedUpError } from './UsedUpError.js'
export { SCORE_LIMIT } from './views.js'
