import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  type ArtefactCommit,
  type Played,
  ProtocolMechanism,
  type Round,
  type RunResult,
  scoresOf,
} from '../../../src/mechanism/index.js'
import { LocalNetwork, type LocalNetworkOptions, type MinerSpec } from '../../../src/network/index.js'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

interface Ran {
  readonly commit: ArtefactCommit
  readonly run: RunResult<number>
}

/** What each validator saw, round by round. */
const seen: { readonly block: number; readonly ran: readonly Ran[] }[] = []

/** Pays each program by what it makes of a number. */
class Programs extends ProtocolMechanism {
  initialState() {
    return null
  }

  async play(round: Round<null>) {
    const commits = await round.artefacts('program')
    const input = round.random('input').int(1_000)
    const job = { call: 'solve', input, steps: 2_000_000, output: z.number() }
    const ran = await Promise.all(
      commits.map(async (commit) => ({ commit, run: await round.runCode(commit, job) })),
    )
    seen.push({ block: round.block, ran })
    return { input, ran }
  }

  score({ input, ran, state }: Played<Programs>) {
    const rows = ran.map(({ commit, run }) => ({ hotkey: commit.hotkey, run }))
    return {
      scores: scoresOf(rows, ({ run }) => (run.status === 'ok' && run.value === 2 * input ? 1 : 0)),
      state,
    }
  }
}

const program = (kind: string, source: string) => [{ kind, bytes: utf8(source) }]
const double = 'export function solve(x) { return 2 * x }'

const running: LocalNetwork<unknown, unknown>[] = []
afterEach(async () => {
  seen.length = 0
  for (const network of running.splice(0)) await network.stop()
})

async function started(
  miners: readonly MinerSpec<unknown, unknown>[],
  more: Partial<LocalNetworkOptions<unknown, unknown, null>> = {},
) {
  const network = await LocalNetwork.start<unknown, unknown>({
    mechanism: new Programs(),
    miners,
    validators: 2,
    ...more,
  })
  running.push(network)
  return network
}

async function epochs(network: LocalNetwork<unknown, unknown>, count: number) {
  let last = await network.metagraph()
  for await (const { metagraph } of network.epochs({ count })) last = metagraph
  return last
}

describe('a market of programs', () => {
  it('runs what miners committed to, and pays the one that is right', async () => {
    const network = await started([
      { name: 'right', artefacts: program('program', double) },
      { name: 'wrong', artefacts: program('program', 'export const solve = () => 7') },
      { name: 'stuck', artefacts: () => program('program', 'export function solve() { for (;;); }') },
    ])
    const metagraph = await epochs(network, 3)
    const standing = network.validator('validator-1').standings
    const of = (name: string) => network.neurons.find((one) => one.name === name)!.hotkey
    expect(standing.get(of('right'))?.mean).toBe(1)
    expect(standing.get(of('wrong'))?.mean).toBe(0)
    expect(standing.get(of('stuck'))?.mean).toBe(0)
    const uid = metagraph.uidOf(of('right'))!
    expect(metagraph.columns.incentiveU16[uid]).toBe(65_535)
    const stuck = seen.flatMap(({ ran }) => ran.filter(({ commit }) => commit.hotkey === of('stuck')))
    expect(stuck[0]?.run).toEqual({
      status: 'failed',
      why: 'steps: More than 2000000 steps.',
      steps: 2_000_000,
      used: {},
    })
  })
})
