import { fail } from '../support/digest.js'
import { collectGarbage, quick, summary, usUntil } from '../support/measure.js'
import { INPUTS } from './fixtures.js'

/** One way to compute a case. The first of a case is what the others are compared with. */
export interface Participant<Input> {
  readonly engine: string
  readonly device: string
  run(input: Input): Promise<ArrayLike<number>>
}

/** What one participant did. */
export interface Measured {
  readonly engine: string
  readonly device: string
  readonly medianUs: number
  readonly p10Us: number
  readonly p90Us: number
  readonly runs: number
  /** Median of the first participant, in the same run, divided by this one's. */
  readonly ratio: number
  /** Largest difference from the first participant, as a part of the largest value; 0 means: every number the same. */
  readonly maxError: number
}

/** Time one participant may take for one case; at least three runs, at most twice round the inputs. */
const BUDGET_US = quick ? 15_000 : 80_000
const CHECKED_INPUTS = 2

/**
 * Runs all participants in turn, input by input, and compares what they compute outside the time.
 *
 * @param largestError - part of the largest value; beyond it the bench ends
 */
export async function compare<Input>(
  id: string,
  inputs: readonly Input[],
  participants: readonly Participant<Input>[],
  largestError: number,
): Promise<Measured[]> {
  const errors = await errorsOf(id, inputs, participants, largestError)
  const times = participants.map((): number[] => [])
  collectGarbage()
  for (let round = 0; round < 2 * INPUTS; round++) {
    for (const [at, participant] of participants.entries()) {
      const spentUs = times[at]!.reduce((sum, us) => sum + us, 0)
      if (round >= 3 && spentUs > BUDGET_US) continue
      times[at]!.push(await usUntil(() => participant.run(inputs[round % inputs.length]!)))
    }
  }
  const [first] = times.map(summary)
  return participants.map(({ engine, device }, at) => {
    const measured = summary(times[at]!)
    const ratio = Number((first!.medianUs / measured.medianUs).toPrecision(4))
    return { engine, device, ...measured, ratio, maxError: Number(errors[at]!.toPrecision(2)) }
  })
}

async function errorsOf<Input>(
  id: string,
  inputs: readonly Input[],
  participants: readonly Participant<Input>[],
  largestError: number,
): Promise<number[]> {
  const errors = participants.map(() => 0)
  for (const input of inputs.slice(0, CHECKED_INPUTS)) {
    const expected = await participants[0]!.run(input)
    for (const [at, participant] of participants.entries()) {
      if (at === 0) continue
      const error = errorBetween(expected, await participant.run(input))
      errors[at] = Math.max(errors[at]!, error)
      if (!(error <= largestError))
        fail(`${id}: ${participant.engine} is wrong by ${error} of the largest value`)
    }
  }
  return errors
}

function errorBetween(expected: ArrayLike<number>, actual: ArrayLike<number>): number {
  if (expected.length !== actual.length) return Number.POSITIVE_INFINITY
  let largest = 0
  let difference = 0
  for (let at = 0; at < expected.length; at++) {
    largest = Math.max(largest, Math.abs(expected[at]!))
    difference = Math.max(difference, Math.abs(expected[at]! - actual[at]!))
  }
  return difference === 0 ? 0 : difference / largest
}
