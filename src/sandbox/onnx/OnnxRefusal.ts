/** Why a model is not run, or what it did wrong when it was; the same on every machine. */
export type OnnxFailure =
  /** It is no ONNX model, or has parts that contradict each other. */
  | 'unreadable'
  /** It uses what is not allowed: an operator, a type, a version, data in another file. */
  | 'unsupported'
  /** Its inputs are others than those it is asked with, or its tensors do not fit each other. */
  | 'shape'
  /** Its tensors, or its nodes, are more than allowed. */
  | 'size'
  /** It takes more multiply-adds than allowed. */
  | 'work'
  /** onnxruntime does not run it. */
  | 'refused'
  /** An output has a number that is none, or is infinite. */
  | 'notFinite'

/** Thrown where a model is read; no more than the door of this folder lets it out. */
export class OnnxRefusal extends Error {
  readonly reason: OnnxFailure
  readonly detail: string

  constructor(reason: OnnxFailure, detail: string) {
    super(`${reason}: ${detail}`)
    this.reason = reason
    this.detail = detail
  }
}
