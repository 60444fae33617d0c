export { admitsCaller } from './admitsCaller.js'
export type {
  AnswerContext,
  AnswerStream,
  AnswerTask,
  AskOptions,
  StreamContext,
  WorkContext,
} from './answerTask.js'
export { type AnswerDoor, answerTo, type SynapseAnswer } from './answerTo.js'
export { type CommitArtefactsOptions, commitArtefacts } from './artefacts/commitArtefacts.js'
export { UnannounceableAddressError } from './assertAnnounceable.js'
export type {
  CommitmentHash,
  CommitmentPart,
  HashPart,
  LockedPart,
  OpenPart,
} from './commitments/commitmentFields.js'
export {
  type PublishCommitmentOptions,
  type PublishedCommitment,
  publishCommitment,
} from './commitments/publishCommitment.js'
export {
  type ReadCommitment,
  type ReadCommitmentOptions,
  type ReadPart,
  type ReadText,
  readCommitment,
  readCommitments,
} from './commitments/readCommitments.js'
export { faultOfEvent } from './faultOfEvent.js'
export { fileValidatorStore } from './fileValidatorStore.js'
export { type JoinSubnetOptions, joinSubnet } from './joinSubnet.js'
export { Miner } from './Miner.js'
export type { MinerEvent } from './minerEvents.js'
export type { MinerHooks } from './minerHooks.js'
export type {
  MechanismMinerOptions,
  MinerJoinOptions,
  MinerOptions,
  MinerSettings,
  SynapseMinerOptions,
} from './minerOptions.js'
export { CallRefusedError, NeuronStateError, NotRegisteredError } from './neuronErrors.js'
export type { RoundClient } from './play/RoundClient.js'
export { type RoundOverParts, roundOver } from './play/roundOver.js'
export { type ReplayedRound, replayRound } from './replayRound.js'
export { RoundFolderError, type RoundFolderOptions, roundFolder } from './roundFolder.js'
export { type StandingByStakeOptions, standingByStake } from './standingByStake.js'
export { type StoreFault, ValidatorStoreError } from './storeErrors.js'
export { Validator } from './Validator.js'
export { memoryValidatorStore, type ValidatorStore } from './ValidatorStore.js'
export type { CommitForm, MissedReveal, ValidatorEvent, WeightsCallName } from './validatorEvents.js'
export type { ValidatorOptions } from './validatorOptions.js'
export { ValidatorStateError } from './validatorSnapshot.js'
export { fileRoundStore } from './waiting/fileRoundStore.js'
export { memoryRoundStore, type RoundStore } from './waiting/RoundStore.js'
export type { WeightsWait } from './weightsSchedule.js'
