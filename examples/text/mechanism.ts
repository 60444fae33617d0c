import {
  type Played,
  ProtocolMechanism,
  type Round,
  type RoundMiner,
  type StreamReply,
  scoresOf,
} from 'subnetkit/mechanism'
import type { Hotkey } from 'subnetkit/units'
import { type TextCheck, textModel } from './model.js'
import { capacity, complete, type TextPart, type TextRequest } from './protocol.js'
import { drawRequest, testText } from './requests.js'
import { leastOf, median, paceOf, textOf } from './rows.js'

/** What the market defends itself with; each can be left out, to see who wins then. */
export const defences = {
  evidence:
    'the model of the validator reads each text in one pass, and what was told of a token must be what it finds',
  sampling: 'and each token must be the one that the seed of the request draws',
  length: 'a text counts by the tokens that were asked for, not by those that came',
  fresh: 'prompt and seed are drawn anew for each text, from what no miner can know',
  capacity: 'as many texts are asked for at once as the miner announced, and silence costs',
  speed: 'texts are worth more or less by the pace of the slowest, beside the median of miners',
} as const
export type Defence = keyof typeof defences

export interface TextOptions {
  readonly without?: readonly Defence[]
  readonly timeoutMs?: number
}

/** How far a told log-probability may be off. Honest machines differ by a thousandth (the grid), weights of 8 bits by some hundredths. */
export const EPSILON = 2 ** -8
/** How far a draw may lie beside the token that was sent: rounding moves the edges of the chances a little. */
export const SLACK = 2 ** -10
/** A text with fewer good tokens than this is not the model's: all of an honest one's are good, weights of 8 bits miss one in forty of what the seed draws. */
const LEAST_QUALITY = 0.99
/** An ask that ends in silence costs as much as this many that a busy miner turns down. */
const SILENCE = 4

/** A text that came of a request, and what the checker says of it. */
interface Row {
  readonly hotkey: Hotkey
  readonly request: TextRequest
  readonly reply: StreamReply<TextPart>
  readonly check: TextCheck
}

const isAnswered = ({ reply }: Row): boolean => reply.status === 'ok'

/**
 * Verified inference: miners write with one model, validators read what they wrote in a single pass of their own.
 *
 * A miner earns by `announced streams x answered part of them x quality x speed`: the quality of its worst text, and the speed of
 * its slowest, so that more at once is worth no more where each takes longer.
 */
export class Text extends ProtocolMechanism {
  /** Customers ask as validators do, with the same deadline, and what they get is judged alike. */
  override readonly sells
  /** Room for what is said of eight texts of each of 256 miners. */
  override readonly roundLimits = { valueBytes: 4 * 2 ** 20 }
  readonly #without: readonly Defence[]
  readonly #timeoutMs: number

  /** @param options.timeoutMs - how long an answer may take, in milliseconds. */
  constructor({ without = [], timeoutMs = 2_000 }: TextOptions = {}) {
    super()
    this.#without = without
    this.#timeoutMs = timeoutMs
    this.sells = [{ synapse: complete, keep: 'onePerMiner' as const, timeoutMs }]
  }

  initialState() {
    return null
  }

  async play(round: Round<null>) {
    const bids = await round.askAll(capacity, {}, { timeoutMs: this.#timeoutMs })
    // All are asked first, then all are checked: the checker's work slows no arrival.
    const asked = await round.each(async (miner) => {
      const announced = bids.find(({ hotkey }) => hotkey === miner.hotkey)?.answer?.streams ?? 0
      const requests = this.#requestsFor(round, miner, announced)
      return await Promise.all(
        requests.map(async (request) => ({
          request,
          reply: await round.stream(miner, complete, request, { timeoutMs: this.#timeoutMs }),
        })),
      )
    })
    const own = asked.flatMap(({ hotkey, result = [] }) => result.map((one) => ({ hotkey, ...one })))
    const sold = round.sold(complete).map(({ hotkey, request, reply }) => ({ hotkey, request, reply }))
    const texts = [...own, ...sold]
    // Another machine may round otherwise, so what the model says is recorded.
    const checks = await round.record('checks', async () => {
      const model = await textModel()
      return await Promise.all(
        texts.map(({ request, reply }) => model.check(request, textOf(reply, request))),
      )
    })
    return { bids, texts, ownCount: own.length, checks }
  }

  score({ bids, texts, ownCount, checks, state }: Played<Text>) {
    const rows: Row[] = texts.map((text, at) => ({ ...text, check: checks[at] ?? { logps: [], misses: [] } }))
    const own = rows.slice(0, ownCount)
    // A customer chooses what it asks for and when, and may be a friend or a rival: its texts tell of quality, and of nothing else.
    const quality = leastOf(rows.filter(isAnswered), (row) => this.#quality(row))
    const pace = leastOf(own.filter(isAnswered), paceOf)
    const typical = median([...pace].flatMap(([hotkey, one]) => (quality.get(hotkey) ? [one] : [])))
    const scores = scoresOf(bids, ({ hotkey, answer }) => {
      const part = this.#answeredPart(own.filter((row) => row.hotkey === hotkey))
      const speed = this.#has('speed') ? (pace.get(hotkey) ?? 0) / typical : 1
      return (answer?.streams ?? 0) * part * (quality.get(hotkey) ?? 0) * speed
    })
    return { scores, state }
  }

  #has(defence: Defence): boolean {
    return !this.#without.includes(defence)
  }

  #requestsFor(round: Round<null>, { hotkey }: RoundMiner, announced: number): TextRequest[] {
    const count = this.#has('capacity') ? announced : Math.min(1, announced)
    return Array.from({ length: count }, (_, nth) =>
      this.#has('fresh') ? drawRequest(round.secret(`text ${nth} of ${hotkey}`)) : testText(nth),
    )
  }

  /** Share of the tokens that the model and the seed account for. */
  #quality({ request, reply, check }: Row): number {
    const told = reply.parts.flatMap(({ chunk }) => chunk.logps)
    const good = check.logps.filter((logp, at) => {
      const isTold = Math.abs(logp - (told[at] ?? Number.NEGATIVE_INFINITY)) <= EPSILON
      const isDrawn = (check.misses[at] ?? 1) <= SLACK
      return !this.#has('evidence') || (isTold && (isDrawn || !this.#has('sampling')))
    })
    const quality = good.length / (this.#has('length') ? request.tokens : Math.max(1, check.logps.length))
    return quality < LEAST_QUALITY ? 0 : quality
  }

  /** The part of what it announced that a miner does. To be busy costs what was not done, silence more. */
  #answeredPart(rows: readonly Row[]): number {
    const answered = rows.filter(isAnswered).length
    const busy = rows.filter(({ reply }) => reply.status === 'overloaded').length
    const silent = rows.length - answered - busy
    return rows.length === 0 ? 0 : answered / (answered + busy + SILENCE * silent)
  }
}
