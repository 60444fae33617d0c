import { z } from 'zod'
import { type Clock, sleep } from '../../src/clock/index.js'
import type { SeededRandom } from '../../src/math/index.js'
import {
  type Reply,
  type Round,
  type ScriptRun,
  type Source,
  type StreamReply,
  scoresOf,
} from '../../src/mechanism/index.js'
import { answerTo, type SynapseAnswer } from '../../src/neuron/index.js'
import { defineStream, defineSynapse } from '../../src/synapse/index.js'

const claim = defineSynapse({
  name: 'claim',
  request: z.number(),
  answer: z.object({ claims: z.number(), tag: z.string() }),
})
const prove = defineSynapse({ name: 'prove', request: z.number(), answer: z.number() })
const tokens = defineStream({ name: 'tokens', request: z.number(), chunk: z.number() })
// What a miner breaks the schema with travels through these.
const anyClaim = defineSynapse({ name: 'claim', request: z.number(), answer: z.unknown() })
const anyProof = defineSynapse({ name: 'prove', request: z.number(), answer: z.unknown() })
const anyTokens = defineStream({ name: 'tokens', request: z.number(), chunk: z.unknown() })

const web: Source<number, number> = {
  name: 'web',
  query: z.number(),
  value: z.number(),
  async read(query) {
    if (query < 0) throw new RangeError('gone')
    return { value: query, from: 'web' }
  },
}

/** A claim, proofs for as many as were claimed, a stream, and what the web says: each step leads on by what a miner said. */
export async function play(round: Round<null>) {
  const claims = await round.askAll(claim, 1, { keep: ({ claims, tag }) => ({ claims, size: tag.length }) })
  const seconds = await round.askAll(prove, ({ hotkey }) => claimOf(claims, hotkey) * 2)
  const runs = await round.each(async (miner) => {
    const wanted = claimOf(claims, miner.hotkey)
    const proofs = []
    for (let at = 0; at < wanted; at++) proofs.push(await round.ask(miner, prove, at))
    const truths = await Promise.all(proofs.map(({ answer }) => round.live(web, answer ?? 0)))
    const text = await round.stream(miner, tokens, 3)
    return { right: truths.filter(({ value }, at) => value === at).length, text }
  })
  return { claims, seconds, runs }
}

type Claims = readonly Reply<{ claims: number; size: number }>[]

/** The author trusts what fits the schema: what a miner says may make this throw. */
function claimOf(claims: Claims, hotkey: string): number {
  const { answer } = claims.find((one) => one.hotkey === hotkey) ?? {}
  if (answer !== undefined && answer.claims === 13) throw new RangeError('unlucky')
  return answer?.claims ?? 0
}

/** Pays for proofs, parts and speed. */
export function score({ runs, seconds }: { readonly [key: string]: unknown }) {
  const second = new Map((seconds as readonly Reply<number>[]).map((one) => [one.hotkey as string, one]))
  return scoresOf(
    runs as readonly ScriptRun<{ right: number; text: StreamReply<number> }>[],
    ({ hotkey, result }) =>
      result === undefined
        ? 0
        : result.right +
          result.text.parts.length +
          1 / (1 + result.text.elapsedMs + (second.get(hotkey)?.elapsedMs ?? 0)),
  )
}

export const good = (clock: Clock): readonly SynapseAnswer[] => [
  answerTo(claim, () => ({ claims: 3, tag: 'good' })),
  answerTo(prove, async (n) => {
    await sleep(clock, 5)
    return n
  }),
  answerTo(tokens, async function* (n) {
    for (let at = 0; at < n; at++) yield at
  }),
]

const oddities: readonly unknown[] = [
  'x'.repeat(500_000),
  null,
  [],
  { claims: 1e9, tag: '' },
  { claims: 65, tag: '' },
  { claims: -1, tag: '' },
  { claims: 13, tag: '' },
  { claims: 3, tag: 'x'.repeat(900_000) },
  { claims: 0.5, tag: 'y' },
  -1,
  1e300,
  7,
]

/** Does something odd at one of the steps, by its seed. */
export const hostile =
  (random: SeededRandom) =>
  (clock: Clock): readonly SynapseAnswer[] => {
    const odd = async (): Promise<unknown> => {
      const wait = random.pick([0, 0, 3, 999, 1_001])
      if (wait > 0) await sleep(clock, wait)
      if (random.int(8) === 0) throw new RangeError('broken')
      return random.pick(oddities)
    }
    const at = random.pick(['claim', 'prove', 'tokens', 'all'])
    const [first, second, third] = good(clock)
    const isOdd = (step: string): boolean => at === step || at === 'all'
    return [
      isOdd('claim') ? answerTo(anyClaim, odd) : first!,
      isOdd('prove') ? answerTo(anyProof, odd) : second!,
      isOdd('tokens')
        ? answerTo(anyTokens, async function* () {
            for (let part = 0; part < random.pick([2, 5_000]); part++)
              yield random.int(3) === 0 ? await odd() : 1
          })
        : third!,
    ]
  }
