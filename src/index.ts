// What most programs need, in the order in which a reader meets it. Everything else is one subpath away: `subnetkit/<room>`.

// Write a subnet.

export {
  copyWeights,
  IncentiveMechanism,
  type MinerResponse,
  type ScoreOutcome,
  type ScoreRound,
  type Standing,
  type TaskSeed,
  type WeightPolicy,
  type WeightView,
} from './mechanism/index.js'
export {
  type CallResult,
  defineStream,
  defineSynapse,
  type Status,
  type StreamSynapse,
  type Synapse,
} from './synapse/index.js'

// Run it.

export {
  type Chain,
  ChainNode,
  type ChainNodeOptions,
  LOCALNET_ACCOUNTS,
  LocalChain,
  type LocalChainOptions,
  localnetPreset,
  type Preset,
  RemoteChain,
  type RemoteChainOptions,
  referencePreset,
} from './chain/index.js'
export {
  LocalNetwork,
  type LocalNetworkOptions,
  type MinerSpec,
  ProcessNetwork,
  type ProcessNetworkOptions,
  runNeuronProcess,
  type ValidatorSpec,
} from './network/index.js'
export {
  type AnswerContext,
  type AnswerTask,
  fileValidatorStore,
  joinSubnet,
  Miner,
  type MinerEvent,
  type MinerOptions,
  memoryValidatorStore,
  Validator,
  type ValidatorEvent,
  type ValidatorOptions,
  type ValidatorStore,
} from './neuron/index.js'

// Talk to neurons.

export { Axon, type AxonLimits, type AxonOptions, type CallContext, type CallerInfo } from './axon/index.js'
export { CallFailedError, Dendrite, type DendriteLimits, type DendriteOptions } from './dendrite/index.js'
export { createMemoryNetwork, type NetworkAddress, webSocketCarrier } from './transport/index.js'

// Look at the subnet.

export { type EpochFrame, Metagraph, type MetagraphColumns, mainnetSubnet15 } from './metagraph/index.js'
export { type ReportOptions, renderReport } from './report/index.js'

// Compute consensus and emission by themselves.

export {
  type EpochFunction,
  type EpochInput,
  type EpochOutput,
  type EpochParams,
  runEpoch,
  type SparseRows,
  sparseRowsFrom,
} from './consensus/index.js'
export { type EmissionPolicy, EmissionScheduler, equalPolicy, referencePolicy } from './emission/index.js'
export { YumaConsensus } from './engine/index.js'
export {
  type BlockHeader,
  type BlockUpdate,
  type CallArgs,
  epochParamsFrom,
  type Hyperparameters,
  Ledger,
  type LedgerEvent,
  type Receipt,
  type Refusal,
} from './ledger/index.js'

// Keys.

export {
  addressOf,
  generateMnemonic,
  isAddress,
  KeyPair,
  type KeyScheme,
  keyPairFromMnemonic,
  keyPairFromSeed,
  keyPairFromUri,
  parseAddress,
  publicKeyOf,
  type Signer,
  verifySignature,
} from './crypto/index.js'
export { openWallet, Wallet } from './wallet/index.js'

// Tools.

export { type Clock, sleep, systemClock, VirtualClock } from './clock/index.js'
export { OnnxModel } from './compute/index.js'
export {
  AbortedError,
  BaseError,
  InvalidArgumentError,
  InvariantError,
  MissingPackageError,
  ShapeError,
} from './errors/index.js'
export { SeededRandom } from './math/index.js'
export {
  type Address,
  type Alpha,
  asColdkey,
  asHotkey,
  type BlockNumber,
  type Coldkey,
  formatTao,
  type Hotkey,
  type Netuid,
  parseTao,
  RAO_PER_TAO,
  type Rao,
  type U16,
  type Uid,
} from './units/index.js'
