import { describe, expect, test } from 'vitest'
import { minerCast, validatorCast } from '../../examples/forecast/cast.js'
import { ForecastMechanism } from '../../examples/forecast/mechanism.js'
import { loadWeather } from '../../examples/forecast/weather.js'
import { LocalNetwork } from '../../src/network/index.js'

const EPOCHS = 20
/** One round of questions per epoch over the seeds: half as many as `npm start` asks, for half the time. */
const ROUND_BLOCKS = 10
/** `FORECAST_SEEDS=100 npx vitest run test/sim/forecastSeeds.test.ts` tries more, for ten minutes or so. */
const SEEDS = Number(process.env.FORECAST_SEEDS ?? 5)

const days = loadWeather()

/** How a whole run ended. */
interface Outcome {
  readonly stateHash: string
  readonly broken: readonly string[]
  readonly questions: number
  /** TAO earned over the run. */
  readonly earned: Readonly<Record<string, number>>
  /** Share of miner pay in the last epoch. */
  readonly incentive: Readonly<Record<string, number>>
}

async function runForecast(seed: string, roundBlocks?: number): Promise<Outcome> {
  const asked = new Set<number>()
  const earned: Record<string, number> = {}
  const incentive: Record<string, number> = {}
  const mechanism = new ForecastMechanism(days, {
    onJudged: (report) => {
      for (const day of report.days) asked.add(day)
    },
  })
  await using network = await LocalNetwork.start({
    seed,
    mechanism,
    miners: minerCast({ seed, epochs: EPOCHS }).map(({ spec }) => spec),
    validators: validatorCast(roundBlocks).map(({ spec }) => spec),
  })
  for await (const { metagraph, names, earnedAlpha } of network.epochs({ count: EPOCHS })) {
    for (const [uid, name] of names.entries()) {
      earned[name] = (earned[name] ?? 0) + Number(earnedAlpha[uid]) / 1e9
      incentive[name] = metagraph.row(uid).incentive
    }
  }
  const { stateHash } = await network.chain.head()
  const { broken } = await network.chain.query('invariants', {})
  return { stateHash, broken, questions: asked.size, earned, incentive }
}

/** Good above weaker above persistence above guessing. */
function inOrder(values: Readonly<Record<string, number>>): boolean {
  const { good = 0, weaker = 0, persistence = 0, random = 0 } = values
  return good > weaker && weaker > persistence && persistence > random && random > 0
}

describe('the forecast network in virtual time', () => {
  test('one seed ends in one state', async () => {
    const [first, again, other] = [await runForecast('1'), await runForecast('1'), await runForecast('2')]
    expect(again).toEqual(first)
    expect(other.stateHash).not.toBe(first.stateHash)
    expect(first.questions).toBeGreaterThanOrEqual(400)
    expect(first.broken).toEqual([])
  }, 120_000)

  test(
    `over ${SEEDS} seeds skill is paid in order, and cheats and the dead are not paid`,
    async () => {
      const outOfOrder: string[] = []
      for (let seed = 1; seed <= SEEDS; seed++) {
        const { earned, incentive, broken } = await runForecast(`sim-${seed}`, ROUND_BLOCKS)
        if (!inOrder(earned) || !inOrder(incentive)) outOfOrder.push(`sim-${seed}`)
        const where = `seed sim-${seed}`
        expect(broken, where).toEqual([])
        expect(incentive.dies, where).toBe(0)
        expect(incentive.stalls, where).toBe(0)
        expect(incentive.liar, where).toBeLessThan(0.01)
        expect(incentive.copier, where).toBeLessThan(incentive.good!)
        expect(earned.copier, where).toBeLessThan(earned.good!)
      }
      expect(outOfOrder.length, `out of order: ${outOfOrder.join(', ')}`).toBeLessThanOrEqual(
        Math.ceil(0.05 * SEEDS),
      )
    },
    20_000 * SEEDS,
  )
})
