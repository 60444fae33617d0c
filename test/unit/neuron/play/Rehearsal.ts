import { z } from 'zod'
import { type Clock, sleep } from '../../../../src/clock/index.js'
import { silentLogger } from '../../../../src/log/index.js'
import {
  type PlayResult,
  ProtocolMechanism,
  type Round,
  type RoundLimits,
  type ScoreOutcome,
} from '../../../../src/mechanism/index.js'
import {
  answerTo,
  Miner,
  type MinerSettings,
  type SynapseAnswer,
  type ValidatorEvent,
  type ValidatorOptions,
} from '../../../../src/neuron/index.js'
import { defineStream, defineSynapse } from '../../../../src/synapse/index.js'
import type { Hotkey } from '../../../../src/units/index.js'
import { hotkeyNamed, keyNamed, World } from '../World.js'

/** A number that miners say back. */
export const echo = defineSynapse({ name: 'echo', request: z.number(), answer: z.number() })
/** Anything that miners say back. */
export const say = defineSynapse({ name: 'say', request: z.unknown(), answer: z.unknown() })
/** So many numbers, one a part. */
export const count = defineStream({ name: 'count', request: z.number(), chunk: z.number() })

/** What a test's mechanism is given to score. */
export type Judged = { readonly seed: unknown; readonly block: number; readonly state: unknown } & {
  readonly [key: string]: unknown
}

type Score = (judged: Judged) => Iterable<readonly [Hotkey, number]>

/** A mechanism of two functions. */
export class Played extends ProtocolMechanism {
  readonly #play: (round: Round<null>) => Promise<unknown>
  readonly #score: Score
  override readonly roundLimits: Partial<RoundLimits>
  override readonly tasksPerRound: number
  /** What `score` was given, in order. */
  readonly judged: Judged[] = []

  constructor(
    play: (round: Round<null>) => Promise<unknown>,
    options: { limits?: Partial<RoundLimits>; score?: Score; tasks?: number } = {},
  ) {
    super()
    this.#play = play
    this.#score = options.score ?? (() => [])
    this.roundLimits = options.limits ?? {}
    this.tasksPerRound = options.tasks ?? 1
  }

  initialState() {
    return null
  }

  async play(round: Round<null>): Promise<PlayResult> {
    return (await this.#play(round)) as PlayResult
  }

  score(judged: never): ScoreOutcome {
    this.judged.push(judged)
    const scores = this.#score(judged)
    return { scores: scores instanceof Map ? scores : new Map(scores), state: null }
  }
}

/** What a miner answers with, on the clock of its world. */
export type Cast = { readonly [name: string]: (clock: Clock) => readonly SynapseAnswer[] }

/** A miner that does as it is told. */
export const honest = (): readonly SynapseAnswer[] => [
  answerTo(echo, (n) => n),
  answerTo(say, (value) => value),
  answerTo(count, async function* (n) {
    for (let at = 0; at < n; at++) yield at
  }),
]

/** Answers after so long. */
export const late =
  (ms: number) =>
  (clock: Clock): readonly SynapseAnswer[] => [
    answerTo(echo, async (n) => {
      await sleep(clock, ms)
      return n
    }),
    answerTo(count, async function* (n) {
      for (let at = 0; at < n; at++) {
        yield at
        await sleep(clock, ms)
      }
    }),
  ]

/** A validator that plays a mechanism with some miners until so many rounds are over, by default one. A miner of `null` is registered and serves nothing. */
export async function played(
  mechanism: Played,
  miners: { readonly [name: string]: Cast[string] | null },
  options: {
    rounds?: number
    validator?: Partial<ValidatorOptions<never, never, null>>
    settings?: { readonly [name: string]: Partial<MinerSettings> }
  } = {},
) {
  const world = await World.start()
  await world.join('judge', 10_000n)
  for (const [name, answers] of Object.entries(miners)) {
    await world.join(name)
    if (answers === null) continue
    const miner = new Miner({
      chain: world.chain,
      signer: keyNamed(name),
      netuid: world.netuid,
      carrier: world.carrier,
      clock: world.clock,
      logger: silentLogger,
      answers: answers(world.clock),
      ...options.settings?.[name],
    })
    await world.run(miner.start())
  }
  const { validator, events, eventsOf } = world.makeValidator('judge', mechanism as never, {
    ...(options.validator as object),
  })
  let left = options.rounds ?? 1
  const over = new Promise<void>((resolve) => {
    validator.observe(({ type }) => {
      if ((type === 'roundScored' || type === 'roundFailed') && --left === 0) resolve()
    })
  })
  await world.run(validator.start())
  await world.run(over)
  await world.run(validator.stop())
  const standing = (name: string) => validator.standings.get(hotkeyNamed(name))
  return { world, validator, events: events as ValidatorEvent[], eventsOf, standing }
}

/** The only round's failure. */
export function failureOf(events: readonly ValidatorEvent[]): string {
  const failed = events.find((event) => event.type === 'roundFailed')
  return failed?.type === 'roundFailed' ? failed.error.message : 'none'
}
