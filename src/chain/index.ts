export type { Chain, MetagraphOptions, SubmitOptions, WaitOptions } from './Chain.js'
export { ChainBase } from './ChainBase.js'
export { ChainNode, type ChainNodeCounters, type ChainNodeOptions } from './ChainNode.js'
export {
  BlocksGoneError,
  BlockTooLargeError,
  CallRejectedError,
  ChainClosedError,
  ChainConnectionError,
  ChainRequestError,
  type ConnectionFault,
  type Rejection,
  SubnetNotExistsError,
} from './chainErrors.js'
export { LocalChain, type LocalChainOptions } from './LocalChain.js'
export type { MempoolLimits } from './mempool/Mempool.js'
export {
  LOCALNET_ACCOUNTS,
  localnetPreset,
  type Preset,
  type PresetOverrides,
  referencePreset,
} from './presets.js'
export { RemoteChain } from './RemoteChain.js'
export type { RemoteChainEvent } from './remote/ChainReporter.js'
export { type ChainNodeLimits, defaultChainNodeLimits } from './remote/nodeLimits.js'
export type { ReconnectOptions, RemoteChainOptions } from './remote/remoteOptions.js'
