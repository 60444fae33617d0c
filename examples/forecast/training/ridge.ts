import { scaleOf, type TrainingSet } from './denseNet.js'

/** A linear model in raw features: `y = x·weights + bias`, weights row-major [inputs × outputs]. */
export interface LinearModel {
  readonly weights: Float64Array
  readonly bias: Float64Array
}

/**
 * Least squares with a penalty of `lambda` on every standardised weight, solved exactly (normal equations, Cholesky).
 * PERF: O(rows · inputs² + inputs³).
 */
export function trainRidge({ features, targets }: TrainingSet, lambda: number): LinearModel {
  const inputs = features[0]!.length
  const outputs = targets[0]!.length
  const { mean, deviation } = scaleOf(features)
  const middle = Float64Array.from({ length: outputs }, (_, k) => {
    let sum = 0
    for (const y of targets) sum += y[k]!
    return sum / targets.length
  })
  const left = new Float64Array(inputs * inputs)
  const right = new Float64Array(inputs * outputs)
  features.forEach((x, row) => {
    const z = x.map((value, j) => (value - mean[j]!) / deviation[j]!)
    for (let j = 0; j < inputs; j++) {
      for (let i = 0; i <= j; i++) left[j * inputs + i]! += z[j]! * z[i]!
      for (let k = 0; k < outputs; k++) right[j * outputs + k]! += z[j]! * (targets[row]![k]! - middle[k]!)
    }
  })
  for (let j = 0; j < inputs; j++) left[j * inputs + j]! += lambda
  solveInPlace(left, right, inputs, outputs)
  const bias = middle.slice()
  for (let j = 0; j < inputs; j++) {
    for (let k = 0; k < outputs; k++) {
      right[j * outputs + k]! /= deviation[j]!
      bias[k]! -= right[j * outputs + k]! * mean[j]!
    }
  }
  return { weights: right, bias }
}

/** Solves `left · X = right` for a positive definite `left` given by its lower half; X replaces `right`. */
function solveInPlace(left: Float64Array, right: Float64Array, n: number, width: number): void {
  for (let j = 0; j < n; j++) {
    for (let i = 0; i <= j; i++) {
      let sum = left[j * n + i]!
      for (let m = 0; m < i; m++) sum -= left[j * n + m]! * left[i * n + m]!
      left[j * n + i] = i === j ? Math.sqrt(sum) : sum / left[i * n + i]!
    }
  }
  for (let k = 0; k < width; k++) {
    for (let j = 0; j < n; j++) {
      let sum = right[j * width + k]!
      for (let m = 0; m < j; m++) sum -= left[j * n + m]! * right[m * width + k]!
      right[j * width + k] = sum / left[j * n + j]!
    }
    for (let j = n - 1; j >= 0; j--) {
      let sum = right[j * width + k]!
      for (let m = j + 1; m < n; m++) sum -= left[m * n + j]! * right[m * width + k]!
      right[j * width + k] = sum / left[j * n + j]!
    }
  }
}
