export { type BackendOptions, createBackend } from './createBackend.js'
export { DeviceLostError, DeviceTooSmallError, DeviceUnavailableError } from './deviceErrors.js'
export type { GpuJsMode, GpuJsOptions } from './gpujs/GpuJsKernels.js'
export {
  type FloatTensor,
  OnnxModel,
  OnnxModelError,
  type OnnxModelOptions,
  type TensorSpec,
} from './OnnxModel.js'
export {
  copyGroups,
  findCopies,
  meanScores,
  type ScoreMatrixOptions,
  type SimilarPair,
  scoreRound,
  similarPairs,
} from './scoreMatrix.js'
export type {
  BackendFallback,
  BackendInfo,
  BackendKind,
  ComputeBackend,
  Matrix,
  ScoreMatrixU16,
  TopK,
} from './types.js'
export type { WasmOptions } from './wasm/startModule.js'
export {
  GpuDevice,
  type GpuDeviceInfo,
  type GpuDeviceOptions,
  type GpuStep,
  type GpuTimedRun,
} from './webgpu/GpuDevice.js'
export type {
  GpuAdapterLike,
  GpuBufferLike,
  GpuDeviceLike,
  GpuLike,
  GpuLimits,
} from './webgpu/webgpuTypes.js'
