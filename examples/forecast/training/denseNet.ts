import type { SeededRandom } from 'subnetkit/math'

/**
 * A small network with a shortcut: `y = x·direct + relu(x·hidden + hiddenBias)·output + bias`.
 * Both models of the example have this form, so one writer puts either into an ONNX file.
 * Matrices are row-major: `direct` [inputs × outputs], `hidden` [inputs × units], `output` [units × outputs].
 */
export interface DenseNet {
  readonly inputs: number
  readonly units: number
  readonly outputs: number
  readonly direct: Float64Array
  readonly hidden: Float64Array
  readonly hiddenBias: Float64Array
  readonly output: Float64Array
  readonly bias: Float64Array
}

/** Examples to learn from: one row of features and one row of targets each. */
export interface TrainingSet {
  readonly features: readonly (readonly number[])[]
  readonly targets: readonly (readonly number[])[]
}

/** How `trainHiddenLayer` learns. */
export interface TrainOptions {
  readonly units: number
  readonly passes: number
  readonly random: SeededRandom
}

const BATCH = 32
const STEP = 0.003
const DECAY = 0.01
/** Errors count as at most this many degrees, so that one odd day does not steer a whole step. */
const ERROR_LIMIT_C = 3

/** The forecast of a network for one row of features, in f64. */
export function forward(net: DenseNet, x: readonly number[]): number[] {
  const active = activations(net, x)
  return Array.from({ length: net.outputs }, (_, k) => {
    let sum = net.bias[k]!
    for (let j = 0; j < net.inputs; j++) sum += x[j]! * net.direct[j * net.outputs + k]!
    for (let a = 0; a < net.units; a++) sum += active[a]! * net.output[a * net.outputs + k]!
    return sum
  })
}

/** The same network with every weight rounded to f32, as its file holds it. */
export function toFloat32(net: DenseNet): DenseNet {
  const round = (values: Float64Array): Float64Array => Float64Array.from(Float32Array.from(values))
  return {
    ...net,
    direct: round(net.direct),
    hidden: round(net.hidden),
    hiddenBias: round(net.hiddenBias),
    output: round(net.output),
    bias: round(net.bias),
  }
}

/**
 * Learns the hidden layer by Adam on small batches of standardised features; `direct` stays zero.
 * Deterministic: only + - * / and square roots, and every draw comes from `random`.
 */
export function trainHiddenLayer(data: TrainingSet, options: TrainOptions): DenseNet {
  const { units, random } = options
  const inputs = data.features[0]!.length
  const outputs = data.targets[0]!.length
  const scale = scaleOf(data.features)
  const net = startingNet(inputs, units, outputs, random)
  const parts = [net.hidden, net.hiddenBias, net.output, net.bias]
  const optimisers = parts.map((part) => new Adam(part))
  const gradients = optimisers.map((optimiser) => optimiser.gradient)
  const rows = data.features.map((x) => x.map((value, j) => (value - scale.mean[j]!) / scale.deviation[j]!))
  const order = rows.map((_, index) => index)
  for (let pass = 0; pass < options.passes; pass++) {
    const shuffled = random.shuffled(order)
    for (let start = 0; start + BATCH <= shuffled.length; start += BATCH) {
      for (const row of shuffled.slice(start, start + BATCH)) {
        addGradient(net, rows[row]!, data.targets[row]!, gradients)
      }
      for (const optimiser of optimisers) optimiser.step()
    }
  }
  return unscaled(net, scale)
}

interface Scale {
  readonly mean: Float64Array
  readonly deviation: Float64Array
}

/** Mean and standard deviation of every feature; a constant feature gets deviation 1. */
export function scaleOf(features: readonly (readonly number[])[]): Scale {
  const width = features[0]!.length
  const mean = new Float64Array(width)
  const deviation = new Float64Array(width)
  for (const x of features) {
    for (let j = 0; j < width; j++) mean[j]! += x[j]! / features.length
  }
  for (const x of features) {
    for (let j = 0; j < width; j++) {
      const offset = x[j]! - mean[j]!
      deviation[j]! += (offset * offset) / features.length
    }
  }
  for (let j = 0; j < width; j++) deviation[j] = Math.sqrt(deviation[j]!) || 1
  return { mean, deviation }
}

