import type { Clock } from 'subnetkit/clock'
import { answerTo } from 'subnetkit/neuron'
import { JsArtefact } from 'subnetkit/sandbox'
import { infer } from '../model.js'
import { BUDGET, inputOf, patch, type RepairAnswer, type RepairRequest, repair, seedOf } from '../protocol.js'
import { costOf } from '../trial.js'

const encoder = new TextEncoder()

/** A miner that commits an agent, and runs it for whoever asks, with so many tokens to spend. */
export function serving(text: string, tokens: number = BUDGET.tokens) {
  const repaired = repairing(text, tokens)
  return {
    artefacts: artefactOf(text),
    answers: [answerTo(repair, async (request, { clock }) => await repaired(request, clock))],
  }
}

/** Runs an agent on what it is asked; it is loaded when it first is. */
export function repairing(text: string, tokens: number = BUDGET.tokens) {
  let agent: Promise<ServedAgent> | undefined
  return async (request: RepairRequest, clock: Clock): Promise<RepairAnswer> => {
    agent ??= ServedAgent.load(text, tokens, clock)
    return await (await agent).repair(request)
  }
}

export const artefactOf = (text: string) => [{ kind: 'agent', bytes: encoder.encode(text) }]

/** An agent in its miner's own sandbox, metered as at the validators. */
class ServedAgent {
  readonly #artefact: JsArtefact
  readonly #meter: Meter
  #last: Promise<unknown> = Promise.resolve()

  private constructor(artefact: JsArtefact, meter: Meter) {
    this.#artefact = artefact
    this.#meter = meter
  }

  static async load(text: string, tokens: number, clock: Clock): Promise<ServedAgent> {
    const meter = new Meter(tokens)
    const { steps, memoryBytes } = BUDGET
    const functions = { infer: (prompt: unknown, draws: unknown) => meter.infer(prompt, draws) }
    const artefact = await JsArtefact.load(encoder.encode(text), {
      limits: { steps, memoryBytes },
      functions,
      clock,
    })
    return new ServedAgent(artefact, meter)
  }

  /** One request after the other: each has tokens of its own. */
  repair(request: RepairRequest): Promise<RepairAnswer> {
    const answer = this.#last.then(async () => {
      this.#meter.spent = 0
      const outcome = await this.#artefact.call('repair', [inputOf(request)], { seed: seedOf(request) })
      const made = patch.safeParse(outcome.kind === 'ok' ? outcome.value : null)
      return { source: made.success ? made.data : null, tokens: this.#meter.spent }
    })
    this.#last = answer.catch(() => {})
    return answer
  }
}

/** The model, as far as a budget goes: counted as validators count. */
class Meter {
  spent = 0
  readonly #tokens: number

  constructor(tokens: number) {
    this.#tokens = tokens
  }

  infer(prompt: unknown, draws: unknown): ReturnType<typeof infer> {
    if (this.spent >= this.#tokens) throw new Error('All tokens are spent.')
    const answer = infer(prompt, draws)
    this.spent += costOf(answer, prompt, draws)
    if (this.spent <= this.#tokens) return answer
    this.spent = this.#tokens
    throw new Error('The tokens that are left are too few.')
  }
}
