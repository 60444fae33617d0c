import type { Simulation } from '../simulation/index.js'
import { grouped } from './SimulateProgress.js'
import type { SimulateStory } from './SimulateStory.js'

/** Numbers that a warning names; of more it says how many. */
const MOST_NAMED = 10

/** Where a run is not what it looks like: subnets on which nothing was decided. In words; empty of a run that is well. */
export function simulateWarnings(simulation: Simulation, story: SimulateStory): readonly string[] {
  const unpaid = story.subnets
    .filter(({ epochs, minersAlpha }) => epochs > 0 && minersAlpha === 0n)
    .map(({ netuid }) => netuid)
  const silent = Array.from({ length: simulation.plan.subnets }, (_, at) => at + 1).filter(
    (netuid) => !hasActiveValidator(simulation, netuid),
  )
  const warnings: string[] = []
  if (unpaid.length > 0)
    warnings.push(
      `No miner was paid in the whole run on ${subnetsOf(unpaid)}: no weights of an active validator counted there.`,
    )
  if (silent.length > 0)
    warnings.push(
      `No validator was active in the last epoch of ${subnetsOf(silent)}: all had said nothing for longer than activityCutoffFactorMilli allows.`,
    )
  return warnings
}

/** Calls that were refused, by the names of call and refusal. */
export function refusalsInWords({ refusals }: Simulation): string {
  const all = refusals.reduce((sum, { count }) => sum + count, 0)
  if (all === 0) return '0'
  const each = refusals.map(({ callName, error, count }) => `${grouped(count)} ${callName} with ${error}`)
  return `${grouped(all)} (${each.join(', ')}; docs/refusals.md says why)`
}

function hasActiveValidator({ ledger, plan }: Simulation, netuid: number): boolean {
  const active = ledger.query('metagraph', { netuid })?.active
  return active?.subarray(1, 1 + plan.validators).includes(1) === true
}

function subnetsOf(netuids: readonly number[]): string {
  if (netuids.length === 1) return `subnet ${netuids[0]}`
  const named = netuids.slice(0, MOST_NAMED).join(', ')
  const rest = netuids.length - MOST_NAMED
  return `subnets ${named}${rest > 0 ? ` and ${grouped(rest)} more` : ''}`
}
