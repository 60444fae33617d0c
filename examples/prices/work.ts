import { sleep } from 'subnetkit/clock'
import type { SeededRandom } from 'subnetkit/math'
import { answerTo, type SynapseAnswer, type WorkContext } from 'subnetkit/neuron'
import { drawPaths, drawRange, type Model, saltOf } from './forecasts.js'
import { type Paths, paths, type Range, range, seal, sealOf, type Window } from './protocol.js'

/** Hours whose forecasts are kept. */
const KEPT = 4
/** Of a forecast that nobody sealed: it counts as silence. */
const UNSEALED = '0'.repeat(32)

/** Makes the forecasts of a miner: the same ones whenever it is asked, so that it shows what it sealed. */
export interface Forecaster {
  readonly paths: (startsAt: number) => Paths
  readonly range: (startsAt: number) => Range
  /** Whether it shows what it sealed, asked once the hour has begun. Default: always. */
  readonly shows?: (startsAt: number, what: 'paths' | 'range', context: WorkContext) => Promise<boolean>
}

/** Forecasts of a model, by chance of its own. */
export function forecasterOf(model: Model, random: SeededRandom): Forecaster {
  const of = (what: string, startsAt: number): SeededRandom => random.fork(`${what} ${startsAt}`)
  return {
    paths: kept((startsAt) => {
      const chance = of('paths', startsAt)
      return { salt: saltOf(chance), paths: drawPaths(model, startsAt, chance) }
    }),
    range: kept((startsAt) => {
      const chance = of('range', startsAt)
      return { salt: saltOf(chance), ...drawRange(model, startsAt, chance) }
    }),
  }
}

/** Made once for the last few hours: each validator asks twice. */
function kept<Forecast>(make: (startsAt: number) => Forecast): (startsAt: number) => Forecast {
  const made = new Map<number, Forecast>()
  return (startsAt) => {
    const forecast = made.get(startsAt) ?? make(startsAt)
    made.set(startsAt, forecast)
    for (const old of [...made.keys()].slice(0, -KEPT)) made.delete(old)
    return forecast
  }
}

/** A miner's answers: validators are given seals, and anybody what the hour holds once it has begun. */
export function answersOf({
  paths: drawn,
  range: ranged,
  shows = async () => true,
}: Forecaster): SynapseAnswer[] {
  const toAnybody = { blacklist: () => false }
  const saltFor = async (what: 'paths' | 'range', { startsAt }: Window, context: WorkContext) => {
    await begun(startsAt, context)
    return (await shows(startsAt, what, context)) ? {} : { salt: UNSEALED }
  }
  return [
    answerTo(seal, ({ what, startsAt }, { hotkey }) => ({
      digest: sealOf(hotkey, what === 'paths' ? drawn(startsAt) : ranged(startsAt)),
    })),
    answerTo(
      paths,
      async (request, context) => {
        const salt = await saltFor('paths', request, context)
        return { ...drawn(request.startsAt), ...salt }
      },
      toAnybody,
    ),
    answerTo(
      range,
      async (request, context) => {
        const salt = await saltFor('range', request, context)
        return { ...ranged(request.startsAt), ...salt }
      },
      toAnybody,
    ),
  ]
}

/** What is shown before an hour begins, others can seal as theirs. A validator may have seen its first block a little earlier than this miner. */
async function begun(startsAt: number, { block, clock, signal }: WorkContext): Promise<void> {
  if (startsAt > block() + 1) throw new Error(`The hour begins with block ${startsAt}; this is ${block()}.`)
  while (block() < startsAt) await sleep(clock, 10, signal)
}
