// The steps of an epoch, for the profiling build: it can be told to stop after any of them, so that the differences
// between such runs are what each step costs. The ordinary build leaves all of this out.
import { lastStep } from './shared'

export const CHECKS: u32 = 1
export const STAKE: u32 = 2
export const WEIGHTS_IN: u32 = 3
export const BONDS_IN: u32 = 4
export const SHARES: u32 = 5
export const CONSENSUS: u32 = 6
export const RANKS: u32 = 7
export const BONDS: u32 = 8
export const DIVIDENDS: u32 = 9
export const BONDS_OUT: u32 = 10

/** Whether the epoch ends before `step`. */
// @ts-ignore: decorator
@inline export function endsBefore(step: u32): bool {
  // @ts-ignore: only the profiling build defines it
  return isDefined(PROFILED) && lastStep() < step
}
