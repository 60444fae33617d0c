export { type EpochBatchRunOptions, epochBatch } from './batch/batchOnce.js'
export type { BatchSubnet, EpochBatchOptions } from './batch/checkBatch.js'
export { type BatchInfo, EpochBatch } from './batch/EpochBatch.js'
export {
  type BatchProgress,
  type BatchRunOptions,
  EpochPool,
  type EpochPoolOptions,
} from './batch/EpochPool.js'
export { EpochWorkerError } from './batch/EpochWorkerError.js'
export { ThreadsUnavailableError } from './batch/ThreadsUnavailableError.js'
export { checkEpochParams } from './checkEpochParams.js'
export { checkEpochInput, type SessionInput } from './checks.js'
export { EpochSession } from './EpochSession.js'
export type { EngineInfo, EngineName, LastRun } from './engineInfo.js'
export { type EpochFunctionOptions, epochFunction } from './epochFunction.js'
export { compareEpochs, type GpuEpochError } from './gpu/compareEpochs.js'
export type { GpuEpochInfo, GpuEpochOutput } from './gpu/GpuEpochOutput.js'
export {
  GpuYumaConsensus,
  type GpuYumaInfo,
  type GpuYumaOptions,
  type GpuYumaRun,
} from './gpu/GpuYumaConsensus.js'
export type { GpuSubnet } from './gpu/measureSubnet.js'
export { EngineUnavailableError } from './wasm/EngineUnavailableError.js'
export { loadWasmEngine } from './wasm/loadModule.js'
export type { WasmPath } from './wasm/paramsBlock.js'
export type { WasmRun } from './wasm/WasmEpoch.js'
export { YumaConsensus, type YumaConsensusOptions } from './YumaConsensus.js'
