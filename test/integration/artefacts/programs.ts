import { z } from 'zod'
import { type Played, ProtocolMechanism, type Round, scoresOf } from '../../../src/mechanism/index.js'

/** What a miner commits to. */
export const program = (source: string) => [{ kind: 'program', bytes: new TextEncoder().encode(source) }]

export const double = 'export function solve(x) { return 2 * x }'

/** Pays each program by what it makes of a number. */
export class Programs extends ProtocolMechanism {
  initialState() {
    return null
  }

  async play(round: Round<null>) {
    const input = round.random('input').int(1_000)
    const job = { call: 'solve', input, steps: 2_000_000, output: z.number() }
    const ran = (await round.artefacts('program')).map(async (commit) => ({
      hotkey: commit.hotkey,
      run: await round.runCode(commit, job),
    }))
    return { input, ran: await Promise.all(ran) }
  }

  score({ input, ran, state }: Played<Programs>) {
    return {
      scores: scoresOf(ran, ({ run }) => (run.status === 'ok' && run.value === 2 * input ? 1 : 0)),
      state,
    }
  }
}
