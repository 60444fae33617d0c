import { InvalidArgumentError } from '../../errors/index.js'
import type { ChainConfig } from '../config.js'
import { type BlockTimelocks, plainTimelocks, timelocksOf } from './BlockTimelocks.js'
import { checkTimelockForm, verifyTimelockInput } from './checkTimelockInput.js'
import type { PlacedField } from './planFieldReveals.js'
import { type PlacedTimelock, type PlannedBlock, planReveals } from './planReveals.js'
import { roundsWith } from './pulses.js'
import type { TimelockInput, TimelockPort } from './timelockInput.js'

/** Time locks that a block opens with which these rounds come, on the state before it: those of weights, then those of commitments. */
export function openedWith(
  next: PlannedBlock,
  rounds: readonly number[],
): readonly (PlacedTimelock | PlacedField)[] {
  const { opened, fields } = planReveals(next, roundsWith(next.state, rounds))
  return [...opened, ...fields.flatMap((one) => one.opened)]
}

/**
 * The time locks of a block by what it is given. A text must be there for each that it opens.
 *
 * @param port - verifies pulses and texts; `null` where they are trusted.
 * @throws InvalidArgumentError naming what is missing or wrong.
 */
export function timelocksOfBlock(
  given: TimelockInput,
  next: PlannedBlock,
  port: TimelockPort | null,
): BlockTimelocks {
  const { timelockBeacon } = next.config
  checkTimelockForm(given, timelockBeacon !== null)
  if (timelockBeacon === null) return plainTimelocks(given.pulses)
  const opened = openedWith(
    next,
    given.pulses.map(({ round }) => round),
  )
  if (port !== null) verifyTimelockInput(given, opened, timelockBeacon, port)
  const timelocks = timelocksOf(given)
  for (const one of opened) timelocks.textOf(one)
  return timelocks
}

/** What a block is given of time locks: nothing unless it says so. */
export function givenTimelocks({ pulses = [], texts = [] }: Partial<TimelockInput>): TimelockInput {
  return { pulses, texts }
}

/**
 * What verifies the time locks of a chain.
 *
 * @throws InvalidArgumentError where genesis names a beacon and nothing does.
 */
export function portOf(
  { timelock }: { readonly timelock?: TimelockPort },
  { timelockBeacon }: ChainConfig,
): TimelockPort | null {
  if (timelockBeacon === null || timelock !== undefined) return timelock ?? null
  const remedy = 'Pass { verifyPulse, decryptTimelock } of subnetkit/timelock: genesis names a beacon.'
  throw new InvalidArgumentError({ field: 'options.timelock', value: timelock, remedy })
}

/** Why what a block is given is missing or not real, in words; `null` when it is good. */
export function whyNotReal(verify: () => unknown): string | null {
  try {
    verify()
    return null
  } catch (error) {
    if (error instanceof InvalidArgumentError) return error.message
    throw error
  }
}
