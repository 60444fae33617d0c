export type { NetworkNeuron, NetworkSigners, NeuronRole } from './accounts.js'
export type { EpochsOptions } from './epochsShape.js'
export {
  type AnyValidator,
  type AnyValidatorOptions,
  type FurtherMechanism,
  type FurtherMechanismOptions,
  furtherMechanism,
} from './furtherMechanism.js'
export type { AnswerCost } from './heldMiner.js'
export { LocalNetwork } from './LocalNetwork.js'
export { NetworkChain } from './NetworkChain.js'
export type { ProcessExit } from './NeuronProcess.js'
export { NeuronProcessError, NeuronStartError, NotSpawnedError } from './networkErrors.js'
export { ProcessNetwork } from './ProcessNetwork.js'
export type { ProcessEvent, ProcessNetworkOptions, ProcessSpec } from './processSpecs.js'
export {
  type MinerWork,
  type NeuronRoles,
  type ProcessParts,
  type ProcessSelf,
  type ProcessValidator,
  runNeuronProcess,
  type ValidatorWork,
} from './runNeuronProcess.js'
export type {
  LatencyRange,
  LocalNetworkOptions,
  MinerSelf,
  MinerSpec,
  NetworkEvent,
  ValidatorSpec,
} from './specs.js'
