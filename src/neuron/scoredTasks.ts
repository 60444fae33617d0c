import { defaultRoundLimits, isShortForm, type Reply } from '../mechanism/index.js'
import { MinerTally } from './play/MinerTally.js'
import type { PlayedTask } from './play/playTask.js'
import { scoredPlays } from './scoredPlays.js'

/** What `score` is asked of one task; a customer's call is as a task of which its one miner was asked. */
export function scoredTasks(
  mechanism: object,
  { played, tallies }: PlayedTask,
): readonly (PlayedTask & { readonly isSold: boolean })[] {
  const [own, ...sold] = scoredPlays(played, isShortForm(mechanism))
  return [
    { played: own, tallies, isSold: false },
    ...sold.map((one) => {
      const { responses } = one as { readonly responses: readonly Reply<unknown>[] }
      const asked = responses.map((reply) => {
        const tally = new MinerTally(reply, { limits: defaultRoundLimits })
        tally.statuses.push(reply.status)
        return [reply.hotkey, tally] as const
      })
      return { played: one, tallies: new Map(asked), isSold: true }
    }),
  ]
}
