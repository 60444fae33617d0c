import { type EpochInput, type EpochOutput, type EpochParams, runEpoch } from '../consensus/index.js'
import { checkEpochInput, checkEpochParams } from './checks.js'

/**
 * Yuma consensus with one set of parameters: epochs to the integer as the reference chain computes them.
 *
 * Holds no state between epochs: the bonds and permits of one output are inputs of the next, in the caller's hands.
 *
 * @example
 * ```ts
 * import { YumaConsensus } from 'subnetkit/engine'
 * import { type EpochInput, type EpochParams, rowsOf } from 'subnetkit/consensus'
 *
 * function storedBonds(input: EpochInput, params: EpochParams): [number, number][][] {
 *   const yuma = new YumaConsensus({ ...params, yuma3Enabled: true })
 *   return rowsOf(yuma.run(input).bonds)
 * }
 * ```
 */
export class YumaConsensus {
  readonly params: EpochParams

  /** @throws InvalidArgumentError naming the first parameter that is wrong (`params.kappaU16`). */
  constructor(params: EpochParams) {
    checkEpochParams(params)
    this.params = Object.freeze({ ...params })
  }

  /**
   * Computes one epoch. The input is checked in whole before any work, and never changed.
   *
   * @throws InvalidArgumentError naming the first field that is wrong (`input.lastUpdate[3]`).
   * @throws ShapeError when a column's length is not n, or a matrix does not have n rows.
   * PERF: the checks read every column once.
   */
  run(input: EpochInput): EpochOutput {
    checkEpochInput(input)
    return runEpoch(input, this.params)
  }
}
