export { BlockHistory, DEFAULT_HISTORY_BLOCKS } from './BlockHistory.js'
export type { Chain, WaitOptions } from './Chain.js'
export { ChainBase } from './ChainBase.js'
export { ChainNode, type ChainNodeCounters, type ChainNodeOptions } from './ChainNode.js'
export {
  BlocksGoneError,
  CallRejectedError,
  ChainClosedError,
  ChainConnectionError,
  ChainRequestError,
  type ConnectionFault,
  SubnetNotExistsError,
} from './chainErrors.js'
export { LocalChain, type LocalChainOptions } from './LocalChain.js'
export type { MempoolLimits } from './Mempool.js'
export { metagraphFromView } from './metagraphFromView.js'
export {
  LOCALNET_ACCOUNTS,
  localnetPreset,
  type Preset,
  type PresetOverrides,
  referencePreset,
} from './presets.js'
export { type ReconnectOptions, RemoteChain, type RemoteChainOptions } from './RemoteChain.js'
export { type ChainNodeLimits, defaultChainNodeLimits } from './remote/nodeLimits.js'
