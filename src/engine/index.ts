export { checkEpochInput, checkEpochParams } from './checks.js'
export { EngineUnavailableError } from './wasm/EngineUnavailableError.js'
export { loadWasmEngine } from './wasm/loadModule.js'
export type { WasmPath } from './wasm/paramsBlock.js'
export type { WasmRun } from './wasm/WasmEpoch.js'
export {
  type EngineInfo,
  type EngineName,
  type LastRun,
  YumaConsensus,
  type YumaConsensusOptions,
} from './YumaConsensus.js'
