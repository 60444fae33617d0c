import { sleep } from 'subnetkit/clock'
import type { AnswerContext } from 'subnetkit/neuron'
import type { Synapse } from 'subnetkit/synapse'
import type { Hotkey } from 'subnetkit/units'
import { z } from 'zod'
import { type ForecastAnswer, type ForecastTask, LEAD_DAYS } from '../questions.js'
import { forecastSynapse } from '../synapse.js'

type Context = AnswerContext<ForecastTask, ForecastAnswer>

/** How long the copier waits before it hands on what it was told. */
const COPIER_DELAY_MS = 150
/** How long it gives a model to answer. */
const FORWARD_TIMEOUT_MS = 300
const HOUR_MS = 3_600_000

/**
 * Owns no model: asks the miner that earns most the same questions and hands on its answer, late. Models that
 * serve validators only turn it away; it then tries the next.
 */
export async function copierMiner(
  task: ForecastTask,
  context: Context,
  self: Hotkey,
): Promise<ForecastAnswer> {
  const metagraph = await context.metagraph()
  const rivals = metagraph
    .miners()
    .map((uid) => metagraph.row(uid))
    .filter(({ hotkey }) => hotkey !== self)
    .sort((a, b) => b.incentive - a.incentive || a.uid - b.uid)
  for (const { hotkey } of rivals) {
    const { signal } = context
    const result = await context.ask(hotkey, task, { timeoutMs: FORWARD_TIMEOUT_MS, signal })
    if (result.status !== 'ok') continue
    await sleep(context.clock, COPIER_DELAY_MS, signal)
    return result.answer
  }
  return { highestC: [] }
}

/** The liar's door: the same name on the wire, but any answer passes. An honest miner's own schema would stop it. */
export const lyingSynapse: Synapse<ForecastTask, ForecastAnswer> = {
  ...forecastSynapse,
  answer: z.custom<ForecastAnswer>(() => true),
}

/** Answers of the wrong form, a different one each time: words, a missing day, the surface of the sun, half a batch. */
export function lyingMiner(): (task: ForecastTask) => ForecastAnswer {
  let lies = 0
  return ({ questions }) => {
    const right = questions.map(() => new Array<number>(LEAD_DAYS).fill(12))
    const wrong: unknown[] = [
      { highestC: questions.map(() => 'warm') },
      { highestC: right.map((row) => row.slice(1)) },
      { highestC: right.map((row) => row.map(() => 5500)) },
      { highestC: right.slice(questions.length / 2) },
      { temperature: right },
    ]
    // What leaves here is no forecast: that is the lie.
    return wrong[lies++ % wrong.length] as ForecastAnswer
  }
}

/** Never answers: every call hangs until whoever asked gives up. */
export async function hang({ clock, signal }: Context): Promise<never> {
  // On its clock: in virtual time nothing passes while it only listens for the abort.
  for (;;) await sleep(clock, HOUR_MS, signal)
}
