import { type Clock, sleep } from 'subnetkit/clock'
import type { SeededRandom } from 'subnetkit/math'
import { answerTo, type SynapseAnswer } from 'subnetkit/neuron'
import type { Hotkey } from 'subnetkit/units'
import type { Token } from './model.js'
import { capacity, complete, type TextPart, type TextRequest } from './protocol.js'

/** Tokens of a part: each is a message. */
const PART = 8

/** A token takes up to this part more, or less, from one text to the next: no machine is at rest. */
const UNREST = 0.15

/** How a miner of this market works. */
export interface Work {
  /** How many texts it says it writes at once for each validator. */
  readonly announces: number
  /** How many it does write at once; others wait. Default: as many as it announces. */
  readonly writes?: number
  /** What a token takes on its machine, on average, in milliseconds. */
  readonly tokenMs: number | ((request: TextRequest) => number)
  /** Where its tokens come from. */
  readonly tokens: (request: TextRequest) => AsyncIterable<Token>
}

/** A miner's answers to both synapses of the market, at the pace of its machine; chance tells it for each text. */
export function answersOf(
  { announces, writes = announces, tokenMs, tokens }: Work,
  random: SeededRandom,
): SynapseAnswer[] {
  const machine = new Machine(writes)
  return [
    answerTo(capacity, () => ({ streams: announces })),
    answerTo(complete, async function* (request, { caller, clock, signal }) {
      const leave = await machine.enter(caller, clock, signal)
      try {
        const usualMs = typeof tokenMs === 'number' ? tokenMs : tokenMs(request)
        const ms = usualMs * (1 + UNREST * (2 * random.float() - 1))
        for await (const part of partsOf(tokens(request))) {
          await sleep(clock, ms * part.text.length, signal)
          yield part
        }
      } finally {
        leave()
      }
    }),
  ]
}

/** Places for so many texts of each caller at once. */
class Machine {
  readonly #places: number
  readonly #writing = new Map<Hotkey, number>()

  constructor(places: number) {
    this.#places = places
  }

  /** Waits for a place. @returns what gives it back. */
  async enter(caller: Hotkey, clock: Clock, signal: AbortSignal): Promise<() => void> {
    const writing = (): number => this.#writing.get(caller) ?? 0
    while (writing() >= this.#places) await sleep(clock, 10, signal)
    this.#writing.set(caller, writing() + 1)
    return () => this.#writing.set(caller, writing() - 1)
  }
}

async function* partsOf(tokens: AsyncIterable<Token>): AsyncGenerator<TextPart, void> {
  let part: Token[] = []
  const whole = (): TextPart => ({
    text: part.map(({ symbol }) => symbol).join(''),
    logps: part.map(({ logp }) => logp),
  })
  for await (const token of tokens) {
    part.push(token)
    if (part.length < PART) continue
    yield whole()
    part = []
  }
  if (part.length > 0) yield whole()
}
