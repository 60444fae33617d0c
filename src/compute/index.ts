export {
  type FloatTensor,
  OnnxModel,
  OnnxModelError,
  type OnnxModelOptions,
  type TensorSpec,
} from './OnnxModel.js'
