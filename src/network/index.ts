export type { NetworkNeuron, NeuronRole } from './accounts.js'
export { LocalNetwork } from './LocalNetwork.js'
export type {
  LocalNetworkOptions,
  MinerSelf,
  MinerSpec,
  NetworkEvent,
  ValidatorSpec,
} from './specs.js'
