import { sleep } from 'subnetkit/clock'
import type { SeededRandom } from 'subnetkit/math'
import { answerTo, type SynapseAnswer, type WorkContext } from 'subnetkit/neuron'
import type { Hotkey } from 'subnetkit/units'
import { drawPaths, drawRange, type Model, saltOf } from './forecasts.js'
import { type Paths, paths, type Range, range, seal, sealOf, type Window } from './protocol.js'

/** Hours whose forecasts are kept. */
const KEPT = 4

/** Makes the forecasts of a miner: the same ones whenever it is asked, so that it shows what it sealed. */
export interface Forecaster {
  readonly paths: (startsAt: number) => Paths
  readonly range: (startsAt: number) => Range
  /** Of which hours it says anything. Default: of all. */
  readonly answers?: (startsAt: number) => boolean
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
  answers = () => true,
}: Forecaster): SynapseAnswer[] {
  const verify = (_caller: Hotkey, _metagraph: unknown, { request }: { readonly request: Window }): boolean =>
    answers(request.startsAt)
  const toAnybody = { blacklist: () => false, verify }
  return [
    answerTo(
      seal,
      ({ what, startsAt }, { hotkey }) => ({
        digest: sealOf(hotkey, what === 'paths' ? drawn(startsAt) : ranged(startsAt)),
      }),
      { verify },
    ),
    answerTo(
      paths,
      async ({ startsAt }, context) => {
        await begun(startsAt, context)
        return drawn(startsAt)
      },
      toAnybody,
    ),
    answerTo(
      range,
      async ({ startsAt }, context) => {
        await begun(startsAt, context)
        return ranged(startsAt)
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
