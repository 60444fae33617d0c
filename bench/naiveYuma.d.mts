/** One network of the baseline: u16 weights and bonds, validators × n row-major; stake in parts of 2^32. */
export interface NaiveInput {
  validators: number
  n: number
  weights: Float64Array
  bonds: Float64Array
  stake: Float64Array
  kappa: number
  alpha: number
}
export function makeInput(seed: number, validators: number, n: number, density: number): NaiveInput
/** Incentive and dividends times 2^32; bonds as u16. */
export function naiveEpoch(input: NaiveInput): {
  incentive: Float64Array
  dividends: Float64Array
  bonds: Float64Array
}
export function timeNaive(options: {
  validators: number
  n: number
  density?: number
  inputs?: number
  rounds?: number
  seed?: number
}): { medianUs: number; minUs: number; digest: number }
