import { InvalidArgumentError } from '../../errors/index.js'
import type { BlockNumber } from '../../units/index.js'
import type { ChainConfig } from '../config.js'
import type { LedgerState } from '../state/LedgerState.js'
import { type BlockTimelocks, plainTimelocks, timelocksOf } from './BlockTimelocks.js'
import { checkTimelockForm, verifyTimelockInput } from './checkTimelockInput.js'
import { type PlacedTimelock, planReveals } from './planReveals.js'
import { isKnownRound } from './pulses.js'
import type { TimelockInput, TimelockPort } from './timelockInput.js'

/** The block to be made, on the state before it. */
export interface NextBlock {
  readonly state: LedgerState
  readonly config: ChainConfig
  readonly block: BlockNumber
}

/** Time locks that a block opens with which these rounds come. */
export function openedWith(next: NextBlock, rounds: readonly number[]): readonly PlacedTimelock[] {
  const { state } = next
  const newRounds = rounds.filter((round) => !isKnownRound(state, round))
  const coming = new Set(newRounds)
  return planReveals({
    ...next,
    newRounds,
    isKnownRound: (round) => coming.has(round) || isKnownRound(state, round),
  }).opened
}

/**
 * The time locks of a block by what it is given. A text must be there for each that it opens.
 *
 * @param port - verifies pulses and texts; `null` where they are trusted.
 * @throws InvalidArgumentError naming what is missing or wrong.
 */
export function timelocksOfBlock(
  given: TimelockInput,
  next: NextBlock,
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
