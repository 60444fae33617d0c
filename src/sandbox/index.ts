export { jsEngine } from './javascript/engineModule.js'
export { JsArtefact, type JsArtefactOptions, type JsCallOptions } from './javascript/JsArtefact.js'
export { defaultJsLimits, type JsLimits } from './javascript/jsLimits.js'
export type { JsFailure, JsOutcome, JsUnscored } from './javascript/outcome.js'
export type { SandboxFunction } from './javascript/SandboxThread.js'
export type {
  OnnxBound,
  OnnxBounds,
  OnnxSignature,
  TensorForm,
} from './onnx/boundOf.js'
export {
  defaultOnnxLimits,
  OnnxArtefact,
  type OnnxArtefactOptions,
  type OnnxLimits,
  type OnnxOutcome,
  type OnnxUnscored,
} from './onnx/OnnxArtefact.js'
export type { OnnxFailure } from './onnx/OnnxRefusal.js'
export type { TensorData } from './onnx/onnxFrames.js'
export type { ElementType } from './onnx/tensors.js'
export type { NumberColumn, PlainValue } from './PlainValue.js'
export { plainCopy } from './plainValueOf.js'
export { roundToGrid } from './roundToGrid.js'
export { ArtefactClosedError, SandboxEngineError } from './sandboxErrors.js'
