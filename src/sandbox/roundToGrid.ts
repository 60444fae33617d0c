import { check, finiteNumber } from '../checks/index.js'

/**
 * The multiple of `step` nearest to a score; of two, the upper one. Models give numbers that differ in their last bits from processor to processor, and
 * rounding makes nearly all machines agree: those that differ by `e` still disagree about one score in `step / e`.
 *
 * @param step - width of the grid, such as 0.001, which is a part of the rules; at least a thousand times what machines differ by.
 * @throws InvalidArgumentError for a score that is not finite, or a step that is not above 0.
 *
 * @example
 * ```ts
 * import { roundToGrid } from 'subnetkit/sandbox'
 *
 * roundToGrid(0.7312345, 0.01) // 0.73
 * ```
 */
export function roundToGrid(score: number, step: number): number {
  check('score', finiteNumber(), score)
  check('step', finiteNumber({ min: Number.MIN_VALUE }), step)
  // Divided, where the step is one part of a whole number: 73 / 100 is 0.73, and 73 * 0.01 is not.
  const parts = Math.round(1 / step)
  const isPart = Number.isSafeInteger(parts) && 1 / parts === step
  return isPart ? Math.round(score * parts) / parts : Math.round(score / step) * step
}