/** Moves the standardisation of the features into the first layer, so that the file reads raw features. */
function unscaled(net: DenseNet, scale: Scale): DenseNet {
  const hidden = net.hidden.slice()
  const hiddenBias = net.hiddenBias.slice()
  for (let j = 0; j < net.inputs; j++) {
    for (let a = 0; a < net.units; a++) {
      const weight = net.hidden[j * net.units + a]! / scale.deviation[j]!
      hidden[j * net.units + a] = weight
      hiddenBias[a]! -= weight * scale.mean[j]!
    }
  }
  return { ...net, hidden, hiddenBias }
}

function startingNet(inputs: number, units: number, outputs: number, random: SeededRandom): DenseNet {
  const uniform = (length: number, bound: number): Float64Array =>
    Float64Array.from({ length }, () => bound * (2 * random.float() - 1))
  return {
    inputs,
    units,
    outputs,
    direct: new Float64Array(inputs * outputs),
    hidden: uniform(inputs * units, Math.sqrt(3 / inputs)),
    hiddenBias: new Float64Array(units),
    output: uniform(units * outputs, 0.3 * Math.sqrt(3 / units)),
    bias: new Float64Array(outputs),
  }
}

function activations(net: DenseNet, x: readonly number[]): Float64Array {
  const active = net.hiddenBias.slice()
  for (let j = 0; j < net.inputs; j++) {
    for (let a = 0; a < net.units; a++) active[a]! += x[j]! * net.hidden[j * net.units + a]!
  }
  for (let a = 0; a < net.units; a++) if (active[a]! < 0) active[a] = 0
  return active
}

/** Adds the gradient of half the squared error of one example to [hidden, hiddenBias, output, bias]. */
function addGradient(
  net: DenseNet,
  x: readonly number[],
  target: readonly number[],
  [gHidden, gHiddenBias, gOutput, gBias]: readonly Float64Array[],
): void {
  const active = activations(net, x)
  const predicted = forward(net, x)
  const back = new Float64Array(net.units)
  for (let k = 0; k < net.outputs; k++) {
    const error = predicted[k]! - target[k]!
    const push = Math.max(-ERROR_LIMIT_C, Math.min(ERROR_LIMIT_C, error)) / BATCH
    gBias![k]! += push
    for (let a = 0; a < net.units; a++) {
      gOutput![a * net.outputs + k]! += push * active[a]!
      back[a]! += push * net.output[a * net.outputs + k]!
    }
  }
  for (let a = 0; a < net.units; a++) {
    if (active[a] === 0) continue
    gHiddenBias![a]! += back[a]!
    for (let j = 0; j < net.inputs; j++) gHidden![j * net.units + a]! += back[a]! * x[j]!
  }
}

/** Adam with decoupled weight decay over one block of weights. */
class Adam {
  readonly gradient: Float64Array
  readonly #weights: Float64Array
  readonly #mean: Float64Array
  readonly #square: Float64Array
  /** 0.9^t and 0.999^t, multiplied up step by step. */
  #mean1 = 1
  #square1 = 1

  constructor(weights: Float64Array) {
    this.#weights = weights
    this.gradient = new Float64Array(weights.length)
    this.#mean = new Float64Array(weights.length)
    this.#square = new Float64Array(weights.length)
  }

  step(): void {
    this.#mean1 *= 0.9
    this.#square1 *= 0.999
    for (let i = 0; i < this.gradient.length; i++) {
      const g = this.gradient[i]!
      const mean = 0.9 * this.#mean[i]! + 0.1 * g
      const square = 0.999 * this.#square[i]! + 0.001 * g * g
      const move = mean / (1 - this.#mean1) / (Math.sqrt(square / (1 - this.#square1)) + 1e-8)
      this.#weights[i]! -= STEP * (move + DECAY * this.#weights[i]!)
      this.#mean[i] = mean
      this.#square[i] = square
    }
    this.gradient.fill(0)
  }
}
