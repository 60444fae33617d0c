import { expect, test } from 'vitest'
import { type Fault, shrinkFaults } from '../../../src/testing/index.js'

/** One program that is run with a seed and a list of faults. */
export interface Scenario {
  readonly faultsOf: (seed: string) => readonly Fault[]
  /** What did not hold, in words; nothing when all did. */
  readonly run: (seed: string, faults: readonly Fault[]) => Promise<readonly string[]>
}

/** Seeds of a property unless `FAULTS_RUNS` says otherwise. */
const RUNS = 20

/** Real time that one run may take on a busy machine. */
const MS_PER_RUN = 2_000

/** The settings of a run: `FAULTS_SEED` and `FAULTS_LIST` repeat one, `FAULTS_RUNS` makes more of them. */
export interface Settings {
  readonly FAULTS_SEED?: string | undefined
  readonly FAULTS_LIST?: string | undefined
  readonly FAULTS_RUNS?: string | undefined
}

/** A property over many seeds; what fails is said in one line that runs it again. */
export function eachSeed(title: string, scenario: Scenario): void {
  const { FAULTS_RUNS } = process.env
  const timeoutMs = MS_PER_RUN * Number(FAULTS_RUNS ?? RUNS)
  test(title, async () => expect(await firstFailure(title, scenario, process.env)).toBe(''), timeoutMs)
}

/** Runs a scenario with its seeds; says what failed first, made small, and how to repeat it. Empty when nothing did. */
export async function firstFailure(title: string, scenario: Scenario, settings: Settings): Promise<string> {
  const { FAULTS_SEED, FAULTS_LIST, FAULTS_RUNS = RUNS } = settings
  const seeds =
    FAULTS_SEED === undefined
      ? Array.from({ length: Number(FAULTS_RUNS) }, (_, at) => `${at}`)
      : [FAULTS_SEED]
  for (const seed of seeds) {
    const faults =
      FAULTS_LIST === undefined ? scenario.faultsOf(seed) : (JSON.parse(FAULTS_LIST) as readonly Fault[])
    const broken = await scenario.run(seed, faults)
    if (broken.length > 0) return await reportOf(title, scenario, seed, faults, broken)
  }
  return ''
}

async function reportOf(
  title: string,
  scenario: Scenario,
  seed: string,
  faults: readonly Fault[],
  broken: readonly string[],
): Promise<string> {
  const shortest = await shrinkFaults(faults, async (some) => (await scenario.run(seed, some)).length > 0)
  const still = shortest.length === faults.length ? broken : await scenario.run(seed, shortest)
  const list = JSON.stringify(shortest).replaceAll("'", String.raw`'\''`)
  return [
    `Seed ${seed} with ${shortest.length} of ${faults.length} faults:`,
    ...still.slice(0, 10).map((line) => `- ${line}`),
    'Run it again:',
    `FAULTS_SEED='${seed}' FAULTS_LIST='${list}' npx vitest run test/sim/faults -t '${title}'`,
  ].join('\n')
}
