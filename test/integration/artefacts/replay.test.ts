import { expect, it } from 'vitest'
import { z } from 'zod'
import {
  metered,
  type Played,
  ProtocolMechanism,
  type Round,
  scoresOf,
} from '../../../src/mechanism/index.js'
import { testNetwork } from '../../../src/testing/index.js'
import { double, Programs, program } from './programs.js'

/** Uses every door, and what comes out of them. */
class Everything extends ProtocolMechanism {
  initialState() {
    return null
  }

  async play(round: Round<null>) {
    const programs = await round.artefacts('program', { oneShot: { windowBlocks: 20 } })
    const functions = {
      shout: metered((text: string) => text.toUpperCase(), { units: 9, of: (said) => said.length }),
    }
    const job = {
      call: 'solve',
      input: Float64Array.of(1, -0),
      steps: 5_000_000,
      functions,
      output: z.array(z.number()),
    }
    const ran = await round.each(async ({ hotkey }) => {
      const commit = programs.find((one) => one.hotkey === hotkey)
      if (commit === undefined) return undefined
      const bytes = await round.bytes(commit, { maxBytes: 1_000 })
      const size = await round.record(`size ${hotkey}`, () => bytes?.reduce((sum, one) => sum + one, 0) ?? 0)
      return {
        size,
        run: await round.runCode(commit, job),
        nothing: await round.runCode('export const solve = 1', job),
      }
    })
    return { ran }
  }

  score({ ran, state }: Played<Everything>) {
    const scores = scoresOf(ran, ({ result }) =>
      result?.run.status === 'ok' ? result.size + result.run.steps + (result.run.used.shout ?? 0) : 0,
    )
    return { scores, state }
  }
}

it.each([
  { mechanism: new Programs(), source: double },
  {
    mechanism: new Everything(),
    source: 'export const solve = (list) => (shout("abc"), [...list, Math.random()])',
  },
])(
  'rounds with artefacts replay to the same scores, without their bytes: %#',
  async ({ mechanism, source }) => {
    const miners = [
      { name: 'right', artefacts: program(source) },
      { name: 'wrong', artefacts: program('export function solve() { throw new Error("no") }') },
    ]
    const { rounds, faults } = await testNetwork<unknown, unknown>({
      mechanism,
      miners,
      validators: 1,
      epochs: 3,
      replay: true,
    })
    expect(rounds.length).toBeGreaterThan(20)
    const best = rounds.map(({ outcome }) => Math.max(0, ...(outcome?.scores.values() ?? [])))
    expect(Math.max(...best)).toBeGreaterThan(0)
    // Before the window of one shot is over nobody counts.
    expect(faults.filter((fault) => !fault.startsWith('No miner weighs more than 0'))).toEqual([])
  },
)
