import type { Metagraph } from '../metagraph/index.js'
import type { BlockNumber, Hotkey } from '../units/index.js'
import { rankOf } from './rankOf.js'
import type { RoundOutcome } from './runRound.js'
import type { ValidatorEvent } from './validatorEvents.js'

/** Which round something is told of. */
interface ToldRound {
  readonly round: number
  readonly block: BlockNumber
}

type Told = Omit<RoundOutcome<never>, 'state'>

/** What went wrong in a round on the part of some of its miners, or with what it says for people. */
export function faultsOfRound({ faults, reportFaults, refused }: Told, told: ToldRound): ValidatorEvent[] {
  return [
    ...faults.map((fault) => ({ type: 'minerFault', ...told, ...fault }) as const),
    ...reportFaults.map((error) => ({ type: 'reportRefused', ...told, error }) as const),
    ...refused.map((one) => ({ type: 'scoresRefused', ...told, ...one }) as const),
  ]
}

/** That a round was scored, and what came of it. */
export function scoredRound(
  outcome: Told,
  told: ToldRound & { readonly elapsedMs: number },
  { metagraph, hotkey }: { readonly metagraph: Metagraph; readonly hotkey: Hotkey },
): ValidatorEvent {
  const { statuses, scores } = outcome
  const reports = outcome.reports.map((report) => report ?? null)
  const said = outcome.reports.some((report) => report !== undefined) ? { reports } : {}
  const asked = Object.values(statuses).reduce((total, count) => total + count, 0)
  const answered = statuses.ok ?? 0
  const { elapsedMs, ...round } = told
  const result = { ...round, asked, answered, statuses, scores, ...said, elapsedMs }
  return { type: 'roundScored', ...result, ...rankOf(metagraph, hotkey) }
}
