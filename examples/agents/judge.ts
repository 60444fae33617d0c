import type { Round, RunResult } from 'subnetkit/mechanism'
import { z } from 'zod'
import type { Board } from './board.js'
import type { Example } from './problems.js'
import { BUDGET } from './protocol.js'

const { steps, memoryBytes } = BUDGET

/** Runs a patch, in a sandbox that knows nothing of what is wanted, and shows what it gives as text. */
const APART = `
export function run({ source, calls }) {
  const candidate = new Function('return ' + source)()
  return calls.map(({ list, k }) => JSON.stringify(candidate(list, k)) ?? '')
}
`

/** Runs a patch and its tests together, as one would at first: the patch comes first, and may change all that comes after it. */
const TOGETHER = `
export function run({ source, tests }) {
  const candidate = new Function('return ' + source)()
  return tests.every(({ list, k, gives }) => JSON.stringify(candidate(list, k)) === JSON.stringify(gives))
}
`

const shown = z.array(z.string().max(64))

/** What a patch came to: `impossible` is one that passes tests which no function can. */
export type Verdict = 'right' | 'wrong' | 'impossible' | 'notScored'

/** The tests of the twin: the same, and the first call once more, which is now to give something else. */
export const twinOf = (tests: readonly Example[]): Example[] =>
  tests.flatMap((one, nth) => (nth === 0 ? [one, { ...one, gives: one.gives + 1 }] : [one]))

/**
 * Holds a patch against the tests. What they want never enters a sandbox: a patch gives what it gives, and that is compared here.
 *
 * @param apart - without it, tests and patch run together.
 */
export async function verdictOf(
  round: Round<Board>,
  source: string,
  tests: readonly Example[],
  { apart }: { readonly apart: boolean },
): Promise<Verdict> {
  const twin = twinOf(tests)
  if (!apart) {
    const job = { call: 'run', steps, memoryBytes, output: z.boolean() }
    const runs = await Promise.all(
      [tests, twin].map((all) => round.runCode(TOGETHER, { ...job, input: { source, tests: all } })),
    )
    return verdict(runs, ([own, other]) => [own?.value === true, other?.value === true])
  }
  const calls = twin.map(({ list, k }) => ({ list, k }))
  const run = await round.runCode(APART, {
    call: 'run',
    steps,
    memoryBytes,
    input: { source, calls },
    output: shown,
  })
  return verdict([run], ([all]) => {
    const isRight = twin.map(({ gives }, nth) => all?.value[nth] === JSON.stringify(gives))
    return [isRight.every((right, nth) => right || nth === 1), isRight.every((right) => right)]
  })
}

type Ok<Out> = Extract<RunResult<Out>, { status: 'ok' }>

function verdict<Out>(
  runs: readonly RunResult<Out>[],
  passes: (runs: readonly Ok<Out>[]) => readonly [tests: boolean, twin: boolean],
): Verdict {
  if (runs.some(({ status }) => status === 'notScored')) return 'notScored'
  const ran = runs.filter((one): one is Ok<Out> => one.status === 'ok')
  if (ran.length < runs.length) return 'wrong'
  const [tests, twin] = passes(ran)
  if (twin) return 'impossible'
  return tests ? 'right' : 'wrong'
}
