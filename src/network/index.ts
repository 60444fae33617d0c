export type { NetworkNeuron, NeuronRole } from './accounts.js'
export type { AnswerCost } from './heldMiner.js'
export { LocalNetwork } from './LocalNetwork.js'
export type { ProcessExit } from './NeuronProcess.js'
export { NeuronStartError, NotSpawnedError } from './networkErrors.js'
export {
  type ProcessEvent,
  ProcessNetwork,
  type ProcessNetworkOptions,
  type ProcessSpec,
} from './ProcessNetwork.js'
export {
  type MinerWork,
  type NeuronRoles,
  type ProcessSelf,
  runNeuronProcess,
  type ValidatorWork,
} from './runNeuronProcess.js'
export type {
  LocalNetworkOptions,
  MinerSelf,
  MinerSpec,
  NetworkEvent,
  ValidatorSpec,
} from './specs.js'
